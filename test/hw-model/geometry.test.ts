import { describe, expect, it } from "vitest";
import { geometryMistakes, PENGLAI_PAPER, rootCounters, storageOf } from "../../hw-model/geometry.ts";
import { MetadataMap } from "../../hw-model/metadata-map.ts";
import { Mmt } from "../../hw-model/mmt.ts";

describe("penglai-paper (Penglai reference §3.1)", () => {
  it("splits the address at bits 39 | 34 | 29 | 24 | 22 | 17 | 12 | 6", () => {
    const { spanBits, rootTree, rootLine, subTree } = PENGLAI_PAPER;
    expect([spanBits, ...[...rootTree, rootLine, ...subTree].map((level) => level.coverBits)]).toEqual([
      39, 34, 29, 24, 22, 17, 12,
    ]);
    expect(geometryMistakes(PENGLAI_PAPER)).toEqual([]);
  });

  it("needs 2.07 MB for the RootTree of 512 GB", () => {
    const storage = storageOf(PENGLAI_PAPER);
    expect(rootCounters(PENGLAI_PAPER)).toBe(32);
    expect(storage.rootTree).toEqual({ "RT-1": 32 * 64, "RT-2": 1024 * 64, "RT leaf": 32_768 * 64 });
    expect(storage.rootTreeBytes).toBe(2_164_736);
  });

  it("needs about 66 KB for a SubTree, 1.6 % of its 4 MB, and 12.5 % for MACs", () => {
    const storage = storageOf(PENGLAI_PAPER);
    expect(storage.subTreeBytes).toBe(64 + 2048 + 65_536);
    expect(storage.subTreeShare).toBeCloseTo(0.0161, 4);
    expect(storage.macShare).toBe(0.125);
  });
});

describe("a geometry that does not fit", () => {
  const [root, st1, st2] = PENGLAI_PAPER.subTree;

  it("is told what is wrong", () => {
    const wide = { ...PENGLAI_PAPER, subTree: [root!, st1!, { ...st2!, minorBits: 7 }] };
    expect(geometryMistakes(wide)).toEqual(["ST-2: minors exceed 384 bits"]);
    expect(() => new Mmt({ seed: new Uint8Array(), geometry: wide })).toThrow("ST-2: minors exceed 384 bits");
    const narrow = { ...PENGLAI_PAPER, subTree: [root!, { ...st1!, arity: 16 }, st2!] };
    expect(geometryMistakes(narrow)).toEqual(["ST-1: 16 children do not cover it"]);
    const line = { ...PENGLAI_PAPER, rootLine: { ...PENGLAI_PAPER.rootLine, entries: 8 } };
    expect(geometryMistakes(line)).toEqual(["RT leaf: 8 entries do not cover it"]);
  });
});

describe("the metadata map", () => {
  const map = new MetadataMap(PENGLAI_PAPER, 0x8000_0000);

  it("finds what it has placed", () => {
    expect(map.regionOf(map.rootNodePa(0, 31))).toMatchObject({ kind: "root-tree", name: "RT-1", index: 31 });
    expect(map.regionOf(map.rootNodePa(1, 0))).toMatchObject({ kind: "root-tree", name: "RT-2", index: 0 });
    expect(map.regionOf(map.rootLinePa(32_767))).toMatchObject({ kind: "root-tree", name: "RT leaf", index: 32_767 });
    const linePa = 0x8000_0000 + 2 ** 38 + 64 * 5;
    expect(map.regionOf(map.macPa(linePa))).toEqual({ kind: "mac", dataPa: linePa });
    const nodesPa = map.nodesPaOf(131_071);
    expect(map.regionOf(map.nodePa(nodesPa, 0, 0))).toEqual({ kind: "node", subTree: 131_071, level: 0, index: 0 });
    expect(map.regionOf(map.nodePa(nodesPa, 2, 1023))).toEqual({
      kind: "node",
      subTree: 131_071,
      level: 2,
      index: 1023,
    });
  });

  it("keeps its zones apart", () => {
    expect(map.regionOf(0x8000_0000 - 1)).toEqual({ kind: "outside" });
    expect(map.regionOf(0x8000_0000 + 2 ** 39 - 1)).toEqual({ kind: "data" });
    expect(map.regionOf(map.rootLinePa(32_768))).toEqual({ kind: "outside" });
    expect(map.nodePa(map.nodesPaOf(6), 2, 1023)).toBeLessThan(map.nodesPaOf(7));
    expect(() => new MetadataMap(PENGLAI_PAPER, 0x8000_1000)).toThrow(RangeError);
  });
});
