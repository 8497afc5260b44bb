/**
 * A tree small enough that a few writes exhaust every counter in it: the paper's levels, with four children instead of 32
 * and minors of two bits. 8 MiB of data, SubTrees of 64 KiB, two of them mounted.
 */
import type { Geometry } from "../../hw-model/geometry.ts";

export const SMALL_TREE: Geometry = {
  name: "small",
  spanBits: 23,
  rootTree: [
    { name: "RT-1", coverBits: 22, arity: 4, minorBits: 2 },
    { name: "RT-2", coverBits: 20, arity: 4, minorBits: 2 },
  ],
  rootLine: { name: "RT leaf", coverBits: 18, entries: 4 },
  subTree: [
    { name: "SubTree root", coverBits: 16, arity: 4, minorBits: 2 },
    { name: "ST-1", coverBits: 14, arity: 4, minorBits: 2 },
    { name: "ST-2", coverBits: 12, arity: 64, minorBits: 2 },
  ],
  mountEntries: 2,
};
