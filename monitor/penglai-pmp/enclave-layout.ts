/**
 * An enclave's virtual addresses, profile `pmp`. Penglai reference §6.8.
 *
 *     0x0000_1000         image: text, data        0x40_0000_0000          stack below
 *     0x10_0000_0000      untrusted memory         0xffff_ffe0_0000_0000   kbuffer
 *
 * Only the stack's top is the monitor's business; the two windows lie where the driver says, and where they lie is measured.
 */
export const STACK_TOP = 0x40_0000_0000n;
/** "untrusted <= 16 MB" (§6.11), and the kbuffer has no reason to be larger. */
export const MAX_WINDOW_BYTE_LEN = 16n << 20n;
/** Pages of an image: `MAX_ELF` 512 MiB and `MAX_STACK` 64 MiB (§6.11); all of it is hashed in one call. */
export const MAX_IMAGE_PAGES = (576 << 20) / 4096;
