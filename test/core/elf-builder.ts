/**
 * Builds small ELF64 files for tests: correct ones by default, and with any field set to anything.
 *
 * Layout of the result: ELF header, program headers, contents of the segments in order, section contents
 * (.strtab, .symtab), section headers.
 */

export interface SegmentSpec {
  type?: number;
  flags?: number;
  vaddr?: bigint;
  paddr?: bigint;
  bytes?: Uint8Array;
  /** Default: the number of bytes. */
  memSize?: bigint;
  fileSize?: bigint;
  offset?: bigint;
}

export interface ElfSpec {
  class?: number;
  data?: number;
  identVersion?: number;
  type?: number;
  machine?: number;
  version?: number;
  entry?: bigint;
  flags?: number;
  phentsize?: number;
  phnum?: number;
  phoff?: bigint;
  segments?: SegmentSpec[];
  /** Adds .strtab and .symtab. `section` 0 is an undefined symbol; `info` is binding << 4 | type. */
  symbols?: { name: string; value: bigint; section?: number; info?: number }[];
  /** Adds an allocated NOBITS section .bss. */
  bss?: { vaddr: bigint; byteLen: bigint };
}

export const RX = 5;
export const RW = 6;
export const text = (): SegmentSpec => ({ flags: RX, vaddr: 0x1000n, bytes: Uint8Array.of(0x73, 0, 0, 0, 1, 0, 1, 0) });

const NAMES = "\0.strtab\0.symtab\0.bss\0";

export function buildElf(spec: ElfSpec = {}): Uint8Array {
  const segments = spec.segments ?? [text()];
  const chunks: { at: number; bytes: Uint8Array }[] = [];
  let end = 64 + 56 * segments.length;
  const place = (bytes: Uint8Array): number => {
    chunks.push({ at: end, bytes });
    end += bytes.length;
    return end - bytes.length;
  };

  const programHeaders = segments.map((s) => {
    const bytes = s.bytes ?? new Uint8Array(0);
    const offset = place(bytes);
    const vaddr = s.vaddr ?? 0x1000n;
    return record(56, (v) => {
      v.setUint32(0, s.type ?? 1, true);
      v.setUint32(4, s.flags ?? RX, true);
      v.setBigUint64(8, s.offset ?? BigInt(offset), true);
      v.setBigUint64(16, vaddr, true);
      v.setBigUint64(24, s.paddr ?? vaddr, true);
      v.setBigUint64(32, s.fileSize ?? BigInt(bytes.length), true);
      v.setBigUint64(40, s.memSize ?? BigInt(bytes.length), true);
      v.setBigUint64(48, 0x1000n, true);
    });
  });

  const sections: Uint8Array[] = [];
  if (spec.symbols || spec.bss) {
    const symbols = spec.symbols ?? [];
    const strtab = new TextEncoder().encode(NAMES + symbols.map((s) => `${s.name}\0`).join(""));
    let nameAt = NAMES.length;
    const symtab = new Uint8Array(24 * (symbols.length + 1));
    symbols.forEach((s, i) => {
      const entry = record(24, (v) => {
        v.setUint32(0, nameAt, true);
        v.setUint8(4, s.info ?? 0x10);
        v.setUint16(6, s.section ?? 0xfff1, true);
        v.setBigUint64(8, s.value, true);
      });
      symtab.set(entry, 24 * (i + 1));
      nameAt += s.name.length + 1;
    });
    sections.push(new Uint8Array(64));
    sections.push(section({ name: 1, type: 3, offset: place(strtab), byteLen: strtab.length }));
    sections.push(section({ name: 9, type: 2, offset: place(symtab), byteLen: symtab.length, link: 1, entsize: 24 }));
    if (spec.bss) {
      sections.push(section({ name: 17, type: 8, flags: 3, vaddr: spec.bss.vaddr, byteLen: Number(spec.bss.byteLen) }));
    }
  }
  const sectionTable = end;

  const file = new Uint8Array(end + 64 * sections.length);
  file.set(
    record(64, (v) => {
      [0x7f, 0x45, 0x4c, 0x46, spec.class ?? 2, spec.data ?? 1, spec.identVersion ?? 1].forEach((b, i) => {
        v.setUint8(i, b);
      });
      v.setUint16(16, spec.type ?? 2, true);
      v.setUint16(18, spec.machine ?? 243, true);
      v.setUint32(20, spec.version ?? 1, true);
      v.setBigUint64(24, spec.entry ?? segments[0]?.vaddr ?? 0n, true);
      v.setBigUint64(32, spec.phoff ?? 64n, true);
      v.setBigUint64(40, sections.length > 0 ? BigInt(sectionTable) : 0n, true);
      v.setUint32(48, spec.flags ?? 0, true);
      v.setUint16(52, 64, true);
      v.setUint16(54, spec.phentsize ?? 56, true);
      v.setUint16(56, spec.phnum ?? segments.length, true);
      v.setUint16(58, 64, true);
      v.setUint16(60, sections.length, true);
      v.setUint16(62, sections.length > 0 ? 1 : 0, true);
    }),
  );
  programHeaders.forEach((header, i) => {
    file.set(header, 64 + 56 * i);
  });
  for (const { at, bytes } of chunks) file.set(bytes, at);
  sections.forEach((header, i) => {
    file.set(header, sectionTable + 64 * i);
  });
  return file;
}

function record(byteLen: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(byteLen);
  fill(new DataView(bytes.buffer));
  return bytes;
}

interface SectionSpec {
  name: number;
  type: number;
  byteLen: number;
  flags?: number;
  vaddr?: bigint;
  offset?: number;
  link?: number;
  entsize?: number;
}

function section(s: SectionSpec): Uint8Array {
  return record(64, (v) => {
    v.setUint32(0, s.name, true);
    v.setUint32(4, s.type, true);
    v.setBigUint64(8, BigInt(s.flags ?? 0), true);
    v.setBigUint64(16, s.vaddr ?? 0n, true);
    v.setBigUint64(24, BigInt(s.offset ?? 0), true);
    v.setBigUint64(32, BigInt(s.byteLen), true);
    v.setUint32(40, s.link ?? 0, true);
    v.setBigUint64(56, BigInt(s.entsize ?? 0), true);
  });
}
