import { describe, expect, it } from "vitest";
import { checkHostLeaf, checkTablePage, divideHptArea, type PageState } from "../../hw-model/gpt.ts";
import { AREA, gptSuite } from "./gpt-suite.ts";

gptSuite("reference model", { mayWalk: (setting, level, tablePa) => checkTablePage(setting, level, tablePa).ok });

describe("a verdict explains itself", () => {
  const setting = { mode: "paper", area: AREA, enclaveMode: false } as const;

  it("names the rule, the bounds and the sub-area that the page is in", () => {
    const verdict = checkTablePage(setting, 1, AREA.pte.base);
    expect(verdict).toMatchObject({ ok: false, rule: "wrong-sub-area", bounds: AREA.pmd });
    expect(verdict.why).toBe(
      "0x81500000 is in the pte sub-area; a level 1 table must be in the pmd sub-area [0x81100000, 0x81500000)",
    );
  });

  it("tells a page outside the HPT Area from one in the wrong place", () => {
    expect(checkTablePage(setting, 2, 0x8000_0000)).toMatchObject({
      ok: false,
      rule: "outside-area",
      bounds: AREA.pgd,
    });
  });

  it("says why a check was not made", () => {
    expect(checkTablePage({ ...setting, enclaveMode: true }, 2, 0).rule).toBe("enclave-mode");
    expect(checkTablePage({ ...setting, mode: "published" }, 2, 0).rule).toBe("mode-published");
    expect(checkTablePage({ ...setting, mode: "off" }, 2, 0).rule).toBe("mode-off");
  });
});

describe("dividing the HPT Area", () => {
  it("gives the sub-areas of the 1 GiB example of Penglai reference §2.2", () => {
    expect(AREA.pgd.byteLen).toBe(1 << 20);
    expect(AREA.pmd.byteLen).toBe(4 << 20);
    expect(AREA.pte.byteLen / 4096).toBe(2816);
  });

  it.each([
    ["no power of two", 0x8100_0000, 0x30_0000],
    ["not aligned to its size", 0x8100_1000, 16 << 20],
    ["no page left for PTEs", 0x8100_0000, 0x10_0000],
  ])("refuses an area: %s", (_, base, byteLen) => {
    expect(() => divideHptArea(base, byteLen, 8, 10)).toThrow(RangeError);
  });
});

describe("Invariant 3: what a host leaf may map", () => {
  const stateOf = (page: number): PageState =>
    page === 0x81fff ? "secure" : page < 0x80200 ? "metadata" : "non-secure";

  it("allows non-secure pages", () => {
    expect(checkHostLeaf(stateOf, 0x80200, 512)).toEqual({ ok: true });
  });

  it("refuses a huge leaf for one secure page at its end, and names it", () => {
    expect(checkHostLeaf(stateOf, 0x81e00, 512)).toMatchObject({ ok: false, page: 0x81fff, state: "secure" });
  });

  it.each(["secure", "subtree-node", "metadata"] as const)("refuses a %s page", (state) => {
    expect(checkHostLeaf(() => state, 0x90000, 1)).toMatchObject({ ok: false, page: 0x90000, state });
  });
});
