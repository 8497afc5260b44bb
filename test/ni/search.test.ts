import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Choices } from "../../ni/choices.ts";
import { traceText } from "../../ni/report.ts";
import { findLeak, type SearchOptions } from "../../ni/search.ts";
import { shrinkLeak } from "../../ni/shrink.ts";
import { type Strategy, twoTrace } from "../../ni/two-trace.ts";
import { type VaultAction, vault } from "./vault-world.ts";

const ACTIONS: readonly VaultAction[] = ["open", "close", "ask", "wait"];
const describeIt = (action: VaultAction) => action;

const anyAction =
  (choices: Choices): Strategy<VaultAction> =>
  (past) =>
    past.length < 12 ? choices.of(ACTIONS) : undefined;

const options = (leaks: boolean): SearchOptions<VaultAction> => ({
  makeWorld: vault(leaks),
  strategy: anyAction,
  describe: describeIt,
  seed: 3,
  numRuns: 50,
});

describe("a search for a leak", () => {
  it("finds a planted one and shortens it to what it needs", async () => {
    const result = await findLeak(options(true));
    expect(result).toMatchObject({ found: true, actions: ["open", "open", "ask"] });
    expect(result.found && result.secrets.map((secret) => secret[0])).toEqual([0, 1]);
  });

  it("is the same search for the same seed, and another for another", async () => {
    const [first, again] = [await findLeak(options(true)), await findLeak(options(true))];
    expect(again).toEqual(first);
    const lengths = new Set<number>();
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const result = await findLeak({ ...options(true), seed });
      if (result.found) lengths.add(result.originalLength);
    }
    expect(lengths.size).toBeGreaterThan(1);
  });

  it("counts what it did when there is none", async () => {
    const result = await findLeak(options(false));
    expect(result).toMatchObject({ found: false, pairs: 50, steps: 600, tally: { acts: 600 } });
    expect(!result.found && result.pairsThatUsedTheSecret).toBeGreaterThan(40);
  });

  it("gives a trace that fails again", async () => {
    const result = await findLeak(options(true));
    if (!result.found) throw new Error("the planted leak was not found");
    const { actions, secrets, firstDifference } = result;
    const verdict = await twoTrace({ makeWorld: vault(true), secrets, actions });
    expect(verdict).toMatchObject({ equal: false, firstDifference });
  });

  it("throws what a world throws and does not call it a leak", async () => {
    const makeWorld = async () => {
      throw new TypeError("this world cannot be made");
    };
    await expect(findLeak({ ...options(false), makeWorld })).rejects.toThrow("this world cannot be made");
  });

  it("prints the trace in two columns", async () => {
    const result = await findLeak(options(true));
    const lines = result.found ? result.report.split("\n").map((line) => line.replaceAll(/ +/g, " ").trim()) : [];
    expect(lines.slice(0, 6)).toEqual([
      "action left right",
      "secret 00… 01…",
      "1 open 0x0 0x0",
      "2 open 0x0 0x0",
      "3 ask 0x0 0x1",
      "result 0x0 ! 0x1",
    ]);
    expect(lines[6]).toMatch(/^found by seed 3 in pair \d+, shortened from \d+ actions$/);
  });
});

describe("shortening", () => {
  it("always ends with the three actions that the leak needs, whatever lay between", async () => {
    const trace = fc
      .array(fc.constantFrom<VaultAction>("open", "wait", "ask"), { maxLength: 20 })
      .map((noise): VaultAction[] => ["open", ...noise, "open", "ask"]);
    await fc.assert(
      fc.asyncProperty(trace, async (actions) => {
        const secrets = [Uint8Array.of(6, 9), Uint8Array.of(7, 1)] as const;
        const search = { makeWorld: vault(true), secrets, actions };
        const leak = await twoTrace(search);
        if (leak.equal) throw new Error("the leak was planted");
        const shrunk = await shrinkLeak(search, leak);
        expect(shrunk.leak.left.map(({ action }) => action)).toEqual(["open", "open", "ask"]);
        expect(shrunk.secrets).toEqual([Uint8Array.of(0, 0), Uint8Array.of(1, 0)]);
      }),
      { seed: 11, numRuns: 100 },
    );
  });

  it("tries simpler actions and keeps those that still show it", async () => {
    const secrets = [Uint8Array.of(0), Uint8Array.of(1)] as const;
    const search = { makeWorld: vault(true), secrets, actions: ["open", "open", "ask"] as const };
    const leak = await twoTrace<VaultAction>(search);
    if (leak.equal) throw new Error("the leak was planted");
    const shrunk = await shrinkLeak<VaultAction>(search, leak, () => ["wait"]);
    // "wait" in place of any of them hides the leak.
    expect(traceText({ ...shrunk, describe: describeIt })).toMatch(/1 open.*2 open.*3 ask/s);
  });
});
