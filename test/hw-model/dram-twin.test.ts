/**
 * The image on demand against an engine that fills and writes back at every access of the CPU: same attacks, same
 * verdicts, same data. The CPU never writes what is there already, for such writes coalesce (hw-model/dram.ts).
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type AttackedDram, DramAttacker, REPLAY_SCOPES, type Recording } from "../../host/dram-attacker.ts";
import type { DramWrite, Tampering } from "../../hw-model/dram.ts";
import { Mmt } from "../../hw-model/mmt.ts";
import { linePa, PAGE0, pageOf, SUBTREE_PAGES, seedOf } from "./mmt-fixture.ts";
import { type Access, PlainMachine } from "./plain-machine.ts";

/** Neighbours in a page table of their own, in the same ST-1, SubTree, RT leaf and RT-2, and none of it. */
const PAGES = [PAGE0, PAGE0 + 1, PAGE0 + 40, PAGE0 + SUBTREE_PAGES, PAGE0 + 5 * SUBTREE_PAGES];

/** Fills and writes back at every access; DRAM is always up to date. */
class EagerMachine implements AttackedDram {
  readonly engine = new Mmt({ seed: seedOf("machine") });

  touch(page: number, line?: { readonly index: number; readonly contents: Uint8Array }): Access {
    const bytes = new Uint8Array(4096);
    for (let index = 0; index < 64; index++) {
      const filled = this.engine.fill(linePa(page, index));
      if (!filled.ok) return { ok: false, fault: { ...filled.fault, page, accessPa: linePa(page, index) } };
      bytes.set(filled.plaintext, index * 64);
    }
    if (line) {
      bytes.set(line.contents, line.index * 64);
      const written = this.engine.writeBack(linePa(page, line.index), line.contents);
      if (!written.ok) return { ok: false, fault: { ...written.fault, page, accessPa: linePa(page, line.index) } };
    }
    return { ok: true, page: bytes };
  }

  snoop(pa: number, byteLen: number): Uint8Array {
    this.#drainIfRootTree(pa);
    return this.engine.image.peek(pa, byteLen);
  }

  tamper(writes: readonly DramWrite[]): Tampering {
    for (const { pa } of writes) this.#drainIfRootTree(pa);
    for (const { pa, bytes } of writes) this.engine.image.poke(pa, bytes);
    return { changedLines: [], watched: [] };
  }

  #drainIfRootTree(pa: number): void {
    if (this.engine.map.regionOf(pa).kind === "root-tree") this.engine.unmountAll();
  }
}

const page = fc.nat(PAGES.length - 1);
const line = fc.constantFrom(0, 1, 63);
const target = fc.constantFrom("data", "mac", "ST-2", "ST-1", "SubTree root", "RT leaf", "RT-2", "RT-1");
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("touch" as const), page, line: fc.option(line) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("flip" as const), page, line, target, byte: fc.nat(7), bit: fc.nat(7) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("flip back" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("record" as const),
      page,
      line,
      scope: fc.constantFrom(...REPLAY_SCOPES),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("replay" as const), which: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("splice" as const),
      page,
      line,
      to: page,
      scope: fc.constantFrom("data", "data+MAC", "data+MAC+counter"),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** An attacker on one of the machines, with his notes. */
function attackerOn(dram: AttackedDram): (s: Exclude<Step, { kind: "touch" }>) => void {
  const attacker = new DramAttacker(dram);
  const recordings: Recording[] = [];
  let lastFlip: [number, number] | undefined;
  return (s) => {
    switch (s.kind) {
      case "flip": {
        const { data, mac, lines } = attacker.locate(linePa(PAGES[s.page]!, s.line));
        const base = s.target === "data" ? data : s.target === "mac" ? mac : lines[s.target];
        lastFlip = [base + s.byte, s.bit];
        attacker.flip(...lastFlip);
        break;
      }
      case "flip back":
        if (lastFlip) attacker.flip(...lastFlip);
        lastFlip = undefined;
        break;
      case "record":
        recordings.push(attacker.record(linePa(PAGES[s.page]!, s.line), s.scope));
        break;
      case "replay": {
        const recording = recordings[s.which % Math.max(recordings.length, 1)];
        if (recording) attacker.replay(recording);
        break;
      }
      case "splice":
        attacker.splice(linePa(PAGES[s.page]!, s.line), linePa(PAGES[s.to]!, s.line), s.scope);
        break;
    }
  };
}

function bothMachines(): { lazy: PlainMachine; eager: EagerMachine } {
  const lazy = new PlainMachine();
  const eager = new EagerMachine();
  for (const each of PAGES) {
    lazy.secure(each);
    expect(eager.engine.protect(each, pageOf(0))).toEqual({ ok: true });
  }
  return { lazy, eager };
}

it("gives the verdicts and the data of the eager engine", () => {
  let faults = 0;
  let accesses = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30, size: "max" }), (steps) => {
      const { lazy, eager } = bothMachines();
      const attackLazy = attackerOn(lazy.view);
      const attackEager = attackerOn(eager);
      let fresh = 0;
      for (const s of steps) {
        if (s.kind !== "touch") {
          attackLazy(s);
          attackEager(s);
          continue;
        }
        const contents = new Uint8Array(64);
        new DataView(contents.buffer).setUint32(0, ++fresh);
        const write = s.line === null ? undefined : { index: s.line, contents };
        const access = lazy.touch(PAGES[s.page]!, write);
        const expected = eager.touch(PAGES[s.page]!, write);
        accesses++;
        if (expected.ok) expect(access).toEqual(expected);
        else {
          faults++;
          const { level, linePa: failed, page: failedPage, accessPa } = expected.fault;
          expect(access).toMatchObject({ ok: false, fault: { level, linePa: failed, page: failedPage, accessPa } });
        }
      }
    }),
    { numRuns: 40 },
  );
  // Both kinds of answer were compared, and often.
  expect(faults).toBeGreaterThan(30);
  expect(accesses - faults).toBeGreaterThan(30);
});

it("holds the eager engine's DRAM, byte for byte, if somebody looks after every write", () => {
  const burst = fc.record({ page, line, times: fc.integer({ min: 1, max: 70 }) });
  fc.assert(
    fc.property(fc.array(burst, { maxLength: 5 }), (bursts) => {
      const { lazy, eager } = bothMachines();
      for (const each of PAGES) lazy.view.observe(each);
      let fresh = 0;
      for (const { page: which, line: index, times } of bursts) {
        for (let i = 0; i < times; i++) {
          const contents = new Uint8Array(64);
          new DataView(contents.buffer).setUint32(0, ++fresh);
          expect(eager.engine.writeBack(linePa(PAGES[which]!, index), contents)).toEqual({ ok: true });
          lazy.touch(PAGES[which]!, { index, contents });
          lazy.view.observe(PAGES[which]!);
        }
      }
      for (const each of PAGES) {
        const { data, mac, lines } = eager.engine.locate(linePa(each, 0));
        for (const [pa, byteLen] of [
          [data, 4096],
          [mac, 512],
          ...Object.values(lines).map((pa) => [pa, 64]),
        ] as const) {
          expect(lazy.view.snoop(pa, byteLen)).toEqual(eager.snoop(pa, byteLen));
        }
      }
    }),
    { numRuns: 10 },
  );
});
