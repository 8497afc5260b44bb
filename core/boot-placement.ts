/**
 * Where boot software lies in RAM, as QEMU's `virt` does it: firmware at the beginning or where its segments say, the
 * kernel at the next 2 MiB boundary, the device tree at the last one (below 3 GiB), the RAM disk below the tree.
 *
 *     ramBase   +2 MiB                                        2 MiB
 *     | firmware | kernel, .bss |       …       | RAM disk | tree, dynamic info |
 */
import { checkFitsRam, type ElfImage, type Placement } from "./elf.ts";
import { PAGE_SIZE, type Pa, pa } from "./units.ts";

export interface Ram {
  readonly base: Pa;
  readonly size: number;
}

/** Bytes at their place, and how messages call them. */
export interface Placed extends Placement {
  readonly name: string;
}

const MEGAPAGE = 2 ** 21;
/** "Allow for up to 3 GiB": 32-bit software reaches the tree. */
const TREE_LIMIT = 3 * 2 ** 30;
/** RAM that is smaller has no 2 MiB to give away. */
const SMALL_RAM = 4 * MEGAPAGE;

const down = (address: number, boundary: number): number => Math.floor(address / boundary) * boundary;
const up = (address: number, boundary: number): number => down(address + boundary - 1, boundary);

/** @throws UserError if the image does not fit RAM */
export const placeImage = (image: ElfImage, { base, size }: Ram): Placed[] =>
  checkFitsRam(image, base, size).map((place) => ({ ...place, name: image.name }));

/** First address for a kernel behind `firmware`. */
export function kernelAddress(firmware: readonly Placed[], { base }: Ram): Pa {
  const end = Math.max(base + 1, ...firmware.map(({ address, memSize }) => address + memSize));
  return pa(up(end, MEGAPAGE));
}

/** Where a device tree of `byteLen` bytes goes; below `base` if there is no room for it. */
export function treeAddress(byteLen: number, { base, size }: Ram): Pa {
  const end = base < TREE_LIMIT ? Math.min(base + size, TREE_LIMIT) : base + size;
  return pa(down(end - byteLen, size < SMALL_RAM ? PAGE_SIZE : MEGAPAGE));
}

/** Where a RAM disk of `byteLen` bytes goes that ends at the tree. */
export const initrdAddress = (byteLen: number, tree: Pa): Pa => pa(down(tree - byteLen, PAGE_SIZE));

/** Two that share a byte; undefined if none do. */
export function overlap(places: readonly Placed[]): readonly [Placed, Placed] | undefined {
  const ascending = places.toSorted((a, b) => a.address - b.address);
  for (const [index, above] of ascending.entries()) {
    const below = ascending[index - 1];
    if (below && below.address + below.memSize > above.address) return [below, above];
  }
  return undefined;
}
