/** penglai-tvm as a specification: nobody learns or influences what the policy does not allow, and the test would notice. */
import { describe, expect, it } from "vitest";
import { PENGLAI_TVM } from "../../../ni/penglai-tvm/model.ts";
import { missedBy } from "../../../ni/spec/coverage.ts";
import { subjectOf } from "../../../ni/spec/detect.ts";
import { ALL, expectToFail, expectToHold } from "./properties.ts";

describe("penglai-tvm", () => {
  it.each(ALL)("%s holds", (property) =>
    expectToHold(PENGLAI_TVM, property, ["data page", "saved registers", "registers"]),
  );

  it("is tried with every call, accepted and refused", () => {
    const isTried = (name: string) =>
      !["any function", "unknown function", "SM_INIT", "PT_AREA_SEPARATION"].includes(name);
    const accepted = PENGLAI_TVM.calls
      .filter(({ name }) => isTried(name))
      .map(({ by, name }) => `${by === "os" ? "" : "enclave "}${name} ok`);
    const refused = [
      "SET_PTE MAPS_PROTECTED",
      "RUN WRONG_STATE",
      "DESTROY NO_SUCH_ENCLAVE",
      "CREATE_ENCLAVE NOT_PUBLIC",
    ];
    const expected = [...accepted, ...refused, "any function UNKNOWN_FUNCTION", "SM_INIT ALREADY_INITIALISED"];
    expect(missedBy(subjectOf(PENGLAI_TVM), expected, 600, 1)).toEqual([]);
  });

  it.each([
    ["C-OS", "clear-registers-on-switch", /^register /],
    ["KINT", "clear-registers-on-switch", /^register /],
    ["C-OS", "wipe-on-free", /^(memory|loaded)/],
    ["C-OS", "ownership-check", /^(window|loaded)/],
  ] as const)("%s fails without %s", (property, defence, observable) => {
    const { finding } = expectToFail(PENGLAI_TVM, property, defence);
    expect(finding!.difference.observable).toMatch(observable);
    expect(finding!.actions.length).toBeLessThan(finding!.originalLength);
  });
});
