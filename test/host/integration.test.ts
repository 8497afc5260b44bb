/** Host, monitor and machine together, on prebuilt guests. */
import { describe, expect, it } from "vitest";
import { measure } from "../../attest/measure.ts";
import { PENGLAI_TVM } from "../../attest/measurement-profile.ts";
import { pa, pageNoOf, va } from "../../core/units.ts";
import { enclaveImage, measurableImage } from "../../host/enclave-image.ts";
import { bootHost, granted, prebuilt } from "./machine-fixture.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const HASH_OFFSET = 160;
const NONCE_OFFSET = 256;

describe("an enclave on the machine", () => {
  it("runs, writes, gets its arguments and exits", async () => {
    const { host } = await bootHost();
    const outcome = granted(host.createEnclave(prebuilt("hello"), { args: ["one", "zwei ü"] })).run();
    expect(outcome.exitCode).toBe(0);
    expect(outcome.output).toMatch(/^hello from enclave 1\nargument: one\nargument: zwei ü\nmeasured as/);
  });

  it.each([
    ["fib", ["20"], "fib 20 = 6765\n"],
    ["mem", [], "mem: ok\n"],
  ])("runs %s", async (name, args, output) => {
    const { host } = await bootHost();
    expect(granted(host.createEnclave(prebuilt(name), { args })).run()).toMatchObject({ exitCode: 0, output });
  });

  it("is interrupted by the timer and goes on", async () => {
    const { host } = await bootHost({ host: { sliceTicks: 1000 } });
    const outcome = granted(host.createEnclave(prebuilt("fib"), { args: ["18"] })).run();
    expect(outcome.output).toBe("fib 18 = 2584\n");
    expect(outcome.statistics.timer).toBeGreaterThan(3);
  });

  it("pauses after each ocall when it runs in steps", async () => {
    const { host } = await bootHost();
    const enclave = granted(host.createEnclave(prebuilt("hello")));
    const steps = enclave.sliceInSteps();
    let pauses = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) pauses++;
    expect(step.value).toBe("ended");
    expect(pauses).toBe(enclave.outcome.statistics.ocall);
    expect(enclave.outcome).toEqual(granted((await bootHost()).host.createEnclave(prebuilt("hello"))).run());
  });

  it("does not stay longer because it asks for services", async () => {
    const ticks = 20;
    const { host } = await bootHost({ host: { sliceTicks: ticks } });
    const { statistics } = granted(host.createEnclave(prebuilt("hello"))).run();
    // ten instructions a tick; the last slice is cut short by the exit
    expect(statistics.timer).toBeGreaterThanOrEqual(Math.floor(statistics.instructions / (10 * ticks)) - 1);
  });

  it("is measured to the bit as Penglai-TVM measures, if that is asked for", async () => {
    const { host, monitor } = await bootHost({ monitor: { measurement: "penglai-tvm" } });
    const elf = prebuilt("mem");
    const { eid } = granted(host.createEnclave(elf)).record;
    const offline = measure(measurableImage(enclaveImage(elf)), { profile: PENGLAI_TVM }).digest;
    expect(hex(monitor.state.enclaves.get(eid)!.measurement)).toBe(hex(offline));
    await expect(bootHost({ monitor: { measurement: "sha1" as "atoll" } })).rejects.toThrow("measurement");
  });

  it.each(["enclave", "shadow"] as const)("is measured as the offline measurement says (%s)", async (kind) => {
    const { host } = await bootHost();
    const elf = prebuilt("mem");
    const subject = kind === "enclave" ? granted(host.createEnclave(elf)) : granted(host.createShadow(elf));
    const report = granted(subject.attest(0x1122n));
    const { digest } = measure(measurableImage(enclaveImage(elf, { kind })));
    expect(hex(report.subarray(HASH_OFFSET, HASH_OFFSET + 32))).toBe(hex(digest));
    expect(new DataView(report.buffer).getBigUint64(NONCE_OFFSET, true)).toBe(0x1122n);
  });

  it("leaves no memory behind, whether it exits or is killed", async () => {
    const { host } = await bootHost();
    const { frames } = host.driver.kernel;
    const before = frames.freePages;
    expect(granted(host.createEnclave(prebuilt("mem"))).run().exitCode).toBe(0);
    expect(granted(host.createEnclave(prebuilt("fault"))).run().end.kind).toBe("killed");
    expect(frames.freePages).toBe(before);
    // And all of it is the kernel's again: it can be used at once.
    expect(granted(host.createEnclave(prebuilt("mem"))).run().exitCode).toBe(0);
  });

  it.each([
    [["load", "0x80200000"], "ENCLAVE_FAULT"],
    [["csr"], "ENCLAVE_FAULT"],
    [["satp"], "ENCLAVE_FAULT"],
    [["ecall", "5"], "UNKNOWN_ENCLAVE_FUNCTION"],
  ])("is destroyed for reaching beyond (spy %j), and the reason is told", async (args, guard) => {
    const { host } = await bootHost();
    const { end, exitCode } = granted(host.createEnclave(prebuilt("spy"), { args })).run();
    expect(end).toMatchObject({ kind: "killed", refusal: { guard } });
    expect(exitCode).toBeUndefined();
  });

  it("stops when the fuel is used up", async () => {
    const { host } = await bootHost({ host: { fuel: 1_000_000 } });
    const { end, statistics } = granted(host.createEnclave(prebuilt("spin"))).run();
    expect(end).toEqual({ kind: "out-of-fuel", eid: 1 });
    expect(statistics.instructions).toBe(1_000_000);
  });

  it.each([true, false])("uses a page that was changed in DRAM only if it verifies (%s)", async (isGood) => {
    const { host, machine } = await bootHost();
    const elf = prebuilt("secret");
    const enclave = granted(host.createEnclave(elf, { args: ["2"] }));
    enclave.runSlice();
    const page = pageNoOf(enclave.record.frames.get(va(elf.symbols.get("secret")! & ~0xfffn))!);
    const asked: number[] = [];
    machine.onRefill((watched) => {
      asked.push(watched);
      if (isGood) machine.watch(watched, false);
      return isGood;
    });
    machine.watch(page, true);
    const { end } = enclave.run();
    expect(asked).toContain(page);
    expect(end).toMatchObject(isGood ? { kind: "exited" } : { kind: "killed", refusal: { guard: "INTEGRITY" } });
  });

  it("can be stopped, attested and resumed", async () => {
    const { host } = await bootHost();
    const enclave = granted(host.createEnclave(prebuilt("secret"), { args: ["3"] }));
    expect(enclave.runSlice()).toBe("yield");
    expect(enclave.attest(1n)).toMatchObject({ ok: false, refusal: { guard: "WRONG_STATE" } });
    granted(enclave.stop());
    expect(enclave.run().end.kind).toBe("stopped");
    expect(enclave.attest(1n).ok).toBe(true);
    granted(enclave.resume());
    expect(enclave.run()).toMatchObject({ exitCode: 0, statistics: { yield: 3 } });
  });

  it("keeps to what it is given: other programs run beside it in the same machine", async () => {
    const { host } = await bootHost();
    const enclaves = ["secret", "mem", "hello"].map((name) => granted(host.createEnclave(prebuilt(name))));
    expect(host.runAll(enclaves).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  });
});

describe("a shadow on the machine", () => {
  it("forks many instances that run concurrently", async () => {
    const { host } = await bootHost();
    const before = host.driver.kernel.frames.freePages;
    const shadow = granted(host.createShadow(prebuilt("secret")));
    const forks = Array.from({ length: 30 }, (_, i) => shadow.fork({ args: [`${1 + (i % 3)}`] }));
    for (const [i, outcome] of host.runAll(forks).entries())
      expect(outcome).toMatchObject({ exitCode: 0, statistics: { yield: 1 + (i % 3) } });
    granted(shadow.destroy());
    expect(host.driver.kernel.frames.freePages).toBe(before);
  });

  it("is not destroyed while forks live", async () => {
    const { host } = await bootHost();
    const shadow = granted(host.createShadow(prebuilt("secret")));
    const fork = shadow.fork();
    fork.runSlice();
    expect(shadow.destroy()).toMatchObject({ ok: false, refusal: { guard: "FORKS_ALIVE" } });
    granted(fork.destroy());
    granted(shadow.destroy());
  });

  it("needs more metadata than the monitor has, and lends it", async () => {
    const { host, monitor } = await bootHost({ machine: { ramSize: 256 * 2 ** 20 } });
    const shadow = granted(host.createShadow(prebuilt("secret")));
    const records = monitor.state.freeRecords;
    const forks = Array.from({ length: records + 1 }, () => shadow.fork({ args: ["1"] }));
    expect(new Set(host.runAll(forks).map(({ exitCode }) => exitCode))).toEqual(new Set([0]));
  });
});

describe("a machine of 512 GiB", () => {
  it("boots in a few frames and reaches both ends of its memory", async () => {
    const { host, machine } = await bootHost({ machine: { ramSize: 2 ** 39 } });
    const { kernel } = host.driver;
    expect(machine.framesInUse).toBeLessThan(20);
    const last = pa(kernel.layout.ramEnd - 8);
    expect(kernel.store(last, Uint8Array.of(1, 2, 3)).ok).toBe(true);
    expect(kernel.load(last, 3)).toEqual({ ok: true, bytes: Uint8Array.of(1, 2, 3) });
    expect(granted(host.createEnclave(prebuilt("hello"))).run().exitCode).toBe(0);
  });
});
