/**
 * Physical loading of an ELF image: the bare-metal loader's question whether `p_paddr` of every segment lies in RAM.
 *
 * The image's physical addresses are allegations of the file; what comes back has been checked: inside RAM, no two
 * segments on the same byte. One thing may lie below RAM: the file's own headers (`headerSize`) and the zeros after
 * them, which GNU ld puts in front of the first segment and no program reads there. Enclaves do not come this way: their
 * loader places pages by virtual address.
 */
import type { ElfImage, ElfSegment } from "./elf-image.ts";
import { type Pa, pa } from "./units.ts";
import { UserError } from "./user-error.ts";

/** Where one segment goes. `bytes`, then zeros up to `memSize`. */
export interface Placement {
  readonly address: Pa;
  readonly memSize: number;
  readonly bytes: Uint8Array;
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/**
 * @param ramBase first byte of RAM
 * @param ramSize bytes of RAM
 * @returns one placement a segment, ascending by address
 * @throws UserError when a segment lies outside RAM or two segments share physical memory
 */
export function checkFitsRam(elf: ElfImage, ramBase: Pa, ramSize: number): Placement[] {
  const ramStart = BigInt(ramBase);
  const ramEnd = ramStart + BigInt(ramSize);
  const placements: Placement[] = [];
  for (const [index, segment] of elf.segments.entries()) {
    const { paddr } = segment;
    const end = paddr + BigInt(segment.memSize);
    const dropped = isHeaderUpTo(ramStart, segment) ? Number(ramStart - paddr) : 0;
    const start = paddr + BigInt(dropped);
    if (start < ramStart || end > ramEnd) {
      throw new UserError(
        `${elf.name}: segment ${index} at ${hex(paddr)} to ${hex(end)} lies outside RAM (${hex(ramStart)} to ${hex(ramEnd)})`,
        paddr >= ramStart && paddr < ramEnd ? "give the machine more memory" : `link it for RAM at ${hex(ramStart)}`,
      );
    }
    placements.push({
      address: pa(Number(start)),
      memSize: segment.memSize - dropped,
      bytes: segment.bytes.subarray(dropped),
    });
  }
  placements.sort((a, b) => a.address - b.address);
  for (let i = 1; i < placements.length; i++) {
    const below = placements[i - 1]!;
    const above = placements[i]!;
    if (below.address + below.memSize > above.address) {
      throw new UserError(
        `${elf.name}: two segments overlap in physical memory at ${hex(BigInt(above.address))}`,
        "correct the load addresses (AT or LMA) in the linker script",
      );
    }
  }
  return placements;
}

function isHeaderUpTo(ramStart: bigint, { paddr, bytes, headerSize }: ElfSegment): boolean {
  if (headerSize === 0 || paddr + BigInt(headerSize) > ramStart || paddr + BigInt(bytes.length) < ramStart)
    return false;
  return bytes.subarray(headerSize, Number(ramStart - paddr)).every((byte) => byte === 0);
}
