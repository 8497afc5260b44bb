/**
 * The relying party's side: appraises what an enclave sent it (quote, certificate, key, proof of possession) by named
 * checks, each of which stops an attack of Komodo reference §7.3:
 *
 *   nonce-fresh, context-bound      replay, and evidence for another party, role or channel (relay)
 *   key-bound, key-possessed        somebody else's quote with one's own key
 *   one-machine                     claims of different evidence combined (mix-and-match)
 *   quoting-expected, -certified    an impostor in the quoting enclave's place
 *   device-endorsed, -expected      a machine nobody made; another machine than the one that is meant (cuckoo, diversion)
 *   security-version, debug-off     an old or a debugging monitor
 *
 * Not modelled: revocation, expiry, freshness by timestamp or epoch.
 */
import { equalBytes } from "@noble/ciphers/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { type Appraisal, appraise, onlyFailed, passedFirst, type Verdict } from "./appraise.ts";
import { type DeviceEndorsement, isEndorsed, isSimulated } from "./device-chain.ts";
import { EvidenceError } from "./evidence-error.ts";
import {
  decodeQuote,
  deviceIdOf,
  isCertified,
  isPossessed,
  isQuoteSigned,
  type Quote,
  type QuotingCertificate,
  type SessionView,
  sessionContext,
} from "./quote.ts";

/** What the enclave sends. */
export interface RemoteEvidence {
  /** `encodeQuote`. */
  readonly quote: Uint8Array;
  readonly certificate: QuotingCertificate;
  /** The enclave's public key, x ‖ y. */
  readonly key: Uint8Array;
  /** `provePossession` with that key. */
  readonly possession: Uint8Array;
}

/** What a relying party accepts. @spec RFC 9334, "Appraisal Policy for Evidence" */
export interface RemotePolicy {
  readonly acceptSimulated: boolean;
  /** The root of the chain, 64 bytes. */
  readonly manufacturer: Uint8Array;
  readonly endorsements: readonly DeviceEndorsement[];
  /** The machines that are meant, by `deviceIdOf`; absent: any that is endorsed. */
  readonly devices?: readonly Uint8Array[];
  /** Reference values: quoting enclaves. */
  readonly quotingEnclaves: readonly Uint8Array[];
  /** Reference values: monitors. */
  readonly monitors: readonly Uint8Array[];
  readonly minSecurityVersion: number;
  readonly acceptDebug: boolean;
  /** Reference values: enclaves. */
  readonly measurements: readonly Uint8Array[];
  /** The session as the relying party sees it, with the nonce of this request. */
  readonly session: SessionView;
}

/** The checks, in the order in which they are made. */
export type RemoteCheckName =
  | "well-formed"
  | "marked-simulated"
  | "simulated-accepted"
  | "device-endorsed"
  | "device-expected"
  | "quoting-certified"
  | "quoting-expected"
  | "quote-signed"
  | "one-machine"
  | "monitor-expected"
  | "security-version"
  | "debug-off"
  | "measurement-expected"
  | "nonce-fresh"
  | "context-bound"
  | "key-bound"
  | "key-possessed";

interface Read extends Omit<RemoteEvidence, "quote"> {
  readonly quote: Quote;
}

const isAmong = (value: Uint8Array, references: readonly Uint8Array[]): boolean =>
  references.some((reference) => equalBytes(reference, value));

const APPRAISALS: readonly Appraisal<RemoteCheckName, Read, RemotePolicy>[] = [
  {
    name: "marked-simulated",
    explain: ({ quote }) => `simulated is ${quote.simulated}; only simulated evidence exists here`,
    holds: ({ quote }) => quote.simulated,
  },
  {
    name: "simulated-accepted",
    explain: (_, p) => `the policy ${p.acceptSimulated ? "accepts" : "does not accept"} simulated evidence`,
    holds: (_, p) => p.acceptSimulated || !isSimulated(p.manufacturer),
  },
  {
    name: "device-endorsed",
    explain: () => "the certificate's device must be one that the manufacturer endorses",
    holds: ({ certificate }, p) =>
      p.endorsements.some((e) => equalBytes(e.devicePub, certificate.devicePub) && isEndorsed(e, p.manufacturer)),
  },
  {
    name: "device-expected",
    explain: ({ quote }, p) =>
      `the machine is ${bytesToHex(quote.deviceId)}, ${p.devices === undefined ? "any" : p.devices.length} are meant`,
    holds: ({ quote }, p) => p.devices === undefined || isAmong(quote.deviceId, p.devices),
  },
  {
    name: "quoting-certified",
    explain: () => "the certificate must be signed by its device",
    holds: ({ certificate }) => isCertified(certificate),
  },
  {
    name: "quoting-expected",
    explain: ({ certificate }) => `the quoting enclave measures ${bytesToHex(certificate.measurement)}`,
    holds: ({ certificate }, p) => isAmong(certificate.measurement, p.quotingEnclaves),
  },
  {
    name: "quote-signed",
    explain: () => "the quote must be signed with the key that is certified",
    holds: ({ quote, certificate }) => isQuoteSigned(quote, certificate.quotingPub),
  },
  {
    name: "one-machine",
    explain: () => "quote and certificate must name the same device and the same monitor",
    holds: ({ quote, certificate }) =>
      equalBytes(quote.deviceId, deviceIdOf(certificate.devicePub)) &&
      equalBytes(quote.monitor.measurement, certificate.monitor.measurement) &&
      quote.monitor.debug === certificate.monitor.debug &&
      quote.monitor.securityVersion === certificate.monitor.securityVersion,
  },
  {
    name: "monitor-expected",
    explain: ({ quote }) => `the monitor measures ${bytesToHex(quote.monitor.measurement)}`,
    holds: ({ quote }, p) => isAmong(quote.monitor.measurement, p.monitors),
  },
  {
    name: "security-version",
    explain: ({ quote }, p) =>
      `the monitor's security version is ${quote.monitor.securityVersion}, at least ${p.minSecurityVersion} is wanted`,
    holds: ({ quote }, p) => quote.monitor.securityVersion >= p.minSecurityVersion,
  },
  {
    name: "debug-off",
    explain: ({ quote }, p) =>
      `debug is ${quote.monitor.debug ? "on" : "off"}, the policy ${p.acceptDebug ? "allows" : "forbids"} it`,
    holds: ({ quote }, p) => p.acceptDebug || !quote.monitor.debug,
  },
  {
    name: "measurement-expected",
    explain: ({ quote }) => `the enclave measures ${bytesToHex(quote.measurement)}`,
    holds: ({ quote }, p) => isAmong(quote.measurement, p.measurements),
  },
  {
    name: "nonce-fresh",
    explain: ({ quote }, p) => `nonce is ${bytesToHex(quote.nonce)}, this request has ${bytesToHex(p.session.nonce)}`,
    holds: ({ quote }, p) => equalBytes(quote.nonce, p.session.nonce),
  },
  {
    name: "context-bound",
    explain: (_, p) => `the context must be that of ${p.session.relyingParty}, role ${p.session.role} and this channel`,
    holds: ({ quote }, p) => equalBytes(quote.context, sessionContext(p.session)),
  },
  {
    name: "key-bound",
    explain: () => "the quote must hold the hash of the key that is offered",
    holds: ({ quote, key }) => equalBytes(quote.keyHash, sha256(key)),
  },
  {
    name: "key-possessed",
    explain: () => "who offers the key must have signed quote and session with it",
    holds: ({ quote, key, possession }, p) => isPossessed(key, quote, sessionContext(p.session), possession),
  },
];

/**
 * Appraises what an enclave sent.
 * @param skipped checks that a defective verifier leaves out (bug zoo)
 * @returns every check with its outcome; throws for no evidence
 */
export function verifyRemote(
  evidence: RemoteEvidence,
  policy: RemotePolicy,
  skipped?: ReadonlySet<RemoteCheckName>,
): Verdict<RemoteCheckName> {
  const quote = readQuote(evidence.quote);
  if (typeof quote === "string") return onlyFailed("well-formed", quote);
  const read = { ...evidence, quote };
  return passedFirst("well-formed", "every claim has its form", appraise(APPRAISALS, read, policy, skipped));
}

/** @returns the quote, or what is wrong with it */
function readQuote(bytes: Uint8Array): Quote | string {
  try {
    return decodeQuote(bytes);
  } catch (error) {
    if (error instanceof EvidenceError) return error.what;
    throw error;
  }
}
