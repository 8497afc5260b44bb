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
  type LocalReport,
  type LocalStatement,
  localDigest,
  NO_CHALLENGE,
  take,
  verifyLocalReport,
} from "../../attest/local-report.ts";
import { named, SimulatedMachine } from "./machines.ts";

const [ALICE, BOB, CAROL] = [named("alice"), named("bob"), named("carol")];
const [FROM_ALICE, FROM_BOB] = [0, 1];
const nonce = named("drawn by bob");
const payload = new TextEncoder().encode("hello");
const statement: LocalStatement = { direction: FROM_ALICE, to: BOB, nonce, payload };

/** The enclave of that measurement says something. */
const says = (machine: SimulatedMachine, from: Uint8Array, said: LocalStatement): LocalReport => ({
  ...said,
  from,
  mac: machine.attest(from, localDigest(said)),
});

const machine = new SimulatedMachine(1n);
const genuine = says(machine, ALICE, statement);
const policy: LocalPolicy = { direction: FROM_ALICE, self: BOB, nonce, peers: [ALICE], verify: machine.verify };
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

  const attacks: [string, LocalReport, LocalCheckName[], Partial<LocalPolicy>?][] = [
    [
      "replayed from an earlier session",
      says(machine, ALICE, { ...statement, nonce: named("earlier") }),
      ["nonce-fresh"],
    ],
    [
      "reflected: bob's own words",
      says(machine, BOB, { ...statement, direction: FROM_BOB, to: ALICE }),
      ["direction", "addressed-to-me", "measurement-expected"],
    ],
    [
      "reflected between two of the same program",
      says(machine, BOB, { ...statement, direction: FROM_BOB }),
      ["direction", "measurement-expected"],
    ],
    ["for somebody else", says(machine, ALICE, { ...statement, to: CAROL }), ["addressed-to-me"]],
    ["from an enclave that nobody expects", says(machine, CAROL, statement), ["measurement-expected"]],
    ["with a speaker written into it", { ...says(machine, CAROL, statement), from: ALICE }, ["mac-valid"]],
    ["with another payload", { ...genuine, payload: payload.subarray(1) }, ["mac-valid"]],
    [
      "with the nonce rewritten",
      { ...says(machine, ALICE, { ...statement, nonce: named("earlier") }), nonce },
      ["mac-valid"],
    ],
    ["with the addressee rewritten", { ...says(machine, ALICE, { ...statement, to: CAROL }), to: BOB }, ["mac-valid"]],
    [
      "with the direction rewritten",
      { ...says(machine, ALICE, { ...statement, direction: FROM_BOB }), direction: FROM_ALICE },
      ["mac-valid"],
    ],
    ["from another machine", says(new SimulatedMachine(2n), ALICE, statement), ["mac-valid"]],
    ["from an earlier boot", says(new SimulatedMachine(1n, undefined, 1), ALICE, statement), ["mac-valid"]],
    [
      "from a debugging monitor on this device",
      says(new SimulatedMachine(1n, { ...machine.monitor, debug: true }), ALICE, statement),
      ["mac-valid"],
    ],
    [
      "reflected, to an enclave that believes its own program",
      says(machine, BOB, { ...statement, direction: FROM_BOB }),
      ["direction"],
      { peers: [BOB] },
    ],
  ];

  it.each(attacks)("is refused %s", (_, report, names, change) => {
    expect(failedBy(encodeLocalReport(report), change)).toEqual(names);
  });

  it("meets each check alone in some attack, so none is there for nothing", () => {
    const alone = new Set(attacks.filter(([, , names]) => names.length === 1).map(([, , [name]]) => name));
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
