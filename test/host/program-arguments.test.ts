import { describe, expect, it } from "vitest";
import { UserError } from "../../core/user-error.ts";
import { encodeArguments } from "../../host/program-arguments.ts";

describe("program arguments", () => {
  it("are a count and NUL-ended strings", () => {
    expect([...encodeArguments(["ab", "", "ü"])]).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 97, 98, 0, 0, 0xc3, 0xbc, 0]);
  });

  it.each([[["a\0b"]], [Array(64).fill("x")], [["y".repeat(4088)]]])("refuses what crt0 would cut off", (args) => {
    expect(() => encodeArguments(args)).toThrow(UserError);
  });
});
