/**
 * Every defence has an attack that it alone stops: with all defences on each attack of the catalogue is caught, by the
 * check that should; with any one of those that stand in its way switched off, it succeeds.
 */
import { describe, expect, it } from "vitest";
import { ATTACKS } from "../host/attack-catalogue.ts";
import { DEFENCE_NAMES } from "../host/defence-names.ts";

const SEED = 42n;

const CATCHERS: Readonly<Record<string, RegExp>> = {
  "read-direct-map": /page table/,
  "write-direct-map": /page table/,
  "remap-set-pte": /MAPS_PROTECTED/,
  "write-pt-area": /PMP/,
  "forge-satp": /TVM/,
  "forge-satp-paper": /walker/,
  "grant-foreign-memory": /NOT_PUBLIC/,
  "grant-too-little": /GRANT_TOO_SMALL/,
  "answer-another-ocall": /WRONG_OCALL/,
  "run-twice": /WRONG_STATE/,
  "read-registers": /world switch/,
  "find-residue": /wiped/,
  spy: /U-mode/,
  "make-text-writable": /measurement-expected/,
  snoop: /encryption/,
  "flip-bit": /MAC of the data/,
  splice: /MAC of the data/,
  "replay-data": /MAC of the data/,
  "replay-mac": /MAC of the data/,
  "replay-counter": /hash of the ST-2/,
  "replay-subtree": /hash of the RT leaf/,
  "replay-everything": /hash of the RT-1/,
  "prime-probe": /line lock/,
  "hoard-locks": /flush of locked lines/,
};

describe("with all defences", () => {
  it("it is said of each attack who catches it", () => {
    expect(Object.keys(CATCHERS)).toEqual(ATTACKS.map(({ name }) => name));
  });

  it.each(ATTACKS)("$name is caught", async ({ name, run }) => {
    expect(await run({ seed: SEED })).toMatchObject({
      succeeded: false,
      caughtBy: expect.stringMatching(CATCHERS[name]!),
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
