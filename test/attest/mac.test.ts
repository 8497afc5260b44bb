import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { describe, expect, it } from "vitest";
import {
  attest,
  ENCLAVE_DATA,
  EVIDENCE,
  isMacAlgorithm,
  MAC_ALGORITHMS,
  MACS,
  type Statement,
  verify,
} from "../../attest/mac.ts";

describe("RFC 4493, section 4: AES-CMAC", () => {
  const key = hexToBytes("2b7e151628aed2a6abf7158809cf4f3c");
  const message = hexToBytes(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
  );
  it.each([
    [0, "bb1d6929e95937287fa37d129b756746"],
    [16, "070a16b46b4d4144f79bdd9dd04a287c"],
    [40, "dfa66747de9ae63030ca32611497c827"],
    [64, "51f0bebf7e3b9d92fc49741779363cfe"],
  ])("%i bytes", (byteLen, tag) => {
    expect(bytesToHex(MACS["aes-cmac"].compute(key, message.subarray(0, byteLen)))).toBe(tag);
  });
});

describe("RFC 4231, section 4: HMAC-SHA-256", () => {
  const filled = (byteLen: number, fill: number): Uint8Array => new Uint8Array(byteLen).fill(fill);
  it.each([
    [1, filled(20, 0x0b), utf8ToBytes("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
    [
      2,
      utf8ToBytes("Jefe"),
      utf8ToBytes("what do ya want for nothing?"),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [3, filled(20, 0xaa), filled(50, 0xdd), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"],
    [
      6,
      filled(131, 0xaa),
      utf8ToBytes("Test Using Larger Than Block-Size Key - Hash Key First"),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
  ])("case %i", (_, key, message, tag) => {
    expect(bytesToHex(MACS["hmac-sha256"].compute(key, message))).toBe(tag);
  });
});

describe.each(MAC_ALGORITHMS)("attest and verify with %s", (algorithm) => {
  const key = new Uint8Array(32).fill(0x5a);
  const statement: Statement = {
    purpose: ENCLAVE_DATA,
    algorithm,
    measurement: new Uint8Array(32).fill(1),
    data: utf8ToBytes("enclave data"),
  };
  const tag = attest(key, statement);

  it("accepts its own tag, of the stated length", () => {
    expect(tag).toHaveLength(MACS[algorithm].tagLength);
    expect(verify(key, statement, tag)).toBe(true);
  });

  it("MACs purpose, algorithm, measurement and data, each with its length", () => {
    const purpose = utf8ToBytes("atoll simulated enclave data 1");
    const fields = [purpose, utf8ToBytes(algorithm), statement.measurement, statement.data];
    const message = fields.flatMap((field) => [field.length, 0, 0, 0, ...field]);
    expect(tag).toEqual(MACS[algorithm].compute(key, Uint8Array.from(message)));
  });

  it("refuses a tag with any one bit changed, cut, extended or empty", () => {
    for (let bit = 0; bit < 8 * tag.length; bit++) {
      const forged = tag.slice();
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(verify(key, statement, forged), `bit ${bit}`).toBe(false);
    }
    expect(verify(key, statement, tag.subarray(0, -1))).toBe(false);
    expect(verify(key, statement, Uint8Array.of(...tag, 0))).toBe(false);
    expect(verify(key, statement, new Uint8Array(0))).toBe(false);
  });

  it.each<[string, Partial<Statement>]>([
    ["purpose: an enclave cannot have evidence attested", { purpose: EVIDENCE }],
    ["measurement", { measurement: new Uint8Array(32).fill(2) }],
    ["data", { data: utf8ToBytes("enclave datA") }],
    [
      "border between measurement and data",
      { measurement: new Uint8Array(31).fill(1), data: Uint8Array.of(1, ...statement.data) },
    ],
  ])("refuses the tag for another %s", (_, other) => {
    expect(verify(key, { ...statement, ...other }, tag)).toBe(false);
  });

  it("refuses another key", () => {
    expect(verify(new Uint8Array(32).fill(0x5b), statement, tag)).toBe(false);
  });
});

it("knows its algorithms by name", () => {
  expect(MAC_ALGORITHMS.every(isMacAlgorithm)).toBe(true);
  expect(["sm2", "toString", ""].some(isMacAlgorithm)).toBe(false);
});
