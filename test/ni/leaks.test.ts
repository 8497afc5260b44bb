/** Every leak that is planted is found: in the enclave's program, and in the monitor by switching one defence off. */
import { describe, expect, it } from "vitest";
import { findLeakOnAtoll } from "../../ni/atoll-search.ts";
import { atollWorld } from "../../ni/atoll-world.ts";
import { twoTrace } from "../../ni/two-trace.ts";
import { program } from "./scene.ts";

const TIMEOUT = 120_000;
const seed = 1;
/** A fork's life: create-shadow, fork, run, destroy. */
const FEW_ACTIONS = 4;

describe("a program that leaks its secret is found", () => {
  it.each([
    ["leak exit", "exit-value"],
    ["leak write", "console"],
    ["leak yield", "result"],
    ["leak mmap", "ocall arg1"],
  ])("%s, by %s", { timeout: TIMEOUT }, async (name, observable) => {
    const result = await findLeakOnAtoll({ programs: [program(name)], seed, numRuns: 60 });
    expect(result).toMatchObject({ found: true, firstDifference: { observable } });
    expect(result.found && result.actions.length).toBeLessThanOrEqual(FEW_ACTIONS);
  });
});

describe("a monitor without one defence is found", () => {
  it.each([
    ["clear-registers-on-switch", /^register /],
    ["wipe-on-free", /^memory /],
    ["ownership-check", /^window /],
    ["pmp-on-page-table-area", /^window /],
    ["satp-trap", /^window /],
  ])("%s, by %s", { timeout: TIMEOUT }, async (defence, observable) => {
    const system = { without: [defence] };
    const result = await findLeakOnAtoll({ programs: [program("secret 3")], system, seed, numRuns: 60 });
    expect(result).toMatchObject({ found: true, firstDifference: { observable: expect.stringMatching(observable) } });
    if (!result.found) return;
    expect(result.actions.length).toBeLessThanOrEqual(FEW_ACTIONS);
    // The defence alone makes the difference: with it the same trace shows nothing.
    const { actions, secrets } = result;
    const makeWorld = atollWorld({ programs: [program("secret 3")] });
    expect(await twoTrace({ makeWorld, secrets, actions })).toMatchObject({ equal: true });
  });
});
