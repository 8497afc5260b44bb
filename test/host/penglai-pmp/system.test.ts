/** Kernel, driver and host library of penglai-pmp on the real machine: programs against the public SDK's interface. */
import { describe, expect, it } from "vitest";
import { PAGE_SIZE, pa } from "../../../core/units.ts";
import { penglaiPmpHosting } from "../../../host/hostings/penglai-pmp.ts";
import { measurePmp } from "../../../host/penglai-pmp/pmp-measurement.ts";
import type { PmpProgram } from "../../../host/penglai-pmp/pmp-program.ts";
import { type PmpLaunchOptions, PmpSystem, type PmpSystemOptions } from "../../../host/penglai-pmp/pmp-system.ts";
import { program } from "../enclave-program.ts";
import { granted, prebuilt } from "../machine-fixture.ts";

const MIB = 2 ** 20;
const boot = (options: PmpSystemOptions = {}) => PmpSystem.create({ memory: 64 * MIB, ...options });

async function started(name: string, options: PmpLaunchOptions = {}, machine: PmpSystemOptions = {}) {
  const system = await boot(machine);
  return { system, program: granted(system.createEnclave(prebuilt(name), options)) };
}

const sound = (system: PmpSystem): void => expect(system.monitor.violation()).toBeUndefined();

describe("a program of the SDK", () => {
  it("finds its entry registers and prints through the kbuffer", async () => {
    const { system, program } = await started("pmp-hello");
    const { output, exitCode, statistics } = program.run();
    expect(output).toBe("hello from 0x0000000000001000, untrusted memory at 0x0000001000000000, 8192 bytes\n");
    expect(exitCode).toBe(0);
    expect(statistics.ocall).toBe(1);
    sound(system);
  });

  it("goes on after timer interrupts with its registers", async () => {
    const { program } = await started("pmp-prime");
    const { output, end, statistics } = program.run();
    expect(output).toBe("1229 primes below 10000\n");
    expect(end).toEqual({ kind: "exited", value: 1229n });
    expect(statistics.timer + statistics.ocall).toBeGreaterThan(0);
  });

  it("talks to its application through untrusted memory, USER_DEFINED by USER_DEFINED", async () => {
    const work = [
      [3, 4],
      [-1, 5],
      [0, 0],
    ];
    const sums: number[] = [];
    const { program } = await started("pmp-untrusted", {
      untrusted: new Uint8Array(new Int32Array(work[0]!).buffer),
      onOcall: (untrusted, size) => {
        expect(size).toBe(12n);
        sums.push(new Int32Array(untrusted.buffer)[2]!);
        return new Uint8Array(new Int32Array(work[sums.length]!).buffer);
      },
    });
    expect(program.run().end).toEqual({ kind: "exited", value: 2n });
    expect(sums).toEqual([7, 4]);
    expect(program.outcome.output).toBe("3 + 4\n-1 + 5\n");
  });

  it("seals to itself: the same program on the same device opens it, whatever ran before", async () => {
    const { system, program } = await started("pmp-seal");
    const first = program.run();
    expect(first.exitCode).toBe(0);
    expect(first.output).toContain("opened, and refused what was changed");
    const second = granted(system.createEnclave(prebuilt("pmp-seal"))).run();
    expect(second.output).toBe(first.output);
    const elsewhere = await started("pmp-seal", {}, { seed: 1n });
    expect(elsewhere.program.run().output).not.toBe(first.output);
  });
});

describe("measurement and report", () => {
  it("are those that anybody can compute from the file", async () => {
    const { system, program } = await started("pmp-hello");
    expect(system.monitor.state.enclaves.get(program.eid)!.measurement).toEqual(measurePmp(prebuilt("pmp-hello")));
    const other = await started("pmp-hello", { untrustedByteLen: 16 * 1024 });
    const measured = other.system.monitor.state.enclaves.get(other.program.eid)!.measurement;
    expect(measured).toEqual(measurePmp(prebuilt("pmp-hello"), { untrustedByteLen: 16 * 1024 }));
    expect(measured).not.toEqual(measurePmp(prebuilt("pmp-hello")));
  });

  it("convince a relying party, unless the monitor makes a mistake", async () => {
    const appraise = async (defects: readonly string[]) => {
      const hosted = await penglaiPmpHosting.create({ memory: 64 * MIB, defects });
      const launched = granted(hosted.launch(prebuilt("pmp-hello"), { kind: "enclave" }));
      return launched.appraise!(42n);
    };
    const { failed, passed } = await appraise([]);
    expect(failed).toEqual([]);
    expect(passed).toHaveLength(12);
    expect((await appraise(["P9"])).failed).toEqual(["monitor-expected"]);
  });
});

describe("what an enclave does that it may not", () => {
  /** Runs assembly that ends with EXIT(a0). */
  async function run(source: string) {
    const system = await boot();
    const exit = "li a7, 0x100101\nli a6, 99\necall\n";
    const made = granted(system.createEnclave(program(`${source}\n${exit}`)));
    const outcome = made.run();
    sound(system);
    return outcome.end;
  }

  it.each([
    ["a load from nowhere", "lw a0, 0(zero)"],
    ["a privileged instruction", "csrr a0, satp"],
    ["a jump into its stack's guard", "li t0, 0x4000000000\njr t0"],
    ["a load of the kernel's memory by its physical address", "li t0, 0x80200000\nld a0, 0(t0)"],
  ])("%s ends it", async (_, source) => {
    expect(await run(source)).toMatchObject({ kind: "killed", refusal: { guard: "ENCLAVE_FAULT" } });
  });

  it.each([
    ["hart state management", 0x48534d],
    ["system reset", 0x53525354],
    ["the host's calls", 0x100100],
  ])("%s is closed to it: -2", async (_, extension) => {
    expect(await run(`li a7, ${extension}\nli a6, 0\necall`)).toEqual({ kind: "exited", value: (1n << 64n) - 2n });
  });

  it("floating-point registers are its own across timer interrupts", async () => {
    const source =
      "li t0, 0x1234\nfmv.d.x fa0, t0\nli t1, 300000\nloop:\naddi t1, t1, -1\nbnez t1, loop\nfmv.x.d a0, fa0";
    expect(await run(source)).toEqual({ kind: "exited", value: 0x1234n });
  });
});

describe("the life cycle", () => {
  /** A deadloop that has had a slice. */
  const spinning = async (): Promise<{ system: PmpSystem; program: PmpProgram }> => {
    const made = await started("pmp-deadloop");
    expect(slice(made.program)).toBe("timer");
    return made;
  };
  const slice = (program: PmpProgram): string => {
    const steps = program.sliceInSteps();
    let step = steps.next();
    while (!step.done) step = steps.next();
    return step.value;
  };

  it("stop, resume, destroy: a deadloop dies and its memory comes back", async () => {
    const { system, program } = await spinning();
    expect(program.stop().ok).toBe(true);
    expect(slice(program)).toBe("not-runnable");
    expect(program.resume().ok).toBe(true);
    expect(slice(program)).toBe("timer");
    expect(program.destroy().ok).toBe(true);
    expect(program.outcome.end).toEqual({ kind: "destroyed" });
    expect(system.monitor.state.records).toBe(0);
    sound(system);
  });

  it("fuel ends a deadloop", async () => {
    const { program } = await started("pmp-deadloop", {}, { fuel: 1e6 });
    expect(program.run().end.kind).toBe("out-of-fuel");
  });

  it("25 enclaves one after another in 16 MiB: nothing is lost", async () => {
    const system = await boot({ memory: 16 * MIB });
    for (let i = 0; i < 25; i++) expect(granted(system.createEnclave(prebuilt("pmp-hello"))).run().exitCode).toBe(0);
    expect(system.monitor.state.records).toBe(0);
    expect(system.monitor.owner(pa(0x80f0_0000))).toBe("public");
    sound(system);
  });

  it("enclaves take turns and see nothing of one another", async () => {
    const system = await boot();
    const programs = Array.from({ length: 5 }, () => granted(system.createEnclave(prebuilt("pmp-prime"))));
    sound(system);
    const open = new Set(programs);
    while (open.size > 0) for (const program of open) if (slice(program) === "ended") open.delete(program);
    for (const program of programs) expect(program.outcome.output).toBe("1229 primes below 10000\n");
    sound(system);
  });
});

describe("on several harts", () => {
  it("programs run beside one another, in one region, and do what they do alone", async () => {
    const system = await boot({ harts: 4, quantum: 500 });
    const programs = Array.from({ length: 6 }, (_, i) =>
      granted(system.createEnclave(prebuilt(i % 2 === 0 ? "pmp-prime" : "pmp-seal"))),
    );
    const alone = (await started("pmp-seal")).program.run().output;
    for (const [i, { output, exitCode }] of system.runAll(programs).entries()) {
      expect(output).toBe(i % 2 === 0 ? "1229 primes below 10000\n" : alone);
      expect(exitCode).toBe(i % 2 === 0 ? 1229 % 256 : 0);
    }
    expect(system.monitor.state.records).toBe(0);
    sound(system);
  });

  it("one hart stops and destroys what another runs, at its next trap", async () => {
    const system = await boot({ harts: 2 });
    const { kernel } = system.driver;
    const program = granted(system.createEnclave(prebuilt("pmp-deadloop")));
    const [first, second] = kernel.harts.all;
    const steps = program.sliceInSteps();
    expect(kernel.on(second!, () => steps.next()).value).toBe("running");
    expect(kernel.on(first!, () => program.stop()).ok).toBe(true);
    expect(kernel.on(first!, () => program.resume()).ok).toBe(false);
    sound(system);
    const untilBack = (slice: typeof steps): string | undefined => {
      for (let i = 0; i < 1000; i++) {
        const step = kernel.on(second!, () => slice.next());
        if (step.done) return step.value;
        kernel.harts.run();
      }
      return undefined;
    };
    expect(untilBack(steps)).toBe("timer");
    expect(program.resume().ok).toBe(true);
    const again = program.sliceInSteps();
    expect(kernel.on(second!, () => again.next()).value).toBe("running");
    expect(program.destroy().ok).toBe(true);
    expect(untilBack(again)).toBe("ended");
    expect(program.outcome.end).toEqual({ kind: "destroyed" });
    expect(system.monitor.state.records).toBe(0);
    sound(system);
  });
});

describe("mistakes of the user are told, with what mends them", () => {
  it.each([
    [{ untrustedByteLen: 12 * 1024 }, "untrusted memory"],
    [{ untrustedByteLen: 32 * MIB }, "untrusted memory"],
    [{ stackByteLen: 0 }, "a stack of 0 bytes"],
    [{ stackByteLen: 40 * MIB }, "MiB of contiguous memory"],
  ])("%o", async (options, message) => {
    const system = await boot();
    expect(() => system.createEnclave(prebuilt("pmp-hello"), options)).toThrow(message);
    // and nothing is spoilt
    expect(granted(system.createEnclave(prebuilt("pmp-hello"))).run().exitCode).toBe(0);
  });

  it.each([
    [{ defects: ["B99"] }, "no defect"],
    [{ without: ["wipeOnFree"] }, "no defence"],
    [{ gpt: "paper" as const }, "no Guarded Page Table"],
    [{ memory: 4 * MIB }, "4 MiB of RAM"],
  ])("%o", async (options, message) => {
    await expect(penglaiPmpHosting.create(options)).rejects.toThrow(message);
  });

  it("shadows and arguments are not offered", async () => {
    const hosted = await penglaiPmpHosting.create({ memory: 64 * MIB });
    const elf = prebuilt("pmp-hello");
    expect(() => hosted.launch(elf, { kind: "shadow" })).toThrow("no shadow enclaves");
    expect(() => hosted.launch(elf, { kind: "enclave", args: ["a"] })).toThrow("no arguments");
  });
});

it("a page of the kernel's that the enclave does not share is out of its reach, and its own out of the kernel's", async () => {
  const { system, program } = await started("pmp-hello");
  const { page, order } = system.monitor.state.enclaves.get(program.eid)!.block;
  const { kernel } = system.driver;
  for (const at of [0, 2 ** order * PAGE_SIZE - 8])
    expect(() => kernel.load(pa(page * PAGE_SIZE + at), 8)).toThrow("cause 5");
  expect(() => kernel.store(pa(page * PAGE_SIZE), new Uint8Array(8))).toThrow("cause 7");
});
