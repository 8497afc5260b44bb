/**
 * A guest notices nothing of a debugger: a machine with random break- and watchpoints ends in the state of one without,
 * in memory, registers, counters and caches. And every point is met exactly when it should be: a slow twin, which takes
 * single steps and compares pc and addresses itself, gives the same list of hits.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { FETCH_ACCESS, FETCH_MISALIGNED, FETCH_PAGE_FAULT } from "../../assembly/cause.ts";
import { MCAUSE, MTVEC, SCAUSE } from "../../assembly/csr.gen.ts";
import { SCRATCH_WORD } from "../../assembly/layout.ts";
import type { Watchpoint } from "../../core/debug-points.ts";
import { decode } from "../../core/decoder.ts";
import type { Machine } from "../../core/machine.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "../../core/snapshot.ts";
import { describeDifference, diffSnapshots } from "../../core/snapshot-diff.ts";
import { type Va, va } from "../../core/units.ts";
import { Random } from "../../zoo/scene/random.ts";
import { CODE, place, RAM } from "./place.ts";
import { loadRandom, newMachine } from "./random-machine.ts";

const CYCLES = 4000;
const BYTES = { i8: 1, u8: 1, i16: 2, u16: 2, f16: 2, i32: 4, u32: 4, f32: 4, i64: 8, f64: 8 } as const;
const FETCH_CAUSES = [FETCH_MISALIGNED, FETCH_ACCESS, FETCH_PAGE_FAULT].map(BigInt);

interface Points {
  readonly breakpoints: readonly Va[];
  readonly watchpoints: readonly Watchpoint[];
}

/** Addresses of the program, some that are aliases of them in other pages, and ranges of its buffer, stack and code. */
function randomPoints(seed: number): Points {
  const random = new Random(seed);
  const access = () => random.pick(["read", "write", "both"] as const);
  const count = random.between(0, 12);
  return {
    breakpoints: Array.from({ length: count }, () => va(BigInt(RAM + random.between(0x0e00, 0x1300) * 2))),
    watchpoints: Array.from({ length: random.between(0, 4) }, () => ({
      address: va(BigInt(random.pick([0x8001_0000, 0x8001_0000, 0x8002_0000, 0x8000_2000]) + random.between(0, 300))),
      byteLen: random.pick([1, 2, 4, 8, 100]),
      access: access(),
    })),
  };
}

/** Runs to the end of the budget and tells every hit: a pc, or the watchpoint's place in the list and the address. */
function runWithPoints(machine: Machine, { watchpoints }: Points, budget: number): string[] {
  const hits: string[] = [];
  const end = machine.cycles + BigInt(budget);
  while (machine.cycles < end) {
    const stop = machine.run(Number(end - machine.cycles));
    if (stop.kind === "watchpoint") hits.push(`${watchpoints.indexOf(stop.watchpoint)} at ${stop.address}`);
    if (stop.kind !== "breakpoint") continue;
    hits.push(`pc ${machine.pc}`);
    const first = machine.step();
    if (first.kind === "watchpoint") hits.push(`${watchpoints.indexOf(first.watchpoint)} at ${first.address}`);
  }
  return hits;
}

/** The same by single steps of a machine that has no points. */
function runSlowly(machine: Machine, { breakpoints, watchpoints }: Points, budget: number): string[] {
  const hits: string[] = [];
  const view = new DataView(machine.core.memory.buffer);
  const end = machine.cycles + BigInt(budget);
  while (machine.cycles < end) {
    const { pc, retired } = machine;
    const x = machine.x.slice();
    machine.step();
    // an interrupt, or a fetch that traps, comes before the instruction
    const cause = machine.readCsr(machine.privilege === 1 ? SCAUSE : MCAUSE);
    const isExecuted = machine.retired > retired || !(cause >> 63n === 1n || FETCH_CAUSES.includes(cause));
    if (isExecuted && breakpoints.some((address) => address === pc)) hits.push(`pc ${pc}`);
    if (machine.retired === retired) continue;
    const { row, operands } = decode(view.getUint32(SCRATCH_WORD, true))!;
    if (!row.memory) continue;
    const kind = row.kind === "load" || row.kind === "lr" ? "read" : row.kind === "amo" ? "both" : "write";
    const first = BigInt.asUintN(64, x[operands.rs1!]! + BigInt(operands.imm ?? 0));
    // an access over the end of a page is two
    const size = BYTES[row.memory];
    const before = Math.min(size, 4096 - Number(first & 0xfffn));
    const hit =
      hitOf(watchpoints, first, before, kind) ?? hitOf(watchpoints, first + BigInt(before), size - before, kind);
    if (hit !== undefined) hits.push(hit);
  }
  return hits;
}

function hitOf(watchpoints: readonly Watchpoint[], from: bigint, size: number, kind: string): string | undefined {
  const last = from + BigInt(size) - 1n;
  const index = watchpoints.findIndex(
    ({ address, byteLen, access }) =>
      (access === "both" || kind === "both" || access === kind) && address <= last && address + BigInt(byteLen) > from,
  );
  if (index < 0 || size === 0) return undefined;
  const { address } = watchpoints[index]!;
  return `${index} at ${address > from ? address : from}`;
}

describe.each(["functional", "timed"] as const)("a %s machine", (flavour) => {
  let plain: Machine;
  let debugged: Machine;
  let slow: Machine;
  let empty: Snapshot;

  beforeAll(async () => {
    [plain, debugged, slow] = [await newMachine(flavour), await newMachine(flavour), await newMachine(flavour)];
    empty = takeSnapshot(plain);
  });

  it("runs random programs alike with and without points, and meets each of them", () => {
    let hits = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
        const points = randomPoints(seed);
        for (const machine of [plain, debugged, slow]) {
          restoreSnapshot(machine, empty);
          loadRandom(machine, seed);
        }
        debugged.debugPoints.set(points.breakpoints, points.watchpoints);
        plain.run(CYCLES);
        const met = runWithPoints(debugged, points, CYCLES);
        expect(met).toEqual(runSlowly(slow, points, CYCLES));
        expect(diffSnapshots(takeSnapshot(plain), takeSnapshot(debugged)).map(describeDifference)).toEqual([]);
        hits += met.length;
      }),
      { numRuns: flavour === "functional" ? 80 : 30, seed: 7 },
    );
    expect(hits).toBeGreaterThan(200);
  });
});

describe("break- and watchpoints", () => {
  const LOOP = "li t0, 3\nli t1, 0x80008000\nloop: sd t0, 0(t1)\nld t2, 0(t1)\naddi t0, t0, -1\nbnez t0, loop\nj .";
  // li t1 takes three words
  const STORE = va(BigInt(CODE) + 16n);

  it("set in the middle of a run hold at once, and no longer when they are taken away", async () => {
    const machine = await place(LOOP);
    expect(machine.run(7)).toEqual({ kind: "budget" });
    machine.debugPoints.set([STORE]);
    expect(machine.run(100)).toEqual({ kind: "breakpoint" });
    expect(machine.pc).toBe(STORE);
    machine.debugPoints.set([]);
    expect(machine.run(100)).toEqual({ kind: "budget" });
  });

  it("stop before an instruction and after an access, at the address that was touched", async () => {
    const machine = await place(LOOP);
    const watchpoint = { address: va(0x8000_8004n), byteLen: 2, access: "read" } as const;
    machine.debugPoints.set([], [watchpoint]);
    expect(machine.run(100)).toEqual({ kind: "watchpoint", watchpoint, address: 0x8000_8004n });
    expect(machine.pc).toBe(STORE + 8n);
    expect(machine.retired).toBe(6n);
  });

  it("meet an address in every address space, but not its alias", async () => {
    const machine = await place(LOOP);
    machine.debugPoints.set([va(STORE + 0x1_0000_0000n), va(STORE + 4096n)]);
    expect(machine.run(100)).toEqual({ kind: "budget" });
  });

  it("are met where no page of records is: the zero page, a page that PMP divides", async () => {
    const machine = await place("j .", { mode: "firmware" });
    machine.debugPoints.set([va(0x8000_5000n)]);
    machine.pc = 0x8000_5000n;
    expect(machine.run(10)).toEqual({ kind: "breakpoint" });
    // the word 0 is an illegal instruction: the step is the entry of its trap
    machine.writeCsr(MTVEC, BigInt(CODE));
    expect(machine.step()).toEqual({ kind: "budget" });
    expect(machine.pc).toBe(BigInt(CODE));
  });

  it("watch what devices answer, too", async () => {
    const machine = await place("li t1, 0x10000000\nli t0, 65\nsb t0, 0(t1)\nj .", { mode: "firmware" });
    const said: number[] = [];
    machine.onConsole((bytes) => said.push(...bytes));
    const watchpoint = { address: va(0x1000_0000n), byteLen: 1, access: "write" } as const;
    machine.debugPoints.set([], [watchpoint]);
    expect(machine.run(100)).toEqual({ kind: "watchpoint", watchpoint, address: 0x1000_0000n });
    machine.run(0);
    expect(said).toEqual([65]);
  });

  it("that cannot be are refused, and the old ones stay", async () => {
    const machine = await place(LOOP);
    machine.debugPoints.set([STORE]);
    const { debugPoints } = machine;
    expect(() => debugPoints.set(Array.from({ length: 513 }, () => STORE))).toThrow(RangeError);
    expect(() => debugPoints.set([], [{ address: STORE, byteLen: 0, access: "read" }])).toThrow(/empty/);
    expect(() => debugPoints.set([], [{ address: va(-1n), byteLen: 2, access: "read" }])).toThrow(/no end/);
    expect(machine.run(100)).toEqual({ kind: "breakpoint" });
  });
});
