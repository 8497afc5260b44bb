/** The search finds every mistake of the engine by itself, and none in the engine as it is. */
import { describe, expect, it } from "vitest";
import { aesSuite } from "../../hw-model/crypto-suite.ts";
import { MMT_DEFECTS } from "../../hw-model/mmt-defects.ts";
import { hunt } from "../../zoo/memory/detector.ts";
import { quickSuite } from "../../zoo/memory/quick-suite.ts";

const SEED = 1;

it("finds nothing without defects", () => {
  expect(hunt([], 4000, SEED)).toBeUndefined();
});

describe("finds", () => {
  it.each(Object.entries(MMT_DEFECTS).map(([id, { what }]) => [id, what]))("%s: %s", (id) => {
    const found = hunt([id!], 6000, SEED);
    expect(found).toBeDefined();
    expect(found!.report).toMatch(new RegExp(`^1\\. .*\\n[^]*${found!.property}: .+\\n$`));
  });
});

it("is the same in every run, and shortens what it finds", () => {
  const found = hunt(["X15"], 6000, SEED)!;
  expect(hunt(["X15"], 6000, SEED)).toEqual(found);
  expect(found.report.split("\n").length).toBeLessThanOrEqual(11);
});

it("its cipher and MAC depend on all that AES's depend on", () => {
  const counter = { major: 1n, minor: 2 };
  const line = new Uint8Array(64).fill(3);
  for (const suiteOf of [quickSuite, aesSuite]) {
    const [suite, other] = [suiteOf(Uint8Array.of(1)), suiteOf(Uint8Array.of(2))];
    expect(suite.decrypt(64, counter, suite.encrypt(64, counter, line))).toEqual(line);
    const pads = [
      suite.encrypt(64, counter, line),
      other.encrypt(64, counter, line),
      suite.encrypt(128, counter, line),
      suite.encrypt(64, { ...counter, major: 2n }, line),
      suite.encrypt(64, { ...counter, minor: 3 }, line),
    ];
    const tags = [
      suite.mac("data", 64, counter, line),
      suite.mac("node", 64, counter, line),
      other.mac("data", 64, counter, line),
      suite.mac("data", 128, counter, line),
      suite.mac("data", 64, { ...counter, major: 2n }, line),
      suite.mac("data", 64, { ...counter, minor: 3 }, line),
      suite.mac("data", 64, counter, line.with(63, 4)),
    ];
    for (const distinct of [pads, tags]) expect(new Set(distinct.map(String)).size).toBe(distinct.length);
  }
});
