/** The examples for Penglai-TVM (guest/penglai-sdk/tvm) on the personality `penglai-tvm` and its driver. */
import { describe, expect, test } from "vitest";
import { MemoryDisk } from "../../host/block-device.ts";
import type { RelaySource } from "../../host/enclave.ts";
import type { RunOutcome } from "../../host/hosted.ts";
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

/** Bytes of a pipeline (guest/penglai-sdk/tvm/relay.c): stage 0 of `names.length`, then words that count up. */
function pipeline(names: readonly string[], words: number): Uint8Array {
  const bytes = new Uint8Array(80 + 8 * words);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(8, BigInt(names.length), true);
  for (const [i, name] of names.entries()) bytes.set(new TextEncoder().encode(name), 16 + 16 * i);
  for (let i = 0; i < words; i++) view.setBigUint64(80 + 8 * i, BigInt(i), true);
  return bytes;
}

describe("servers", () => {
  test("a caller lends a block, gets it back, and is given another", async () => {
    const { host } = await bootHost();
    const before = host.driver.kernel.frames.freePages;
    const server = granted(host.createServer(prebuilt("tvm-sum-server"), { name: "sum-server" }));
    const outcome = granted(host.createEnclave(prebuilt("tvm-caller"))).run();
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outcome.output.split("\n")).toEqual([
      "sum-server: call 1",
      "sum-server: 1, sum 8407040",
      "sum-server: call 2",
      "sum-server: 2, sum 8427520",
      "",
    ]);
    expect(server.destroy().ok).toBe(true);
    expect(host.driver.kernel.frames.freePages).toBe(before);
  });

  test("calls nest: a server between the two", async () => {
    const { host } = await bootHost();
    const servers = ["sum-server", "middle-server"].map((name) =>
      granted(host.createServer(prebuilt(`tvm-${name}`), { name })),
    );
    const outcome = granted(host.createEnclave(prebuilt("tvm-caller"))).run();
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outcome.output).toContain("middle-server: 1002, sum 8427520\n");
    expect(servers.map(({ isAlive }) => isAlive)).toEqual([true, true]);
  });

  test("with slices of a few hundred ticks the timer meets every one of them", async () => {
    const { host } = await bootHost({ host: { sliceTicks: 200 } });
    for (const name of ["sum-server", "middle-server"]) granted(host.createServer(prebuilt(`tvm-${name}`), { name }));
    const outcome = granted(host.createEnclave(prebuilt("tvm-caller"))).run();
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outcome.statistics.timer).toBeGreaterThan(50);
  });

  test("a caller without its server says so", async () => {
    const { host } = await bootHost();
    expect(granted(host.createEnclave(prebuilt("tvm-caller"))).run()).toMatchObject({ exitCode: 1 });
  });

  test("several callers share a server: who finds it busy reads -2", async () => {
    const { host } = await bootHost({ host: { sliceTicks: 500 } });
    granted(host.createServer(prebuilt("tvm-sum-server"), { name: "sum-server" }));
    const callers = [1, 2, 3].map(() => granted(host.createEnclave(prebuilt("tvm-caller"))));
    const codes = host.runAll(callers).map(({ exitCode }) => exitCode);
    expect(codes).toContain(0);
    expect(codes.every((code) => code === 0 || code === 4)).toBe(true);
  });

  test("the store keeps records on the host's disk and finds out when the host changes them", async () => {
    const run = async (spoils: boolean): Promise<number | undefined> => {
      const disk = new MemoryDisk(64);
      const { host } = await bootHost({ host: { disk } });
      granted(host.createServer(prebuilt("tvm-store"), { name: "store" }));
      const client = granted(host.createEnclave(prebuilt("tvm-store-client")));
      if (spoils) {
        const { write } = disk;
        disk.write = (sector, bytes) =>
          write.call(
            disk,
            sector,
            bytes.map((byte, i) => (i === 3 ? byte ^ 1 : byte)),
          );
      }
      return client.run().exitCode;
    };
    expect(await run(false)).toBe(0);
    expect(await run(true)).toBe(100);
  });
});

describe("relay pages", () => {
  const NAMES = ["one", "two", "three", "four"];

  test("go through a pipeline of four enclaves and come back to the host, never copied", async () => {
    const { host } = await bootHost();
    const before = host.driver.kernel.frames.freePages;
    const words = 4096;
    let relay: RelaySource = pipeline(NAMES, words);
    let last: RunOutcome | undefined;
    for (const [i, name] of NAMES.entries()) {
      last = granted(host.createEnclave(prebuilt("tvm-relay"), { name })).run({ relay });
      expect(last).toMatchObject({ exitCode: i + 1 });
      relay = "handed over";
    }
    const view = new DataView(last!.relay!.buffer);
    expect(view.getBigUint64(0, true)).toBe(4n);
    for (let i = 0; i < words; i++) expect(view.getBigUint64(80 + 8 * i, true)).toBe(BigInt(i + 4));
    expect(host.driver.relays.count).toBe(0);
    expect(host.driver.kernel.frames.freePages).toBe(before);
  });

  test("forks of a shadow are stages, too", async () => {
    const { host } = await bootHost();
    const shadow = granted(host.createShadow(prebuilt("tvm-relay")));
    const stages = NAMES.map((name) => shadow.fork({ name }));
    const outcomes = stages.map((stage, i) => stage.run({ relay: i === 0 ? pipeline(NAMES, 10) : "handed over" }));
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([1, 2, 3, 4]);
    expect(outcomes[3]!.relay).toBeDefined();
  });

  test("are split for two receivers", async () => {
    const { host } = await bootHost();
    const before = host.driver.kernel.frames.freePages;
    const splitter = granted(host.createEnclave(prebuilt("tvm-split"), { name: "splitter" }));
    const bytes = new Uint8Array(4 * 4096);
    bytes.set(pipeline(["left"], 1));
    bytes.set(pipeline(["right"], 1), 2 * 4096);
    expect(splitter.run({ relay: bytes })).toMatchObject({ exitCode: 0, output: "halves of 8192 and 8192 bytes\n" });
    for (const name of ["left", "right"]) {
      const { exitCode, relay } = granted(host.createEnclave(prebuilt("tvm-relay"), { name })).run({
        relay: "handed over",
      });
      expect(exitCode).toBe(1);
      expect(relay!.length).toBe(8192);
      expect(new DataView(relay!.buffer).getBigUint64(80, true)).toBe(1n);
    }
    expect(host.driver.relays.count).toBe(0);
    expect(host.driver.kernel.frames.freePages).toBe(before);
  });

  test("an enclave without any says so; one whose name nothing waits for is refused", async () => {
    const { host } = await bootHost();
    expect(granted(host.createEnclave(prebuilt("tvm-relay"))).run()).toMatchObject({ exitCode: 255 });
    const { end } = granted(host.createEnclave(prebuilt("tvm-relay"), { name: "two" })).run({ relay: "handed over" });
    expect(end).toMatchObject({ kind: "killed", refusal: { guard: "NO_RELAY_PAGE" } });
  });
});
