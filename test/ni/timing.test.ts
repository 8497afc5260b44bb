/** The clock is an observer: a table look-up that depends on the secret shows in the cycles, unless its lines are locked. */
import { describe, expect, it } from "vitest";
import { findLeakOnAtoll } from "../../ni/atoll-search.ts";
import { kindOf, type Observer } from "../../ni/observation.ts";
import { program } from "./scene.ts";

const TIMEOUT = 120_000;
const CLOCK: Observer = { name: "clock", sees: (observable) => kindOf(observable) === "counter" };

const search = (words: string, without: readonly string[] = []) =>
  findLeakOnAtoll({
    programs: [program(words)],
    system: { flavour: "timed", without },
    observer: CLOCK,
    seed: 1,
    numRuns: 20,
  });

describe("an OS with a clock, on a machine with caches", () => {
  it("learns something about a look-up in unlocked lines", { timeout: TIMEOUT }, async () => {
    const result = await search("victim");
    expect(result).toMatchObject({ found: true, firstDifference: { observable: "counter cycle" } });
    expect(result.found && result.actions.map((action) => action.do)).toEqual(["create", "run", "resume"]);
  });

  it("learns nothing when the lines are locked", { timeout: TIMEOUT }, async () => {
    const result = await search("victim lock");
    if (result.found) throw new Error(result.report);
    expect(result.pairsThatUsedTheSecret).toBeGreaterThan(10);
    expect(result.tally["exit yield"]).toBeGreaterThan(30);
  });

  it("learns it again when locking does nothing", { timeout: TIMEOUT }, async () => {
    const result = await search("victim lock", ["line-lock"]);
    expect(result).toMatchObject({ found: true, firstDifference: { observable: "counter cycle" } });
  });
});
