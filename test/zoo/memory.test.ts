/** The mistakes of the memory encryption engine: made when they are switched on, and not else. */
import { describe, expect, it } from "vitest";
import { Mmt } from "../../hw-model/mmt.ts";
import { ABSENT_MMT_DEFECTS, MMT_DEFECTS, type MmtDefectId } from "../../hw-model/mmt-defects.ts";
import { MEMORY_WITNESSES } from "../../zoo/memory/witnesses.ts";

const ids = Object.keys(MMT_DEFECTS) as MmtDefectId[];

describe.each(ids)("%s", (id) => {
  it("is not made by the engine as it is", async () => {
    expect(await MEMORY_WITNESSES[id](false)).toBe(false);
  });

  it(`switched on: ${MMT_DEFECTS[id].what}`, async () => {
    expect(await MEMORY_WITNESSES[id](true)).toBe(true);
  });
});

it("every number of class X is a switch, or it is said why not", () => {
  const known = [...ids, ...Object.keys(ABSENT_MMT_DEFECTS)];
  expect(new Set(known).size).toBe(known.length);
  for (const n of ["1", "2", "3", "4a", "4b", "5", "6", "7", "8", "9", "10", "11", "12"])
    expect(known).toContain(`X${n}`);
});

it("an id that is none is refused", () => {
  expect(() => new Mmt({ seed: new Uint8Array(1), defects: ["X99"] })).toThrow("no defect X99");
});
