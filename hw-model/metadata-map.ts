/**
 * Where the metadata of the tree lies in physical memory.
 *
 * ```
 * dramBase          + span            + meta-zone        + span/8            …
 * | data (512 GB)   | MMT meta-zone   | MACs, 8 B a line | node pages, one slot a SubTree
 * ```
 * The meta-zone is the only part that is reserved at reset (Penglai reference §3.1, "DRAM classes"): RT-1 lines, RT-2
 * lines, then RT leaf lines. A SubTree's slot holds its root, its ST-1 and its ST-2 lines in this order.
 * Not modelled: the operating system giving pages of its own for SubTree nodes. Node pages and MACs lie above the span,
 * so that no guest has to make room for them; the addresses are real to the MACs and to an attacker all the same. Each
 * SubTree has a slot of its own for life: nodes are bound to their address, so pages that served one SubTree and then
 * another would let nodes of the first pass in the second, whose counters may be the same.
 */
import { type Geometry, type LevelName, MAC_BYTES, nodesIn, subTreeBits, subTreeNodeBytes } from "./geometry.ts";
import { LINE_BYTES, PAGE_BYTES, type Pa } from "./units.ts";

export const ROOT_COUNTER_BYTES = 8;

/** What lies at an address. `level` counts from the top of its tree. */
export type Region =
  | { readonly kind: "data" }
  | { readonly kind: "mac"; readonly dataPa: Pa }
  | { readonly kind: "root-tree"; readonly name: LevelName; readonly level: number; readonly index: number }
  | { readonly kind: "node"; readonly subTree: number; readonly level: number; readonly index: number }
  | { readonly kind: "outside" };

const pagesUp = (byteLen: number): number => Math.ceil(byteLen / PAGE_BYTES) * PAGE_BYTES;

export class MetadataMap {
  readonly geometry: Geometry;
  /** First byte that the tree covers. */
  readonly dramBase: Pa;
  readonly #metaZone: Pa;
  readonly #macs: Pa;
  readonly #slots: Pa;
  /** Bytes of one SubTree's node pages. */
  readonly slotBytes: number;
  readonly #subTreeBytes: number;
  readonly #rootLevels: readonly { readonly name: LevelName; readonly base: Pa; readonly count: number }[];
  readonly #nodeLevels: readonly { readonly offset: number; readonly count: number }[];

  /** @param dramBase a multiple of the bytes that a SubTree covers @throws RangeError otherwise */
  constructor(geometry: Geometry, dramBase: Pa) {
    this.#subTreeBytes = 2 ** subTreeBits(geometry);
    if (dramBase % this.#subTreeBytes !== 0) throw new RangeError("dramBase is not aligned to a SubTree");
    this.geometry = geometry;
    this.dramBase = dramBase;
    const span = 2 ** geometry.spanBits;
    this.#metaZone = dramBase + span;

    let base = this.#metaZone;
    this.#rootLevels = [...geometry.rootTree, geometry.rootLine].map((level) => {
      const count = nodesIn(geometry.spanBits, level);
      const placed = { name: level.name, base, count };
      base += count * LINE_BYTES;
      return placed;
    });
    this.#macs = this.#metaZone + pagesUp(base - this.#metaZone);
    this.#slots = this.#macs + (span / LINE_BYTES) * MAC_BYTES;

    let offset = 0;
    this.#nodeLevels = geometry.subTree.map((level) => {
      const count = nodesIn(subTreeBits(geometry), level);
      const placed = { offset, count };
      offset += count * LINE_BYTES;
      return placed;
    });
    this.slotBytes = pagesUp(subTreeNodeBytes(geometry));
  }

  covers(pa: Pa): boolean {
    return pa >= this.dramBase && pa < this.#metaZone;
  }

  /** Number of the SubTree that covers a data address. */
  subTreeOf(pa: Pa): number {
    return Math.floor((pa - this.dramBase) / this.#subTreeBytes);
  }

  subTreeBase(subTree: number): Pa {
    return this.dramBase + subTree * this.#subTreeBytes;
  }

  /** Number of a data line within its SubTree: the child index of the bottom level. */
  lineInSubTree(linePa: Pa): number {
    return ((linePa - this.dramBase) % this.#subTreeBytes) / LINE_BYTES;
  }

  macPa(linePa: Pa): Pa {
    return this.#macs + ((linePa - this.dramBase) / LINE_BYTES) * MAC_BYTES;
  }

  rootNodePa(level: number, index: number): Pa {
    return this.#rootLevels[level]!.base + index * LINE_BYTES;
  }

  rootLinePa(index: number): Pa {
    return this.rootNodePa(this.#rootLevels.length - 1, index);
  }

  /** Where the nodes of a SubTree lie while it exists. */
  nodesPaOf(subTree: number): Pa {
    return this.#slots + subTree * this.slotBytes;
  }

  /** Where the root counters would lie if they were not on the chip (defect X6): behind the last slot. */
  rootCounterPa(topIndex: number): Pa {
    return this.nodesPaOf(2 ** this.geometry.spanBits / this.#subTreeBytes) + topIndex * ROOT_COUNTER_BYTES;
  }

  nodePa(nodesPa: Pa, level: number, index: number): Pa {
    return nodesPa + this.#nodeLevels[level]!.offset + index * LINE_BYTES;
  }

  regionOf(pa: Pa): Region {
    if (pa < this.dramBase) return { kind: "outside" };
    if (pa < this.#metaZone) return { kind: "data" };
    if (pa < this.#macs) {
      for (const [level, { name, base, count }] of this.#rootLevels.entries()) {
        if (pa < base + count * LINE_BYTES) {
          return { kind: "root-tree", name, level, index: Math.floor((pa - base) / LINE_BYTES) };
        }
      }
      return { kind: "outside" };
    }
    if (pa < this.#slots) {
      return { kind: "mac", dataPa: this.dramBase + Math.floor((pa - this.#macs) / MAC_BYTES) * LINE_BYTES };
    }
    const subTree = Math.floor((pa - this.#slots) / this.slotBytes);
    const inSlot = pa - this.nodesPaOf(subTree);
    for (const [level, { offset, count }] of this.#nodeLevels.entries()) {
      if (inSlot < offset + count * LINE_BYTES) {
        return { kind: "node", subTree, level, index: Math.floor((inSlot - offset) / LINE_BYTES) };
      }
    }
    return { kind: "outside" };
  }
}
