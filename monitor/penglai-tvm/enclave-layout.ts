/**
 * An enclave's virtual addresses, profile `tvm`. Penglai reference §6.8.
 *
 *     0x0000_1000         image: text, data                        0x38_0000_0000  stack below, relay pages above
 *     0x10_0000_0000      heap, upwards                            0x39_0000_0000  memory shared with the host
 *     0x30_0000_0000      mmap blocks, downwards                   0x40_0000_0000  secure shared memory, downwards
 *                                                                  0xffff_ffe0_0000_0000  kbuffer
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
/** Relay pages, upwards. */
export const RELAY_BASE = 0x38_0000_0000n;
/** "10 × {mm_arg_paddr, size}" (§6.7). */
export const MAX_RELAYS = 10;
export const SHM_BASE = 0x39_0000_0000n;
/** Secure shared memory, downwards; the gigabyte above SHM_BASE is the host's. */
export const SECURE_SHM_END = 0x40_0000_0000n;
export const SECURE_SHM_BASE = 0x39_4000_0000n;
export const KBUFFER_BASE = 0xffff_ffe0_0000_0000n;

/** What one call maps or unmaps at most: a large enclave grows in several (guard TOO_LARGE, "a bounded amount of work"). */
export const MAX_MAPPED_BYTE_LEN = 1n << 30n;
/** Pages and page tables of an image: `MAX_ELF` 512 MiB and `MAX_STACK` 64 MiB (§6.11); all of it is hashed in one call. */
export const MAX_IMAGE_PAGES = (576 << 20) / 4096;

/** Where an image may be mapped: below the heap, or in the gigabytes below the stack's top. */
export const isImageAddress = (va: bigint): boolean => va < HEAP_BASE || (va >= MMAP_END && va < STACK_TOP);
