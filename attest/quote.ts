/**
 * A quote: what a quoting enclave says to a remote party about an enclave on its machine.
 *
 * Source: Komodo reference §7.2. The quoting enclave (QE) is an ordinary enclave with a well-known measurement that
 * appraises a local report (local-report.ts) and signs what it found. All claims stand in one structure under one
 * signature, so claims of different quotes cannot be mixed:
 *
 *   "KRA1", simulated, nonce, device id, boot seed, monitor's measurement, security version, debug, enclave's measurement,
 *   hash of the enclave's key, context        each with its length; then the signature with its length
 *
 *   context = SHA-256( "KRC1", nonce, name of the relying party, role, channel binding, each with its length )
 *
 * The QE's key is certified by the device key (device-chain.ts) for exactly one QE on one monitor. All signatures are SM2
 * in the standard form. Evidence always claims `simulated: true`. Not modelled: EAT (RFC 9711) encoding, provisioning of
 * the certificate, revocation.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { lengthPrefixed, u32le } from "./encoding.ts";
import { EvidenceError } from "./evidence-error.ts";
import { digestOf } from "./hash.ts";
import type { MonitorIdentity } from "./keys.ts";
import { signHash, verifyHash } from "./penglai-signing.ts";
import type { Sm2KeyPair } from "./sm2.ts";
import { SM3 } from "./sm3.ts";

const QUOTE_TAG = utf8ToBytes("KRA1");
const CONTEXT_TAG = utf8ToBytes("KRC1");
const CERTIFICATE_TAG = utf8ToBytes("atoll simulated quoting enclave 1");
const POSSESSION_TAG = utf8ToBytes("atoll simulated possession 1");

/** Claims of a quote. Hashes have 32 bytes. */
export interface QuoteClaims {
  /** True: software made this up. */
  readonly simulated: boolean;
  /** The relying party's, 16 to 64 bytes. */
  readonly nonce: Uint8Array;
  /** Which machine. @spec RFC 9711, "ueid" */
  readonly deviceId: Uint8Array;
  /** Which boot of it. @spec RFC 9711, "bootseed" */
  readonly bootSeed: Uint8Array;
  readonly monitor: MonitorIdentity;
  /** Of the enclave that is quoted. */
  readonly measurement: Uint8Array;
  /** Hash of the enclave's public key: the key speaks for the enclave. */
  readonly keyHash: Uint8Array;
  /** `sessionContext` as the enclave sees it. */
  readonly context: Uint8Array;
}

export interface Quote extends QuoteClaims {
  readonly signature: Uint8Array;
}

/** What both ends of a session know about it; each computes the hash from its own view. */
export interface SessionView {
  readonly nonce: Uint8Array;
  /** Name of the relying party. */
  readonly relyingParty: string;
  /** Role of the enclave in the session. */
  readonly role: string;
  /** What names this very channel: the exporter of a TLS session, say. */
  readonly channel: Uint8Array;
}

/** The device's word for a quoting enclave. */
export interface QuotingCertificate {
  /** The quoting enclave's public key. */
  readonly quotingPub: Uint8Array;
  /** Its measurement. */
  readonly measurement: Uint8Array;
  readonly monitor: MonitorIdentity;
  readonly devicePub: Uint8Array;
  readonly signature: Uint8Array;
}

export const sessionContext = ({ nonce, relyingParty, role, channel }: SessionView): Uint8Array =>
  sha256(lengthPrefixed(CONTEXT_TAG, nonce, utf8ToBytes(relyingParty), utf8ToBytes(role), channel));

/** A device as quotes name it. */
export const deviceIdOf = (devicePub: Uint8Array): Uint8Array => sha256(devicePub);

const claimFields = (claims: QuoteClaims): Uint8Array[] => [
  QUOTE_TAG,
  Uint8Array.of(claims.simulated ? 1 : 0),
  claims.nonce,
  claims.deviceId,
  claims.bootSeed,
  ...monitorFields(claims.monitor),
  claims.measurement,
  claims.keyHash,
  claims.context,
];

const monitorFields = ({ measurement, securityVersion, debug }: MonitorIdentity): Uint8Array[] => [
  measurement,
  u32le(securityVersion, "security version"),
  Uint8Array.of(debug ? 1 : 0),
];

const claimsHash = (claims: QuoteClaims): Uint8Array => digestOf(SM3, lengthPrefixed(...claimFields(claims)));

/** @param quoting key pair of the quoting enclave */
export const signQuote = (quoting: Sm2KeyPair, claims: QuoteClaims): Quote => ({
  ...claims,
  signature: signHash("pmp", quoting, claimsHash(claims)),
});

export const isQuoteSigned = (quote: Quote, quotingPub: Uint8Array): boolean =>
  verifyHash("pmp", quotingPub, claimsHash(quote), quote.signature);

const certificateHash = ({ quotingPub, measurement, monitor, devicePub }: Omit<QuotingCertificate, "signature">) =>
  digestOf(SM3, lengthPrefixed(CERTIFICATE_TAG, quotingPub, measurement, ...monitorFields(monitor), devicePub));

/** What the device issues when the quoting enclave has attested its key to it. */
export function certifyQuoting(
  device: Sm2KeyPair,
  subject: Omit<QuotingCertificate, "signature" | "devicePub">,
): QuotingCertificate {
  const certificate = { ...subject, devicePub: device.public };
  return { ...certificate, signature: signHash("pmp", device, certificateHash(certificate)) };
}

export const isCertified = (certificate: QuotingCertificate): boolean =>
  verifyHash("pmp", certificate.devicePub, certificateHash(certificate), certificate.signature);

/** What the enclave signs to show that it has the key that was quoted: the quote and the session, as it sees them. */
const possessionHash = (quote: Quote, context: Uint8Array): Uint8Array =>
  digestOf(SM3, lengthPrefixed(POSSESSION_TAG, encodeQuote(quote), context));

export const provePossession = (key: Sm2KeyPair, quote: Quote, context: Uint8Array): Uint8Array =>
  signHash("pmp", key, possessionHash(quote, context));

export const isPossessed = (keyPub: Uint8Array, quote: Quote, context: Uint8Array, proof: Uint8Array): boolean =>
  verifyHash("pmp", keyPub, possessionHash(quote, context), proof);

export const encodeQuote = (quote: Quote): Uint8Array =>
  concatBytes(lengthPrefixed(...claimFields(quote)), lengthPrefixed(quote.signature));

const LENGTHS = [4, 1, null, 32, 32, 32, 4, 1, 32, 32, 32, 64] as const;
const MIN_NONCE_BYTES = 16;
const MAX_NONCE_BYTES = 64;

/** @param bytes from anybody. @throws EvidenceError, and nothing else, for what `encodeQuote` does not write */
export function decodeQuote(bytes: Uint8Array): Quote {
  const fields = splitFields(bytes);
  const wrong = LENGTHS.findIndex((length, i) => {
    const found = fields[i]?.length ?? -1;
    return length === null ? found < MIN_NONCE_BYTES || found > MAX_NONCE_BYTES : found !== length;
  });
  if (wrong >= 0) throw malformed(`field ${wrong} has another length`);
  const [tag, simulated, nonce, deviceId, bootSeed, monitor, version, debug, measurement, keyHash, context, signature] =
    fields as [Field, Field, Field, Field, Field, Field, Field, Field, Field, Field, Field, Field];
  if (bytesToHex(tag) !== bytesToHex(QUOTE_TAG)) throw malformed("the tag is not KRA1");
  const securityVersion = new DataView(version.buffer, version.byteOffset).getUint32(0, true);
  return {
    simulated: flag(simulated, "simulated"),
    nonce,
    deviceId,
    bootSeed,
    monitor: { measurement: monitor, securityVersion, debug: flag(debug, "debug") },
    measurement,
    keyHash,
    context,
    signature,
  };
}

type Field = Uint8Array;

function splitFields(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const byteLen = at + 4 <= bytes.length ? view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    if (at + 4 + byteLen > bytes.length) throw malformed("it ends inside a field");
    fields.push(bytes.slice(at + 4, at + 4 + byteLen));
    at += 4 + byteLen;
    if (fields.length > LENGTHS.length) throw malformed("bytes follow it");
  }
  return fields;
}

function flag([value]: Field, what: string): boolean {
  if (value !== 0 && value !== 1) throw malformed(`${what} is neither 0 nor 1`);
  return value === 1;
}

const malformed = (what: string): EvidenceError =>
  new EvidenceError(`not a quote: ${what}`, "send the bytes as encodeQuote wrote them");
