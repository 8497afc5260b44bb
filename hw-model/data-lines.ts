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
import { LINE_BYTES, PAGE_BYTES, type Pa, type PageNo, paOfPage } from "./units.ts";

export class DataLines {
  readonly #image: DramImage;
  readonly #map: MetadataMap;
  readonly #suite: CryptoSuite;
  readonly #verifies: boolean;

  /** @param verifies false: the defence "MAC" is off, MACs are written but nobody looks at them */
  constructor(image: DramImage, map: MetadataMap, suite: CryptoSuite, verifies: boolean) {
    this.#image = image;
    this.#map = map;
    this.#suite = suite;
    this.#verifies = verifies;
  }

  open(linePa: Pa, counter: Counter): Checked<{ plaintext: Uint8Array }> {
    const ciphertext = this.#image.read(linePa, LINE_BYTES);
    const mac = this.#image.read(this.#map.macPa(linePa), MAC_BYTES);
    if (this.#verifies && !sameBytes(mac, this.#suite.mac("data", linePa, counter, ciphertext))) {
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
