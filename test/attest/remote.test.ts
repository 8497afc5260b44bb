/** Remote attestation through a quoting enclave: what is accepted, and the attacks of Komodo reference §7.3. */
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { EvidenceError } from "../../attest/evidence-error.ts";
import { challenge, encodeLocalReport, type LocalStatement, localDigest } from "../../attest/local-report.ts";
import { decodeQuote, encodeQuote, sessionContext, signQuote } from "../../attest/quote.ts";
import { answerQuoteRequest, encodeQuoteRequest, TO_QUOTING } from "../../attest/quoting.ts";
import {
  type RemoteCheckName,
  type RemoteEvidence,
  type RemotePolicy,
  verifyRemote,
} from "../../attest/verify-quote.ts";
import { named, QUOTING, SimulatedMachine } from "../../zoo/attestation/machines.ts";
import {
  APP,
  appKey,
  elsewhere,
  evidenceOf,
  genuine,
  machine,
  policy,
  quote,
  quoting,
  REMOTE_ATTACKS,
  session,
} from "../../zoo/attestation/remote-attacks.ts";

const failedBy = (evidence: RemoteEvidence, change: Partial<RemotePolicy> = {}): RemoteCheckName[] =>
  verifyRemote(evidence, { ...policy, ...change }).failed.map(({ name }) => name);

it("an honest enclave is accepted, with every check made", () => {
  const { failed, passed } = verifyRemote(genuine, policy);
  expect(failed).toEqual([]);
  expect(passed).toHaveLength(17);
  expect(decodeQuote(encodeQuote(quote))).toEqual(quote);
});

describe("attacks", () => {
  it.each(REMOTE_ATTACKS)("%s", (_, evidence, change, names) => {
    expect(failedBy(evidence, change)).toEqual(names);
  });

  it("each check is the only one that stops some attack, and none is there for nothing", () => {
    const alone = new Set(REMOTE_ATTACKS.filter(([, , , names]) => names.length === 1).map(([, , , [name]]) => name));
    const made = verifyRemote(genuine, policy).passed.map(({ name }) => name);
    expect(made.filter((name) => !alone.has(name))).toEqual([]);
  });

  it("a leaked quoting key speaks for its own machine and no other", () => {
    const forged = signQuote(elsewhere.key, { ...quote, measurement: APP });
    expect(failedBy(evidenceOf(elsewhere, forged))).toEqual(["one-machine"]);
  });
});

describe("the quoting enclave", () => {
  const nonce = named("quoting enclave's nonce");
  const payload = encodeQuoteRequest({ key: appKey.public, context: sessionContext(session), nonce: session.nonce });
  const said: LocalStatement = { direction: TO_QUOTING, to: QUOTING, nonce, payload };
  const asked = (statement: LocalStatement, open = challenge(nonce), on = machine) => {
    const report = { ...statement, from: APP, mac: on.attest(APP, localDigest(statement)) };
    const [after, outcome] = answerQuoteRequest(quoting, open, encodeLocalReport(report));
    return [after, outcome.ok ? [] : outcome.verdict.failed.map(({ name }) => name)] as const;
  };

  it("answers once for a nonce, with the measurement that the monitor vouched for", () => {
    const [after, failed] = asked(said);
    expect(failed).toEqual([]);
    expect(asked(said, after)[1]).toEqual(["nonce-fresh"]);
    expect(quote.measurement).toEqual(APP);
    expect(quote.keyHash).toEqual(sha256(appKey.public));
  });

  it.each<[string, LocalStatement, string[]]>([
    ["words meant for another enclave", { ...said, to: named("bob") }, ["addressed-to-me"]],
    ["words of another protocol", { ...said, direction: 0 }, ["direction"]],
    ["words with a short nonce", { ...said, payload: payload.subarray(0, 64 + 32 + 15) }, ["request-well-formed"]],
    ["words without a key", { ...said, payload: new Uint8Array(3) }, ["request-well-formed"]],
  ])("refuses %s", (_, statement, names) => {
    expect(asked(statement)[1]).toEqual(names);
  });

  it("refuses words that were said on another machine", () => {
    expect(asked(said, challenge(nonce), new SimulatedMachine(2n))[1]).toEqual(["mac-valid"]);
  });
});

it("a quote of any other form is an EvidenceError", () => {
  const bytes = encodeQuote(quote);
  for (let byteLen = 0; byteLen < bytes.length; byteLen += 3) {
    expect(() => decodeQuote(bytes.subarray(0, byteLen)), `${byteLen} bytes`).toThrow(EvidenceError);
  }
  for (let at = 0; at < bytes.length; at++) {
    try {
      expect(encodeQuote(decodeQuote(bytes.with(at, 0xff)))).toEqual(bytes.with(at, 0xff));
    } catch (error) {
      expect(error).toBeInstanceOf(EvidenceError);
    }
  }
  expect(() => decodeQuote(Uint8Array.of(...bytes, 0, 0, 0, 0))).toThrow(/bytes follow it/);
  expect(() => decodeQuote(encodeQuote({ ...quote, nonce: new Uint8Array(15) }))).toThrow(/field 2 has another length/);
});
