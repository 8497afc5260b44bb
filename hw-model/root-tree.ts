/**
 * The RootTree: keeps the root counter and the node address of every SubTree of the span.
 *
 * Above it the on-chip root, 32 counters that no attacker reaches; below the root two levels of counter nodes and a
 * leaf line of four root entries, all in the meta-zone. Source: Penglai reference §3.1.
 * A root entry is read at mount and written at unmount only, so the RootTree is off the path of ordinary accesses.
 */

import { CounterTree, type TrustedCounter } from "./counter-tree.ts";
import { BODY_BYTES, counterOf } from "./counters.ts";
import { type Geometry, rootCounters } from "./geometry.ts";
import { type Checked, OK } from "./integrity-fault.ts";
import type { LineSeal, LineWrite } from "./line-seal.ts";
import { type MetadataMap, ROOT_COUNTER_BYTES } from "./metadata-map.ts";
import { NODE_FORMAT, ROOT_LINE_FORMAT, type RootEntry, readRootEntry, withRootEntry } from "./sealed-line.ts";
import type { Pa } from "./units.ts";

export class RootTree {
  readonly #geometry: Geometry;
  readonly #map: MetadataMap;
  readonly #seal: LineSeal;
  readonly #tree: CounterTree;

  constructor(geometry: Geometry, map: MetadataMap, seal: LineSeal) {
    this.#geometry = geometry;
    this.#map = map;
    this.#seal = seal;
    this.#tree = new CounterTree(seal, {
      levels: geometry.rootTree,
      nodePa: (level, index) => map.rootNodePa(level, index),
      trusted: seal.defects.has("X6") ? this.#rootInDram() : this.#rootOnChip(),
    });
  }

  /** Reads the entry of a SubTree, verified up to the on-chip root. */
  read(subTree: number): Checked<{ entry: RootEntry }> {
    const leaf = this.#leafOf(subTree);
    const trusted = this.#tree.counter(leaf);
    if (!trusted.ok) return trusted;
    const line = this.#seal.open(
      ROOT_LINE_FORMAT,
      this.#geometry.rootLine.name,
      this.#map.rootLinePa(leaf),
      trusted.counter,
    );
    if (!line.ok) return line;
    return { ok: true, entry: readRootEntry(line.body, this.#slotOf(subTree)) };
  }

  /** Writes the entry of a SubTree and advances every counter above it. */
  write(subTree: number, entry: RootEntry): Checked {
    const leaf = this.#leafOf(subTree);
    const bumped = this.#tree.bump(leaf);
    if (!bumped.ok) return bumped;
    const { plan } = bumped;
    const slots = plan.before.minors.length;
    const writes: LineWrite[] = [];
    // An exhausted minor gives all leaf lines below the node a new counter; otherwise one line changes.
    for (let slot = 0; slot < slots; slot++) {
      const isTarget = slot === leaf % slots;
      if (!isTarget && !plan.overflowed) continue;
      const pa = this.#map.rootLinePa(leaf - (leaf % slots) + slot);
      const unlooked = isTarget ? "X24" : "X22";
      const counter = counterOf(plan.before, slot);
      const line = this.#seal.open(ROOT_LINE_FORMAT, this.#geometry.rootLine.name, pa, counter, unlooked);
      if (!line.ok) return line;
      const body = isTarget ? withRootEntry(line.body, this.#slotOf(subTree), entry) : line.body;
      writes.push(this.#seal.seal(ROOT_LINE_FORMAT, pa, counterOf(plan.after, slot), body));
    }
    plan.commit();
    this.#seal.commit(writes);
    return OK;
  }

  /** A line as BootROM leaves it: all counters and entries 0. */
  lineAtReset(level: number, pa: Pa): Uint8Array {
    const format = level === this.#geometry.rootTree.length ? ROOT_LINE_FORMAT : NODE_FORMAT;
    return this.#seal.seal(format, pa, { major: 0n, minor: 0 }, new Uint8Array(BODY_BYTES)).line;
  }

  /** The root of trust: one counter for each top node. */
  #rootOnChip(): TrustedCounter {
    const counters = new BigUint64Array(rootCounters(this.#geometry));
    return {
      read: (topIndex) => counters[topIndex]!,
      advance: (topIndex) => {
        counters[topIndex]! += 1n;
      },
    };
  }

  /** Defect X6: the same counters where everybody can write them. */
  #rootInDram(): TrustedCounter {
    const { image } = this.#seal;
    const read = (topIndex: number): bigint => {
      const bytes = image.read(this.#map.rootCounterPa(topIndex), ROOT_COUNTER_BYTES);
      return new DataView(bytes.buffer).getBigUint64(0, true);
    };
    return {
      read,
      advance: (topIndex) => {
        const next = new Uint8Array(BigUint64Array.of(read(topIndex) + 1n).buffer);
        image.write(this.#map.rootCounterPa(topIndex), next);
      },
    };
  }

  #leafOf(subTree: number): number {
    return Math.floor(subTree / this.#geometry.rootLine.entries);
  }

  #slotOf(subTree: number): number {
    return subTree % this.#geometry.rootLine.entries;
  }
}
