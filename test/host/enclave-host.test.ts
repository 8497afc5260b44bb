import { beforeEach, describe, expect, it } from "vitest";
import { parseElf } from "../../core/elf.ts";
import { pa } from "../../core/units.ts";
import { EnclaveHost } from "../../host/enclave-host.ts";
import { buildElf } from "../core/elf-builder.ts";
import { FakeMachine } from "./fakes/fake-machine.ts";
import { FakeMonitor } from "./fakes/fake-monitor.ts";

const elf = parseElf(buildElf());
let machine: FakeMachine;
let monitor: FakeMonitor;
let host: EnclaveHost;

beforeEach(() => {
  machine = new FakeMachine(64 * 2 ** 20);
  monitor = new FakeMonitor(machine);
  host = new EnclaveHost(machine, monitor);
});

function launch(options = {}) {
  const created = host.createEnclave(elf, options);
  if (!created.ok) throw new Error(created.refusal.explanation);
  return created.value;
}

describe("enclave host", () => {
  it("returns exit code, output and statistics", () => {
    const pieces: number[] = [];
    const enclave = launch({ onOutput: (bytes: Uint8Array) => pieces.push(bytes.length) });
    const param = pa(Number(monitor.called("CREATE_ENCLAVE")[0]!.args[0]));
    // "ü" is two bytes, written in two calls.
    const script = [[0xc3], [0xbc, 0x21], undefined];
    monitor.answers.RUN_ENCLAVE = monitor.answers.RESUME_ENCLAVE = () => {
      const text = script.shift();
      machine.write64(pa(Number(machine.read64(pa(param + 96)))), 3n);
      machine.write64(pa(Number(machine.read64(pa(param + 128)))), 0x1_07n);
      if (text) machine.writeBytes(enclave.record.kbuffer, Uint8Array.of(...text, 0));
      return text ? 2n : 0n;
    };
    expect(enclave.run()).toEqual({
      end: { kind: "exited", value: 0x107n },
      exitCode: 7,
      output: "ü!",
      statistics: { timer: 0, yield: 0, ocall: 2, instructions: 0 },
    });
    expect(pieces).toEqual([1, 2]);
  });

  it("passes arguments through host shared memory, and none without arguments", () => {
    expect(launch().record.shm).toBeUndefined();
    const { shm } = launch({ args: ["a"] }).record;
    expect([...machine.readBytes(shm!.at, 11)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 97, 0, 0]);
  });

  it("surfaces a refusal as a value", () => {
    monitor.answers.CREATE_ENCLAVE = () => -1n;
    expect(host.createEnclave(elf)).toMatchObject({ ok: false, refusal: { call: "CREATE_ENCLAVE", value: -1n } });
  });

  it("has no exit code for an enclave that was killed", () => {
    const enclave = launch();
    monitor.answers.RUN_ENCLAVE = () => -1n;
    expect(enclave.run()).toMatchObject({ end: { kind: "killed" }, exitCode: undefined });
  });

  it("stops between slices and goes on after resume", () => {
    const enclave = launch();
    monitor.answers.RUN_ENCLAVE = () => 3n;
    enclave.runSlice();
    expect(enclave.stop().ok).toBe(true);
    expect(enclave.run().end).toEqual({ kind: "stopped" });
    expect(enclave.resume().ok).toBe(true);
    expect(enclave.run().end.kind).toBe("exited");
  });

  it("forks a shadow and runs the forks concurrently", () => {
    const shadow = host.createShadow(elf);
    if (!shadow.ok) throw new Error(shadow.refusal.explanation);
    monitor.answers.RUN_SHADOW = () => 3n;
    const forks = Array.from({ length: 5 }, (_, i) => shadow.value.fork({ args: [`${i}`] }));
    expect(host.runAll(forks).map(({ end }) => end.kind)).toEqual(Array(5).fill("exited"));
    expect(shadow.value.attest(1n).ok).toBe(true);
    expect(monitor.called("ATTEST_SHADOW")).toHaveLength(1);
    expect(shadow.value.destroy().ok).toBe(true);
    expect(monitor.called("DESTROY_SHADOW")).toHaveLength(1);
  });
});
