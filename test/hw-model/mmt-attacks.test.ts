/** Attacks on the engine's DRAM, caught at the right level; the same without the defence. Penglai reference §11. */
import { describe, expect, it } from "vitest";
import type { LevelName } from "../../hw-model/geometry.ts";
import type { Defences, Mmt } from "../../hw-model/mmt.ts";
import {
  engineWith,
  flip,
  levelOf,
  lineOf,
  linePa,
  mustFill,
  mustWrite,
  PAGE0,
  RAM,
  SUBTREE_PAGES,
} from "./mmt-fixture.ts";

const OTHER_PAGE = PAGE0 + 1;
const OTHER_SUBTREE = PAGE0 + SUBTREE_PAGES;
const make = (defences: Partial<Defences> = {}): Mmt => engineWith([PAGE0, OTHER_PAGE, OTHER_SUBTREE], { defences });

describe("a changed bit is found where it was changed", () => {
  const subTreeLevels: LevelName[] = ["ST-2", "ST-1", "SubTree root"];
  const rootLevels: LevelName[] = ["RT-2", "RT-1"];
  const where: [string, string, (engine: Mmt) => number][] = [
    ["data", "data", () => RAM + 63],
    ["data", "MAC", (engine) => engine.locate(RAM).mac + 7],
    ...[...subTreeLevels, ...rootLevels].flatMap((level): [string, string, (engine: Mmt) => number][] => [
      [level, "major", (engine) => engine.locate(RAM).lines[level]],
      [level, "first minor", (engine) => engine.locate(RAM).lines[level] + 8],
      [level, "a neighbour's minor", (engine) => engine.locate(RAM).lines[level] + 55],
      [level, "hash", (engine) => engine.locate(RAM).lines[level] + 63],
    ]),
    ["RT leaf", "root counter", (engine) => engine.locate(RAM).rootEntry],
    ["RT leaf", "SubTree address", (engine) => engine.locate(RAM).rootEntry + 7],
    ["RT leaf", "part of the hash", (engine) => engine.locate(RAM).rootEntry + 15],
    ["RT leaf", "a neighbour's root counter", (engine) => engine.locate(RAM).rootEntry + 16],
  ];

  it.each(where)("%s: %s", (level, _, address) => {
    const engine = make();
    engine.unmountAll();
    const pa = address(engine);
    flip(engine, pa, 0x10);
    for (const result of [engine.fill(RAM), engine.writeBack(RAM, lineOf(1))]) {
      // A write-back replaces data and MAC of its own line: there is nothing of them to verify.
      if (level !== "data" || "plaintext" in result) expect(levelOf(result)).toBe(level);
    }
  });

  it.each(where)("%s: %s, and undone: no trace", (level, _, address) => {
    const engine = make();
    engine.unmountAll();
    const pa = address(engine);
    flip(engine, pa);
    expect(levelOf(engine.fill(RAM))).toBe(level);
    flip(engine, pa);
    expect(mustFill(engine, RAM)).toEqual(lineOf(PAGE0 % 251));
  });

  it("a fault names the line and says why", () => {
    const engine = make();
    const pa = engine.locate(RAM).lines["ST-1"];
    flip(engine, pa);
    const result = engine.fill(RAM);
    expect(result).toMatchObject({ ok: false, fault: { level: "ST-1", linePa: pa } });
    expect(result.ok || result.fault.reason).toMatch(
      /hash of the ST-1 line 0x[0-9a-f]+ does not match its contents under counter \d+‖\d+/,
    );
  });

  it("other pages are not touched by a change in one", () => {
    const engine = make();
    flip(engine, RAM);
    flip(engine, engine.locate(RAM).lines["ST-2"]);
    expect(engine.fill(linePa(OTHER_PAGE, 0)).ok).toBe(true);
    expect(engine.fill(linePa(OTHER_SUBTREE, 0)).ok).toBe(true);
  });

  it("the root entry of a mounted SubTree is not used, and is found wrong when it is written", () => {
    const engine = make();
    flip(engine, engine.locate(RAM).rootEntry);
    expect(engine.fill(RAM).ok).toBe(true);
    expect(levelOf(engine.unmountAll())).toBe("RT leaf");
    expect(engine.fill(RAM).ok).toBe(true);
  });

  it("a fault while neighbours are sealed again stops the write and changes nothing", () => {
    const engine = make();
    for (let write = 1; write <= 63; write++) mustWrite(engine, RAM, lineOf(write));
    flip(engine, linePa(PAGE0, 9));
    expect(engine.writeBack(RAM, lineOf(64))).toMatchObject({
      ok: false,
      fault: { level: "data", linePa: linePa(PAGE0, 9) },
    });
    expect(mustFill(engine, RAM)).toEqual(lineOf(63));
  });

  it("a fault while sibling nodes are sealed again stops the write and changes nothing", () => {
    const engine = make();
    for (let write = 0; write < 4094; write++) mustWrite(engine, linePa(PAGE0, write % 64), lineOf(1));
    const sibling = engine.locate(linePa(OTHER_PAGE, 0)).lines["ST-2"];
    flip(engine, sibling);
    const before = engine.image.peek(RAM, 4096);
    expect(engine.writeBack(RAM, lineOf(2))).toMatchObject({ ok: false, fault: { level: "ST-2", linePa: sibling } });
    expect(engine.image.peek(RAM, 4096)).toEqual(before);
    expect(mustFill(engine, RAM)).toEqual(lineOf(1));
  });
});

/** Ranges of DRAM that a replay puts back, smallest first. */
const SCOPES: Record<string, (engine: Mmt) => [number, number][]> = {
  data: () => [[RAM, 64]],
  "data+MAC": (engine) => [
    [RAM, 64],
    [engine.locate(RAM).mac, 8],
  ],
  "data+MAC+ST-2": (engine) => [...SCOPES["data+MAC"]!(engine), [engine.locate(RAM).lines["ST-2"], 64]],
  "data+MAC+ST-2+ST-1": (engine) => [...SCOPES["data+MAC+ST-2"]!(engine), [engine.locate(RAM).lines["ST-1"], 64]],
  "…+SubTree root": (engine) => [
    ...SCOPES["data+MAC+ST-2+ST-1"]!(engine),
    [engine.locate(RAM).lines["SubTree root"], 64],
  ],
  "…+RT leaf": (engine) => [...SCOPES["…+SubTree root"]!(engine), [engine.locate(RAM).lines["RT leaf"], 64]],
  "…+RT-2": (engine) => [...SCOPES["…+RT leaf"]!(engine), [engine.locate(RAM).lines["RT-2"], 64]],
  "…+RT-1": (engine) => [...SCOPES["…+RT-2"]!(engine), [engine.locate(RAM).lines["RT-1"], 64]],
};

/** Old contents 1, current contents 2, then the scope is put back. `isMounted` at the moment of the replay. */
function replay(engine: Mmt, scope: string, isMounted: boolean): void {
  const ranges = SCOPES[scope]!(engine);
  mustWrite(engine, RAM, lineOf(1));
  engine.unmountAll();
  const old = ranges.map(([pa, byteLen]) => [pa, engine.image.peek(pa, byteLen)] as const);
  mustWrite(engine, RAM, lineOf(2));
  if (!isMounted) engine.unmountAll();
  for (const [pa, bytes] of old) engine.image.poke(pa, bytes);
}

describe("an old state of DRAM is found at the first level that is newer", () => {
  it.each([
    ["data", "data", "data"],
    ["data+MAC", "data", "data"],
    ["data+MAC+ST-2", "ST-2", "ST-2"],
    ["data+MAC+ST-2+ST-1", "ST-1", "ST-1"],
    ["…+SubTree root", "SubTree root", "SubTree root"],
    ["…+RT leaf", "SubTree root", "RT leaf"],
    ["…+RT-2", "SubTree root", "RT-2"],
    ["…+RT-1", "SubTree root", "RT-1"],
  ])("replay of %s: %s while mounted, %s after unmount", (scope, mounted, unmounted) => {
    for (const isMounted of [true, false]) {
      const engine = make();
      replay(engine, scope, isMounted);
      expect(levelOf(engine.fill(RAM))).toBe(isMounted ? mounted : unmounted);
    }
  });
});

describe("each defence alone: the attack that it stops goes unnoticed without it", () => {
  it("MAC: a bit that flips on the bus flips in the plaintext", () => {
    const contents = lineOf(PAGE0 % 251);
    for (const mac of [true, false]) {
      const engine = make({ mac });
      flip(engine, RAM, 0x80);
      if (mac) expect(levelOf(engine.fill(RAM))).toBe("data");
      else expect(mustFill(engine, RAM)).toEqual(contents.with(0, contents[0]! ^ 0x80));
    }
  });

  it("counter: an old data+MAC pair is accepted", () => {
    const engine = make({ counter: false });
    replay(engine, "data+MAC", false);
    expect(mustFill(engine, RAM)).toEqual(lineOf(1));
  });

  it("tree: an old data+MAC+counter triple is accepted, and so is every larger replay", () => {
    for (const scope of Object.keys(SCOPES).slice(2)) {
      const engine = make({ tree: false });
      replay(engine, scope, false);
      expect(mustFill(engine, RAM)).toEqual(lineOf(1));
    }
  });

  it("the other defences do not catch each other's attacks by accident", () => {
    const flipped = make({ counter: false, tree: false, encryption: false });
    flip(flipped, RAM);
    expect(levelOf(flipped.fill(RAM))).toBe("data");
    const replayedPair = make({ tree: false, encryption: false });
    replay(replayedPair, "data+MAC", false);
    expect(levelOf(replayedPair.fill(RAM))).toBe("data");
    const replayedTriple = make({ mac: false, encryption: false });
    replay(replayedTriple, "data+MAC+ST-2", false);
    expect(levelOf(replayedTriple.fill(RAM))).toBe("ST-2");
  });
});

describe("spliced lines", () => {
  const copy = (engine: Mmt, from: number, to: number, byteLen: number): void =>
    engine.image.poke(to, engine.image.peek(from, byteLen));

  const neighbours: [string, number][] = [
    ["a line of the same page", linePa(PAGE0, 1)],
    ["a line of another page", linePa(OTHER_PAGE, 0)],
    ["a line of another SubTree", linePa(OTHER_SUBTREE, 0)],
  ];
  // All of them were sealed once, in the first life of their page: their counters are equal.
  const spliceOver = (engine: Mmt, from: number): void => {
    copy(engine, from, RAM, 64);
    copy(engine, engine.locate(from).mac, engine.locate(RAM).mac, 8);
  };

  it.each(neighbours)("data and MAC of %s fail the MAC", (_, from) => {
    const engine = make();
    spliceOver(engine, from);
    expect(levelOf(engine.fill(RAM))).toBe("data");
  });

  it.each(neighbours)("data and MAC of %s pass a MAC that does not know the address", (_, from) => {
    const engine = engineWith([PAGE0, OTHER_PAGE, OTHER_SUBTREE], { defects: ["X4b", "X13"] });
    const contents = mustFill(engine, from);
    spliceOver(engine, from);
    expect(mustFill(engine, RAM)).toEqual(contents);
  });

  it("without the MAC they are accepted", () => {
    const engine = make({ mac: false, encryption: false });
    mustWrite(engine, linePa(OTHER_PAGE, 0), lineOf(0x77));
    copy(engine, linePa(OTHER_PAGE, 0), RAM, 64);
    expect(mustFill(engine, RAM)).toEqual(lineOf(0x77));
  });

  it.each(["ST-2", "ST-1", "SubTree root"] as const)("a whole %s line of another SubTree fails", (level) => {
    const engine = make();
    copy(engine, engine.locate(linePa(OTHER_SUBTREE, 0)).lines[level], engine.locate(RAM).lines[level], 64);
    expect(levelOf(engine.fill(RAM))).toBe(level);
  });

  it("two SubTrees that change places in their root line fail", () => {
    const engine = make();
    engine.unmountAll();
    const a = engine.locate(RAM).rootEntry;
    const b = engine.locate(linePa(OTHER_SUBTREE, 0)).rootEntry;
    const entry = engine.image.peek(a, 16);
    copy(engine, b, a, 16);
    engine.image.poke(b, entry);
    for (const pa of [RAM, linePa(OTHER_SUBTREE, 0)]) expect(levelOf(engine.fill(pa))).toBe("RT leaf");
  });
});
