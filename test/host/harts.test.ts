/** Enclaves on several harts: run side by side, stopped and destroyed from one another's harts, whatever the turns. */
import { describe, expect, it } from "vitest";
import { takeSnapshot } from "../../core/snapshot.ts";
import type { HostedEnclave } from "../../host/hosted.ts";
import { schedule } from "../../host/schedule.ts";
import { System, type SystemOptions } from "../../host/system.ts";
import { ecall, FID, program } from "./enclave-program.ts";
import { granted, prebuilt } from "./machine-fixture.ts";

const MEMORY = 128 * 2 ** 20;
const [hello, fib, mem, spin] = [prebuilt("hello"), prebuilt("fib"), prebuilt("mem"), prebuilt("spin")];
/** Takes its time, a multiple of a turn, and exits with 7. */
const slow = program(`li t0, 12000\n wait: addi t0, t0, -1\n bnez t0, wait\n ${ecall(FID.EXIT, 7)}`);

const boot = (options: SystemOptions = {}) => System.create({ memory: MEMORY, ...options });

const someOf = (system: System): HostedEnclave[] =>
  [
    system.host.createEnclave(fib, { args: ["15"] }),
    system.host.createEnclave(hello, { args: ["x"] }),
    system.host.createEnclave(mem),
    system.host.createEnclave(slow),
    system.host.createEnclave(fib, { args: ["12"] }),
  ].map(granted);

/** What a program did by itself. */
const deeds = ({ outcome: { exitCode, output, statistics } }: HostedEnclave) => ({
  exitCode,
  output,
  ocalls: statistics.ocall,
  instructions: statistics.instructions,
});

describe("enclaves on several harts", () => {
  it.each([
    [2, undefined, 100_000],
    [4, undefined, 300],
    [8, 777, 100_000],
    [3, 1, 50],
  ])(
    "on %i, with turns of %s cycles and slices of %i ticks, do what they do alone",
    async (harts, quantum, sliceTicks) => {
      const alone = await boot();
      const expected = someOf(alone);
      alone.host.runAll(expected);
      const system = await boot({ harts, sliceTicks, ...(quantum !== undefined && { quantum }) });
      const enclaves = someOf(system);
      system.host.runAll(enclaves);
      expect(enclaves.map(deeds)).toEqual(expected.map(deeds));
      expect(system.machine.retired).toBe(alone.machine.retired);
    },
  );

  it("run at once: as many as there are harts", async () => {
    const system = await boot({ harts: 4 });
    const enclaves = Array.from({ length: 6 }, () => granted(system.host.createEnclave(slow)));
    let most = 0;
    const { handleTrap } = system.monitor;
    system.monitor.handleTrap = (trap) => {
      const worlds = system.machine.harts.map(({ index }) => system.monitor.worldOf(index));
      const eids = worlds.flatMap((world) => (world.kind === "enclave" ? [world.eid] : []));
      expect(new Set(eids).size).toBe(eids.length);
      most = Math.max(most, eids.length);
      return handleTrap.call(system.monitor, trap);
    };
    system.host.runAll(enclaves);
    expect(most).toBe(4);
    expect(enclaves.map(({ outcome }) => outcome.exitCode)).toEqual([7, 7, 7, 7, 7, 7]);
  });

  it("take less simulated time", async () => {
    const cycles = async (harts: number): Promise<number> => {
      const system = await boot({ harts });
      system.host.runAll(Array.from({ length: 8 }, () => granted(system.host.createEnclave(slow))));
      return Number(system.machine.cycles);
    };
    const [one, two, four] = [await cycles(1), await cycles(2), await cycles(4)];
    expect(one / two).toBeGreaterThan(1.9);
    expect(one / four).toBeGreaterThan(3.5);
  });

  it("give the same machine for the same choice", async () => {
    const run = async () => {
      const system = await boot({ harts: 3, quantum: 100 });
      const enclaves = someOf(system);
      system.host.runAll(enclaves);
      return { snapshot: takeSnapshot(system.machine), outcomes: enclaves.map(({ outcome }) => outcome) };
    };
    expect(await run()).toEqual(await run());
  });

  it("do not notice a look at the machine in the middle of a turn", async () => {
    const run = async (pauses: boolean) => {
      const system = await boot({ harts: 2, quantum: 1000 });
      const enclaves = [fib, hello].map((elf) => granted(system.host.createEnclave(elf, { args: ["12"] })));
      const { machine } = system;
      const plainRun = machine.run.bind(machine);
      if (pauses) {
        machine.run = () => {
          const stop = plainRun(333);
          takeSnapshot(machine);
          return stop;
        };
      }
      system.host.runAll(enclaves);
      return takeSnapshot(machine);
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it("run a thousand forks of a shadow on four harts", async () => {
    const system = await boot({ harts: 4, memory: 2 ** 30 });
    const shadow = granted(system.host.createShadow(slow));
    const forks = Array.from({ length: 1000 }, () => shadow.fork());
    system.host.runAll(forks);
    expect(new Set(forks.map(({ outcome }) => outcome.exitCode))).toEqual(new Set([7]));
    expect(system.monitor.state.shadows.get(shadow.record.eid)?.liveForks).toBe(0);
  }, 30_000);

  it("end together when the fuel does", async () => {
    const system = await boot({ harts: 4, fuel: 100_000 });
    const shadow = granted(system.host.createShadow(spin));
    const enclaves = Array.from({ length: 6 }, () => shadow.fork());
    system.host.runAll(enclaves);
    expect(enclaves.map(({ outcome }) => outcome.end.kind)).toEqual(new Array(6).fill("out-of-fuel"));
    expect(Number(system.machine.retired)).toBeLessThanOrEqual(100_004);
  });

  it("are killed one by one, each for its own reason", async () => {
    const system = await boot({ harts: 2 });
    const bad = granted(system.host.createEnclave(prebuilt("fault")));
    const good = granted(system.host.createEnclave(slow));
    system.host.runAll([bad, good]);
    expect(bad.outcome.end).toMatchObject({ kind: "killed", refusal: { guard: "ENCLAVE_FAULT" } });
    expect(good.outcome.exitCode).toBe(7);
  });
});

/** Two harts; an enclave that never ends has the second one and has run for a while. */
async function withRunner() {
  const system = await boot({ harts: 2 });
  const { kernel } = system.host.driver;
  const before = kernel.frames.freePages;
  const enclave = granted(system.host.createEnclave(spin));
  const [, second] = kernel.harts.all;
  const steps = enclave.sliceInSteps();
  const goOn = () => kernel.on(second!, () => steps.next());
  expect(goOn()).toEqual({ done: false, value: "running" });
  expect(system.machine.run(5000)).toMatchObject({ kind: "budget" });
  return { system, kernel, enclave, before, goOn };
}

describe("an enclave that runs on another hart", () => {
  it("is stopped, attested, and goes on where it was, on the caller's hart", async () => {
    const { system, kernel, enclave, goOn } = await withRunner();
    const { pc } = system.machine.harts[1]!;
    granted(enclave.stop());
    expect(system.machine.harts[1]!.state).toBe("stopped");
    expect(goOn()).toEqual({ done: true, value: "not-runnable" });
    expect(granted(enclave.attest(1n))).toHaveLength(328);
    expect(enclave.runSlice()).toBe("not-runnable");
    granted(enclave.resume());
    expect(kernel.on(kernel.harts.first, () => enclave.sliceInSteps().next())).toMatchObject({ value: "running" });
    expect(system.machine.harts[0]!.pc).toBe(pc);
  });

  it("is destroyed, and everything that it had comes back", async () => {
    const { system, kernel, enclave, before, goOn } = await withRunner();
    granted(enclave.destroy());
    expect(goOn()).toEqual({ done: true, value: "ended" });
    expect(enclave.outcome.end.kind).toBe("destroyed");
    expect(kernel.frames.freePages).toBe(before);
    expect(granted(system.host.createEnclave(slow)).run().exitCode).toBe(7);
  });

  it("is not entered a second time", async () => {
    const { system, kernel, enclave } = await withRunner();
    expect(() => enclave.runSlice()).toThrow(/has a hart already/);
    for (const [call, ...args] of [
      ["RESUME_ENCLAVE", 0],
      ["RUN_ENCLAVE", system.machine.ramBase],
    ] as const) {
      expect(kernel.hart.penglai(call, enclave.record.eid, ...args)).toEqual({ ok: true, value: -1n });
      expect(system.monitor.lastDenial?.guard).toBe("WRONG_STATE");
    }
  });

  it("is interrupted by the timer of its own hart", async () => {
    const { kernel, goOn } = await withRunner();
    kernel.hart.setTimer(1);
    expect(kernel.harts.run()).toBe("back");
    expect(goOn()).toEqual({ done: true, value: "timer" });
  });

  it("is stopped again and again while it runs, and comes to the same end", async () => {
    const system = await boot({ harts: 3, quantum: 50 });
    const { machine, host } = system;
    const { kernel } = host.driver;
    const enclave = granted(host.createEnclave(fib, { args: ["14"] }));
    const plainRun = machine.run.bind(machine);
    let stops = 0;
    machine.run = () => {
      const stop = plainRun(997);
      if (stop.kind !== "budget" || enclave.record.state !== "running") return stop;
      const idle = kernel.harts.all.find((hart) => hart.enclave === undefined)!;
      kernel.on(idle, () => granted(enclave.stop()));
      stops++;
      return stop;
    };
    for (let turn = 0; enclave.record.state !== "ended"; turn++)
      if (kernel.on(kernel.harts.all[turn % 3]!, () => enclave.runSlice()) === "not-runnable")
        granted(enclave.resume());
    expect(enclave.outcome.output).toBe("fib 14 = 377\n");
    expect(stops).toBeGreaterThan(10);
  });
});

describe("the schedule", () => {
  it("needs no crew where a slice has the hart to itself", async () => {
    const system = await boot();
    const enclaves = someOf(system);
    const kinds = new Set(schedule(enclaves));
    expect(kinds).toEqual(new Set(["ocall", "ended"]));
    expect(enclaves.map(({ outcome }) => outcome.exitCode)).toEqual([0, 0, 0, 7, 0]);
  });
});
