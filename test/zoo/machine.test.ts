/** The machine's mistakes: made when they are switched on, and not else. */
import { describe, expect, it } from "vitest";
import { Machine } from "../../core/machine.ts";
import { ABSENT_MACHINE_DEFECTS, MACHINE_DEFECTS, type MachineDefectId } from "../../core/machine-defects.ts";
import { MACHINE_WITNESSES } from "../../zoo/machine/witnesses.ts";

const ids = Object.keys(MACHINE_DEFECTS) as MachineDefectId[];

describe.each(ids)("%s", (id) => {
  it("is not made by the machine as it is", async () => {
    expect(await MACHINE_WITNESSES[id](false)).toBe(false);
  });

  it(`switched on: ${MACHINE_DEFECTS[id].what}`, async () => {
    expect(await MACHINE_WITNESSES[id](true)).toBe(true);
  });
});

it("every number of class H is a switch, or it is said why not", () => {
  const known = [...ids, ...Object.keys(ABSENT_MACHINE_DEFECTS)];
  expect(new Set(known).size).toBe(known.length);
  for (let i = 1; i <= 18; i++) expect(known).toContain(`H${i}`);
});

it("an id that is none is refused", async () => {
  await expect(Machine.create({ mode: "monitor", defects: ["H99"] })).rejects.toThrow("no defect H99");
});
