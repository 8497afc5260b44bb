/**
 * Every call of penglai-tvm at every guard that it can end at: one input for each pair. A guard that nobody reaches fails, and
 * so does a pair that a random call reaches and the table does not have (lock-step.test.ts).
 */
import { describe, expect, test } from "vitest";
import type { CallRecord } from "../../monitor/kernel/personal-monitor.ts";
import { type GuardName, guardNames } from "../../monitor/penglai-tvm/guards.ts";
import { CREATION } from "./call-guards/creation.ts";
import { ENCLAVE_CALLS } from "./call-guards/enclave-calls.ts";
import { HOST_CALLS } from "./call-guards/host-calls.ts";
import type { Play } from "./call-guards/row.ts";
import { SERVERS } from "./call-guards/servers.ts";
import { TestHost } from "./host.ts";

const ROWS = [HOST_CALLS, CREATION, ENCLAVE_CALLS, SERVERS].flatMap((rows) => Object.entries(rows));
const pairs = ROWS.flatMap(([call, guards]) =>
  (Object.entries(guards) as [GuardName, Play][]).map(([guard, play]) => [call, guard, play] as const),
);

test.each(pairs)("%s ends at %s", (call, guard, play) => {
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
    const reached = new Set([...pairs.map(([, guard]) => guard), ...Object.keys(ELSEWHERE)]);
    expect(guardNames().filter((guard) => !reached.has(guard))).toEqual([]);
  });
});
