/** docs/penglai-deviations.md names switches that there are, and every published defect that is one. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DEFECTS as PMP_DEFECTS } from "../../monitor/penglai-pmp/defects.ts";
import { TVM_DEFECTS } from "../../monitor/penglai-tvm/defects.ts";

const [, tvm = "", pmp = ""] = readFileSync(new URL("../../docs/penglai-deviations.md", import.meta.url), "utf8").split(
  /^## penglai-\w+$/m,
);

/** Ids in the last column of the tables. */
const switches = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .flatMap(
      (line) =>
        line
          .split("|")
          .at(-2)!
          .match(/\b[A-Z]\d+\b/g) ?? [],
    );

describe.each([
  ["penglai-tvm", tvm, TVM_DEFECTS],
  ["penglai-pmp", pmp, PMP_DEFECTS],
])("%s", (_, text, defects) => {
  it("has every switch that is named", () => {
    expect(switches(text).length).toBeGreaterThan(10);
    expect(switches(text).filter((id) => !Object.hasOwn(defects, id))).toEqual([]);
  });

  it("names every published defect that is a switch", () => {
    const named = new Set(switches(text));
    expect(Object.keys(defects).filter((id) => id.startsWith("B") && !named.has(id))).toEqual([]);
  });
});
