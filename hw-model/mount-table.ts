/**
 * The mount table: root counters of the SubTrees in use, on the chip.
 *
 * Source: Penglai reference §3.1 ("mount table, 32 entries {tag, index, SubTree-root counter, SubTree address}").
 * Fully associative with second-chance (CLOCK) replacement; the paper does not name its policy, gem5's model uses this
 * one (§3.2). While a SubTree is mounted its root entry in DRAM is stale and is not read.
 */
import type { RootEntry } from "./sealed-line.ts";

export interface Mount {
  /** Number of the SubTree: (PA - dramBase) / 4 MiB. */
  readonly subTree: number;
  readonly nodesPa: RootEntry["nodesPa"];
  /** Counter that the SubTree root is sealed under: newer than the root entry's once something was written. */
  counter: bigint;
  /** `counter` of the root entry in DRAM. */
  readonly savedCounter: bigint;
}

export class MountTable {
  readonly #slots: ({ mount: Mount; referenced: boolean } | undefined)[];
  #hand = 0;

  /** @param entries number of slots, at least 1 */
  constructor(entries: number) {
    this.#slots = new Array(entries).fill(undefined);
  }

  get mounted(): Mount[] {
    return this.#slots.flatMap((slot) => (slot ? [slot.mount] : []));
  }

  /** Looks a SubTree up and gives it its second chance. */
  find(subTree: number): Mount | undefined {
    const slot = this.#slots.find((candidate) => candidate?.mount.subTree === subTree);
    if (slot) slot.referenced = true;
    return slot?.mount;
  }

  /** @returns the mount that must go before another can come, undefined while a slot is free */
  victim(): Mount | undefined {
    if (this.#slots.includes(undefined)) return undefined;
    for (;;) {
      const slot = this.#slots[this.#hand]!;
      if (!slot.referenced) return slot.mount;
      slot.referenced = false;
      this.#hand = (this.#hand + 1) % this.#slots.length;
    }
  }

  /** @throws Error if the table is full: unmount the victim first */
  install(mount: Mount): void {
    const free = this.#slots.indexOf(undefined);
    if (free < 0) throw new Error("mount table is full");
    this.#slots[free] = { mount, referenced: true };
  }

  remove(subTree: number): void {
    const at = this.#slots.findIndex((slot) => slot?.mount.subTree === subTree);
    if (at >= 0) this.#slots[at] = undefined;
  }
}
