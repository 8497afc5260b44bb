/**
 * Shape of a Mountable Merkle Tree: which node covers how much, with how many counters of which width.
 *
 * Source: Penglai reference §3.1 (paper geometry), §3.2 (widths of the minors and layout of a node line).
 * ```
 * 38      34 33      29 28      24 23 22 21      17 16      12 11       6 5     0    bit of (PA - dramBase)
 * |on-chip  |  RT-1    |  RT-2    | RT  | SubTree  |  ST-1    |  ST-2    | byte  |
 * |  root   |          |          |leaf |  root    |          |          |in line|
 *  32 x 64 b  32 x 12 b  32 x 12 b 4x16 B 32 x 12 b  32 x 12 b  64 x 6 b
 * ```
 * The paper gives arities, gem5's model gives widths: a 64-byte line is 8 B major | 48 B minors | 8 B hash, so 32
 * children have 12-bit minors and 64 children 6-bit ones. (gem5's 24-bit minors belong to its 16-ary level.)
 * Invariant: a node covers `arity` times what its child covers, and its minors fit 384 bits.
 */
import { LINE_BYTES } from "./units.ts";

/** Levels of counter nodes and root lines, as faults name them. */
export type LevelName = "RT-1" | "RT-2" | "RT leaf" | "SubTree root" | "ST-1" | "ST-2";

/** A level of counter nodes, one 64-byte line each. */
export interface CounterLevel {
  readonly name: LevelName;
  /** log2 of the bytes of data below one node. */
  readonly coverBits: number;
  readonly arity: number;
  /** Width of a child's minor counter in bits. */
  readonly minorBits: number;
}

export interface Geometry {
  readonly name: string;
  /** log2 of the bytes that the on-chip root covers. */
  readonly spanBits: number;
  /** Counter levels of the RootTree below the on-chip root, top first. */
  readonly rootTree: readonly CounterLevel[];
  /** Leaf of the RootTree: a line of root entries, one a SubTree. */
  readonly rootLine: { readonly name: LevelName; readonly coverBits: number; readonly entries: number };
  /** Levels of a SubTree, top first; the last one holds the counters of data lines. */
  readonly subTree: readonly CounterLevel[];
  /** Number of SubTrees whose root counter can be on the chip at once. */
  readonly mountEntries: number;
}

/** @spec Penglai reference §3.1 */
export const PENGLAI_PAPER: Geometry = {
  name: "penglai-paper",
  spanBits: 39,
  rootTree: [
    { name: "RT-1", coverBits: 34, arity: 32, minorBits: 12 },
    { name: "RT-2", coverBits: 29, arity: 32, minorBits: 12 },
  ],
  rootLine: { name: "RT leaf", coverBits: 24, entries: 4 },
  subTree: [
    { name: "SubTree root", coverBits: 22, arity: 32, minorBits: 12 },
    { name: "ST-1", coverBits: 17, arity: 32, minorBits: 12 },
    { name: "ST-2", coverBits: 12, arity: 64, minorBits: 6 },
  ],
  mountEntries: 32,
};

const MINORS_BITS = 48 * 8;
/** Bytes of MAC for one data line. */
export const MAC_BYTES = 8;

/** log2 of the bytes that one SubTree covers. */
export const subTreeBits = (geometry: Geometry): number => geometry.subTree[0]!.coverBits;
/** Number of counters of the on-chip root. */
export const rootCounters = (geometry: Geometry): number =>
  2 ** (geometry.spanBits - (geometry.rootTree[0] ?? geometry.rootLine).coverBits);
/** Number of nodes of `level` below something that covers `2^spanBits` bytes. */
export const nodesIn = (spanBits: number, level: { readonly coverBits: number }): number =>
  2 ** (spanBits - level.coverBits);
/** Bytes of node lines of one SubTree. */
export const subTreeNodeBytes = (geometry: Geometry): number =>
  geometry.subTree.reduce((sum, level) => sum + nodesIn(subTreeBits(geometry), level) * LINE_BYTES, 0);

/** @returns what is wrong with a geometry, empty if it is sound */
export function geometryMistakes(geometry: Geometry): string[] {
  const mistakes: string[] = [];
  const checkLevel = (level: CounterLevel, childBits: number): void => {
    if (2 ** (level.coverBits - childBits) !== level.arity)
      mistakes.push(`${level.name}: ${level.arity} children do not cover it`);
    if (level.arity * level.minorBits > MINORS_BITS) mistakes.push(`${level.name}: minors exceed ${MINORS_BITS} bits`);
  };
  const { rootTree, rootLine, subTree } = geometry;
  rootTree.forEach((level, i) => void checkLevel(level, (rootTree[i + 1] ?? rootLine).coverBits));
  subTree.forEach((level, i) => void checkLevel(level, subTree[i + 1]?.coverBits ?? Math.log2(LINE_BYTES)));
  if (2 ** (rootLine.coverBits - subTreeBits(geometry)) !== rootLine.entries)
    mistakes.push(`${rootLine.name}: ${rootLine.entries} entries do not cover it`);
  return mistakes;
}

/** Bytes of metadata, the arithmetic of Penglai reference §3.1. */
export interface Storage {
  /** Lines of the meta-zone by level, fixed at reset. */
  readonly rootTree: Readonly<Record<string, number>>;
  readonly rootTreeBytes: number;
  /** Node lines of one SubTree, on demand. */
  readonly subTreeBytes: number;
  /** Share of the protected memory. */
  readonly subTreeShare: number;
  readonly macShare: number;
}

export function storageOf(geometry: Geometry): Storage {
  const levels = [...geometry.rootTree, geometry.rootLine];
  const rootTree = Object.fromEntries(
    levels.map((level) => [level.name, nodesIn(geometry.spanBits, level) * LINE_BYTES]),
  );
  const subTreeBytes = subTreeNodeBytes(geometry);
  return {
    rootTree,
    rootTreeBytes: Object.values(rootTree).reduce((sum, bytes) => sum + bytes, 0),
    subTreeBytes,
    subTreeShare: subTreeBytes / 2 ** subTreeBits(geometry),
    macShare: MAC_BYTES / LINE_BYTES,
  };
}
