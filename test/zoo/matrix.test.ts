/** The kill matrix itself: what it counts, and that it does not believe a detector that cries wolf. */
import { describe, expect, it } from "vitest";
import type { Detector, House } from "../../zoo/house.ts";
import { FalseAlarm, isKilled, killMatrix } from "../../zoo/matrix.ts";

const detector = (name: string, hunt: Detector["hunt"]): Detector => ({ name, unit: "steps", budget: 10, hunt });
const findsOdd = detector("odd", ([id], { budget }) => (id === "D1" ? { after: budget, report: "one\n" } : undefined));
const findsNothing = detector("none", () => undefined);
const criesWolf = detector("wolf", () => ({ after: 1, report: "a shadow\n" }));

const defect = { what: "goes wrong", source: "ours §0", killedBy: ["REF"] } as const;
const house = (...detectors: Detector[]): House => ({
  name: "kennel",
  defects: { D1: defect, D2: defect },
  absent: {},
  detectors,
});

describe("the kill matrix", () => {
  it("has a row for each mistake and a cell for each detector", async () => {
    const rows = await killMatrix(house(findsNothing, findsOdd), ["D1", "D2"], { seed: 1, effort: 3 });
    expect(rows.map(({ id, cells }) => [id, cells.map(({ kill }) => kill?.after)])).toEqual([
      ["D1", [undefined, 30]],
      ["D2", [undefined, undefined]],
    ]);
    expect(rows.map(isKilled)).toEqual([true, false]);
  });

  it("may stop at the first kill, and leave detectors out", async () => {
    const options = { seed: 1, effort: 1 };
    const quick = await killMatrix(house(findsOdd, findsNothing), ["D1"], { ...options, isFirstKillEnough: true });
    expect(quick[0]!.cells.map((cell) => cell.detector)).toEqual(["odd"]);
    const some = await killMatrix(house(findsOdd, findsNothing), ["D1"], { ...options, detectors: ["none"] });
    expect(some.map(isKilled)).toEqual([false]);
  });

  it("believes no detector that finds harm where none is", async () => {
    await expect(killMatrix(house(criesWolf), ["D1"], { seed: 1, effort: 1 })).rejects.toThrow(FalseAlarm);
  });
});
