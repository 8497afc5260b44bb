/**
 * The disk that the driver offers to enclaves: READ_SECT and WRITE_SECT carry 512-byte sectors through the kbuffer.
 * Penglai reference §6.4. It belongs to the host, which may read, change and lose what is on it: an enclave that cares
 * encrypts and authenticates its sectors.
 */
import { checkCount } from "../core/argument.ts";

export const SECTOR_BYTE_LEN = 512;

/** What the driver needs of a disk. */
export interface BlockDevice {
  /** @returns SECTOR_BYTE_LEN bytes, or undefined for a sector that there is not */
  read(sector: bigint): Uint8Array | undefined;
  /** @param bytes SECTOR_BYTE_LEN of them. @returns false for a sector that there is not */
  write(sector: bigint, bytes: Uint8Array): boolean;
}

/** A disk in memory, zeros at first; sectors that nobody writes cost nothing. */
export class MemoryDisk implements BlockDevice {
  readonly sectorCount: number;
  readonly #sectors = new Map<bigint, Uint8Array>();

  /** @param contents the first sectors, padded to whole ones. @throws RangeError for a number of sectors that is none */
  constructor(sectorCount: number, contents: Uint8Array = new Uint8Array()) {
    checkCount("sectorCount", sectorCount);
    this.sectorCount = sectorCount;
    for (let at = 0; at < contents.length; at += SECTOR_BYTE_LEN) {
      const sector = new Uint8Array(SECTOR_BYTE_LEN);
      sector.set(contents.subarray(at, at + SECTOR_BYTE_LEN));
      if (!this.write(BigInt(at / SECTOR_BYTE_LEN), sector)) throw new RangeError("contents do not fit the disk");
    }
  }

  read(sector: bigint): Uint8Array | undefined {
    if (!this.#has(sector)) return undefined;
    return this.#sectors.get(sector)?.slice() ?? new Uint8Array(SECTOR_BYTE_LEN);
  }

  write(sector: bigint, bytes: Uint8Array): boolean {
    if (!this.#has(sector)) return false;
    this.#sectors.set(sector, bytes.slice(0, SECTOR_BYTE_LEN));
    return true;
  }

  #has(sector: bigint): boolean {
    return sector >= 0n && sector < BigInt(this.sectorCount);
  }
}
