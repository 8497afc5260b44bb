/**
 * Enclaves that attest to each other and to a remote party by the calls of the real monitor: Attest, and Verify in its three
 * steps. The protocol is attest/local-report.ts and attest/quote.ts; here the monitor is what vouches.
 */
import { describe, expect, it } from "vitest";
import { simulatedDevice, simulatedEndorsement, simulatedManufacturer } from "../../../attest/device-chain.ts";
import {
  challenge,
  encodeLocalReport,
  type LocalCheckName,
  type LocalPolicy,
  type LocalReport,
  type LocalStatement,
  localDigest,
  verifyLocalReport,
} from "../../../attest/local-report.ts";
import { certifyQuoting, encodeQuote, provePossession, sessionContext } from "../../../attest/quote.ts";
import { answerQuoteRequest, encodeQuoteRequest, TO_QUOTING } from "../../../attest/quoting.ts";
import { type RemotePolicy, verifyRemote } from "../../../attest/verify-quote.ts";
import { bytesOfWords, wordsOfBytes } from "../../../attest/words.ts";
import { OS_CALL as C, ENCLAVE_CALL as E } from "../../../monitor/komodo/abi.ts";
import type { KomodoOptions } from "../../../monitor/komodo.ts";
import { KomodoOs } from "../../../zoo/komodo/os.ts";

const wordsOf = (bytes: Uint8Array): bigint[] => [...wordsOfBytes(bytes)].map(BigInt);

/** An enclave whose thread makes calls and leaves. */
class Speaker {
  readonly measurement: Uint8Array;
  readonly #os: KomodoOs;
  readonly #thread: number;

  /** @param space page of the address space; @param l1 the first of four pages; @param word fills the enclave's page */
  constructor(os: KomodoOs, space: number, l1: number, word: number) {
    os.fill(1, word);
    this.#os = os;
    this.#thread = os.build(space, l1).thread;
    const page = os.page(space);
    if (page.type !== "addrspace") throw new Error("no address space was built");
    this.measurement = bytesOfWords(page.measurement.digest());
  }

  says(statement: LocalStatement): LocalReport {
    this.#os.os(C.ENTER, this.#thread);
    const [, ...mac] = this.#os.enclave(E.ATTEST, ...wordsOf(localDigest(statement)));
    this.#os.exit();
    return { ...statement, from: this.measurement, mac: bytesOfWords(mac.map(Number)) };
  }

  readonly verify = (data: Uint8Array, measurement: Uint8Array, mac: Uint8Array): boolean => {
    this.#os.os(C.ENTER, this.#thread);
    this.#os.enclave(E.VERIFY_STEP0, ...wordsOf(data));
    this.#os.enclave(E.VERIFY_STEP1, ...wordsOf(measurement));
    const [, isValid] = this.#os.enclave(E.VERIFY_STEP2, ...wordsOf(mac));
    this.#os.exit();
    return isValid === 1n;
  };
}

/** Three enclaves on one machine. */
function boot(options: KomodoOptions = {}) {
  const os = new KomodoOs({ seed: 1n, ...options });
  return { alice: new Speaker(os, 0, 4, 0xa), bob: new Speaker(os, 1, 8, 0xb), quoting: new Speaker(os, 2, 12, 0xc) };
}

const { alice, bob, quoting } = boot();
const [FROM_ALICE, FROM_BOB] = [0, 1];
const nonce = new Uint8Array(32).fill(0x0e);
const statement: LocalStatement = { direction: FROM_ALICE, to: bob.measurement, nonce, payload: Uint8Array.of(1, 2) };
const policy: LocalPolicy = {
  direction: FROM_ALICE,
  self: bob.measurement,
  nonce,
  peers: [alice.measurement],
  verify: bob.verify,
};
const failedBy = (bytes: Uint8Array): LocalCheckName[] =>
  verifyLocalReport(bytes, policy).failed.map(({ name }) => name);

describe.each(["komodo", "hmac"] as const)("alice to bob, MAC of form %s", (macForm) => {
  const machine = boot({ macForm });
  it("is accepted by bob's Verify", () => {
    const bytes = encodeLocalReport(machine.alice.says(statement));
    expect(verifyLocalReport(bytes, { ...policy, verify: machine.bob.verify }).failed).toEqual([]);
  });
});

describe("bob refuses", () => {
  const earlier = { ...statement, nonce: new Uint8Array(32) };
  it.each<[string, Uint8Array, LocalCheckName[]]>([
    ["a replay", encodeLocalReport(alice.says(earlier)), ["nonce-fresh"]],
    ["a replay with the nonce rewritten", encodeLocalReport({ ...alice.says(earlier), nonce }), ["mac-valid"]],
    [
      "his own words",
      encodeLocalReport(bob.says({ ...statement, direction: FROM_BOB })),
      ["direction", "measurement-expected"],
    ],
    [
      "words for another",
      encodeLocalReport(alice.says({ ...statement, to: quoting.measurement })),
      ["addressed-to-me"],
    ],
    ["another enclave", encodeLocalReport(quoting.says(statement)), ["measurement-expected"]],
    [
      "another enclave in alice's name",
      encodeLocalReport({ ...quoting.says(statement), from: alice.measurement }),
      ["mac-valid"],
    ],
    ["a cut message", encodeLocalReport(alice.says(statement)).subarray(1), ["well-formed"]],
    ["another machine", encodeLocalReport(boot({ seed: 2n }).alice.says(statement)), ["mac-valid"]],
    ["a debugging monitor", encodeLocalReport(boot({ debug: true }).alice.says(statement)), ["mac-valid"]],
    [
      "a key that nobody provisioned (M12)",
      encodeLocalReport(boot({ defects: ["M12"] }).alice.says(statement)),
      ["mac-valid"],
    ],
  ])("%s", (_, bytes, names) => {
    expect(failedBy(bytes)).toEqual(names);
  });
});

it("a monitor that compares one word takes a forged MAC (M8)", () => {
  const weak = boot({ defects: ["M8"] });
  const report = weak.alice.says(statement);
  const forged = encodeLocalReport({ ...report, mac: report.mac.map((byte, i) => (i < 4 ? byte : 0)) });
  expect(verifyLocalReport(forged, { ...policy, verify: weak.bob.verify }).failed).toEqual([]);
  expect(failedBy(forged)).toEqual(["mac-valid"]);
});

it("the third enclave quotes alice for a remote party", () => {
  const monitor = { measurement: new Uint8Array(32).fill(0x33), debug: false, securityVersion: 1 };
  const [device, key, appKey] = [simulatedDevice(1n), simulatedDevice(50n), simulatedDevice(51n)];
  const subject = { quotingPub: key.public, measurement: quoting.measurement, monitor };
  const certificate = certifyQuoting(device, subject);
  const session = { nonce, relyingParty: "rp.example", role: "server", channel: Uint8Array.of(7) };
  const payload = encodeQuoteRequest({ key: appKey.public, context: sessionContext(session), nonce });
  const drawn = new Uint8Array(32).fill(0x51);
  const report = alice.says({ direction: TO_QUOTING, to: quoting.measurement, nonce: drawn, payload });
  const enclave = { key, certificate, bootSeed: new Uint8Array(32), verify: quoting.verify };
  const [, outcome] = answerQuoteRequest(enclave, challenge(drawn), encodeLocalReport(report));
  if (!outcome.ok) throw new Error("the quoting enclave refused");
  const policyOfParty: RemotePolicy = {
    acceptSimulated: true,
    manufacturer: simulatedManufacturer().public,
    endorsements: [simulatedEndorsement(1n)],
    quotingEnclaves: [quoting.measurement],
    monitors: [monitor.measurement],
    minSecurityVersion: 1,
    acceptDebug: false,
    measurements: [alice.measurement],
    session,
  };
  const evidence = {
    quote: encodeQuote(outcome.quote),
    certificate,
    key: appKey.public,
    possession: provePossession(appKey, outcome.quote, sessionContext(session)),
  };
  expect(verifyRemote(evidence, policyOfParty).failed).toEqual([]);
  const asked = verifyRemote(evidence, { ...policyOfParty, measurements: [bob.measurement] });
  expect(asked.failed.map(({ name }) => name)).toEqual(["measurement-expected"]);
});
