/**
 * Data lines of secure pages in DRAM: ciphertext at their own address, 8 bytes of MAC in the MAC zone.
 * Source: Penglai reference §3.1 ("per-block MAC over (counter, ciphertext[, address]), tree protects only counters").
 */
import type { Counter } from "./counters.ts";
import type { CryptoSuite } from "./crypto-suite.ts";
import type { DramImage } from "./dram-image.ts";
import { MAC_BYTES } from "./geometry.ts";
import { type Checked, macMismatch, sameBytes } from "./integrity-fault.ts";
import type { MetadataMap } from "./metadata-map.ts";
import type { MmtDefectId, MmtDefects } from "./mmt-defects.ts";
import { LINE_BYTES, PAGE_BYTES, type Pa, type PageNo, paOfPage } from "./units.ts";

export class DataLines {
  readonly #image: DramImage;
  readonly #map: MetadataMap;
  readonly #suite: CryptoSuite;
  readonly #defects: MmtDefects;

  constructor(image: DramImage, map: MetadataMap, suite: CryptoSuite, defects: MmtDefects) {
    this.#image = image;
    this.#map = map;
    this.#suite = suite;
    this.#defects = defects;
  }

  /** @param unlooked the defect that leaves the MAC alone at this place */
  open(linePa: Pa, counter: Counter, unlooked?: MmtDefectId): Checked<{ plaintext: Uint8Array }> {
    const ciphertext = this.#image.read(linePa, LINE_BYTES);
    const mac = this.#image.read(this.#map.macPa(linePa), MAC_BYTES);
    const isBelieved = this.#defects.has("X14") || (unlooked !== undefined && this.#defects.has(unlooked));
    if (!isBelieved && !sameBytes(mac, this.#suite.mac("data", linePa, counter, ciphertext))) {
      return macMismatch("data", linePa, counter);
    }
    return { ok: true, plaintext: this.#suite.decrypt(linePa, counter, ciphertext) };
  }

  seal(linePa: Pa, counter: Counter, plaintext: Uint8Array): void {
    const ciphertext = this.#suite.encrypt(linePa, counter, plaintext);
    this.#image.write(linePa, ciphertext);
    this.#image.write(this.#map.macPa(linePa), this.#suite.mac("data", linePa, counter, ciphertext));
  }

  /** Leaves neither ciphertext nor MAC of a page in DRAM. */
  wipe(page: PageNo): void {
    const pa = paOfPage(page);
    for (let at = pa; at < pa + PAGE_BYTES; at += LINE_BYTES) {
      this.#image.write(at, new Uint8Array(LINE_BYTES));
      this.#image.write(this.#map.macPa(at), new Uint8Array(MAC_BYTES));
    }
  }
}
