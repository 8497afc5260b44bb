/** A hart's face: the same for the one whose turn it is and for every other one. */
import { describe, expect, it } from "vitest";
import { MHARTID, MSCRATCH, SATP } from "../../assembly/csr.gen.ts";
import { takeSnapshot } from "../../core/snapshot.ts";
import { describeDifference, diffSnapshots } from "../../core/snapshot-diff.ts";
import { va } from "../../core/units.ts";
import { SHARED, together } from "../assembly/harts-program.ts";
import { openPmp } from "../assembly/place.ts";

describe("a hart", () => {
  it("keeps what it was given over its turns", async () => {
    const machine = await together("j .", 3, { quantum: 10 });
    for (const hart of machine.harts) {
      hart.x[9] = 100n + BigInt(hart.index);
      hart.f[7] = 200n + BigInt(hart.index);
      hart.writeCsr(MSCRATCH, 300n + BigInt(hart.index));
      hart.timeCompare = 400n + BigInt(hart.index);
    }
    for (const clock of [0n, 5n, 10n, 10n, 7n, 31n]) {
      machine.runClock(clock);
      for (const hart of machine.harts) {
        const index = BigInt(hart.index);
        expect([hart.x[9], hart.f[7], hart.timeCompare]).toEqual([100n + index, 200n + index, 400n + index]);
        expect([hart.readCsr(MSCRATCH), hart.readCsr(MHARTID)]).toEqual([300n + index, index]);
        expect(hart.isCurrent).toBe(hart === machine.current);
      }
    }
  });

  it("is the machine while it is selected, and leaves no trace of that", async () => {
    const machine = await together("loop: sd s0, 0(s0)\n j loop", 2, { quantum: 10 });
    const second = machine.harts[1]!;
    second.select(() => openPmp(machine));
    second.writeCsr(SATP, (8n << 60n) | BigInt(SHARED / 4096));
    machine.runClock(3n);
    const before = takeSnapshot(machine);
    // hart 0 translates nothing, hart 1 has a root table of zeros
    expect(machine.loadAs(1, va(BigInt(SHARED)), 8).ok).toBe(false);
    expect(second.select(() => machine.loadAs(1, va(BigInt(SHARED)), 8))).toMatchObject({ ok: false, cause: 13n });
    expect(() =>
      second.select(() => {
        throw new Error("in between");
      }),
    ).toThrow("in between");
    expect(diffSnapshots(before, takeSnapshot(machine)).map(describeDifference)).toEqual([]);
    expect(machine.current.index).toBe(0);
  });

  it("refuses what a machine of one hart refuses", async () => {
    const machine = await together("j .", 2);
    const second = machine.harts[1]!;
    expect(() => second.readCsr(0x1000)).toThrow(RangeError);
    expect(() => second.writeCsr(MHARTID, 0n)).toThrow("read-only");
    expect(() => {
      second.privilege = 2 as 1;
    }).toThrow(RangeError);
    expect(machine.current.index).toBe(0);
  });
});

describe("a stop", () => {
  it("names the hart that met it", async () => {
    const machine = await together(
      "bnez a0, second\n wait: j wait\n second: li t0, 0x100000\n li t1, 0x5555\n sw t1, 0(t0)",
      2,
    );
    expect(machine.run(100_000)).toEqual({ kind: "exit", code: 0, hart: 1 });
    expect(machine.current.index).toBe(1);
  });

  it("counts on when an instruction stalls beyond the end of a run", async () => {
    const machine = await together("li t0, 4096\n loop: ld t1, 0(s0)\n add s0, s0, t0\n j loop", 1, {
      flavour: "timed",
    });
    const [hart] = machine.harts;
    for (let i = 0; i < 50; i++) {
      machine.run(1);
      expect(hart!.cycles).toBe(machine.cycles);
      expect(hart!.retired).toBe(machine.retired);
    }
    expect(machine.cycles).toBeGreaterThan(machine.retired);
  });
});
