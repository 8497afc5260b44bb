/**
 * The note section in which Penglai's SDK leaves room for an author's signature.
 *
 *   section ".note.penglaimeta":  namesz u32 = 17   descsz u32   type u32   "penglai_metadata\0"   descriptor
 *
 * Source: Penglai reference §7 and the SDK's sign tool: the descriptor (4096 bytes, the signature structure first)
 * follows the name at once, not at the next multiple of four as the ELF specification has it. ELF-64, little-endian.
 * A file may come from anybody: every offset is an allegation until it is checked.
 */
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { CSS_BYTES, decodeCss, type EnclaveCss, encodeCss } from "./css.ts";
import { EvidenceError } from "./evidence-error.ts";

const SECTION = ".note.penglaimeta";
const NOTE_NAME = utf8ToBytes("penglai_metadata\0");
const NOTE_HEADER_BYTES = 12;
const ELF_HEADER_BYTES = 64;
const SECTION_HEADER_BYTES = 64;
const MEND = "build it with Penglai's SDK, which links the note in";

/** @returns the author's signature in the file, or null if there is no room for one. @throws EvidenceError */
export function cssOfElf(elf: Uint8Array): EnclaveCss | null {
  const at = descriptorOf(elf);
  return at === null ? null : decodeCss(elf.subarray(at, at + CSS_BYTES));
}

/** @returns a copy of the file with that signature in its note. @throws EvidenceError if the file has no note */
export function withCss(elf: Uint8Array, css: EnclaveCss): Uint8Array {
  const at = descriptorOf(elf);
  if (at === null) throw new EvidenceError(`the file has no section ${SECTION}`, MEND);
  const signed = elf.slice();
  signed.set(encodeCss(css), at);
  return signed;
}

/** @returns offset of the descriptor in the file, or null if there is no such section */
function descriptorOf(elf: Uint8Array): number | null {
  const section = sectionOf(elf);
  if (section === null) return null;
  const { offset, byteLen } = section;
  const note = viewOf(elf, offset, Math.max(byteLen, NOTE_HEADER_BYTES), "the note");
  const [nameBytes, descriptorBytes] = [note.getUint32(0, true), note.getUint32(4, true)];
  const name = elf.subarray(offset + NOTE_HEADER_BYTES, offset + NOTE_HEADER_BYTES + NOTE_NAME.length);
  if (nameBytes !== NOTE_NAME.length || !NOTE_NAME.every((byte, i) => name[i] === byte)) {
    throw new EvidenceError(`the note in ${SECTION} has another name than penglai_metadata`, MEND);
  }
  if (descriptorBytes < CSS_BYTES || NOTE_HEADER_BYTES + nameBytes + descriptorBytes > byteLen) {
    throw new EvidenceError(`the note in ${SECTION} has no room for ${CSS_BYTES} bytes`, MEND);
  }
  return offset + NOTE_HEADER_BYTES + nameBytes;
}

function sectionOf(elf: Uint8Array): { readonly offset: number; readonly byteLen: number } | null {
  const header = viewOf(elf, 0, ELF_HEADER_BYTES, "the ELF header");
  if (header.getUint32(0) !== 0x7f45_4c46 || header.getUint8(4) !== 2 || header.getUint8(5) !== 1) {
    throw new EvidenceError("not an ELF-64 file, little-endian", MEND);
  }
  const [count, namesIndex] = [header.getUint16(60, true), header.getUint16(62, true)];
  if (count === 0) return null;
  const table = viewOf(elf, numberAt(header, 40), count * SECTION_HEADER_BYTES, "the section table");
  const placeOf = (index: number) => ({
    offset: numberAt(table, index * SECTION_HEADER_BYTES + 24),
    byteLen: numberAt(table, index * SECTION_HEADER_BYTES + 32),
  });
  if (namesIndex >= count) throw new EvidenceError("the section of names is none of the file's", MEND);
  const names = placeOf(namesIndex);
  for (let index = 0; index < count; index++) {
    const at = names.offset + table.getUint32(index * SECTION_HEADER_BYTES, true);
    const name = elf.subarray(at, at + SECTION.length + 1);
    if (name.length > SECTION.length && utf8ToBytes(`${SECTION}\0`).every((byte, i) => name[i] === byte)) {
      return placeOf(index);
    }
  }
  return null;
}

/** A u64 as a number; one that is no safe integer lies outside of every file anyway. */
const numberAt = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

function viewOf(elf: Uint8Array, offset: number, byteLen: number, what: string): DataView {
  if (offset + byteLen > elf.length) throw new EvidenceError(`${what} lies outside of the file`, MEND);
  return new DataView(elf.buffer, elf.byteOffset + offset, byteLen);
}
