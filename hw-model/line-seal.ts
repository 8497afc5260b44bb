/**
 * Opens and seals the metadata lines: the one place where a node's or root line's hash is computed and compared.
 * Source: Penglai reference §3.1; the MAC is of (line address, parent's counter, body).
 */
import type { Counter } from "./counters.ts";
import type { CryptoSuite } from "./crypto-suite.ts";
import type { DramImage } from "./dram-image.ts";
import type { LevelName } from "./geometry.ts";
import { type Checked, macMismatch, sameBytes } from "./integrity-fault.ts";
import type { MmtDefectId, MmtDefects } from "./mmt-defects.ts";
import type { LineFormat } from "./sealed-line.ts";
import { LINE_BYTES, type Pa } from "./units.ts";

export interface LineWrite {
  readonly pa: Pa;
  readonly line: Uint8Array;
}

export class LineSeal {
  readonly image: DramImage;
  readonly #suite: CryptoSuite;
  readonly defects: MmtDefects;

  constructor(image: DramImage, suite: CryptoSuite, defects: MmtDefects) {
    this.image = image;
    this.#suite = suite;
    this.defects = defects;
  }

  /**
   * Reads a line and believes its body only if it was sealed here under `counter`.
   * @param unlooked the defect that leaves the hash alone at this place
   */
  open(
    format: LineFormat,
    level: LevelName,
    pa: Pa,
    counter: Counter,
    unlooked?: MmtDefectId,
  ): Checked<{ body: Uint8Array }> {
    const { body, hash } = format.split(this.image.read(pa, LINE_BYTES));
    const isBelieved = this.defects.has("X15") || (unlooked !== undefined && this.defects.has(unlooked));
    if (!isBelieved && !sameBytes(hash, this.#suite.mac("node", pa, counter, body))) {
      return macMismatch(level, pa, counter);
    }
    return { ok: true, body };
  }

  seal(format: LineFormat, pa: Pa, counter: Counter, body: Uint8Array): LineWrite {
    return { pa, line: format.join(body, this.#suite.mac("node", pa, counter, body)) };
  }

  commit(writes: readonly LineWrite[]): void {
    for (const { pa, line } of writes) this.image.write(pa, line);
  }
}
