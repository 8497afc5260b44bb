/**
 * Several harts: whose turn it is, how time passes for all of them, and that neither depends on how a run is cut.
 * assembly/harts.ts; RISC-V Volume I, 20240411, section 8.1 (one time for all harts).
 */
import { describe, expect, it } from "vitest";
import { MHARTID } from "../../assembly/csr.gen.ts";
import { together } from "./harts-program.ts";
import { place } from "./place.ts";

describe("turns", () => {
  it("give every hart the same number of cycles, in the order of their numbers", async () => {
    const machine = await together("loop: addi s1, s1, 1\n j loop", 3, { quantum: 10 });
    machine.runClock(25n);
    expect(machine.harts.map(({ cycles }) => cycles)).toEqual([10n, 10n, 5n]);
    expect(machine.current.index).toBe(2);
    machine.runClock(5n);
    expect(machine.current.index).toBe(2);
    machine.run(1000);
    expect(machine.harts.map(({ retired }) => retired)).toEqual([1010n, 1010n, 1010n]);
    expect([machine.clock, machine.cycles, machine.retired]).toEqual([3030n, 1010n, 3030n]);
  });

  it("tell harts apart by mhartid and a0", async () => {
    const machine = await together("csrr s1, mhartid\n j .", 8);
    machine.run(10_000);
    expect(machine.harts.map(({ x }) => [x[9], x[10]])).toEqual(
      Array.from({ length: 8 }, (_, n) => [BigInt(n), BigInt(n)]),
    );
    expect(machine.harts.map((hart) => hart.readCsr(MHARTID))).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n]);
  });

  it("are steps with a quantum of 1", async () => {
    const machine = await together("loop: addi s1, s1, 1\n j loop", 2, { quantum: 1 });
    const order = Array.from({ length: 6 }, () => {
      machine.step();
      return machine.current.index;
    });
    expect(order).toEqual([0, 1, 0, 1, 0, 1]);
  });
});

describe("monitor mode", () => {
  it("lets no hart but the first run before it is started", async () => {
    const machine = await place("loop: addi s1, s1, 1\n j loop", { harts: 2, quantum: 100 });
    machine.run(1000);
    const second = machine.harts[1]!;
    expect([machine.harts[0]!.retired, second.retired, second.state]).toEqual([1000n, 0n, "stopped"]);
    second.pc = machine.harts[0]!.pc;
    second.start();
    machine.run(1000);
    expect([machine.harts[0]!.retired, second.retired, second.state]).toEqual([2000n, 1000n, "running"]);
  });
});
