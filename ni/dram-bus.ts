/**
 * A probe on the DRAM bus that watches and changes nothing: the physical observer of Komodo reference §4.2, level P1.
 *
 * Two secrets give two ciphertexts, so bytes cannot be compared. What must be equal is the pattern: which lines of the
 * private pages changed since the last look, and which ciphertexts have been seen before. Each 64-byte line is shown as
 * the number of its first appearance.
 * A limit of images that are made on demand (hw-model/dram.ts): a store that leaves its line as it was shows as no change,
 * where a write-back cache would write it again under a new counter. So the pattern tells whether a stored value was new,
 * and a program that stores secrets is not clean for this observer when the OS looks after every few instructions.
 * Not observed: the order of accesses between two looks, and metadata lines; a functional machine has neither.
 */

import { PAGE_SIZE, type PageNo, pageNoOf } from "../core/units.ts";
import type { System } from "../host/system.ts";
import { LINE_BYTES } from "../hw-model/units.ts";
import { PUBLIC } from "../monitor/kernel/page-owner.ts";
import { ownerOf } from "../monitor/penglai-tvm/state.ts";

export class DramBus {
  readonly #system: System;
  /** Ciphertext of a line, as text, to the number of its first appearance. */
  readonly #known = new Map<string, number>();
  /** Images of the private pages at the last look. */
  readonly #last = new Map<PageNo, Uint8Array>();

  constructor(system: System) {
    this.#system = system;
  }

  /** One entry for each private page that changed: `line:number` of each line that did. */
  *changes(): Generator<readonly [name: string, lines: string]> {
    const { machine, monitor, dram } = this.#system;
    const from = pageNoOf(machine.ramBase);
    for (const page of machine.backedPages(from, (from + machine.ramSize / PAGE_SIZE) as PageNo)) {
      if ((ownerOf(monitor.state, page) ?? PUBLIC) === PUBLIC) continue;
      const bytes = dram.observe(page);
      const lines = this.#changedLines(bytes, this.#last.get(page));
      this.#last.set(page, bytes);
      if (lines.length > 0) yield [`bus 0x${(page * PAGE_SIZE).toString(16)}`, lines.join(" ")];
    }
  }

  #changedLines(bytes: Uint8Array, last: Uint8Array | undefined): string[] {
    const changed: string[] = [];
    for (let at = 0; at < PAGE_SIZE; at += LINE_BYTES) {
      const line = bytes.subarray(at, at + LINE_BYTES);
      if (last && isSameAt(last, at, line)) continue;
      changed.push(`${at / LINE_BYTES}:${this.#number(line)}`);
    }
    return changed;
  }

  #number(line: Uint8Array): number {
    const text = String.fromCharCode(...line);
    const number = this.#known.get(text) ?? this.#known.size;
    this.#known.set(text, number);
    return number;
  }
}

function isSameAt(bytes: Uint8Array, at: number, line: Uint8Array): boolean {
  for (let i = 0; i < line.length; i++) if (bytes[at + i] !== line[i]) return false;
  return true;
}
