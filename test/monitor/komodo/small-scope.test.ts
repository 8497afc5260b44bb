import { describe, expect, it } from "vitest";
import { exactKey, explore, permutationsOf, renamedKey } from "../../../zoo/komodo/explorer.ts";

describe("a small machine", () => {
  const five = explore(5, renamedKey(permutationsOf(5)));

  /** Counted with another program: Komodo reference §4.11. Its depth counts the first state, too. */
  it.each([
    [3, "by page number", explore(3, exactKey), 190, 7],
    [4, "by page number", explore(4, exactKey), 6017, 10],
    [4, "up to renaming", explore(4, renamedKey(permutationsOf(4))), 266, 10],
    [5, "up to renaming", five, 2426, 13],
  ] as const)(
    "of %i pages, %s, reaches exactly the states of the reference, all valid",
    (_, __, found, states, depth) => {
      expect(found.violation).toBeUndefined();
      expect([found.states, found.depth + 1]).toEqual([states, depth]);
    },
  );

  it("of 5 pages sees the ways in which calls end, but for those that need what it does not try", () => {
    expect(five.outcomes.size).toBe(56);
    const ways = ["Remove UNREFERENCED", "MapSecure VA_FREE", "UnmapData success", "EnclaveInitL2PTable L1_SLOT_FREE"];
    expect(ways.filter((way) => !five.outcomes.has(way))).toEqual([]);
  });

  it.each([
    ["A1", "owner: the owner 0 of page 0 is no address space after  InitAddrspace(0,0);"],
    ["A4", "refcount: "],
    ["A6", "refcount: "],
    ["A11", "mappings: "],
    ["L3", "tables: "],
    ["L4", "refcount: "],
    ["L5", "refcount: "],
    ["L6", "owner: "],
  ] as const)("of 4 pages reaches an invalid one with %s", (defect, violation) => {
    const found = explore(4, renamedKey(permutationsOf(4)), [defect]).violation ?? "none";
    expect(found.slice(0, violation.length)).toBe(violation);
  });
});
