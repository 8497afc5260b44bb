/**
 * Eight slots of virtio-mmio without a device, where `virt` has them: software that probes them reads that nobody is
 * there. Virtual I/O Device 1.2, section 4.2.2: a device ID of 0 is a placeholder, which the driver must ignore.
 */
export const VIRTIO_BASE: i64 = 0x10001000;
export const VIRTIO_SIZE: i64 = 0x8000;
const MAGIC: u32 = 0x000;
const VERSION: u32 = 0x004;

/** What is stored is ignored. */
export function virtioLoad(offset: u32): i64 {
  const register = offset & 0xfff;
  // "virt" in little-endian bytes
  if (register == MAGIC) return 0x74726976;
  return register == VERSION ? 2 : 0;
}
