/** Remote attestation through a quoting enclave: what is accepted, and the attacks of Komodo reference §7.3. */
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { simulatedDevice, simulatedEndorsement, simulatedManufacturer } from "../../attest/device-chain.ts";
import { EvidenceError } from "../../attest/evidence-error.ts";
import { challenge, encodeLocalReport, type LocalStatement, localDigest } from "../../attest/local-report.ts";
import {
  certifyQuoting,
  decodeQuote,
  deviceIdOf,
  encodeQuote,
  provePossession,
  type Quote,
  type SessionView,
  sessionContext,
  signQuote,
} from "../../attest/quote.ts";
import { answerQuoteRequest, encodeQuoteRequest, type QuotingEnclave, TO_QUOTING } from "../../attest/quoting.ts";
import {
  type RemoteCheckName,
  type RemoteEvidence,
  type RemotePolicy,
  verifyRemote,
} from "../../attest/verify-quote.ts";
import { MONITOR, named, QUOTING, SimulatedMachine } from "./machines.ts";

const APP = named("app");
const appKey = simulatedDevice(0xa99n);
const attackerKey = simulatedDevice(0xbadn);
const session: SessionView = {
  nonce: named("relying party's nonce"),
  relyingParty: "rp.example",
  role: "server",
  channel: named("exporter of this channel"),
};

/** The enclave asks the machine's quoting enclave for a quote, as honest programs do. */
function quoted(machine: SimulatedMachine, quoting: QuotingEnclave, app = APP, view = session, key = appKey): Quote {
  const nonce = named("quoting enclave's nonce");
  const payload = encodeQuoteRequest({ key: key.public, context: sessionContext(view), nonce: view.nonce });
  const said: LocalStatement = { direction: TO_QUOTING, to: quoting.certificate.measurement, nonce, payload };
  const report = encodeLocalReport({ ...said, from: app, mac: machine.attest(app, localDigest(said)) });
  const [, outcome] = answerQuoteRequest(quoting, challenge(nonce), report);
  if (!outcome.ok) throw new Error(outcome.verdict.failed.map(({ name }) => name).join());
  return outcome.quote;
}

const evidenceOf = (quoting: QuotingEnclave, quote: Quote, view = session, key = appKey): RemoteEvidence => ({
  quote: encodeQuote(quote),
  certificate: quoting.certificate,
  key: key.public,
  possession: provePossession(key, quote, sessionContext(view)),
});

const machine = new SimulatedMachine(1n);
const quoting = machine.quoting();
const quote = quoted(machine, quoting);
const genuine = evidenceOf(quoting, quote);
const policy: RemotePolicy = {
  acceptSimulated: true,
  manufacturer: simulatedManufacturer().public,
  endorsements: [simulatedEndorsement(1n), simulatedEndorsement(2n)],
  devices: [deviceIdOf(machine.device.public)],
  quotingEnclaves: [QUOTING],
  monitors: [MONITOR.measurement],
  minSecurityVersion: 2,
  acceptDebug: false,
  measurements: [APP],
  session,
};
const failedBy = (evidence: RemoteEvidence, change: Partial<RemotePolicy> = {}): RemoteCheckName[] =>
  verifyRemote(evidence, { ...policy, ...change }).failed.map(({ name }) => name);

it("an honest enclave is accepted, with every check made", () => {
  const { failed, passed } = verifyRemote(genuine, policy);
  expect(failed).toEqual([]);
  expect(passed).toHaveLength(17);
  expect(decodeQuote(encodeQuote(quote))).toEqual(quote);
});

describe("attacks", () => {
  const otherMachine = new SimulatedMachine(2n);
  const elsewhere = otherMachine.quoting();
  const debugging = new SimulatedMachine(1n, { ...MONITOR, debug: true });
  const old = new SimulatedMachine(1n, { ...MONITOR, securityVersion: 1 });
  const weak = new SimulatedMachine(1n, { ...MONITOR, measurement: named("weak monitor") });
  const all = (on: SimulatedMachine, view = session): RemoteEvidence => {
    const qe = on.quoting();
    return evidenceOf(qe, quoted(on, qe, APP, view), view);
  };
  const later = { ...session, nonce: named("a later nonce") };

  const attacks: [string, RemoteEvidence, Partial<RemotePolicy>, RemoteCheckName[]][] = [
    ["replay for a later request", genuine, { session: later }, ["nonce-fresh", "context-bound", "key-possessed"]],
    [
      "replay with the nonce rewritten",
      { ...genuine, quote: encodeQuote({ ...quote, nonce: later.nonce }) },
      { session: later },
      ["quote-signed", "context-bound", "key-possessed"],
    ],
    [
      "evidence for another relying party",
      all(machine, { ...session, relyingParty: "other.example" }),
      {},
      ["context-bound", "key-possessed"],
    ],
    [
      "reflection: evidence of the other role",
      all(machine, { ...session, role: "client" }),
      {},
      ["context-bound", "key-possessed"],
    ],
    [
      "relay: a genuine quote in the attacker's channel",
      genuine,
      { session: { ...session, channel: named("channel to the attacker") } },
      ["context-bound", "key-possessed"],
    ],
    ["the attacker's key with a genuine quote", evidenceOf(quoting, quote, session, attackerKey), {}, ["key-bound"]],
    [
      "the enclave's key without having it",
      { ...genuine, possession: provePossession(attackerKey, quote, sessionContext(session)) },
      {},
      ["key-possessed"],
    ],
    ["cuckoo, diversion: the same program on another genuine machine", all(otherMachine), {}, ["device-expected"]],
    ["a machine that nobody made", all(new SimulatedMachine(9n)), {}, ["device-endorsed", "device-expected"]],
    [
      "mix-and-match: this quote under another machine's certificate",
      { ...genuine, certificate: elsewhere.certificate },
      {},
      ["quote-signed", "one-machine"],
    ],
    [
      "mix-and-match: a quoting key that claims another machine",
      evidenceOf(quoting, signQuote(quoting.key, { ...quote, deviceId: deviceIdOf(otherMachine.device.public) })),
      { devices: [deviceIdOf(otherMachine.device.public)] },
      ["one-machine"],
    ],
    [
      "local impostor: a quoting enclave with another measurement",
      evidenceOf(machine.quoting(named("impostor")), quoted(machine, machine.quoting(named("impostor")))),
      {},
      ["quoting-expected"],
    ],
    [
      "an impostor that nobody certified",
      evidenceOf({ ...quoting, key: attackerKey }, signQuote(attackerKey, quote)),
      {},
      ["quote-signed"],
    ],
    [
      "an impostor that certified itself",
      evidenceOf(
        {
          ...quoting,
          certificate: {
            ...certifyQuoting(attackerKey, { quotingPub: attackerKey.public, measurement: QUOTING, monitor: MONITOR }),
            devicePub: machine.device.public,
          },
        },
        signQuote(attackerKey, quote),
      ),
      {},
      ["quoting-certified"],
    ],
    ["a debugging monitor", all(debugging), {}, ["debug-off"]],
    [
      "a debugging monitor that says it is none",
      evidenceOf(debugging.quoting(), signQuote(debugging.quoting().key, quote)),
      {},
      ["one-machine"],
    ],
    ["rollback: an older monitor", all(old), {}, ["security-version"]],
    ["another monitor", all(weak), {}, ["monitor-expected"]],
    ["another enclave", evidenceOf(quoting, quoted(machine, quoting, named("malware"))), {}, ["measurement-expected"]],
    [
      "another measurement written into the quote",
      { ...evidenceOf(quoting, { ...quoted(machine, quoting, named("malware")), measurement: APP }) },
      {},
      ["quote-signed"],
    ],
    ["cut", { ...genuine, quote: genuine.quote.subarray(1) }, {}, ["well-formed"]],
    [
      "real hardware claimed",
      evidenceOf(quoting, signQuote(quoting.key, { ...quote, simulated: false })),
      {},
      ["marked-simulated"],
    ],
    ["a party that trusts no simulation", genuine, { acceptSimulated: false }, ["simulated-accepted"]],
    [
      "a machine that nobody made, of a party that takes any",
      all(new SimulatedMachine(9n)),
      { devices: [deviceIdOf(simulatedDevice(9n).public)] },
      ["device-endorsed"],
    ],
    [
      "an enclave that has an old nonce quoted in this session",
      evidenceOf(quoting, signQuote(quoting.key, { ...quote, nonce: later.nonce })),
      {},
      ["nonce-fresh"],
    ],
  ];

  it.each(attacks)("%s", (_, evidence, change, names) => {
    expect(failedBy(evidence, change)).toEqual(names);
  });

  it("each check is the only one that stops some attack, and none is there for nothing", () => {
    const alone = new Set(attacks.filter(([, , , names]) => names.length === 1).map(([, , , [name]]) => name));
    // what an enclave may do with its channel is shown below
    const made = verifyRemote(genuine, policy).passed.map(({ name }) => name);
    expect(made.filter((name) => !alone.has(name))).toEqual(["context-bound"]);
  });

  it("a leaked quoting key speaks for its own machine and no other", () => {
    const forged = signQuote(elsewhere.key, { ...quote, measurement: APP });
    expect(failedBy(evidenceOf(elsewhere, forged))).toEqual(["one-machine"]);
  });

  it("context-bound alone stops a relay by an attacker who has the enclave sign for its channel", () => {
    const view = { ...session, channel: named("channel to the attacker") };
    const evidence = evidenceOf(quoting, quote, view);
    expect(failedBy(evidence, { session: view })).toEqual(["context-bound"]);
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
