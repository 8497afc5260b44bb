/** Komodo as a specification: confidentiality and integrity of Komodo reference §2.4, and the defects that they must find. */
import { describe, expect, it } from "vitest";
import { ENCLAVE_CALLS, OS_CALLS } from "../../../monitor/komodo/calls.ts";
import { KOMODO } from "../../../ni/komodo/model.ts";
import { missedBy } from "../../../ni/spec/coverage.ts";
import { subjectOf } from "../../../ni/spec/detect.ts";
import { ALL, expectToFail, expectToHold } from "./properties.ts";

const kinds = ["data page", "spare page", "free page", "measurement", "verify stash", "saved registers", "registers"];

describe("komodo", () => {
  it.each(ALL)("%s holds", (property) => expectToHold(KOMODO, property, kinds));

  it("is tried with every call, accepted and refused by each of its checks", () => {
    const outcomes = (prefix: string, rows: readonly (typeof OS_CALLS | typeof ENCLAVE_CALLS)[number][]) =>
      rows.flatMap(({ name, checks }) => {
        const call = `${prefix}${name.replace(/^Enclave/, "")}`;
        return [
          `${call} ok`,
          ...checks.filter(({ only }) => only === undefined).map(({ guard }) => `${call} ${guard}`),
        ];
      });
    const expected = [...outcomes("", OS_CALLS), ...outcomes("enclave ", ENCLAVE_CALLS)];
    expect(expected.length).toBeGreaterThan(80);
    expect(missedBy(subjectOf(KOMODO), expected, 6000, 1)).toEqual([]);
  });

  it.each([
    ["C-OS", "A17"],
    ["C-OS", "E2"],
    ["C-OS", "E3"],
    ["C-OS", "E4"],
    ["C-OS", "E5"],
    ["C-OS", "E6"],
    ["C-OS", "E12"],
    ["C-OS", "D8"],
    ["C-ENC", "D1"],
    ["C-ENC", "E4"],
    ["KINT", "E1"],
    ["KINT", "D1"],
    ["KINT", "M10"],
    ["LR", "A4"],
    ["LR", "A7"],
    ["LR", "L3"],
    ["WT", "E4"],
    ["INV", "L3"],
    ["INV", "L4"],
  ] as const)("%s fails with %s", (property, defect) => {
    expectToFail(KOMODO, property, defect, 6000);
  });

  it("shows a finding as calls in two columns, with one bit of secret", () => {
    const { finding, report } = expectToFail(KOMODO, "C-OS", "E2");
    expect(finding).toMatchObject({ bit: expect.any(Number), difference: { observable: "register x12" } });
    expect(finding!.only.length).toBe(1);
    expect(report).toContain("Enter(");
    expect(report).toMatch(/register x12 .* ! /);
  });
});
