/** penglai-pmp as a specification: nobody learns or influences what the policy does not allow, and the test would notice. */
import { describe, expect, it } from "vitest";
import { PENGLAI_PMP } from "../../../ni/penglai-pmp/model.ts";
import { missedBy } from "../../../ni/spec/coverage.ts";
import { subjectOf } from "../../../ni/spec/detect.ts";
import { ALL, expectToFail, expectToHold } from "./properties.ts";

describe("penglai-pmp", () => {
  it.each(ALL)("%s holds", (property) =>
    expectToHold(PENGLAI_PMP, property, ["data page", "saved registers", "registers"]),
  );

  it("is tried with every call, accepted and refused", () => {
    const isTried = (name: string) => name !== "any function";
    const accepted = PENGLAI_PMP.calls
      .filter(({ name }) => isTried(name))
      .map(({ by, name }) => `${by === "os" ? "" : "enclave "}${name} ok`);
    const refused = ["RUN WRONG_STATE", "CREATE_ENCLAVE NOT_GRANTED", "MM_INIT NOT_PUBLIC", "enclave GET_KEY BAD_SIZE"];
    expect(missedBy(subjectOf(PENGLAI_PMP), [...accepted, ...refused], 600, 1)).toEqual([]);
  });

  it.each([
    ["C-OS", "P14", /^register /],
    ["C-OS", "B18", /^f?register |^f/],
    ["KINT", "P15", /^register /],
    ["C-OS", "P11", /^(memory|loaded)/],
    ["C-OS", "P9", /^(memory|loaded)/],
  ] as const)("%s fails with %s", (property, defect, observable) => {
    const { finding } = expectToFail(PENGLAI_PMP, property, defect);
    expect(finding!.difference.observable).toMatch(observable);
    expect(finding!.actions.length).toBeLessThanOrEqual(finding!.originalLength);
  });
});
