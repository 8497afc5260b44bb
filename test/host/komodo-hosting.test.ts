/** The personality `komodo` behind the interface that commands use. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseElf } from "../../core/elf.ts";
import type { HostedProgram, HostingOptions, LaunchChoice } from "../../host/hosting.ts";
import { hostingNamed } from "../../host/hostings.ts";
import { granted } from "./machine-fixture.ts";

const guest = (name: string) =>
  parseElf(readFileSync(new URL(`../../guest/prebuilt/${name}.elf`, import.meta.url)), name);

const create = async (options: HostingOptions = {}) =>
  (await hostingNamed("komodo")).create({ memory: 64 << 20, ...options });

async function launch(name: string, choice: Partial<LaunchChoice> = {}, options: HostingOptions = {}) {
  return granted((await create(options)).launch(guest(name), { kind: "enclave", ...choice })).programs();
}

/** Steps of all slices, until the program has ended. */
function runToEnd(program: HostedProgram): string[] {
  const steps: string[] = [];
  while (steps.at(-1) !== "ended") {
    const slice = program.sliceInSteps();
    let step = slice.next();
    for (; !step.done; step = slice.next()) steps.push(step.value);
    steps.push(step.value);
  }
  return steps;
}

describe("komodo for commands", () => {
  it("runs a program, which says what it does step by step", async () => {
    const heard: string[] = [];
    const onOutput = (bytes: Uint8Array) => heard.push(new TextDecoder().decode(bytes));
    const [program] = await launch("komodo-hello", { args: ["one"], onOutput });
    expect(runToEnd(program!)).toEqual([...new Array(6).fill("ocall"), "ended"]);
    expect(program!.outcome).toMatchObject({
      end: { kind: "exited", value: 1n },
      exitCode: 1,
      output: "hello from enclave 0\nargument: one\n",
      statistics: { ocall: 6, timer: 0, yield: 1 },
    });
    expect(program!.outcome.statistics.instructions).toBeGreaterThan(500);
    expect(heard.join("")).toBe(program!.outcome.output);
    expect(program!.sliceInSteps().next()).toEqual({ done: true, value: "not-runnable" });
  });

  it("gives every enclave of a run its own number", async () => {
    const programs = await launch("komodo-hello", { enclaves: 3 });
    expect(programs.map((program) => runToEnd(program) && program.outcome.output)).toEqual(
      [0, 1, 2].map((index) => `hello from enclave ${index}\n`),
    );
  });

  it("ends one that uses up the fuel, that faults, or that is no Komodo program", async () => {
    const [fuel] = await launch("komodo-keys", { args: ["create"] }, { fuel: 1000 });
    runToEnd(fuel!);
    expect(fuel!.outcome.end).toMatchObject({ kind: "out-of-fuel" });
    const [eapp] = await launch("hello");
    runToEnd(eapp!);
    expect(eapp!.outcome.end).toMatchObject({ kind: "killed", refusal: { guard: "ENCLAVE_FAULT", value: 10n } });
  });

  it("switches defects of the bug zoo on", async () => {
    const { monitor } = await create({ defects: ["E1"] });
    expect((monitor.state as { config: { defects: ReadonlySet<string> } }).config.defects).toEqual(new Set(["E1"]));
  });

  it.each<[HostingOptions, RegExp]>([
    [{ harts: 2 }, /one hart/],
    [{ without: ["dram"] }, /no defence "dram"/],
    [{ defects: ["ZZ"] }, /no defect "ZZ"/],
    [{ gpt: "paper" }, /no Guarded Page Table/],
  ])("refuses %j", async (options, message) => {
    await expect(create(options)).rejects.toThrow(message);
  });

  it("has no shadows, and as many enclaves as pages", async () => {
    await expect(launch("komodo-hello", { kind: "shadow" })).rejects.toThrow(/no shadow enclaves/);
    await expect(launch("komodo-hello", { enclaves: 100 })).rejects.toThrow(/no secure page left/);
  });
});

it.each([
  ["penglai-tvm", "B18"],
  ["penglai-pmp", "B18"],
  ["komodo-riscv", "S1"],
])("%s takes the ids of its bug zoo, too", async (name, id) => {
  const hosting = await hostingNamed(name);
  const { monitor } = await hosting.create({ memory: 64 << 20, defects: [id] });
  expect((monitor.state as { config: { defects: ReadonlySet<string> } }).config.defects).toEqual(new Set([id]));
  await expect(hosting.create({ memory: 64 << 20, defects: ["B77777"] })).rejects.toThrow('no defect "B77777"');
});
