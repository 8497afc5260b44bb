/**
 * An enclave's virtual addresses, profile `tvm`. Penglai reference §6.8.
 *
 *     0x0000_1000         image: text, data                        0x38_0000_0000  stack below, relay pages above
 *     0x10_0000_0000      heap, upwards                            0x39_0000_0000  memory shared with the host
 *     0x30_0000_0000      mmap blocks, downwards                   0xffff_ffe0_0000_0000  kbuffer
 *
 * The document gives heap and mmap one range; here the heap ends and mmap blocks begin at 0x20_0000_0000.
 */
export const HEAP_BASE = 0x10_0000_0000n;
export const HEAP_END = 0x20_0000_0000n;
export const MMAP_BASE = 0x20_0000_0000n;
export const MMAP_END = 0x30_0000_0000n;
export const STACK_TOP = 0x38_0000_0000n;
/** "64 KB stack" (§4). */
export const STACK_PAGES = 16;
export const SHM_BASE = 0x39_0000_0000n;
export const SHM_END = 0x40_0000_0000n;
export const KBUFFER_BASE = 0xffff_ffe0_0000_0000n;
/** Bytes that a kbuffer may have: one entry of the root table. */
export const KBUFFER_LIMIT = 1 << 30;

/** Where an image may be mapped: below the heap, or in the gigabytes below the stack's top. */
export const isImageAddress = (va: bigint): boolean => va < HEAP_BASE || (va >= MMAP_END && va < STACK_TOP);
