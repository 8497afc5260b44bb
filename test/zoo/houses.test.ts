/**
 * Every mistake of every house does harm that its witness sees. Of the faces of Komodo it is the lock step that catches
 * nearly all of them (test/monitor/komodo); what it cannot see has a witness here.
 */
import { describe, expect, it } from "vitest";
import { allHouses, HOUSES } from "../../zoo/catalogue.ts";
import { killMatrix } from "../../zoo/matrix.ts";

const IN_LOCK_STEP: Readonly<Record<string, readonly string[]>> = {
  komodo: ["D3", "M6", "M8", "M12"],
  "komodo-riscv": [],
};

describe.each(Object.keys(HOUSES))("the house %s", (name) => {
  it("has a witness for each mistake, and no witness sees harm in the system as it is", async () => {
    const house = await HOUSES[name]!();
    const ids = IN_LOCK_STEP[name] ?? Object.keys(house.defects);
    const witness = house.detectors.find((detector) => detector.name === "witness");
    for (const id of ids) {
      const { kill } = (await killMatrix(house, [id], { seed: 1, effort: 1, detectors: ["witness"] }))[0]!.cells[0]!;
      expect(kill, id).toBeDefined();
    }
    if (ids.length > 0) expect(await witness!.hunt([], { seed: 1, budget: 1 })).toBeUndefined();
  }, 120_000);

  it("says of each where it comes from and what must catch it, and has no id twice", async () => {
    const { defects, absent } = await HOUSES[name]!();
    for (const { what, source, killedBy } of Object.values(defects)) {
      expect(what.length).toBeGreaterThan(10);
      expect(source).toMatch(/reference §/);
      expect(killedBy.length).toBeGreaterThan(0);
    }
    const ids = [...Object.keys(defects), ...Object.keys(absent)];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it("the zoo has more than two hundred inmates", async () => {
  const count = (await allHouses()).reduce((sum, { defects }) => sum + Object.keys(defects).length, 0);
  expect(count).toBeGreaterThan(200);
});
