/**
 * Every call of penglai-tvm at every guard that it can end at: one input for each pair. A guard that nobody reaches fails, and
 * so does a pair that a random call reaches and the table does not have (lock-step.test.ts).
 */
import { describe, expect, test } from "vitest";
import type { CallRecord } from "../../monitor/kernel/personal-monitor.ts";
import { type GuardName, guardNames } from "../../monitor/penglai-tvm/guards.ts";
import { TestHost } from "../../zoo/penglai-tvm/host.ts";
import { PAIRS } from "./call-guards/rows.ts";

test.each(PAIRS)("%s ends at %s", (call, guard, play) => {
  let last: CallRecord | undefined;
  const observe = (record: CallRecord): void => {
    last = record;
  };
  play(TestHost.booted({ observe }), () => new TestHost({ observe }));
  expect([last?.name, last?.denial?.guard]).toEqual([call, guard]);
});

/** Guards of traps that are no call of Penglai's, with the tests that reach them; any call can meet the last two. */
const ELSEWHERE: Readonly<Partial<Record<GuardName, string>>> = {
  UNKNOWN_EXTENSION: "boot-calls.test.ts",
  NOT_A_SUPERVISOR_CALL: "boot-calls.test.ts",
  // with defect B13 only
  LOCK_HELD: "defects/harts.ts",
  SATP_MODE: "satp.test.ts",
  SATP_OUTSIDE_PGD: "satp.test.ts",
  NOT_SUPERVISOR: "satp.test.ts",
  HOST_TRAP: "satp.test.ts",
  ENCLAVE_FAULT: "life-cycle.test.ts",
  GPT: "life-cycle.test.ts",
  CALLER_ENDED: "chains.test.ts",
  IMAGE_TOO_LARGE: "bounded-work.test.ts",
  INTEGRITY: "integrity.test.ts",
  HOST_MEMORY: "host-memory.test.ts",
};

describe("the table", () => {
  test("has every guard", () => {
    const reached = new Set([...PAIRS.map(([, guard]) => guard), ...Object.keys(ELSEWHERE)]);
    expect(guardNames().filter((guard) => !reached.has(guard))).toEqual([]);
  });
});
