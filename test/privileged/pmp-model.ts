/**
 * Slow twin of assembly/pmp.ts: PMP and Smepmp byte by byte. RISC-V Privileged Architecture 20240411, §3.7 and chapter 6.
 * The truth tables are the manual's, copied as tables; ranges are found by comparing addresses under a mask.
 */
export const ENTRIES = 16;
export type Access = "r" | "w" | "x";
export type Mode = "M" | "S" | "U";

const [MML, MMWP, RLB] = [1n, 2n, 4n];
const ADDRESS_BITS = (1n << 54n) - 1n;

/** LRWX under mseccfg.MML: what M-mode may do, and what S and U may do ("Truth table when mseccfg.MML is set"). */
export const TRUTH_TABLE: Readonly<Record<string, readonly [machine: string, others: string]>> = {
  "0000": ["", ""],
  "0001": ["", "x"],
  "0010": ["rw", "r"],
  "0011": ["rw", "rw"],
  "0100": ["", "r"],
  "0101": ["", "rx"],
  "0110": ["", "rw"],
  "0111": ["", "rwx"],
  "1000": ["", ""],
  "1001": ["x", ""],
  "1010": ["x", "x"],
  "1011": ["rx", "x"],
  "1100": ["r", ""],
  "1101": ["rx", ""],
  "1110": ["rw", ""],
  "1111": ["r", "r"],
};
/** Rules that MML lets nobody add without RLB. */
export const FORBIDDEN_RULES = ["1001", "1010", "1011", "1101"];

const lrwx = (cfg: number): string => `${cfg >> 7}${cfg & 1}${(cfg >> 1) & 1}${(cfg >> 2) & 1}`;

export class PmpModel {
  readonly cfg: number[] = new Array(ENTRIES).fill(0);
  readonly address: bigint[] = new Array(ENTRIES).fill(0n);
  mseccfg = 0n;

  #isLocked(index: number): boolean {
    return (this.cfg[index]! & 0x80) !== 0 && (this.mseccfg & RLB) === 0n;
  }

  #mode(index: number): "OFF" | "TOR" | "NA4" | "NAPOT" {
    return (["OFF", "TOR", "NA4", "NAPOT"] as const)[(this.cfg[index]! >> 3) & 3]!;
  }

  writeConfig(index: number, value: number): void {
    if (this.#isLocked(index)) return;
    const isMml = (this.mseccfg & MML) !== 0n;
    let legal = value & 0b1001_1111;
    if (!isMml && (legal & 0b11) === 0b10) legal &= ~0b10;
    if (isMml && (this.mseccfg & RLB) === 0n && FORBIDDEN_RULES.includes(lrwx(legal))) return;
    this.cfg[index] = legal;
  }

  writeAddress(index: number, value: bigint): void {
    if (this.#isLocked(index)) return;
    if (index + 1 < ENTRIES && this.#isLocked(index + 1) && this.#mode(index + 1) === "TOR") return;
    this.address[index] = value & ADDRESS_BITS;
  }

  writeMseccfg(value: bigint): void {
    const isRlbStuck = (this.mseccfg & RLB) === 0n && this.cfg.some((cfg) => (cfg & 0x80) !== 0);
    this.mseccfg = (value & (MML | MMWP)) | (this.mseccfg & (MML | MMWP)) | (isRlbStuck ? 0n : value & RLB);
  }

  /** Does the entry's range hold this byte? */
  #matches(index: number, byte: bigint): boolean {
    const address = this.address[index]!;
    const word = byte >> 2n;
    switch (this.#mode(index)) {
      case "OFF":
        return false;
      case "NA4":
        return word === address;
      case "TOR":
        return word >= (index === 0 ? 0n : this.address[index - 1]!) && word < address;
      case "NAPOT": {
        // the lowest zero and the ones below it do not take part in the comparison
        let zero = 1n;
        while ((address & zero) !== 0n) zero <<= 1n;
        const ignored = zero | (zero - 1n);
        return (word & ~ignored) === (address & ~ignored);
      }
    }
  }

  #permissions(cfg: number, mode: Mode): string {
    const isMml = (this.mseccfg & MML) !== 0n;
    if (isMml) return TRUTH_TABLE[lrwx(cfg)]![mode === "M" ? 0 : 1];
    if (mode === "M" && (cfg & 0x80) === 0) return "rwx";
    return `${cfg & 1 ? "r" : ""}${cfg & 2 ? "w" : ""}${cfg & 4 ? "x" : ""}`;
  }

  allows(pa: bigint, byteLen: number, access: Access, mode: Mode): boolean {
    const bytes = Array.from({ length: byteLen }, (_, offset) => pa + BigInt(offset));
    for (let index = 0; index < ENTRIES; index++) {
      if (!bytes.some((byte) => this.#matches(index, byte))) continue;
      return (
        bytes.every((byte) => this.#matches(index, byte)) && this.#permissions(this.cfg[index]!, mode).includes(access)
      );
    }
    if (mode !== "M" || (this.mseccfg & MMWP) !== 0n) return false;
    return access !== "x" || (this.mseccfg & MML) === 0n;
  }
}
