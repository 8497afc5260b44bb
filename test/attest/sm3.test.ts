/** SM3: the vectors of GB/T 32905, and OpenSSL's implementation (in Node) beside ours. */
import { createHash } from "node:crypto";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { expect, it } from "vitest";
import { digestOf } from "../../attest/hash.ts";
import { SM3 } from "../../attest/sm3.ts";

const sm3 = (...parts: readonly Uint8Array[]): string => bytesToHex(digestOf(SM3, ...parts));

it.each([
  ["A.1", "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"],
  ["A.2", "abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"],
])("GB/T 32905 annex %s", (_, text, digest) => {
  expect(sm3(utf8ToBytes(text))).toBe(digest);
});

it("is OpenSSL's, for every length around a block", () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, i) => (7 * i) & 255);
  for (let byteLen = 0; byteLen <= bytes.length; byteLen++) {
    const message = bytes.subarray(0, byteLen);
    expect(sm3(message), `${byteLen} bytes`).toBe(createHash("sm3").update(message).digest("hex"));
  }
});

it("does not depend on how the message is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 6 }), (parts) => {
      expect(sm3(...parts)).toBe(createHash("sm3").update(Buffer.concat(parts)).digest("hex"));
    }),
    { seed: 1 },
  );
});
