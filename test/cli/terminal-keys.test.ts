import { describe, expect, it } from "vitest";
import { TerminalKeys } from "../../cli/run/terminal-keys.ts";

describe("keys of a terminal", () => {
  it.each<readonly [string, readonly number[][], readonly number[], boolean]>([
    ["go to the guest", [[104, 105, 13]], [104, 105, 13], false],
    ["end the machine with Ctrl-C, and are dropped behind it", [[104, 3, 105]], [104], true],
    ["are sent as they are behind Ctrl-A", [[1, 3, 105]], [3, 105], false],
    ["may be Ctrl-A themselves", [[1, 1, 105]], [1, 105], false],
    ["keep Ctrl-A in mind from one read to the next", [[1], [3]], [3], false],
    ["are quoted one at a time", [[1, 3, 3]], [3], true],
  ])("%s", (_, reads, typed, isInterrupt) => {
    const keys = new TerminalKeys();
    const sifted = reads.map((read) => keys.sift(Uint8Array.from(read)));
    expect(sifted.flatMap((each) => [...each.typed])).toEqual(typed);
    expect(sifted.some((each) => each.isInterrupt)).toBe(isInterrupt);
  });
});
