/** A machine that is nothing but pages and a CPU that reads and writes them: the other side of a `DramPort`. */
import { type DramPort, DramView, type Refill } from "../../hw-model/dram.ts";
import { Mmt, type MmtOptions } from "../../hw-model/mmt.ts";
import { pageOf, seedOf } from "./mmt-fixture.ts";

export const RAM_BYTES = 64 << 20;

/** What one access of the CPU came to. */
export type Access = { readonly ok: true; readonly page: Uint8Array } | Extract<Refill, { ok: false }>;

export class PlainMachine implements DramPort {
  readonly view: DramView;
  readonly #pages = new Map<number, Uint8Array>();
  readonly #secure = new Set<number>();
  readonly watched = new Set<number>();

  constructor(options: Partial<MmtOptions> = {}) {
    this.view = new DramView(new Mmt({ seed: seedOf("machine"), ...options }), this, RAM_BYTES);
  }

  readPlain(page: number): Uint8Array {
    return this.#pages.get(page) ?? pageOf(0);
  }

  writePlain(page: number, bytes: Uint8Array): void {
    this.#pages.set(page, bytes.slice());
  }

  watch(page: number, on: boolean): void {
    if (on) this.watched.add(page);
    else this.watched.delete(page);
  }

  isSecure(page: number): boolean {
    return this.#secure.has(page);
  }

  /** The monitor's part. */
  secure(page: number): Refill {
    this.#secure.add(page);
    return this.view.secured(page);
  }

  release(page: number): void {
    this.#secure.delete(page);
    this.#pages.delete(page);
    this.view.released(page);
  }

  /** The CPU touches a page, and overwrites one line of it if `line` is given. */
  touch(page: number, line?: { readonly index: number; readonly contents: Uint8Array }): Access {
    if (this.watched.has(page)) {
      const refilled = this.view.refill(page);
      if (!refilled.ok) return refilled;
    }
    const bytes = this.readPlain(page).slice();
    if (line) {
      bytes.set(line.contents, line.index * 64);
      this.#pages.set(page, bytes);
    }
    return { ok: true, page: bytes };
  }
}
