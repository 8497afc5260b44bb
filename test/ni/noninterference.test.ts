/** The claim itself: what a hostile OS sees does not depend on an enclave's secret. With the figures that say it was tried. */
import { describe, expect, it } from "vitest";
import { findLeakOnAtoll } from "../../ni/atoll-search.ts";
import { atollWorld } from "../../ni/atoll-world.ts";
import { twoTrace } from "../../ni/two-trace.ts";
import { program } from "./scene.ts";

const TIMEOUT = 240_000;
const secrets = [Uint8Array.of(0), Uint8Array.of(1)] as const;

describe("the operating system", () => {
  it("sees nothing of a secret that an enclave computes with", { timeout: TIMEOUT }, async () => {
    const result = await findLeakOnAtoll({ programs: [program("secret 3")], seed: 2026, numRuns: 100 });
    if (result.found) throw new Error(result.report);
    expect(result.pairsThatUsedTheSecret).toBeGreaterThan(80);
    const { tally } = result;
    expect(tally.instructions).toBeGreaterThan(1_000_000);
    for (const exit of ["timer", "yield", "exited"]) expect(tally[`exit ${exit}`]).toBeGreaterThan(5);
    for (const call of ["create", "create-shadow", "fork", "run", "resume", "stop", "attest", "destroy", "map-window"])
      expect(tally[`${call} ok`], call).toBeGreaterThan(3);
    for (const attempt of ["load", "store", "map-window", "forge-satp", "call", "answer"])
      expect(tally[`${attempt} refused`], attempt).toBeGreaterThan(5);
  });

  it("sees nothing of what lies unread in an enclave's memory", { timeout: TIMEOUT }, async () => {
    const programs = [program("hello x"), program("mem")];
    const result = await findLeakOnAtoll({ programs, seed: 2027, numRuns: 100 });
    if (result.found) throw new Error(result.report);
    const { tally } = result;
    for (const exit of ["timer", "ocall", "exited"]) expect(tally[`exit ${exit}`]).toBeGreaterThan(5);
    expect(tally["answer ok"]).toBeGreaterThan(100);
  });

  it("sees nothing in GPT mode paper", { timeout: TIMEOUT }, async () => {
    const options = { programs: [program("secret 3")], system: { gpt: "paper" as const } };
    const result = await findLeakOnAtoll({ ...options, seed: 2028, numRuns: 15 });
    if (result.found) throw new Error(result.report);
    expect(result.pairsThatUsedTheSecret).toBeGreaterThan(10);
  });
});

describe("the test itself", () => {
  const makeWorld = atollWorld({ programs: [program("leak exit"), program("hello x")] });
  const run = (name: string) =>
    [
      { do: "create", as: "e0", program: name },
      { do: "run", enclave: "e0", ticks: 100_000 },
    ] as const;

  it("is deterministic: equal secrets give equal traces, even of a program that leaks", async () => {
    const same = [secrets[1], secrets[1]] as const;
    const verdict = await twoTrace({ makeWorld, secrets: same, actions: run("leak exit") });
    expect(verdict).toMatchObject({ equal: true, steps: 2, secretUsed: true });
  });

  it("knows whether the secret was read", async () => {
    expect(await twoTrace({ makeWorld, secrets, actions: run("hello x") })).toMatchObject({
      equal: true,
      secretUsed: false,
    });
    expect(await twoTrace({ makeWorld, secrets, actions: [run("leak exit")[0]] })).toMatchObject({ secretUsed: false });
  });
});
