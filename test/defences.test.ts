/**
 * Every defence has an attack that it alone stops: with all defences on each attack of the catalogue is caught; with any
 * one of those that stand in its way switched off, it succeeds.
 */
import { describe, expect, it } from "vitest";
import { ATTACKS } from "../host/attack-catalogue.ts";
import { DEFENCE_NAMES } from "../host/defence-names.ts";

const SEED = 42n;

describe("with all defences", () => {
  it.each(ATTACKS)("$name is caught", async ({ run }) => {
    expect(await run({ seed: SEED })).toMatchObject({
      succeeded: false,
      caughtBy: expect.stringMatching(/./),
      detail: expect.stringMatching(/./),
      when: expect.stringMatching(/./),
    });
  });
});

describe("each defence alone is needed", () => {
  it.each(DEFENCE_NAMES)("%s has an attack in the catalogue", (name) => {
    expect(ATTACKS.filter(({ defences }) => defences.includes(name))).not.toEqual([]);
  });

  const cases = ATTACKS.flatMap(({ name, defences, run }) => defences.map((defence) => ({ defence, name, run })));
  it.each(cases)("without $defence, $name succeeds", async ({ defence, run }) => {
    expect(await run({ seed: SEED, without: [defence] })).toMatchObject({
      succeeded: true,
      evidence: expect.stringMatching(/./),
    });
  });

  it("the catalogue names no defence that there is not", () => {
    for (const { defences } of ATTACKS) expect(DEFENCE_NAMES).toEqual(expect.arrayContaining([...defences]));
  });
});
