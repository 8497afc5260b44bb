/**
 * ATT-8 (Komodo reference §7.5): a verifier compares MACs without an early exit. Seen by structure and not by time: the
 * comparison that the verifiers call is given arrays that count their reads, and it reads as many bytes of a MAC that is
 * wrong in its first bit as of one that is right.
 */
import { describe, expect, it, vi } from "vitest";
import { isSameKomodoMac } from "../../attest/komodo-mac.ts";
import { encodeLocalReport, verifyLocalReport } from "../../attest/local-report.ts";
import { MAC_ALGORITHMS } from "../../attest/mac.ts";
import { verifyEvidence } from "../../attest/verify.ts";
import * as local from "../../zoo/attestation/local-attacks.ts";
import { evidenceWith } from "../../zoo/attestation/sample-evidence.ts";
import { policy } from "../../zoo/attestation/sample-policy.ts";

const { reads, counted } = vi.hoisted(() => {
  const tally = { count: 0 };
  return {
    reads: tally,
    /** The same bytes; each read of one is counted. */
    counted: (bytes: Uint8Array): Uint8Array =>
      new Proxy(bytes, {
        get(target, name) {
          if (/^\d+$/.test(String(name))) tally.count++;
          return Reflect.get(target, name, target);
        },
      }),
  };
});

vi.mock("@noble/ciphers/utils.js", async (original) => {
  const real = await original<typeof import("@noble/ciphers/utils.js")>();
  return { ...real, equalBytes: (a: Uint8Array, b: Uint8Array) => real.equalBytes(counted(a), counted(b)) };
});

const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, bytes[at]! ^ 1);

/** Bytes that are read while a verifier decides. */
function readsOf(decide: () => boolean, expected: boolean): number {
  reads.count = 0;
  expect(decide()).toBe(expected);
  return reads.count;
}

describe.each(MAC_ALGORITHMS)("evidence under %s", (algorithm) => {
  const evidence = evidenceWith(algorithm);
  const judged = (mac: Uint8Array) => () => verifyEvidence({ ...evidence, mac }, policy).failed.length === 0;
  const last = evidence.mac.length - 1;

  it("is compared as a whole wherever the MAC is wrong", () => {
    const right = readsOf(judged(evidence.mac), true);
    expect(right).toBe(2 * evidence.mac.length);
    for (const at of [0, 1, last >> 1, last]) {
      expect(readsOf(judged(flipped(evidence.mac, at)), false), `byte ${at}`).toBe(right);
    }
  });
});

it("Komodo's Verify compares all eight words", () => {
  const mac = Uint32Array.from({ length: 8 }, (_, i) => i + 1);
  const right = readsOf(() => isSameKomodoMac(mac, mac), true);
  expect(right).toBe(64);
  for (let word = 0; word < 8; word++) {
    expect(
      readsOf(() => isSameKomodoMac(mac, mac.with(word, 0xff)), false),
      `word ${word}`,
    ).toBe(right);
  }
});

it("so does an enclave that hears another one", () => {
  const judged = (mac: Uint8Array) => () =>
    verifyLocalReport(encodeLocalReport({ ...local.genuine, mac }), local.policy).failed.length === 0;
  const right = readsOf(judged(local.genuine.mac), true);
  for (const at of [0, 15, 31]) {
    expect(readsOf(judged(flipped(local.genuine.mac, at)), false), `byte ${at}`).toBe(right);
  }
});

it("the count sees an early exit", () => {
  const { mac } = evidenceWith("hmac-sha256");
  const earlyExit = (a: Uint8Array, b: Uint8Array) => () => a.every((byte, i) => byte === counted(b)[i]);
  expect(readsOf(earlyExit(mac, mac), true)).toBe(mac.length);
  expect(readsOf(earlyExit(flipped(mac, 0), mac), false)).toBe(1);
});
