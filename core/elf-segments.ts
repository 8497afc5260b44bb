/**
 * Program headers of an ELF64 executable: the part of `parseElf` that decides what goes into memory.
 *
 * Source: ELF-64 Object File Format 1.5, "Program Header"; System V gABI, "Program Header" (PT_INTERP, PT_DYNAMIC).
 * Invariants of the result: file bytes exist, `fileSize <= memSize <= 2^46`, no address wraps, no two segments share a
 * virtual address. Every comparison is made on bigints, so that no 64-bit field can overflow on the way.
 */
import type { ElfSegment } from "./elf-image.ts";
import { va } from "./units.ts";

/** Throws a `UserError` that names the file. */
export type Refuse = (what: string, mend: string) => never;

//   p_type 0 u32   p_flags 4 u32   p_offset 8   p_vaddr 16   p_paddr 24   p_filesz 32   p_memsz 40   p_align 48   (u64)
const PROGRAM_HEADER_BYTES = 56;
const ELF_HEADER_BYTES = 64;
/** Linkers write about ten; a count beyond this is damage (and 0xffff is the escape value `PN_XNUM`). */
const MAX_PROGRAM_HEADERS = 256;
/** Largest physical memory of the machine, hence of anything loaded into it. */
const MAX_MEMORY = 1n << 46n;
const ADDRESS_SPACE = 1n << 64n;

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PF_X = 1;
const PF_W = 2;
const PF_R = 4;

const MEND_DAMAGED = "the file is damaged or incomplete: build or copy it again";
const MEND_LINKER = "correct the linker script or the tool that wrote the program headers";
const hex = (value: bigint): string => `0x${value.toString(16)}`;

/**
 * @param file an ELF64 file whose header is complete
 * @param mayRelocate a table of relocations (PT_DYNAMIC) is welcome: the program applies it to itself
 * @returns the loadable segments in file order, at least one
 */
export function readSegments(file: DataView, refuse: Refuse, mayRelocate: boolean): ElfSegment[] {
  const tableOffset = file.getBigUint64(32, true);
  const entryBytes = file.getUint16(54, true);
  const count = file.getUint16(56, true);
  if (count === 0) refuse("no program headers, so nothing to load", "link the file into an executable first");
  if (entryBytes !== PROGRAM_HEADER_BYTES) {
    refuse(`program headers of ${entryBytes} bytes, ELF64 has ${PROGRAM_HEADER_BYTES}`, MEND_DAMAGED);
  }
  if (count > MAX_PROGRAM_HEADERS) refuse(`${count} program headers, more than ${MAX_PROGRAM_HEADERS}`, MEND_DAMAGED);
  if (tableOffset + BigInt(count * PROGRAM_HEADER_BYTES) > BigInt(file.byteLength)) {
    refuse(`program headers truncated: ${count} at ${hex(tableOffset)} do not fit the file`, MEND_DAMAGED);
  }

  const segments: ElfSegment[] = [];
  for (let i = 0; i < count; i++) {
    const at = Number(tableOffset) + i * PROGRAM_HEADER_BYTES;
    const type = file.getUint32(at, true);
    if (type === PT_INTERP || (type === PT_DYNAMIC && !mayRelocate)) {
      const header = type === PT_INTERP ? "PT_INTERP" : "PT_DYNAMIC";
      refuse(`dynamically linked (program header ${i} is ${header})`, "link it statically: -static -no-pie");
    }
    if (type === PT_LOAD && file.getBigUint64(at + 40, true) + file.getBigUint64(at + 32, true) !== 0n) {
      segments.push(readSegment(file, at, i, refuse));
    }
  }
  if (segments.length === 0)
    refuse("no loadable segment (PT_LOAD)", "link at least one section into a PT_LOAD segment");
  refuseOverlap(segments, refuse);
  return segments;
}

function readSegment(file: DataView, at: number, index: number, refuse: Refuse): ElfSegment {
  const flags = file.getUint32(at + 4, true);
  const offset = file.getBigUint64(at + 8, true);
  const vaddr = file.getBigUint64(at + 16, true);
  const paddr = file.getBigUint64(at + 24, true);
  const fileSize = file.getBigUint64(at + 32, true);
  const memSize = file.getBigUint64(at + 40, true);
  if (fileSize > memSize) {
    refuse(`segment ${index} has more bytes in the file (${fileSize}) than in memory (${memSize})`, MEND_LINKER);
  }
  if (offset + fileSize > BigInt(file.byteLength)) {
    refuse(`segment ${index} truncated: ${fileSize} bytes at ${hex(offset)} do not fit the file`, MEND_DAMAGED);
  }
  if (memSize > MAX_MEMORY) refuse(`segment ${index} is absurdly large: ${memSize} bytes`, MEND_LINKER);
  // An end of exactly 2^64 does not wrap: the last byte is the last address.
  if (vaddr + memSize > ADDRESS_SPACE)
    refuse(`segment ${index} wraps around the address space from ${hex(vaddr)}`, MEND_LINKER);
  if (paddr + memSize > ADDRESS_SPACE) {
    refuse(`segment ${index} wraps around physical memory from ${hex(paddr)}`, MEND_LINKER);
  }
  return {
    vaddr: va(vaddr),
    paddr,
    memSize: Number(memSize),
    fileSize: Number(fileSize),
    headerSize: offset === 0n ? Math.min(Number(fileSize), headersEnd(file)) : 0,
    readable: (flags & PF_R) !== 0,
    writable: (flags & PF_W) !== 0,
    executable: (flags & PF_X) !== 0,
    bytes: new Uint8Array(file.buffer, file.byteOffset + Number(offset), Number(fileSize)),
  };
}

/** Where the ELF header, and the program headers if they follow it at once, end in the file. */
function headersEnd(file: DataView): number {
  const tableBytes = file.getUint16(56, true) * PROGRAM_HEADER_BYTES;
  return ELF_HEADER_BYTES + (file.getBigUint64(32, true) === BigInt(ELF_HEADER_BYTES) ? tableBytes : 0);
}

function refuseOverlap(segments: readonly ElfSegment[], refuse: Refuse): void {
  const ascending = segments.toSorted((a, b) => (a.vaddr < b.vaddr ? -1 : 1));
  for (let i = 1; i < ascending.length; i++) {
    const below = ascending[i - 1]!;
    const above = ascending[i]!;
    if (below.vaddr + BigInt(below.memSize) > above.vaddr) {
      const numbers = [segments.indexOf(below), segments.indexOf(above)].toSorted().join(" and ");
      refuse(`loadable segments ${numbers} overlap at ${hex(above.vaddr)}`, MEND_LINKER);
    }
  }
}
