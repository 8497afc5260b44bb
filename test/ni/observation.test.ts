import { describe, expect, it } from "vitest";
import { firstDifference, type Observed, WITHOUT_CLOCK } from "../../ni/observation.ts";

const seen = (entries: Record<string, Observed>) => new Map(Object.entries(entries));
const page = (at: number, byte: number) => new Uint8Array(4096).fill(7).with(at, byte);

describe("the first difference of two observations", () => {
  it("is none between equal numbers, words and bytes", () => {
    const make = () => seen({ result: -1n, exit: "timer", "memory 0x80200000": page(3, 1) });
    expect(firstDifference(make(), make())).toBeUndefined();
  });

  it("names the first byte of a page", () => {
    const difference = firstDifference(seen({ memory: page(0x123, 0x5a) }), seen({ memory: page(0x123, 0) }));
    expect(difference).toEqual({ observable: "memory + 0x123", left: "5a", right: "00" });
  });

  it("shows numbers as a register holds them", () => {
    expect(firstDifference(seen({ result: -1n }), seen({ result: 2n }))).toEqual({
      observable: "result",
      left: "0xffffffffffffffff",
      right: "0x2",
    });
  });

  it.each([
    ["left", seen({ "memory 0x1": page(0, 9) }), seen({}), { left: "09", right: "absent" }],
    ["right", seen({}), seen({ "memory 0x1": page(0, 9) }), { left: "absent", right: "09" }],
  ])("is seen when only the %s has the page", (_side, left, right, expected) => {
    expect(firstDifference(left, right)).toEqual({ observable: "memory 0x1 + 0x0", ...expected });
  });

  it("does not take a word for a number or a short page for a long one", () => {
    expect(firstDifference(seen({ result: 0n }), seen({ result: "0x0" }))).toBeDefined();
    expect(firstDifference(seen({ memory: page(0, 7) }), seen({ memory: page(0, 7).subarray(0, 64) }))).toMatchObject({
      observable: "memory + 0x40",
      right: "absent",
    });
  });

  it("comes in the order in which the world reports", () => {
    const left = seen({ result: 0n, "register x5": 1n, "counter cycle": 1n });
    const right = seen({ result: 0n, "register x5": 2n, "counter cycle": 2n });
    expect(firstDifference(left, right)?.observable).toBe("register x5");
  });

  it("is what the observer sees", () => {
    const [left, right] = [seen({ "counter cycle": 1n }), seen({ "counter cycle": 2n })];
    expect(firstDifference(left, right)).toBeDefined();
    expect(firstDifference(left, right, WITHOUT_CLOCK)).toBeUndefined();
  });
});
