/**
 * Strict reader of statically linked ELF64 executables for RISC-V: the way in for every guest program.
 *
 * Source: ELF-64 Object File Format 1.5, "ELF Header"; RISC-V ELF psABI, "File Header". The file is untrusted input:
 * each defect has a message of its own, and nothing but a `UserError` is thrown whatever the bytes are. What a program
 * needs to run (header, program headers, segments) is checked to the end; what only tools need (sections, symbols) is
 * read if it can be and ignored otherwise.
 *
 * Not modelled: relocation (firmware may do its own), dynamic linking, thread-local storage, notes, `EI_OSABI` (static programs carry both values
 * that toolchains emit), extended header counts (`PN_XNUM`).
 */
import type { ElfFlags, ElfImage } from "./elf-image.ts";
import { readSections, readSymbols } from "./elf-sections.ts";
import { readSegments } from "./elf-segments.ts";
import { va } from "./units.ts";
import { UserError } from "./user-error.ts";

export type { ElfFlags, ElfImage, ElfSection, ElfSegment } from "./elf-image.ts";
export { checkFitsRam, type Placement } from "./elf-placement.ts";

//   e_ident    0  7f 45 4c 46 class data version osabi ...
//   e_type    16  u16      e_machine 18  u16      e_version 20  u32
//   e_entry   24  u64      e_phoff   32  u64      e_shoff   40  u64      e_flags 48  u32
//   e_ehsize  52  u16      e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx  54 .. 63  u16 each
const HEADER_BYTES = 64;
const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const ELFCLASS64 = 2;
const ELFDATA2LSB = 1;
const EV_CURRENT = 1;
const ET_EXEC = 2;
const ET_DYN = 3;
const EM_RISCV = 243;

const MEND_INPUT = "name a riscv64 ELF executable, as riscv64-unknown-elf-gcc or ld writes it";
const MEND_TARGET = "build it for riscv64 (-march=rv64gc -mabi=lp64d), little-endian";
const MEND_STATIC = "link it statically at fixed addresses: -static -no-pie";

const OTHER_TYPES: Readonly<Record<number, readonly [what: string, mend: string]>> = {
  1: ["an object file that was not linked (ET_REL)", "link it into an executable first"],
  [ET_DYN]: ["a shared object or position-independent executable (ET_DYN)", MEND_STATIC],
  4: ["a core dump (ET_CORE)", MEND_INPUT],
};
const FLOAT_ABIS = ["soft", "single", "double", "quad"] as const;

/** `self-relocating`: firmware that is position-independent and applies its own relocations, as OpenSBI does. */
export type Linkage = "static" | "self-relocating";

/**
 * Reads an executable.
 * @param bytes the whole file; the image's segments are views of it
 * @param name how messages call the file
 * @param linkage what else than a static executable is welcome
 * @throws UserError, and nothing else, when the file is no runnable riscv64 executable
 * @spec ELF-64 Object File Format 1.5; RISC-V ELF psABI, ELF Object Files
 */
export function parseElf(bytes: Uint8Array, name = "the program", linkage: Linkage = "static"): ElfImage {
  const refuse = (what: string, mend: string): never => {
    throw new UserError(`${name}: ${what}`, mend);
  };

  if (bytes.length === 0) refuse("the file is empty", MEND_INPUT);
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) refuse("not an ELF file", MEND_INPUT);
  if (bytes.length < HEADER_BYTES) {
    refuse(
      `ELF header truncated: ${bytes.length} of ${HEADER_BYTES} bytes`,
      "the file is incomplete: build or copy it again",
    );
  }
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[4] !== ELFCLASS64)
    refuse(bytes[4] === 1 ? "a 32-bit ELF file" : `unknown ELF class ${bytes[4]}`, MEND_TARGET);
  if (bytes[5] !== ELFDATA2LSB)
    refuse(bytes[5] === 2 ? "a big-endian ELF file" : `unknown ELF data encoding ${bytes[5]}`, MEND_TARGET);
  if (bytes[6] !== EV_CURRENT) refuse(`unknown ELF version ${bytes[6]} in e_ident`, MEND_INPUT);

  const machine = file.getUint16(18, true);
  if (machine !== EM_RISCV)
    refuse(`made for another machine (e_machine ${machine}, RISC-V is ${EM_RISCV})`, MEND_TARGET);
  const version = file.getUint32(20, true);
  if (version !== EV_CURRENT) refuse(`unknown ELF version ${version} in e_version`, MEND_INPUT);
  const type = file.getUint16(16, true);
  const isWelcome = type === ET_EXEC || (type === ET_DYN && linkage === "self-relocating");
  if (!isWelcome) refuse(...(OTHER_TYPES[type] ?? [`unknown ELF type ${type}`, MEND_INPUT]));

  const segments = readSegments(file, refuse, linkage === "self-relocating");
  const entry = va(file.getBigUint64(24, true));
  const isInside = segments.some((s) => s.executable && entry >= s.vaddr && entry < s.vaddr + BigInt(s.memSize));
  if (!isInside) {
    refuse(
      `entry point 0x${entry.toString(16)} lies in no executable segment`,
      "set the entry symbol: ld -e _start, or ENTRY(_start) in the linker script",
    );
  }
  if (entry % 2n !== 0n)
    refuse(
      `entry point 0x${entry.toString(16)} is odd`,
      "instructions lie at even addresses: set the entry symbol to one",
    );

  const sections = readSections(file);
  const symbols = readSymbols(file);
  return { name, entry, flags: flagsOf(file.getUint32(48, true)), segments, sections, symbols };
}

function flagsOf(eFlags: number): ElfFlags {
  return {
    rvc: (eFlags & 0x1) !== 0,
    floatAbi: FLOAT_ABIS[(eFlags >> 1) & 3]!,
    rve: (eFlags & 0x8) !== 0,
    tso: (eFlags & 0x10) !== 0,
  };
}
