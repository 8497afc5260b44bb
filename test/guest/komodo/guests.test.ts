/**
 * The example enclaves for Komodo do what their sources say: on the personality `komodo`, and on a monitor of the tests' own, each
 * with and without a timer that cuts them to pieces.
 */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { KOMODO_MACS, type komodoMac, komodoStatement } from "../../../attest/komodo-mac.ts";
import { Machine } from "../../../core/machine.ts";
import type { KomodoPort } from "../../../host/komodo/komodo-abi.ts";
import { komodoImage, komodoMeasurementOf } from "../../../host/komodo/komodo-image.ts";
import { armOs } from "../../../host/komodo/komodo-os.ts";
import { runAll } from "../../../host/komodo/komodo-program.ts";
import { createKomodo } from "../../../monitor/komodo.ts";
import { begin, komodoGuest, run } from "./enclaves.ts";
import { NaiveKomodo } from "./naive-komodo.ts";

const KEY = Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const exited = (value: bigint) => ({ kind: "exited", value });
const sha256 = (...parts: (Uint8Array | string)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const wordsOf = (digest: Buffer) => Array.from({ length: 8 }, (_, i) => digest.readUInt32BE(4 * i));
const hexOf = (words: Uint32Array) => Array.from(words, (word) => word.toString(16).padStart(8, "0")).join("");

async function personality(sliceTicks: number): Promise<KomodoPort> {
  const machine = await Machine.create({ mode: "monitor", ramSize: 32 << 20 });
  const monitor = createKomodo(machine, { attestKey: KEY });
  return armOs(machine, monitor, sliceTicks > 0 ? { sliceTicks } : {});
}

async function naive(sliceTicks: number): Promise<KomodoPort> {
  return Object.assign(await NaiveKomodo.create(), { key: KEY, sliceTicks });
}

describe.each([
  ["komodo", 0, personality],
  ["komodo", 5, personality],
  ["the tests' own monitor", 0, naive],
  ["the tests' own monitor", 5, naive],
] as const)("on %s, cut into slices of %i ticks", (_, sliceTicks, create) => {
  const komodo = () => create(sliceTicks);

  test("hello greets and sees its arguments", async () => {
    const [ended] = run(await komodo(), ["hello", "one", "zwei ü", ""]);
    expect(ended).toMatchObject({
      end: exited(3n),
      output: "hello from enclave 0\nargument: one\nargument: zwei ü\nargument: \n",
    });
    if (sliceTicks > 0) expect(ended!.statistics.timer).toBeGreaterThan(10);
  });

  test("the notary numbers documents and attests number and document", async () => {
    const documents = ["a will", "a deed", "a will"];
    const measurement = komodoMeasurementOf(komodoImage(komodoGuest("notary")));
    const receipts = (mac: typeof komodoMac) =>
      documents.map((document, i) => {
        const number = Buffer.alloc(8);
        number.writeBigUInt64BE(BigInt(i + 1));
        const data = wordsOf(sha256("KNT1", number, sha256(document)));
        return `${i + 1} ${hexOf(mac(KEY, komodoStatement(data, measurement)))}\n`;
      });
    expect(run(await komodo(), ["notary", ...documents])).toMatchObject([
      {
        end: exited(0n),
        output: `${receipts(KOMODO_MACS.komodo).join("")}all receipts are genuine, and none under another number\n`,
      },
    ]);
  });

  test("the key manager signs with keys that it never shows, and not with destroyed ones", async () => {
    const commands = "create create sign 0 text sign 1 text sign 0 text destroy 0 sign 0 text create sign 0 text";
    const [ended] = run(await komodo(), ["keys", ...commands.split(" ")]);
    const lines = ended!.output.trimEnd().split("\n");
    const [first, second, again, , , , fresh] = lines.slice(2);
    const refused = "refused: no such key";
    expect(lines).toEqual(["key 0", "key 1", first, second, again, "destroyed", refused, "key 0", fresh]);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(again).toBe(first);
    expect(new Set([first, second, fresh]).size).toBe(3);
    expect(ended!.end).toEqual(exited(2n));
  });

  test("two enclaves meet", async () => {
    expect(run(await komodo(), ["meet", "from a"], ["meet", "from b"])).toMatchObject([
      { end: exited(0n), output: "0 hears: from b\n" },
      { end: exited(0n), output: "1 hears: from a\n" },
    ]);
  });

  test("an enclave maps and unmaps its own memory", async () => {
    expect(run(await komodo(), ["memory"])).toMatchObject([{ end: exited(0n), output: "memory: ok\n" }]);
  });

  test("random words are drawn", async () => {
    const [ended] = run(await komodo(), ["random", "2"]);
    expect(ended!.end).toEqual(exited(0n));
    expect(ended!.output).toMatch(/^([0-9a-f]{64}\n){2}$/);
  });

  test("two threads share a page and take turns", async () => {
    expect(run(await komodo(), ["threads"])).toMatchObject([
      { end: exited(0n), output: "worker: over\nsum of squares: 385\n" },
    ]);
  });
});

test("a host that lies about the measurement is found out by who cares", async () => {
  const { loader, programs } = begin(await personality(0), [["notary", "a will"]]);
  const { measurement } = programs[0]!.enclave;
  measurement[0]! ^= 1;
  runAll(programs);
  expect(programs[0]!.outcome.end).toEqual(exited(1n));
  expect(loader.port.insecurePages).toBeGreaterThan(0);
});

describe("a start block that lies", () => {
  const ARGC = 0;
  const STRING_BYTES = 4;
  const STRINGS = 48;

  /** The monitor, behind a host that spoils the start block on its way. */
  async function spoiling(spoil: (block: DataView) => void): Promise<KomodoPort> {
    const port = await personality(0);
    const store = port.store.bind(port);
    port.store = (page, offset, bytes) => {
      const isStart = bytes.length === 4096 && new DataView(bytes.buffer).getUint32(44, true) === 1;
      if (isStart) spoil(new DataView(bytes.buffer));
      store(page, offset, bytes);
    };
    return port;
  }

  test.each<[string, bigint, (block: DataView) => void]>([
    ["argc", 1n, (block) => block.setUint32(ARGC, 0xffff_ffff, true)],
    [
      "the length of the strings",
      31n,
      (block) => {
        block.setUint32(ARGC, 0xffff_ffff, true);
        block.setUint32(STRING_BYTES, 0xffff_ffff, true);
      },
    ],
    [
      "both, of strings without an end",
      1n,
      (block) => {
        block.setUint32(ARGC, 1000, true);
        block.setUint32(STRING_BYTES, 4048, true);
        for (let i = STRINGS; i < 4096; i++) block.setUint8(i, 0x41);
      },
    ],
  ])("about %s stays without effect beyond the copy", async (_, count, spoil) => {
    const [ended] = run(await spoiling(spoil), ["hello", "one"]);
    expect(ended).toMatchObject({ end: exited(count), output: expect.stringMatching(/^hello from enclave 0\n/) });
    expect(ended!.output.length).toBeLessThan(4096);
  });
});
