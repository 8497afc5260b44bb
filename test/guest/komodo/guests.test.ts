/** The example enclaves for Komodo do what their sources say, on a monitor that is not ours. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { komodoMac, komodoStatement } from "../../../attest/komodo-mac.ts";
import { runAll } from "../../../host/komodo/komodo-run-loop.ts";
import { begin, runPrograms } from "./enclaves.ts";
import { NaiveKomodo } from "./naive-komodo.ts";

const exited = (value: number) => ({ kind: "exited", value });
const sha256 = (...parts: (Uint8Array | string)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const wordsOf = (digest: Buffer) => Array.from({ length: 8 }, (_, i) => digest.readUInt32BE(4 * i));
const hexOf = (words: Uint32Array) => Array.from(words, (word) => word.toString(16).padStart(8, "0")).join("");

describe.each([0, 5])("with a timer of %i ticks", (sliceTicks) => {
  const komodo = async () => Object.assign(await NaiveKomodo.create(), { sliceTicks });

  test("hello greets and sees its arguments", async () => {
    const [ended] = runPrograms(await komodo(), ["hello", "one", "zwei ü", ""]);
    expect(ended).toMatchObject({
      run: { end: exited(3) },
      output: "hello from enclave 0\nargument: one\nargument: zwei ü\nargument: \n",
    });
    if (sliceTicks > 0) expect(ended!.run.statistics.interrupts).toBeGreaterThan(10);
  });

  test("the notary numbers documents and attests number and document", async () => {
    const port = await komodo();
    const documents = ["a will", "a deed", "a will"];
    const [ended] = runPrograms(port, ["notary", ...documents]);
    const { measurement } = ended!.run.enclave;
    const receipts = documents.map((document, i) => {
      const number = Buffer.alloc(8);
      number.writeBigUInt64BE(BigInt(i + 1));
      const data = wordsOf(sha256("KNT1", number, sha256(document)));
      return `${i + 1} ${hexOf(komodoMac(port.key, komodoStatement(data, measurement)))}\n`;
    });
    expect(ended).toMatchObject({
      run: { end: exited(0) },
      output: `${receipts.join("")}all receipts are genuine, and none under another number\n`,
    });
  });

  test("the key manager signs with keys that it never shows, and not with destroyed ones", async () => {
    const commands = "create create sign 0 text sign 1 text sign 0 text destroy 0 sign 0 text create sign 0 text".split(
      " ",
    );
    const [ended] = runPrograms(await komodo(), ["keys", ...commands]);
    const lines = ended!.output.trimEnd().split("\n");
    const [first, second, again, , , , fresh] = lines.slice(2);
    expect(lines).toEqual([
      "key 0",
      "key 1",
      first,
      second,
      again,
      "destroyed",
      "refused: no such key",
      "key 0",
      fresh,
    ]);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(again).toBe(first);
    expect(new Set([first, second, fresh]).size).toBe(3);
    expect(ended!.run.end).toEqual(exited(2));
  });

  test("two enclaves meet", async () => {
    const [a, b] = runPrograms(await komodo(), ["meet", "from a"], ["meet", "from b"]);
    expect(a).toMatchObject({ run: { end: exited(0) }, output: "0 hears: from b\n" });
    expect(b).toMatchObject({ run: { end: exited(0) }, output: "1 hears: from a\n" });
  });

  test("an enclave maps and unmaps its own memory", async () => {
    const [ended] = runPrograms(await komodo(), ["memory"]);
    expect(ended).toMatchObject({ run: { end: exited(0) }, output: "memory: ok\n" });
  });

  test("random words are drawn", async () => {
    const [ended] = runPrograms(await komodo(), ["random", "2"]);
    expect(ended!.run.end).toEqual(exited(0));
    expect(ended!.output).toMatch(/^([0-9a-f]{64}\n){2}$/);
  });

  test("two threads share a page and take turns", async () => {
    const [ended] = runPrograms(await komodo(), ["threads"]);
    expect(ended).toMatchObject({ run: { end: exited(0) }, output: "worker: over\nsum of squares: 385\n" });
  });
});

describe("a host that lies", () => {
  test("about the measurement is found out by who cares", async () => {
    const port = await NaiveKomodo.create();
    const { loader, runs } = begin(port, [["notary", "a will"]]);
    const page = runs[0]!.enclave.threads[0]!.requestPage;
    port.store(page, 8, Uint8Array.of(port.load(page, 8, 1)[0]! ^ 1));
    runAll(loader, runs);
    expect(runs[0]!.end).toEqual(exited(1));
  });
});
