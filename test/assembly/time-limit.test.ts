/** A host that lets time pass in its own pace: waiting machines stop at the limit, and what they do is the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Machine } from "../../core/machine.ts";
import { takeSnapshot } from "../../core/snapshot.ts";
import { place, RAM, x } from "./place.ts";

const TIMECMP = 0x200_4000;
/** Waits for a timer again and again, each time longer, and keeps when it woke. */
const sleeper = `
    csrr t6, mhartid
    li t0, ${TIMECMP}
    slli t1, t6, 3
    add t0, t0, t1
    li t1, 0x80
    csrw mie, t1
    li t2, 1000
    add t2, t2, t6
    li t3, ${RAM + 0x8000}
    slli t1, t6, 8
    add t3, t3, t1
    again: csrr t4, time
    add t4, t4, t2
    sd t4, 0(t0)
    wfi
    csrr t4, time
    sd t4, 0(t3)
    addi t3, t3, 8
    slli t2, t2, 1
    addi a0, a0, 1
    li t5, 10
    bne a0, t5, again
    li t1, 0x100000
    li t2, 0x5555
    sw t2, 0(t1)`;

async function sleeping(harts: number): Promise<Machine> {
  const machine = await place(sleeper, { mode: "firmware", harts, quantum: 100 });
  for (const hart of machine.harts) hart.pc = machine.pc;
  return machine;
}

describe("a limit of time", () => {
  it("holds a machine that waits, and tells how far its timer is", async () => {
    const machine = await sleeping(1);
    machine.limitTime(400n);
    const stop = machine.run(1_000_000);
    expect(machine.time).toBe(400n);
    expect(stop).toEqual({ kind: "waiting", ticks: machine.timeCompare - 400n });
    // nothing happens before the limit is lifted
    const { retired } = machine;
    expect(machine.run(1_000_000)).toEqual(stop);
    expect(machine.retired).toBe(retired);
    machine.limitTime(machine.timeCompare);
    expect(machine.run(1)).toEqual({ kind: "budget" });
    expect(x(machine, "t4")).toBe(machine.timeCompare);
  });

  it("in the past lets no time be skipped, and takes none back", async () => {
    const machine = await sleeping(1);
    machine.limitTime(1n);
    const { kind } = machine.run(1_000_000);
    expect([kind, machine.time]).toEqual(["waiting", machine.cycles / 10n]);
  });

  it.each([1, 3])("changes nothing but when the host sees it, with harts: %i", async (harts) => {
    const free = await sleeping(harts);
    while (free.run(1_000_000).kind !== "exit");
    expect(x(free, "a0")).toBe(10n);
    const expected = takeSnapshot(free);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 100, max: 100_000 }), { minLength: 1, maxLength: 20 }),
        async (steps) => {
          const held = await sleeping(harts);
          let stops = 0;
          for (let index = 0; ; index++) {
            held.limitTime(held.time + BigInt(steps[index % steps.length]!));
            const { kind } = held.run(1_000_000);
            if (kind === "exit") break;
            expect(kind).toBe("waiting");
            stops++;
          }
          expect(takeSnapshot(held)).toEqual(expected);
          return stops >= 0;
        },
      ),
      { seed: 10, numRuns: 20 },
    );
  });
});
