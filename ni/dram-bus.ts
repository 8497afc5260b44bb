/**
 * A probe on the DRAM bus that watches and changes nothing: the physical observer of Komodo reference §4.2, level P1.
 *
 * Two secrets give two ciphertexts, so bytes cannot be compared. What must be equal is the pattern: which lines of the
 * private pages changed since the last look, and which ciphertexts have been seen before. Each 64-byte line is shown as
 * the number of its first appearance.
 * Not observed: the order of accesses between two looks, and metadata lines; a functional machine has neither.
 */
import { PAGE_SIZE, type PageNo, pageNoOf } from "../core/units.ts";
import type { System } from "../host/system.ts";
import { PUBLIC } from "../monitor/spec/owner.ts";
import { ownerOf } from "../monitor/spec/state.ts";

const LINE = 64;

export class DramBus {
  readonly #system: System;
  /** Ciphertext of a line, as text, to the number of its first appearance. */
  readonly #known = new Map<string, number>();

  constructor(system: System) {
    this.#system = system;
  }

  /** One entry for each private page that was ever written: the numbers of its 64 lines. */
  *changes(): Generator<readonly [name: string, lines: string]> {
    const { machine, monitor, dram } = this.#system;
    const from = pageNoOf(machine.ramBase);
    for (const page of machine.backedPages(from, (from + machine.ramSize / PAGE_SIZE) as PageNo)) {
      if ((ownerOf(monitor.state, page) ?? PUBLIC) === PUBLIC) continue;
      yield [`bus 0x${(page * PAGE_SIZE).toString(16)}`, this.#lines(dram.observe(page))];
    }
  }

  #lines(bytes: Uint8Array): string {
    return Array.from({ length: PAGE_SIZE / LINE }, (_, i) =>
      this.#number(bytes.subarray(i * LINE, (i + 1) * LINE)),
    ).join(" ");
  }

  #number(line: Uint8Array): number {
    const text = line.join();
    const number = this.#known.get(text) ?? this.#known.size;
    this.#known.set(text, number);
    return number;
  }
}
