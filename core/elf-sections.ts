/**
 * Section headers and symbol table of an ELF64 file: what tools like to know and programs do not need.
 *
 * Source: ELF-64 Object File Format 1.5, "Sections", "Symbol Table". Both tables are optional (a stripped file runs as
 * well), so damage is never an error: a damaged section table counts as absent, and so does a damaged symbol table.
 *
 * Not modelled: extended section counts (`e_shnum` = 0), symbol versions, sizes and types beyond what naming needs.
 */
import type { ElfSection } from "./elf-image.ts";
import { va } from "./units.ts";

//   section: sh_name 0 u32  sh_type 4 u32  sh_flags 8  sh_addr 16  sh_offset 24  sh_size 32  sh_link 40 u32  sh_entsize 56
const SECTION_HEADER_BYTES = 64;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHF_WRITE = 1n;
const SHF_ALLOC = 2n;
const SHF_EXECINSTR = 4n;
const SHF_TLS = 0x400n;

//   symbol: st_name 0 u32  st_info 4 u8 (binding << 4 | type)  st_other 5  st_shndx 6 u16  st_value 8 u64  st_size 16 u64
const SYMBOL_BYTES = 24;
const SHN_UNDEF = 0;
const STB_LOCAL = 0;
const STT_SECTION = 3;
const STT_FILE = 4;
/** psABI, "Mapping Symbol": $x and $d mark where code and data begin, and name nothing. */
const MAPPING_SYMBOL = "$";

/** Keeps a hostile table from costing its size once for every symbol. */
const MAX_NAME_BYTES = 4096;
const utf8 = new TextDecoder();

/** A byte range of the file, known to lie inside it. */
type FileRange = Uint8Array;

/** @returns the sections in file order, without the null section; none if the table is absent or damaged */
export function readSections(file: DataView): ElfSection[] {
  const headers = sectionHeaders(file);
  const names = contentsOf(file, headers[file.getUint16(62, true)]);
  return headers.slice(1).map((header) => {
    const flags = header.getBigUint64(8, true);
    return {
      name: names ? stringAt(names, header.getUint32(0, true)) : "",
      nobits: header.getUint32(4, true) === SHT_NOBITS,
      alloc: (flags & SHF_ALLOC) !== 0n,
      writable: (flags & SHF_WRITE) !== 0n,
      executable: (flags & SHF_EXECINSTR) !== 0n,
      tls: (flags & SHF_TLS) !== 0n,
      vaddr: va(header.getBigUint64(16, true)),
      byteLen: header.getBigUint64(32, true),
    };
  });
}

/** @returns name to value; where a local and a global symbol share a name, the global one */
export function readSymbols(file: DataView): Map<string, bigint> {
  const symbols = new Map<string, bigint>();
  const headers = sectionHeaders(file);
  const header = headers.find((h) => h.getUint32(4, true) === SHT_SYMTAB);
  const table = contentsOf(file, header);
  const names = header && contentsOf(file, headers[header.getUint32(40, true)]);
  if (!table || !names || header.getBigUint64(56, true) !== BigInt(SYMBOL_BYTES)) return symbols;

  const entries = new DataView(table.buffer, table.byteOffset, table.byteLength);
  for (let at = 0; at + SYMBOL_BYTES <= table.length; at += SYMBOL_BYTES) {
    const info = entries.getUint8(at + 4);
    const type = info & 0xf;
    if (type === STT_SECTION || type === STT_FILE || entries.getUint16(at + 6, true) === SHN_UNDEF) continue;
    const name = stringAt(names, entries.getUint32(at, true));
    if (name === "" || name.startsWith(MAPPING_SYMBOL) || (info >> 4 === STB_LOCAL && symbols.has(name))) continue;
    symbols.set(name, entries.getBigUint64(at + 8, true));
  }
  return symbols;
}

function sectionHeaders(file: DataView): DataView[] {
  const offset = file.getBigUint64(40, true);
  const count = file.getUint16(60, true);
  const end = offset + BigInt(count * SECTION_HEADER_BYTES);
  if (file.getUint16(58, true) !== SECTION_HEADER_BYTES || end > BigInt(file.byteLength)) return [];
  const first = file.byteOffset + Number(offset);
  return Array.from(
    { length: count },
    (_, i) => new DataView(file.buffer, first + i * SECTION_HEADER_BYTES, SECTION_HEADER_BYTES),
  );
}

function contentsOf(file: DataView, header: DataView | undefined): FileRange | undefined {
  if (!header || header.getUint32(4, true) === SHT_NOBITS) return undefined;
  const offset = header.getBigUint64(24, true);
  const byteLen = header.getBigUint64(32, true);
  if (offset + byteLen > BigInt(file.byteLength)) return undefined;
  return new Uint8Array(file.buffer, file.byteOffset + Number(offset), Number(byteLen));
}

/** A string that its table does not terminate in time, or that starts outside it, is damage: no name. */
function stringAt(table: FileRange, start: number): string {
  const candidate = table.subarray(start, start + MAX_NAME_BYTES);
  return utf8.decode(candidate.subarray(0, Math.max(0, candidate.indexOf(0))));
}
