/**
 * What can be booted: an ELF file that says where it goes, or bytes that go where they are put (OpenSBI's *.bin, the
 * Linux Image). Files are untrusted; whatever their headers say is checked against RAM when they are placed.
 * Source: Linux Documentation/arch/riscv/boot-image-header.rst.
 *
 *     Image:  16  u64 image_size, .bss included     48  "RISCV\0\0\0"     56  "RSC\x05"
 */
import { type ElfImage, parseElf } from "./elf.ts";
import { type Pa, va } from "./units.ts";
import { UserError } from "./user-error.ts";

/** Bytes without addresses. */
export interface RawImage {
  /** How messages call the file. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Bytes that it occupies when it runs, as it alleges; at least those of the file. */
  readonly memSize: number;
}

export type BootImage = ElfImage | RawImage;

export const isElf = (image: BootImage): image is ElfImage => "segments" in image;

const IMAGE_SIZE = 16;
const IMAGE_MAGIC = 48;
const LINUX_MAGIC = [0x52, 0x49, 0x53, 0x43, 0x56, 0, 0, 0, 0x52, 0x53, 0x43, 0x05];
const GZIP_MAGIC = [0x1f, 0x8b];
const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46];

const hasAt = (bytes: Uint8Array, at: number, magic: readonly number[]): boolean =>
  magic.every((byte, index) => bytes[at + index] === byte);

/**
 * Firmware: an ELF file that may relocate itself, or bytes for the beginning of RAM.
 * @param name how messages call the file; `.bin` at its end says that it is bytes without a header
 * @throws UserError if it is nothing that boots
 */
export function readFirmware(bytes: Uint8Array, name: string, ramBase: Pa): ElfImage {
  const image = readBootImage(bytes, name);
  return isElf(image) ? image : asElf(image, ramBase);
}

/**
 * A kernel: an ELF file, the Linux Image, or a `.bin`.
 * @throws UserError if it is nothing that boots
 */
export function readBootImage(bytes: Uint8Array, name: string): BootImage {
  if (hasAt(bytes, IMAGE_MAGIC, LINUX_MAGIC)) return linuxImage(bytes, name);
  if (hasAt(bytes, 0, GZIP_MAGIC)) throw new UserError(`${name}: the file is compressed`, "unpack it first: gunzip");
  const isRaw = name.endsWith(".bin") && !hasAt(bytes, 0, ELF_MAGIC);
  if (!isRaw) return parseElf(bytes, name, "self-relocating");
  if (bytes.length === 0) throw new UserError(`${name}: the file is empty`, "build or copy it again");
  return { name, bytes, memSize: bytes.length };
}

function linuxImage(bytes: Uint8Array, name: string): RawImage {
  const alleged = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(IMAGE_SIZE, true);
  if (alleged > BigInt(Number.MAX_SAFE_INTEGER))
    throw new UserError(`${name}: its header says that it occupies ${alleged} bytes`, "build or copy it again");
  return { name, bytes, memSize: Math.max(bytes.length, Number(alleged)) };
}

/** Bytes at an address as the one segment of a program, entered at its beginning. */
export function asElf({ name, bytes, memSize }: RawImage, address: Pa): ElfImage {
  const segment = {
    vaddr: va(BigInt(address)),
    paddr: BigInt(address),
    memSize,
    fileSize: bytes.length,
    headerSize: 0,
    readable: true,
    writable: true,
    executable: true,
    bytes,
  };
  const flags = { rvc: true, floatAbi: "soft", rve: false, tso: false } as const;
  return { name, entry: segment.vaddr, flags, segments: [segment], sections: [], symbols: new Map() };
}
