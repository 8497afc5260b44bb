/** The examples for Penglai-TVM (guest/penglai-sdk/tvm) on the personality `penglai-tvm` and its driver. */
import { describe, expect, test } from "vitest";
import { bootHost, granted, prebuilt } from "../host/machine-fixture.ts";

describe("secure shared memory", () => {
  test.each([
    ["shm-writer", "shm-reader"],
    ["shm-reader", "shm-writer"],
  ])("passes from %s to %s, whoever comes first", async (...names) => {
    const { host } = await bootHost();
    const before = host.driver.kernel.frames.freePages;
    const enclaves = names.map((name) => granted(host.createEnclave(prebuilt(`tvm-${name}`))));
    const outcomes = host.runAll(enclaves);
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(outcomes.map(({ output }) => output).sort()).toEqual(["reader: for enclaves only\n", "writer: reply 18\n"]);
    expect(host.driver.kernel.frames.freePages).toBe(before);
  });

  test("is waited for in vain without its writer", async () => {
    const { host } = await bootHost();
    expect(granted(host.createEnclave(prebuilt("tvm-shm-reader"))).run()).toMatchObject({ exitCode: 1 });
  });
});
