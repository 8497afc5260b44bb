import { describe, expect, it } from "vitest";
import { type DefectId, KOMODO_DEFECTS } from "../../../monitor/komodo/defects.ts";
import { runRandomCalls } from "../../../zoo/komodo/lock-step/random-calls.ts";

/** What random calls beside the reference cannot see, and which test does. */
const ELSEWHERE: Readonly<Partial<Record<DefectId, string>>> = {
  D3: "machine.test.ts: a translation stays only where there is a TLB",
  M6: "attest.test.ts: needs an address space in R1",
  M8: "attest.test.ts: needs a MAC that is nearly right",
  M12: "attest.test.ts: any key is a key",
};

describe("random calls beside the reference", () => {
  const ids = (Object.keys(KOMODO_DEFECTS) as DefectId[]).filter((id) => ELSEWHERE[id] === undefined);

  it.each(ids)("notice %s", (id) => {
    for (let seed = 0; seed < 8; seed++)
      if (runRandomCalls(seed, 2000, new Map(), { defects: [id], deepEvery: 8 }) !== undefined) return;
    expect.fail(`nothing differs: ${KOMODO_DEFECTS[id].what}`);
  });

  it("are not blind to what others see", () => {
    expect(Object.keys(ELSEWHERE).filter((id) => !(id in KOMODO_DEFECTS))).toEqual([]);
  });
});
