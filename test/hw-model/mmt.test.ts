/** The engine without an attacker: what goes in comes out, at the cost it should have. Penglai reference §3.1, §11. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Counter } from "../../hw-model/counters.ts";
import { aesSuite, type CryptoSuite } from "../../hw-model/crypto-suite.ts";
import { Mmt } from "../../hw-model/mmt.ts";
import {
  engineWith,
  lineOf,
  linePa,
  mustFill,
  mustWrite,
  nodeOnBus,
  PAGE0,
  pageOf,
  RAM,
  SUBTREE_PAGES,
  seedOf,
} from "./mmt-fixture.ts";

describe("secure and normal lines", () => {
  it("a secure line comes back as it was written and is not on the bus", () => {
    const engine = engineWith([PAGE0]);
    mustWrite(engine, linePa(PAGE0, 3), lineOf(0x5a));
    expect(mustFill(engine, linePa(PAGE0, 3))).toEqual(lineOf(0x5a));
    expect(engine.image.peek(linePa(PAGE0, 3), 64)).not.toEqual(lineOf(0x5a));
  });

  it("without the defence `encryption` it is on the bus", () => {
    const engine = engineWith([PAGE0], { defences: { encryption: false } });
    mustWrite(engine, linePa(PAGE0, 3), lineOf(0x5a));
    expect(engine.image.peek(linePa(PAGE0, 3), 64)).toEqual(lineOf(0x5a));
    expect(mustFill(engine, linePa(PAGE0, 3))).toEqual(lineOf(0x5a));
  });

  it("equal lines and equal writes look different on the bus", () => {
    const engine = engineWith([PAGE0]);
    const seen = new Set<string>();
    for (const line of [0, 1]) {
      for (let again = 0; again < 3; again++) {
        mustWrite(engine, linePa(PAGE0, line), lineOf(7));
        seen.add(engine.image.peek(linePa(PAGE0, line), 64).toString());
      }
    }
    expect(seen.size).toBe(6);
  });

  it("a normal line bypasses the engine", () => {
    const engine = engineWith([PAGE0]);
    const { traffic } = engine.image;
    const before = { ...traffic };
    mustWrite(engine, linePa(PAGE0 + 1, 0), lineOf(9));
    expect(mustFill(engine, linePa(PAGE0 + 1, 0))).toEqual(lineOf(9));
    expect(engine.image.peek(linePa(PAGE0 + 1, 0), 64)).toEqual(lineOf(9));
    expect(traffic).toEqual({ reads: before.reads + 1, writes: before.writes + 1 });
  });

  it("the same seed gives the same DRAM, another seed another", () => {
    const image = (seed: string): string => {
      const engine = new Mmt({ seed: seedOf(seed) });
      engine.protect(PAGE0, pageOf(1));
      return engine.image.peek(linePa(PAGE0, 0), 4096).toString();
    };
    expect(image("a")).toBe(image("a"));
    expect(image("a")).not.toBe(image("b"));
  });

  it("arguments that name no line or page are refused", () => {
    const engine = engineWith([PAGE0]);
    expect(() => engine.fill(RAM + 1)).toThrow(RangeError);
    expect(() => engine.writeBack(RAM, new Uint8Array(63))).toThrow(RangeError);
    expect(() => engine.protect(PAGE0, pageOf(0))).toThrow(RangeError);
    expect(() => engine.protect(PAGE0 - 1, pageOf(0))).toThrow(RangeError);
    expect(() => engine.release(PAGE0 + 1)).toThrow(RangeError);
    expect(() => engine.locate(linePa(PAGE0 + SUBTREE_PAGES, 0))).toThrow(RangeError);
  });
});

describe("512 GB", () => {
  it("cost nothing until they are touched", () => {
    const engine = new Mmt({ seed: seedOf("empty") });
    expect(engine.image.storedPages).toBe(0);
    const last = PAGE0 + 2 ** 39 / 4096 - 1;
    expect(engine.protect(last, pageOf(0xee))).toEqual({ ok: true });
    expect(mustFill(engine, linePa(last, 63))).toEqual(lineOf(0xee));
    // Data, MACs, RT-1 and RT-2 in their pages, RT leaf, and the node pages on the path.
    expect(engine.image.storedPages).toBeLessThanOrEqual(8);
    expect(() => engine.protect(last + 1, pageOf(0))).toThrow(RangeError);
  });
});

describe("traffic on the bus has a closed form", () => {
  /** No metadata cache: each access reads three nodes; a write writes them too. Data and MAC are a transfer each. */
  it.each([
    ["sequential", Array.from({ length: 64 }, (_, i) => i)],
    ["strided", Array.from({ length: 32 }, (_, i) => (i * 17) % 64)],
    ["random", [5, 60, 5, 0, 33, 12, 12, 63]],
  ])("%s lines", (_, lines) => {
    const engine = engineWith([PAGE0]);
    const { traffic } = engine.image;
    const start = { ...traffic };
    for (const line of lines) mustFill(engine, linePa(PAGE0, line));
    expect(traffic).toEqual({ reads: start.reads + lines.length * (3 + 2), writes: start.writes });
    const middle = { ...traffic };
    for (const line of lines) mustWrite(engine, linePa(PAGE0, line), lineOf(1));
    expect(traffic).toEqual({ reads: middle.reads + lines.length * 3, writes: middle.writes + lines.length * (3 + 2) });
  });

  it("a mount reads the three lines of the RootTree, a dirty unmount reads and writes them", () => {
    const engine = engineWith([PAGE0]);
    const { traffic } = engine.image;
    const start = { ...traffic };
    engine.unmountAll();
    expect(traffic).toEqual({ reads: start.reads + 3, writes: start.writes + 3 });
    const unmounted = { ...traffic };
    mustFill(engine, linePa(PAGE0, 0));
    expect(traffic).toEqual({ reads: unmounted.reads + 3 + 5, writes: unmounted.writes });
    const clean = { ...traffic };
    engine.unmountAll();
    expect(traffic).toEqual(clean);
  });
});

describe("mounting", () => {
  const pages = Array.from({ length: 33 }, (_, i) => PAGE0 + i * SUBTREE_PAGES);

  it("33 SubTrees share 32 entries, and every one of them is still right", () => {
    const engine = engineWith(pages);
    for (let round = 0; round < 3; round++) {
      for (const page of pages) mustWrite(engine, linePa(page, round), lineOf(page % 199));
      for (const page of pages) expect(mustFill(engine, linePa(page, round))).toEqual(lineOf(page % 199));
    }
    const { mounts, unmounts } = engine.stats;
    expect(mounts - unmounts).toBe(32);
    expect(unmounts).toBeGreaterThanOrEqual(33);
  });

  it("32 SubTrees are mounted once", () => {
    const engine = engineWith(pages.slice(0, 32));
    for (let round = 0; round < 3; round++) for (const page of pages.slice(0, 32)) mustFill(engine, linePa(page, 0));
    expect(engine.stats).toMatchObject({ mounts: 32, unmounts: 0 });
  });

  it("counters go on after unmount and remount", () => {
    const engine = engineWith([PAGE0]);
    const pa = linePa(PAGE0, 0);
    const ciphertexts = new Set<string>();
    for (let life = 0; life < 5; life++) {
      mustWrite(engine, pa, lineOf(1));
      ciphertexts.add(engine.image.peek(pa, 64).toString());
      const counters = nodeOnBus(engine, pa, "ST-2").body;
      expect(engine.unmountAll()).toEqual({ ok: true });
      expect(mustFill(engine, pa)).toEqual(lineOf(1));
      expect(nodeOnBus(engine, pa, "ST-2").body).toEqual(counters);
    }
    expect(ciphertexts.size).toBe(5);
  });
});

describe("an exhausted minor", () => {
  it("of a line (2^6 writes): the page's lines are sealed again and keep their contents", () => {
    const engine = engineWith([PAGE0]);
    const pa = linePa(PAGE0, 0);
    const neighbour = engine.image.peek(linePa(PAGE0, 1), 64);
    const { major } = nodeOnBus(engine, pa, "ST-2");
    for (let write = 1; write <= 63; write++) mustWrite(engine, pa, lineOf(write));
    expect(engine.stats.resealedLines).toBe(0);
    expect(nodeOnBus(engine, pa, "ST-2").major).toBe(major);
    mustWrite(engine, pa, lineOf(64));
    expect(engine.stats.resealedLines).toBe(63);
    expect(nodeOnBus(engine, pa, "ST-2").major).toBe(major + 1n);
    expect(mustFill(engine, pa)).toEqual(lineOf(64));
    expect(engine.image.peek(linePa(PAGE0, 1), 64)).not.toEqual(neighbour);
    for (let line = 1; line < 64; line++) expect(mustFill(engine, linePa(PAGE0, line))).toEqual(lineOf(PAGE0 % 251));
  });

  it("of a node (2^12 writes): its siblings are sealed again and still verify", () => {
    const sibling = PAGE0 + 1;
    const cousin = PAGE0 + 32;
    const engine = engineWith([PAGE0, sibling, cousin]);
    const majors = () => [nodeOnBus(engine, RAM, "SubTree root").major, nodeOnBus(engine, RAM, "ST-1").major];
    const before = majors();
    // 64 lines in turn: no 6-bit minor is exhausted more often than necessary.
    for (let write = 0; write < 4096; write++) mustWrite(engine, linePa(PAGE0, write % 64), lineOf(write % 256));
    expect(majors()).toEqual(before.map((major) => major + 1n));
    for (const page of [sibling, cousin]) expect(mustFill(engine, linePa(page, 9))).toEqual(lineOf(page % 251));
    expect(mustFill(engine, linePa(PAGE0, 63))).toEqual(lineOf(255));
  });

  it("of a root line (2^12 unmounts): the other root lines are sealed again and still verify", () => {
    const other = PAGE0 + 4 * SUBTREE_PAGES;
    const engine = engineWith([PAGE0, other]);
    const { major } = nodeOnBus(engine, RAM, "RT-2");
    for (let unmount = 0; unmount < 4096; unmount++) {
      mustWrite(engine, linePa(PAGE0, unmount % 64), lineOf(1));
      expect(engine.unmountAll().ok).toBe(true);
    }
    expect(nodeOnBus(engine, RAM, "RT-2").major).toBe(major + 1n);
    for (const page of [PAGE0, other]) expect(engine.fill(linePa(page, 1)).ok).toBe(true);
  });
});

describe("no (line, counter) pair encrypts two contents", () => {
  /** Watches every encryption. */
  function watched(suite: CryptoSuite): CryptoSuite & { readonly used: Map<string, string> } {
    const used = new Map<string, string>();
    const encrypt = (pa: number, counter: Counter, line: Uint8Array): Uint8Array => {
      const pad = `${pa}/${counter.major}/${counter.minor}`;
      if (used.has(pad)) expect(line.toString()).toBe(used.get(pad));
      used.set(pad, line.toString());
      return suite.encrypt(pa, counter, line);
    };
    return { ...suite, encrypt, used };
  }

  it("over writes, exhausted minors, releases, new lives of pages and SubTrees", () => {
    const pages = [PAGE0, PAGE0 + 1, PAGE0 + SUBTREE_PAGES];
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant("write" as const),
          page: fc.nat(2),
          line: fc.nat(1),
          times: fc.nat(70),
        }),
      },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant("toggle" as const), page: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("unmount" as const) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const suite = watched(aesSuite(seedOf("pads")));
        const engine = new Mmt({ seed: seedOf("pads"), suite: () => suite });
        let fresh = 0;
        for (const s of steps) {
          if (s.kind === "unmount") engine.unmountAll();
          else if (s.kind === "toggle") {
            const page = pages[s.page]!;
            const result = engine.isProtected(page)
              ? engine.release(page)
              : engine.protect(page, pageOf(fresh++ % 256));
            expect(result).toEqual({ ok: true });
          } else if (engine.isProtected(pages[s.page]!)) {
            for (let i = 0; i < s.times; i++) {
              const contents = new Uint8Array(64);
              new DataView(contents.buffer).setUint32(0, ++fresh);
              mustWrite(engine, linePa(pages[s.page]!, s.line), contents);
            }
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it("without the defence `counter` one does", () => {
    const suite = watched(aesSuite(seedOf("pads")));
    const engine = new Mmt({ seed: seedOf("pads"), suite: () => suite, defences: { counter: false } });
    engine.protect(PAGE0, pageOf(1));
    expect(() => engine.writeBack(RAM, lineOf(2))).toThrow();
  });
});

describe("pages that change sides", () => {
  it("leave no ciphertext and no MAC behind, and the SubTree goes with its last page", () => {
    const engine = engineWith([PAGE0, PAGE0 + 1]);
    const { mac } = engine.locate(RAM);
    expect(engine.release(PAGE0)).toEqual({ ok: true });
    expect(engine.image.peek(RAM, 4096)).toEqual(pageOf(0));
    expect(engine.image.peek(mac, 8)).toEqual(new Uint8Array(8));
    expect(engine.stats.dropped).toBe(0);
    expect(mustFill(engine, linePa(PAGE0 + 1, 0))).toEqual(lineOf((PAGE0 + 1) % 251));
    expect(engine.release(PAGE0 + 1)).toEqual({ ok: true });
    expect(engine.stats.dropped).toBe(1);
    expect(() => engine.locate(RAM)).toThrow(RangeError);
  });

  it.each([
    ["page", [PAGE0 + 1]],
    ["SubTree", []],
  ])("a %s in a new life does not accept lines of the old one", (_, others) => {
    const engine = engineWith([PAGE0, ...others]);
    mustWrite(engine, RAM, lineOf(1));
    const { mac, lines } = engine.locate(RAM);
    const kept = [
      [RAM, 64],
      [mac, 8],
      [lines["ST-2"], 64],
      [lines["ST-1"], 64],
      [lines["SubTree root"], 64],
    ] as const;
    const old = kept.map(([pa, byteLen]) => [pa, engine.image.peek(pa, byteLen)] as const);
    engine.release(PAGE0);
    engine.protect(PAGE0, pageOf(PAGE0 % 251));
    mustWrite(engine, RAM, lineOf(2));
    for (let count = 1; count <= old.length; count++) {
      const current = old.map(([pa, bytes]) => [pa, engine.image.peek(pa, bytes.length)] as const);
      for (const [pa, bytes] of old.slice(0, count)) engine.image.poke(pa, bytes);
      expect(engine.fill(RAM).ok).toBe(false);
      for (const [pa, bytes] of current) engine.image.poke(pa, bytes);
      expect(mustFill(engine, RAM)).toEqual(lineOf(2));
    }
  });

  it("a page of node memory that somebody wrote before the SubTree existed does no harm", () => {
    const engine = new Mmt({ seed: seedOf("test") });
    engine.image.poke(engine.map.nodesPaOf(0), lineOf(0xff));
    expect(engine.protect(PAGE0, pageOf(3))).toEqual({ ok: true });
    expect(mustFill(engine, RAM)).toEqual(lineOf(3));
  });
});
