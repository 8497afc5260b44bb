/** Komodo's bytes: measurement and MAC with the vectors of Komodo reference §1.9, and what they distinguish. */
import { createHash, createHmac } from "node:crypto";
import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isSameKomodoMac,
  KOMODO_MAC_FORMS,
  KOMODO_MACS,
  komodoHmac,
  komodoMac,
  komodoStatement,
} from "../../attest/komodo-mac.ts";
import { KomodoMeasurement } from "../../attest/komodo-measurement.ts";
import { bytesOfWords, wordsOfBytes } from "../../attest/words.ts";

const words = (value: (i: number) => number): Uint32Array => Uint32Array.from({ length: 8 }, (_, i) => value(i));
const hex = (digest: Uint32Array): string => bytesToHex(bytesOfWords(digest));
const key = words((i) => 0x0102_0304 * (i + 1));
const data = words((i) => 0x1111_1111 * i);
const measurement = words((i) => 0xdead_beef ^ i);
const statement = komodoStatement(data, measurement);

const PAGE = Uint32Array.from({ length: 1024 }, (_, i) => i);
const [INIT_DISPATCHER, MAP_SECURE] = [11, 13];

describe("measurement", () => {
  const built = KomodoMeasurement.EMPTY.extend([INIT_DISPATCHER, 0x8000]).extend([MAP_SECURE, 0x8005], PAGE);

  it("is the published one", () => {
    expect(built.blocks).toBe(66);
    expect(hex(built.digest())).toBe("33522a418b4aca411b73230482e76cb82e3acefc3bd8f8c29673b1a2ca9520c9");
  });

  it("is SHA-256 of the words, whatever their number", () => {
    const chunk = fc.array(fc.nat({ max: 0xffff_ffff }), { maxLength: 70 });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 5 }), (chunks) => {
        const absorbed = chunks.reduce((m, chunk) => m.absorb(chunk), KomodoMeasurement.EMPTY);
        expect(hex(absorbed.digest())).toBe(sha256(bytesOfWords(chunks.flat())));
        expect(absorbed.blocks).toBe(Math.floor(chunks.flat().length / 16));
      }),
      { seed: 1 },
    );
  });

  it("leaves the measurement before it alone", () => {
    const before = KomodoMeasurement.EMPTY.extend([INIT_DISPATCHER, 0x8000]);
    const [first, second] = [before.extend([MAP_SECURE, 1], PAGE), before.extend([MAP_SECURE, 1], PAGE)];
    expect(second).toEqual(first);
    expect(before.blocks).toBe(1);
    expect(KomodoMeasurement.EMPTY.blocks).toBe(0);
  });

  it("tells orders, entry points, permissions and contents apart", () => {
    const dispatcher = [INIT_DISPATCHER, 0x8000];
    const others = [
      KomodoMeasurement.EMPTY.extend([MAP_SECURE, 0x8005], PAGE).extend(dispatcher),
      KomodoMeasurement.EMPTY.extend([INIT_DISPATCHER, 0x8004]).extend([MAP_SECURE, 0x8005], PAGE),
      KomodoMeasurement.EMPTY.extend(dispatcher).extend([MAP_SECURE, 0x8007], PAGE),
      KomodoMeasurement.EMPTY.extend(dispatcher).extend([MAP_SECURE, 0x8005], PAGE.with(1023, 0)),
      KomodoMeasurement.EMPTY.extend(dispatcher),
    ].map((other) => hex(other.digest()));
    expect(new Set([...others, hex(built.digest())]).size).toBe(6);
  });

  it("does not take metadata for contents; without filling up it would (M4)", () => {
    const tail = [MAP_SECURE, 5, ...new Array<number>(14).fill(0)];
    const filled = [KomodoMeasurement.EMPTY.extend([1]).extend([2]), KomodoMeasurement.EMPTY.extend([1, 2])];
    expect(filled[0]!.digest()).not.toEqual(filled[1]!.digest());
    const bare = [KomodoMeasurement.EMPTY.absorb([1]).absorb(tail), KomodoMeasurement.EMPTY.absorb([1, ...tail])];
    expect(bare[0]!.digest()).toEqual(bare[1]!.digest());
  });

  it("ATT-2: the words that are hashed can be read back as the calls that were made", () => {
    const entry = fc.record({ kind: fc.constant("dispatcher" as const), word: fc.nat() });
    const page = fc.record({
      kind: fc.constant("page" as const),
      word: fc.nat(),
      // contents that look like calls
      fill: fc.constantFrom(0, INIT_DISPATCHER, MAP_SECURE),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(entry, page), { maxLength: 5 }), (calls) => {
        const measured = calls.flatMap((call) =>
          call.kind === "page"
            ? [MAP_SECURE, call.word, ...zeros(14), ...new Array<number>(1024).fill(call.fill)]
            : [INIT_DISPATCHER, call.word, ...zeros(14)],
        );
        const built = calls.reduce(
          (m, call) =>
            call.kind === "page"
              ? m.extend([MAP_SECURE, call.word], new Uint32Array(1024).fill(call.fill))
              : m.extend([INIT_DISPATCHER, call.word]),
          KomodoMeasurement.EMPTY,
        );
        expect(hex(built.digest())).toBe(sha256(bytesOfWords(measured)));
        expect(callsIn(measured)).toEqual(calls);
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  it("refuses sizes that are not whole", () => {
    expect(() => KomodoMeasurement.EMPTY.extend(new Array<number>(17).fill(0))).toThrow(/17 words of metadata/);
    expect(() => KomodoMeasurement.EMPTY.extend([], [1])).toThrow(/1 words of contents/);
  });
});

describe("MAC", () => {
  it("is the published one, which is not HMAC", () => {
    expect(hex(komodoMac(key, statement))).toBe("0bfb973aa8dd4b87ab11e85e868ab32443a2f7bb3c9f9a87aa6e8ec2f92f461a");
    expect(hmac(bytesOfWords(key), bytesOfWords(statement))).toBe(
      "ed8fa30896a5a04323e7dc19be40dfb7a06bb6ae3f5b5b8d383efb4ce55f40f6",
    );
  });

  it("in the recommended form is HMAC-SHA-256 of tag, length and words", () => {
    const message = Buffer.concat([
      Buffer.from([31, 0, 0, 0]),
      Buffer.from("atoll simulated komodo attest 1"),
      Buffer.from([96, 0, 0, 0]),
      bytesOfWords(statement),
    ]);
    expect(hex(komodoHmac(key, statement))).toBe(hmac(bytesOfWords(key), message));
  });

  it.each(KOMODO_MAC_FORMS)("of form %s depends on every bit of key, data and measurement", (form) => {
    const mac = KOMODO_MACS[form];
    const tags = new Set([hex(mac(key, statement))]);
    for (let bit = 0; bit < 16 * 32; bit++) tags.add(hex(mac(key, flipped(statement, bit))));
    for (let bit = 0; bit < 8 * 32; bit++) tags.add(hex(mac(flipped(key, bit), statement)));
    expect(tags.size).toBe(1 + 16 * 32 + 8 * 32);
  });

  it("is of data, measurement and eight zeros, in this order", () => {
    expect([...statement]).toEqual([...data, ...measurement, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("is compared whole", () => {
    const mac = komodoMac(key, statement);
    expect(isSameKomodoMac(mac, mac.slice())).toBe(true);
    for (let bit = 0; bit < 256; bit++) expect(isSameKomodoMac(mac, flipped(mac, bit))).toBe(false);
    expect(isSameKomodoMac(mac, mac.subarray(0, 7))).toBe(false);
  });

  it("refuses other sizes: only the fixed length makes the published form sound", () => {
    expect(() => komodoMac(key, new Uint32Array(25))).toThrow(/statement has 25 words, not 24/);
    expect(() => komodoMac(key.subarray(1), statement)).toThrow(/key has 7 words, not 8/);
    expect(() => komodoHmac(key, new Uint32Array(23))).toThrow(/statement has 23 words/);
    expect(() => komodoStatement(data.subarray(1), measurement)).toThrow(/data has 7 words/);
  });
});

it("words are big-endian bytes, there and back", () => {
  expect([...bytesOfWords([0x0102_0304])]).toEqual([1, 2, 3, 4]);
  expect(wordsOfBytes(bytesOfWords(measurement))).toEqual(measurement);
});

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

/** Reads a list of calls from the words that were hashed: the call number says how many words follow. */
function callsIn(measured: readonly number[]): object[] {
  const calls: object[] = [];
  for (let at = 0; at < measured.length; ) {
    const [call, word] = [measured[at], measured[at + 1]];
    calls.push(call === MAP_SECURE ? { kind: "page", word, fill: measured[at + 16] } : { kind: "dispatcher", word });
    at += call === MAP_SECURE ? 16 + 1024 : 16;
  }
  return calls;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const hmac = (secret: Uint8Array, bytes: Uint8Array): string =>
  createHmac("sha256", secret).update(bytes).digest("hex");
function flipped(value: Uint32Array, bit: number): Uint32Array {
  return value.with(bit >> 5, value[bit >> 5]! ^ (1 << (bit & 31)));
}
