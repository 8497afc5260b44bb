import { describe, expect, it } from "vitest";
import { MINSTRET, MSTATUS, SATP } from "../../assembly/csr.gen.ts";
import type { PageNo } from "../../core/units.ts";
import { Harts } from "../../host/harts.ts";
import { FakeMachine } from "./fakes/fake-machine.ts";
import { FakeMonitor } from "./fakes/fake-monitor.ts";

function setUp(fuel?: number) {
  const machine = new FakeMachine(2 ** 26);
  const monitor = new FakeMonitor(machine);
  return { machine, monitor, hart: new Harts(machine, monitor, fuel === undefined ? {} : { fuel }).first };
}

/** A machine that retires `per` instructions a run. */
function retire(machine: FakeMachine, per: number): void {
  machine.writeCsr(MINSTRET, machine.readCsr(MINSTRET) + BigInt(per));
}

describe("hart", () => {
  it("puts extension, function and arguments into a7, a6, a0…a5 and traps from S-mode", () => {
    const { machine, monitor, hart } = setUp();
    machine.x[15] = 99n;
    hart.penglai("SET_PTE", 1n, 2, 3n);
    expect(machine.x[17]).toBe(0x100100n);
    expect(machine.x[16]).toBe(101n);
    expect(monitor.calls).toEqual([{ name: "SET_PTE", args: [1n, 2n, 3n, 0n, 0n, 0n] }]);
    expect(machine.privilege).toBe(1);
  });

  it.each([0n, 1n, 100n, 101n, -1n, -2n])("unfolds the value %s", (value) => {
    const { monitor, hart } = setUp();
    monitor.answers.STOP_ENCLAVE = () => value;
    expect(hart.penglai("STOP_ENCLAVE", 3)).toEqual({ ok: true, value });
  });

  it("runs the enclave and hands its traps to the monitor until the host is back", () => {
    const { machine, monitor, hart } = setUp();
    monitor.answers.RUN_ENCLAVE = () => ({ kind: "enclave", eid: 7 });
    const stops = ["budget", "trap", "trap"];
    machine.onRun = () => {
      retire(machine, 10);
      return stops.shift() === "budget" ? { kind: "budget" } : { kind: "trap", trap: { cause: 8n, epc: 0n, tval: 0n } };
    };
    monitor.onTrap = () => {
      if (stops.length > 0) return { kind: "enclave", eid: 7 };
      monitor.reply(2n);
      return { kind: "host" };
    };
    expect(hart.penglai("RUN_ENCLAVE", 7)).toEqual({ ok: true, value: 2n });
    expect(monitor.traps).toHaveLength(2);
    expect(hart.retired).toBe(30);
  });

  it("names the enclave that used up the fuel, and lets no call through afterwards", () => {
    const { machine, monitor, hart } = setUp(1000);
    monitor.answers.RUN_ENCLAVE = () => ({ kind: "enclave", eid: 7 });
    machine.onRun = (budget) => {
      expect(budget).toBeLessThanOrEqual(hart.fuel);
      retire(machine, Math.min(budget, 300));
      return { kind: "budget" };
    };
    expect(hart.penglai("RUN_ENCLAVE", 7)).toEqual({ ok: false, outOfFuel: 7 });
    expect(hart.retired).toBe(1000);
    expect(hart.penglai("STOP_ENCLAVE", 7)).toEqual({ ok: false, outOfFuel: 7 });
    expect(monitor.called("STOP_ENCLAVE")).toEqual([]);
  });

  it("ends even if the enclave retires nothing but traps", () => {
    const { machine, monitor, hart } = setUp(50);
    monitor.answers.RUN_ENCLAVE = () => ({ kind: "enclave", eid: 7 });
    machine.onRun = () => ({ kind: "trap", trap: { cause: 8n, epc: 0n, tval: 0n } });
    monitor.onTrap = () => ({ kind: "enclave", eid: 7 });
    expect(hart.penglai("RUN_ENCLAVE", 7)).toEqual({ ok: false, outOfFuel: 7 });
  });

  it("takes an enclave that waits for ever for one that ran out of fuel", () => {
    const { machine, monitor, hart } = setUp();
    monitor.answers.RUN_ENCLAVE = () => ({ kind: "enclave", eid: 7 });
    machine.onRun = () => ({ kind: "idle" });
    expect(hart.penglai("RUN_ENCLAVE", 7)).toEqual({ ok: false, outOfFuel: 7 });
  });

  it("hands it to the monitor when the host memory is used up, and has the hart back", () => {
    const { machine, monitor, hart } = setUp();
    monitor.answers.RUN_ENCLAVE = () => ({ kind: "enclave", eid: 7 });
    machine.onRun = () => ({ kind: "out of memory", page: 0x80005 as PageNo });
    monitor.onTrap = () => ({ kind: "host" });
    hart.penglai("RUN_ENCLAVE", 7);
    expect(monitor.traps.at(-1)).toMatchObject({ cause: 26n, tval: 0x80005000n });
    expect(hart.stuckIn).toBeUndefined();
  });

  it("writes satp itself until TVM is set, and traps afterwards", () => {
    const { machine, monitor, hart } = setUp();
    hart.writeSatp(5n);
    expect(machine.readCsr(SATP)).toBe(5n);
    machine.writeCsr(MSTATUS, 1n << 20n);
    hart.writeSatp(6n);
    hart.fence();
    expect(machine.readCsr(SATP)).toBe(5n);
    expect(machine.x[5]).toBe(6n);
    expect(monitor.traps.map((trap) => [trap.cause, trap.tval])).toEqual([
      [2n, 0x18029073n],
      [2n, 0x12000073n],
    ]);
  });

  it("arms the timer relative to now", () => {
    const { machine, monitor, hart } = setUp();
    machine.time = 1000n;
    hart.setTimer(50);
    expect(monitor.called("SET_TIMER")[0]?.args[0]).toBe(1050n);
  });
});
