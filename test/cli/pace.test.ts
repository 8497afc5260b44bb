/** The guest's time on a terminal: as long as the clock says when it waits. */
import { describe, expect, it } from "vitest";
import { millisecondsOf, Pace } from "../../cli/run/pace.ts";
import { place } from "../assembly/place.ts";

/** Waits for its timer at tick 50,000 (5 ms), then spins. */
const waiter = `
    li t0, 0x2004000
    li t1, 50000
    sd t1, 0(t0)
    li t1, 0x80
    csrw mie, t1
    wfi
    spin: j spin`;

describe("the pace of a terminal", () => {
  it("lets a timer come when the user's clock says so, and not before", async () => {
    const machine = await place(waiter, { mode: "firmware" });
    const pace = new Pace(machine, 1000);
    pace.keep(1000);
    expect(machine.run(100)).toMatchObject({ kind: "waiting" });
    pace.keep(1004.5);
    expect(machine.run(100)).toEqual({ kind: "waiting", ticks: 5000n });
    pace.keep(1005);
    expect(machine.run(100)).toEqual({ kind: "budget" });
    // the timer, and 100 cycles behind it
    expect(machine.time / 20n).toBe(2500n);
  });

  it("counts from where a guest is that was faster", async () => {
    const machine = await place(waiter, { mode: "firmware" });
    const pace = new Pace(machine, 0);
    pace.keep(5);
    // 20 ms of its time in no time
    machine.run(2_000_000);
    expect(machine.time).toBeGreaterThan(190_000n);
    pace.keep(6);
    machine.timeCompare = machine.time + 20_000n;
    machine.pc -= 4n;
    expect(machine.run(10)).toEqual({ kind: "waiting", ticks: 20_000n });
    pace.keep(7);
    expect(machine.run(10)).toEqual({ kind: "waiting", ticks: 10_000n });
    pace.keep(8);
    expect(machine.run(10)).toEqual({ kind: "budget" });
  });

  it.each([
    [1n, 1],
    [10_000n, 1],
    [10_001n, 2],
    [10_000_000n, 1000],
  ])("%s ticks are %i ms", (ticks, milliseconds) => {
    expect(millisecondsOf(ticks)).toBe(milliseconds);
  });
});
