/** What the driver lends and gets back: relay pages, servers, blocks that went from one enclave to another. */
import { describe, expect, test } from "vitest";
import { paOfPage } from "../../core/units.ts";
import { System } from "../../host/system.ts";
import { bootHost, granted, prebuilt } from "./machine-fixture.ts";

const relayGuest = prebuilt("tvm-relay");
/** One stage of one (guest/penglai-sdk/tvm/relay.c), and a word. */
function oneStage(word = 7n): Uint8Array {
  const bytes = new Uint8Array(96);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(8, 1n, true);
  view.setBigUint64(80, word, true);
  return bytes;
}

describe("relay pages", () => {
  test("come back when the enclave is refused, destroyed before it ran, or given others", async () => {
    const { host } = await bootHost();
    const { frames } = host.driver.kernel;
    const before = frames.freePages;
    const twins = [1, 2].map(() => granted(host.createEnclave(relayGuest, { name: "twin" })));
    expect(twins[0]!.run({ relay: oneStage() }).end).toMatchObject({
      kind: "killed",
      refusal: { guard: "NAME_AMBIGUOUS" },
    });
    twins[1]!.passRelay(oneStage());
    twins[1]!.passRelay(new Uint8Array(100_000));
    expect(twins[1]!.destroy().ok).toBe(true);
    expect(frames.freePages).toBe(before);
  });

  test("are passed before the first run and not later", async () => {
    const { host } = await bootHost();
    const enclave = granted(host.createEnclave(relayGuest));
    enclave.run();
    expect(() => enclave.passRelay(oneStage())).toThrow("has run already");
  });

  test("the bytes come back with what the enclave left in them, and the pages are zeroed before they are used again", async () => {
    const { host } = await bootHost();
    const returned: Uint8Array[] = [];
    const onRelay = (bytes: Uint8Array): undefined => {
      returned.push(bytes);
    };
    const { relay } = granted(host.createEnclave(relayGuest, { onRelay })).run({ relay: oneStage() });
    expect(returned).toEqual([relay]);
    expect(relay!.length).toBe(4096);
    expect(new DataView(relay!.buffer).getBigUint64(80, true)).toBe(8n);
    expect(host.driver.relays.count).toBe(0);
    const again = host.driver.kernel.pages(1);
    const bytes = host.driver.kernel.load(again, 4096);
    expect(bytes.ok && bytes.bytes.every((byte) => byte === 0)).toBe(true);
  });

  test("that wait for an enclave which never comes stay lent", async () => {
    const { host } = await bootHost();
    const bytes = oneStage();
    new DataView(bytes.buffer).setBigUint64(8, 2n, true);
    bytes.set(new TextEncoder().encode("nobody"), 32);
    const before = host.driver.kernel.frames.freePages;
    const { exitCode, relay } = granted(host.createEnclave(relayGuest, { name: "first" })).run({ relay: bytes });
    expect([exitCode, relay]).toEqual([1, undefined]);
    expect(host.driver.relays.count).toBe(1);
    expect(host.driver.kernel.frames.freePages).toBe(before - 1);
    granted(host.createEnclave(relayGuest, { name: "nobody" })).run({ relay: "handed over" });
    expect(host.driver.kernel.frames.freePages).toBe(before);
  });
});

describe("a server", () => {
  test("ends with the caller that is destroyed in the middle of a call, and nothing is lost", async () => {
    const { host, monitor } = await bootHost({ host: { sliceTicks: 300 } });
    const { frames } = host.driver.kernel;
    const before = frames.freePages;
    const server = granted(host.createServer(prebuilt("tvm-sum-server"), { name: "sum-server" }));
    const caller = granted(host.createEnclave(prebuilt("tvm-caller")));
    const isCalled = (): boolean => monitor.state.enclaves.get(server.record.eid)?.caller !== undefined;
    while (!isCalled()) expect(caller.runSlice()).not.toBe("ended");
    expect(server.destroy()).toMatchObject({ ok: false, refusal: { guard: "SERVER_IN_CALL" } });
    expect(caller.destroy().ok).toBe(true);
    expect(server.isAlive).toBe(false);
    expect(frames.freePages).toBe(before);
    expect(monitor.violation()).toBeUndefined();
  });

  test("outlives its callers, and its memory comes back when it is destroyed", async () => {
    const { host } = await bootHost();
    const { frames } = host.driver.kernel;
    const before = frames.freePages;
    const server = granted(host.createServer(prebuilt("tvm-sum-server"), { name: "sum-server" }));
    granted(host.createEnclave(prebuilt("tvm-caller"))).run();
    expect(server.isAlive).toBe(true);
    expect(host.driver.lent.count).toBe(0);
    expect(server.destroy().ok).toBe(true);
    expect(frames.freePages).toBe(before);
  });

  test("of a name that is taken is refused, and its memory comes back", async () => {
    const { host } = await bootHost();
    granted(host.createServer(prebuilt("tvm-sum-server"), { name: "sum-server" }));
    const before = host.driver.kernel.frames.freePages;
    expect(host.createServer(prebuilt("tvm-sum-server"), { name: "sum-server" })).toMatchObject({
      ok: false,
      refusal: { guard: "SERVER_NAME_TAKEN" },
    });
    expect(host.driver.kernel.frames.freePages).toBe(before);
  });
});

test("relay pages that somebody changed in DRAM while they waited end the enclave that reads them", async () => {
  const { host, monitor, dramAttacker } = await System.create({ memory: 64 * 2 ** 20 });
  const bytes = oneStage();
  new DataView(bytes.buffer).setBigUint64(8, 2n, true);
  bytes.set(new TextEncoder().encode("second"), 32);
  const before = host.driver.kernel.frames.freePages;
  granted(host.createEnclave(relayGuest, { name: "first" })).run({ relay: bytes });
  const [waiting] = monitor.state.relays;
  dramAttacker.flip(paOfPage(waiting!.block.from), 3);
  const { end } = granted(host.createEnclave(relayGuest, { name: "second" })).run({ relay: "handed over" });
  expect(end).toMatchObject({ kind: "killed", refusal: { guard: "INTEGRITY" } });
  expect(host.driver.kernel.frames.freePages).toBe(before);
});
