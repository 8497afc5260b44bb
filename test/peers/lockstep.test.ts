/**
 * Random programs in lock step with QEMU 7.2: registers at every trap, CSRs and memory are equal. Where QEMU and the
 * manual part stands in lockstep/deviations.ts, one by one.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { campaign } from "./lockstep/campaign.ts";
import { DEVIATIONS } from "./lockstep/deviations.ts";
import { randomProgram } from "./lockstep/generate.ts";
import { compareOne } from "./lockstep/lockstep.ts";
import { placeCode } from "./lockstep/program.ts";
import { Qemu } from "./lockstep/qemu.ts";
import { programOf, textOf } from "./lockstep/text.ts";

const SEED = 1;
const INSTRUCTIONS = 200_000;
/** How often each row of the tables and each cause of a trap has to occur in the images that are stepped through. */
const TIMES = 3;
const KEPT = join(import.meta.dirname, "lockstep/kept");
const kept = globSync("*.s", { cwd: KEPT }).sort();

describe("random programs on atoll and on QEMU", () => {
  let qemu: Qemu;
  beforeAll(() => {
    qemu = new Qemu();
  });
  afterAll(() => qemu.dispose());

  it("leave the same behind, whatever row they execute and whatever trap they take", async () => {
    const { mismatches, instructions, coverage } = await campaign(qemu, {
      seed: SEED,
      instructions: INSTRUCTIONS,
      stepEvery: 1,
      maxMismatches: 3,
    });
    expect(mismatches.map(({ text }) => text)).toEqual([]);
    expect(instructions).toBe(coverage.completed);
    expect(instructions).toBeGreaterThanOrEqual(INSTRUCTIONS);
    expect(coverage.missing(TIMES)).toEqual([]);
  });

  it("are kept if they once differed", () => expect(kept.length).toBeGreaterThanOrEqual(3));

  it.each(kept)("%s, which once differed, does no longer", async (file) => {
    expect(await compareOne(qemu, programOf(readFileSync(join(KEPT, file), "utf8")))).toBeUndefined();
  });

  it("are the same program again when they are read from their text", () => {
    for (let seed = 0; seed < 20; seed++) {
      const program = randomProgram(seed, seed);
      const again = programOf(textOf(program));
      expect(placeCode(again).bytes).toEqual(placeCode(program).bytes);
      expect({ ...again, items: [], memory: [] }).toEqual({
        ...program,

        items: [],
        memory: [],
      });
      expect(again.memory).toEqual(new Map([...program.memory].filter(([, value]) => value !== 0n)));
    }
  });
});

it("every deviation of the peer has a name of its own, a rule and an avoidance", () => {
  expect(new Set(DEVIATIONS.map(({ name }) => name)).size).toBe(DEVIATIONS.length);
  for (const { rule, avoidance, peer } of DEVIATIONS) expect([rule, avoidance, peer]).not.toContain("");
});
