/** The caches of the timed core are held to hw-model/cache-hierarchy.ts; and what they cost reaches mcycle. */
import { beforeAll, describe, expect, it } from "vitest";
import { MCOUNTEREN } from "../../assembly/csr.gen.ts";
import { CACHE_L1_MISSES, CACHE_L2_MISSES } from "../../assembly/layout.ts";
import { Machine } from "../../core/machine.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "../../core/snapshot.ts";
import { pa } from "../../core/units.ts";
import { CacheHierarchy } from "../../hw-model/cache-hierarchy.ts";
import { type CacheImplementation, cacheSuite, cacheTwin } from "../hw-model/cache-suite.ts";
import { place, RAM, setRegisters, trapOf, x } from "./place.ts";

let machine: Machine;
let cold: Snapshot;
beforeAll(async () => {
  machine = await Machine.create({ mode: "monitor", ramSize: 2 ** 24, flavour: "timed" });
  cold = takeSnapshot(machine);
});

/** Hits are told by the core's own counts of misses; an instruction has a cycle of its own beside the stalls. */
function coldCaches(): CacheImplementation {
  restoreSnapshot(machine, cold);
  const { exports, memory } = machine.core;
  const counts = new DataView(memory.buffer);
  return {
    access(address, isWrite) {
      const before = [CACHE_L1_MISSES, CACHE_L2_MISSES].map((at) => counts.getBigUint64(at, true));
      const stalls = exports.touchLine(BigInt(address), isWrite ? 1 : 0);
      const after = [CACHE_L1_MISSES, CACHE_L2_MISSES].map((at) => counts.getBigUint64(at, true));
      const l1Hit = before[0] === after[0];
      return { l1Hit, l2Hit: !l1Hit && before[1] === after[1], cycles: 1 + Number(stalls) };
    },
    lock: (address, byteLen) => machine.lockLines(pa(address), byteLen),
    unlock: (address, byteLen) => machine.unlockLines(pa(address), byteLen),
  };
}

cacheSuite("timed core", coldCaches);
cacheTwin("timed core", () => new CacheHierarchy(), coldCaches);

describe("time", () => {
  const DATA = RAM + 0x8000;
  const [L2, MEMORY] = [11n, 99n];

  it("a miss stalls for what L2 or memory takes beyond the instruction's cycle, a hit for nothing", async () => {
    const timed = await place(
      "csrr a0, cycle\n ld t1, 0(t0)\n csrr a1, cycle\n ld t1, 8(t0)\n csrr a2, cycle\n ecall",
      {
        flavour: "timed",
      },
    );
    timed.writeCsr(MCOUNTEREN, 7n);
    setRegisters(timed, { t0: DATA });
    trapOf(timed);
    expect([x(timed, "a1") - x(timed, "a0"), x(timed, "a2") - x(timed, "a1")]).toEqual([2n + MEMORY, 2n]);
    expect([timed.retired, timed.cycles]).toEqual([5n, 5n + MEMORY]);
  });

  it.each([
    ["ld a0, 0(t0)", "through the TLB, and past it"],
    ["sd a0, 0(t0)", "of a store"],
    ["amoadd.d a0, a1, (t0)", "of an AMO"],
  ])("is the same with a warm and a cold TLB: %s", async (access) => {
    const cycles = [];
    for (const isWarm of [false, true]) {
      const timed = await place(`ld a1, 64(t0)\n sd a1, 64(t0)\n ${access}\n ecall`, { flavour: "timed" });
      setRegisters(timed, { t0: DATA });
      timed.run(2 + Number(MEMORY));
      if (!isWarm) timed.flushTlb();
      const before = timed.cycles;
      trapOf(timed);
      cycles.push(timed.cycles - before);
    }
    expect(cycles).toEqual([1n + MEMORY, 1n + MEMORY]);
  });

  it("counts a line of the L2", async () => {
    const timed = await place("ld t1, 0(t0)\n ecall", { flavour: "timed" });
    const { exports } = timed.core;
    for (let way = 0; way < 5; way++) exports.touchLine(BigInt(DATA + 4096 * way), 0);
    const before = timed.cycles;
    setRegisters(timed, { t0: DATA });
    trapOf(timed);
    expect(timed.cycles - before).toBe(1n + L2);
  });

  it("locked lines take their cycles when they are locked, and hit from then on", async () => {
    const timed = await place("ld t1, 0(t0)\n ecall", { flavour: "timed" });
    expect(timed.lockLines(pa(DATA), 128)).toBe(true);
    expect([timed.cycles, timed.retired]).toEqual([2n * MEMORY, 0n]);
    setRegisters(timed, { t0: DATA });
    trapOf(timed);
    expect(timed.cycles).toBe(2n * MEMORY + 1n);
  });

  it("with lineLock off a lock succeeds, and locks nothing", async () => {
    const timed = await place("", { flavour: "timed", lineLock: false });
    expect(timed.lockLines(pa(DATA), 2 ** 20)).toBe(true);
    expect(timed.core.exports.isCached(1, BigInt(DATA))).toBe(0);
  });
});
