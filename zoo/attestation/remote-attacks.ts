/** Remote evidence that must be refused: the attacks of Komodo reference §7.3 on a relying party, through a quoting enclave. */
import { simulatedDevice, simulatedEndorsement, simulatedManufacturer } from "../../attest/device-chain.ts";
import { challenge, encodeLocalReport, type LocalStatement, localDigest } from "../../attest/local-report.ts";
import {
  certifyQuoting,
  deviceIdOf,
  encodeQuote,
  provePossession,
  type Quote,
  type SessionView,
  sessionContext,
  signQuote,
} from "../../attest/quote.ts";
import { answerQuoteRequest, encodeQuoteRequest, type QuotingEnclave, TO_QUOTING } from "../../attest/quoting.ts";
import type { RemoteCheckName, RemoteEvidence, RemotePolicy } from "../../attest/verify-quote.ts";
import type { Attack } from "./attack.ts";
import { MONITOR, named, QUOTING, SimulatedMachine } from "./machines.ts";

export const APP = named("app");
export const appKey = simulatedDevice(0xa99n);
const attackerKey = simulatedDevice(0xbadn);
export const session: SessionView = {
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

export const evidenceOf = (quoting: QuotingEnclave, quote: Quote, view = session, key = appKey): RemoteEvidence => ({
  quote: encodeQuote(quote),
  certificate: quoting.certificate,
  key: key.public,
  possession: provePossession(key, quote, sessionContext(view)),
});

export const machine = new SimulatedMachine(1n);
export const quoting = machine.quoting();
export const quote = quoted(machine, quoting);
export const genuine = evidenceOf(quoting, quote);
export const policy: RemotePolicy = {
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
const otherMachine = new SimulatedMachine(2n);
export const elsewhere = otherMachine.quoting();
const debugging = new SimulatedMachine(1n, { ...MONITOR, debug: true });
const old = new SimulatedMachine(1n, { ...MONITOR, securityVersion: 1 });
const weak = new SimulatedMachine(1n, { ...MONITOR, measurement: named("weak monitor") });
const all = (on: SimulatedMachine, view = session): RemoteEvidence => {
  const qe = on.quoting();
  return evidenceOf(qe, quoted(on, qe, APP, view), view);
};
const later = { ...session, nonce: named("a later nonce") };

const toAttacker: SessionView = { ...session, channel: named("channel to the attacker") };

export const REMOTE_ATTACKS: readonly Attack<RemoteCheckName, RemoteEvidence, RemotePolicy>[] = [
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
  [
    "relay: the enclave signs for the attacker's channel, too",
    evidenceOf(quoting, quote, toAttacker),
    { session: toAttacker },
    ["context-bound"],
  ],
];
