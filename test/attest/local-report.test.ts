/** Two enclaves on one machine: what is accepted, and each attack on it by the check that stops it. */
import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  challenge,
  decodeLocalReport,
  encodeLocalReport,
  type LocalCheckName,
  type LocalPolicy,
  localDigest,
  NO_CHALLENGE,
  take,
  verifyLocalReport,
} from "../../attest/local-report.ts";
import {
  ALICE,
  BOB,
  CAROL,
  FROM_ALICE,
  FROM_BOB,
  genuine,
  LOCAL_ATTACKS,
  nonce,
  payload,
  policy,
  says,
  statement,
} from "../../zoo/attestation/local-attacks.ts";
import { named, SimulatedMachine } from "../../zoo/attestation/machines.ts";

const failedBy = (bytes: Uint8Array, change: Partial<LocalPolicy> = {}): LocalCheckName[] =>
  verifyLocalReport(bytes, { ...policy, ...change }).failed.map(({ name }) => name);

it("the digest is that of the guests' C library", () => {
  // SHA-256 of "KLA1", 00, 32 bytes each: computed by Python
  const zeros = new Uint8Array(32);
  const digest = localDigest({ direction: 0, to: zeros, nonce: zeros, payload: new Uint8Array(0) });
  expect(bytesToHex(digest)).toBe("cca836c7a420be86c4388c26db82f0cb1c4b999d0d011bc48f07d9714df0c1de");
});

describe("a message", () => {
  it("is accepted as it was said, and comes back from its bytes", () => {
    const bytes = encodeLocalReport(genuine);
    expect(failedBy(bytes)).toEqual([]);
    expect(decodeLocalReport(bytes)).toEqual(genuine);
  });

  it.each(LOCAL_ATTACKS)("is refused %s", (_, bytes, change, names) => {
    expect(failedBy(bytes, change)).toEqual(names);
  });

  it("meets each check alone in some attack, so none is there for nothing", () => {
    const alone = new Set(LOCAL_ATTACKS.filter(([, , , names]) => names.length === 1).map(([, , , [name]]) => name));
    const made = verifyLocalReport(encodeLocalReport(genuine), policy).passed.map(({ name }) => name);
    expect(made.filter((name) => !alone.has(name))).toEqual(["well-formed"]);
  });

  it("is refused cut anywhere, extended, or with another tag", () => {
    const bytes = encodeLocalReport(genuine);
    for (let byteLen = 0; byteLen < bytes.length; byteLen++) {
      expect(failedBy(bytes.subarray(0, byteLen))).toEqual(["well-formed"]);
    }
    expect(failedBy(Uint8Array.of(...bytes, 0))).toEqual(["well-formed"]);
    expect(failedBy(bytes.with(3, 0x32))).toEqual(["well-formed"]);
  });

  it("is refused with any bit changed", () => {
    const bytes = encodeLocalReport(genuine);
    for (let bit = 0; bit < 8 * bytes.length; bit += 3) {
      const changed = bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7)));
      expect(failedBy(changed).length, `bit ${bit}`).toBeGreaterThan(0);
    }
  });
});

describe("a session", () => {
  const { nonce: _, ...expected } = policy;
  const bytes = encodeLocalReport(genuine);

  it("takes one answer for a nonce", () => {
    const [after, verdict] = take(challenge(nonce), bytes, expected);
    expect(verdict.failed).toEqual([]);
    expect(after).toBe(NO_CHALLENGE);
    const [, again] = take(after, bytes, expected);
    expect(again.failed.map(({ name }) => name)).toEqual(["nonce-fresh"]);
  });

  it("stays open after an answer that is refused", () => {
    const session = challenge(nonce);
    const [after] = take(session, bytes.subarray(1), expected);
    expect(after).toBe(session);
  });
});

it("ATT-1: whatever is accepted was said by that enclave", () => {
  const choice = fc.record({
    speaker: fc.constantFrom(ALICE, ALICE, BOB, CAROL),
    claimed: fc.constantFrom(ALICE, ALICE, BOB, CAROL),
    said: fc.record({
      direction: fc.constantFrom(FROM_ALICE, FROM_ALICE, FROM_BOB),
      to: fc.constantFrom(BOB, BOB, CAROL),
      nonce: fc.constantFrom(nonce, nonce, named("other")),
      payload: fc.constantFrom(payload, new Uint8Array(0)),
    }),
    shown: fc.option(fc.constantFrom(payload, new Uint8Array(0)), { nil: undefined }),
  });
  const lab = new SimulatedMachine(5n);
  let accepted = 0;
  fc.assert(
    fc.property(choice, ({ speaker, claimed, said, shown }) => {
      lab.said.length = 0;
      const report = { ...says(lab, speaker, said), from: claimed, ...(shown && { payload: shown }) };
      const { failed } = verifyLocalReport(encodeLocalReport(report), { ...policy, verify: lab.verify });
      if (failed.length > 0) return;
      accepted++;
      const digest = bytesToHex(localDigest(report));
      const logged = lab.said.some(
        (s) => bytesToHex(s.data) === digest && bytesToHex(s.measurement) === bytesToHex(report.from),
      );
      expect(logged).toBe(true);
    }),
    { seed: 3, numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(10);
});

it("refuses to say what has no form", () => {
  expect(() => localDigest({ ...statement, direction: 256 })).toThrow(/direction 256 is no byte/);
  expect(() => localDigest({ ...statement, to: ALICE.subarray(1) })).toThrow(/addressee has 31 bytes, not 32/);
  expect(() => encodeLocalReport({ ...genuine, mac: new Uint8Array(16) })).toThrow(/mac has 16 bytes/);
});
