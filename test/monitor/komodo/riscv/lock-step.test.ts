import { describe, expect, it } from "vitest";
import { RISCV_CALLS } from "../../../../monitor/komodo/riscv/calls.ts";
import { KOMODO_RISCV_DEFECTS, type RiscvDefectId } from "../../../../monitor/komodo/riscv/defects.ts";
import { runRiscvCalls } from "../../../../zoo/komodo/riscv/lock-step.ts";

describe("komodo-riscv and a naive reference", () => {
  it("agree over random calls, in which every call ends in every way that it can", () => {
    const coverage = new Map<string, number>();
    for (let seed = 0; seed < 6; seed++) expect(runRiscvCalls(seed, 1500, coverage, { deepEvery: 8 })).toBeUndefined();
    const ways = RISCV_CALLS.flatMap(({ name, checks }) => [
      `${name} success`,
      ...checks.map(({ guard }) => `${name} ${guard}`),
    ]);
    expect(ways.filter((way) => !coverage.has(way))).toEqual([]);
  });

  it.each(Object.keys(KOMODO_RISCV_DEFECTS) as RiscvDefectId[])("disagree with %s", (id) => {
    for (let seed = 0; seed < 6; seed++)
      if (runRiscvCalls(seed, 1500, new Map(), { defects: [id], deepEvery: 8 }) !== undefined) return;
    expect.fail(`nothing differs: ${KOMODO_RISCV_DEFECTS[id].what}`);
  });
});
