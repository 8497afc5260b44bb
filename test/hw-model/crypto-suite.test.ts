import { createCipheriv, hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { aesSuite } from "../../hw-model/crypto-suite.ts";

const seed = new TextEncoder().encode("crypto suite test");
const suite = aesSuite(seed);
const line = Uint8Array.from({ length: 64 }, (_, i) => i * 3);
const PA = 0x80_1234_5640;
const counter = { major: 0x0102_0304_0506_0708n, minor: 0x2a };
const key = (purpose: string): Buffer => Buffer.from(hkdfSync("sha256", seed, "", `atoll mmt ${purpose}`, 16));

describe("the stand-in suite, against an independent implementation", () => {
  it("encrypts with AES-128-CTR from address/major/minor·4", () => {
    const block = Buffer.from("008012345640" + "0102030405060708" + "00a8", "hex");
    const cipher = createCipheriv("aes-128-ctr", key("encryption"), block);
    expect(Buffer.from(suite.encrypt(PA, counter, line))).toEqual(cipher.update(line));
  });

  it("MACs with AES-128-CMAC of domain, address, major, minor and contents, cut to 8 bytes", () => {
    const message = Buffer.concat([Buffer.from("02000080123456400102030405060708" + "0000002a", "hex"), line]);
    expect(Buffer.from(suite.mac("node", PA, counter, line))).toEqual(cmac(key("mac"), message).subarray(0, 8));
  });

  it("decrypts what it has encrypted", () => {
    expect(suite.decrypt(PA, counter, suite.encrypt(PA, counter, line))).toEqual(line);
  });

  it("gives every seed keys of its own", () => {
    const other = aesSuite(Uint8Array.of(1));
    expect(other.encrypt(PA, counter, line)).not.toEqual(suite.encrypt(PA, counter, line));
    expect(other.mac("data", PA, counter, line)).not.toEqual(suite.mac("data", PA, counter, line));
  });

  it.each([
    ["domain", () => suite.mac("data", PA, counter, line)],
    ["address", () => suite.mac("node", PA + 64, counter, line)],
    ["major", () => suite.mac("node", PA, { ...counter, major: 1n }, line)],
    ["minor", () => suite.mac("node", PA, { ...counter, minor: 1 }, line)],
    ["contents", () => suite.mac("node", PA, counter, line.with(63, 0))],
  ])("a MAC depends on the %s", (_, changed) => {
    expect(changed()).not.toEqual(suite.mac("node", PA, counter, line));
  });
});

/** RFC 4493 from its definition, on a raw AES block. */
function cmac(macKey: Buffer, message: Buffer): Buffer {
  const aes = (block: Buffer): Buffer =>
    createCipheriv("aes-128-ecb", macKey, null).setAutoPadding(false).update(block);
  const double = (block: Buffer): Buffer => {
    const value = BigInt(`0x${block.toString("hex")}`);
    const doubled = BigInt.asUintN(128, value << 1n) ^ (value >> 127n ? 0x87n : 0n);
    return Buffer.from(doubled.toString(16).padStart(32, "0"), "hex");
  };
  const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, i) => byte ^ b[i]!));
  const k1 = double(aes(Buffer.alloc(16)));
  const lastStart = Math.floor((message.length - 1) / 16) * 16;
  let state: Buffer = Buffer.alloc(16);
  for (let at = 0; at < lastStart; at += 16) state = aes(xor(state, message.subarray(at, at + 16)));
  const rest = message.subarray(lastStart);
  const isWhole = rest.length === 16;
  const last = isWhole ? rest : Buffer.concat([rest, Buffer.of(0x80), Buffer.alloc(15 - rest.length)]);
  return aes(xor(state, xor(last, isWhole ? k1 : double(k1))));
}
