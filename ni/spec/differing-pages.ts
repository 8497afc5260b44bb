/**
 * The pages in which two memories differ, kept up to date from what was written: two machines that begin alike differ at
 * most where one of them was written since. Twin: a comparison of all pages (test/ni/spec/differing-pages.test.ts).
 */
import type { PageNo } from "../../core/units.ts";
import type { NiMachine } from "./pure-machine.ts";

export class DifferingPages {
  readonly pages = new Set<PageNo>();
  readonly #left: NiMachine;
  readonly #right: NiMachine;

  /** @param left and right hold the same now */
  constructor(left: NiMachine, right: NiMachine) {
    this.#left = left;
    this.#right = right;
    left.takeWritten();
    right.takeWritten();
  }

  update(): ReadonlySet<PageNo> {
    for (const machine of [this.#left, this.#right])
      for (const page of machine.takeWritten()) {
        if (isEqual(this.#left.page(page), this.#right.page(page))) this.pages.delete(page);
        else this.pages.add(page);
      }
    return this.pages;
  }
}

/** Whole pages, word by word: byte by byte took four times as long. */
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  const left = new Uint32Array(a.buffer, a.byteOffset, a.length / 4);
  const right = new Uint32Array(b.buffer, b.byteOffset, b.length / 4);
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}
