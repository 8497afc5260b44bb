/** Komodo's RISC-V retrofit as a specification: the equivalences of Komodo reference §3.2. */
import { describe, expect, it } from "vitest";
import { RISCV_CALLS } from "../../../monitor/komodo/riscv/calls.ts";
import { KOMODO_RISCV } from "../../../ni/komodo/riscv-model.ts";
import { missedBy } from "../../../ni/spec/coverage.ts";
import { subjectOf } from "../../../ni/spec/detect.ts";
import { ALL, expectToFail, expectToHold } from "./properties.ts";

describe("komodo-riscv", () => {
  it.each(ALL)("%s holds", (property) =>
    expectToHold(KOMODO_RISCV, property, ["data page", "free page", "saved registers", "registers"]),
  );

  it("is tried with every call, accepted and refused by each of its checks", () => {
    const expected = RISCV_CALLS.flatMap(({ name, checks }) => [
      `${name} ok`,
      ...checks.map(({ guard }) => `${name} ${guard}`),
    ]);
    expect(expected.length).toBeGreaterThan(50);
    const inside = ["enclave Exit ok", "enclave unknown call UNKNOWN_ENCLAVE_CALL", "unknown call UNKNOWN_CALL"];
    expect(missedBy(subjectOf(KOMODO_RISCV), [...expected, ...inside], 6000, 1)).toEqual([]);
  });

  it.each([
    ["C-OS", "E3"],
    ["C-OS", "E4"],
    ["KINT", "S1"],
    ["C-ENC", "D1"],
    ["INV", "L4"],
  ] as const)("%s fails with %s", (property, defect) => {
    expectToFail(KOMODO_RISCV, property, defect, 6000);
  });
});
