/**
 * Physical loading of an ELF image: the bare-metal loader's question whether `p_paddr` of every segment lies in RAM.
 *
 * The image's physical addresses are allegations of the file; what comes back has been checked: inside RAM, no two
 * segments on the same byte. Enclaves do not come this way: their loader places pages by virtual address.
 */
import type { ElfImage } from "./elf-image.ts";
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
  for (const [index, { paddr, memSize, bytes }] of elf.segments.entries()) {
    const end = paddr + BigInt(memSize);
    if (paddr < ramStart || end > ramEnd) {
      throw new UserError(
        `${elf.name}: segment ${index} at ${hex(paddr)} to ${hex(end)} lies outside RAM (${hex(ramStart)} to ${hex(ramEnd)})`,
        paddr >= ramStart && paddr < ramEnd ? "give the machine more memory" : `link it for RAM at ${hex(ramStart)}`,
      );
    }
    placements.push({ address: pa(Number(paddr)), memSize, bytes });
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
