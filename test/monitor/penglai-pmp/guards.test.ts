import { expect, test } from "vitest";
import { deny, guardNames } from "../../../monitor/penglai-pmp/guards.ts";

test("each guard has a number of its own and explains itself", () => {
  const denials = guardNames().map((guard) => deny(guard, "what was found"));
  expect(new Set(denials.map((denial) => denial.code)).size).toBe(denials.length);
  for (const { guard, rule, explanation, value } of denials) {
    expect(explanation).toBe(`${guard}: what was found. Rule: ${rule}.`);
    expect(value).toBe(-1n);
  }
});
