import { describe, expect, it } from "vitest";
import { checkName, type RowChange } from "../../../monitor/komodo/call-row.ts";
import { ENCLAVE_CALLS, OS_CALLS } from "../../../monitor/komodo/calls.ts";
import { ABSENT_KOMODO_DEFECTS, KOMODO_DEFECTS } from "../../../monitor/komodo/defects.ts";

const upTo = (letter: string, last: number): string[] => Array.from({ length: last }, (_, i) => `${letter}${i + 1}`);

/** Komodo reference §4.9: "20+13+16+8+15", and the machine's own in two ranges. */
const LISTED = [...upTo("A", 20), ...upTo("L", 13), ...upTo("E", 16), ...upTo("D", 8), ...upTo("M", 15)];

describe("the bug zoo", () => {
  it("has each mistake of the reference, or says why it cannot be made", () => {
    const known = [...Object.keys(KOMODO_DEFECTS), ...Object.keys(ABSENT_KOMODO_DEFECTS)];
    expect(new Set(known).size).toBe(known.length);
    expect(known.filter((id) => !/^(C\d|H1-H18|X1-X12)$/.test(id)).sort()).toEqual(LISTED.sort());
  });

  it("leaves out and swaps only checks that there are", () => {
    const checks = new Set(
      [...OS_CALLS, ...ENCLAVE_CALLS].flatMap(({ name, checks }) =>
        checks.map((check) => `${name} ${checkName(check)}`),
      ),
    );
    const changes: readonly RowChange[] = Object.values(KOMODO_DEFECTS);
    const named = changes.flatMap(({ skips = [], swaps = [] }) => [
      ...skips.map(([call, check]) => `${call} ${check}`),
      ...swaps.flatMap(([call, one, other]) => [`${call} ${one}`, `${call} ${other}`]),
    ]);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !checks.has(name))).toEqual([]);
  });
});
