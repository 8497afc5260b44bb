/**
 * What one enclave says to another one on the same machine, and how the other one appraises it.
 *
 * Komodo's Attest MACs eight words and the speaker's measurement (komodo-mac.ts). Addressee, direction and freshness are
 * not in it, so they go into the words:
 *
 *   d = SHA-256( "KLA1" ‖ direction u8 ‖ measurement of the addressee 32 ‖ nonce of the addressee 32 ‖ SHA-256(payload) )
 *
 * Source: Komodo reference §7.2; the C library of the guests (komodo-attest.h) computes the same. A message on the wire:
 *
 *     0  "KLA1"      4  direction     5  from 32    37  to 32    69  nonce 32   101  mac 32   133  payload length u32 LE   137  payload
 *
 * Only what the MAC covers counts: `from` and `to` of a message are allegations that the checks compare. The direction
 * tells the two roles of a session apart: without it an enclave could be shown its own words (reflection). Not modelled:
 * secrecy of the payload, a session key.
 */
import { equalBytes } from "@noble/ciphers/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { type Appraisal, appraise, onlyFailed, passedFirst, type Verdict } from "./appraise.ts";
import { u32le } from "./encoding.ts";

const TAG = utf8ToBytes("KLA1");
const HEADER_BYTES = 137;

/** What is said. Measurements and nonces have 32 bytes. */
export interface LocalStatement {
  /** Who speaks, 0 to 255: the roles of a session have different ones. */
  readonly direction: number;
  /** Measurement of the addressee. */
  readonly to: Uint8Array;
  /** Drawn by the addressee, for this answer alone. */
  readonly nonce: Uint8Array;
  readonly payload: Uint8Array;
}

/** A statement, who says it, and the monitor's word for that. */
export interface LocalReport extends LocalStatement {
  /** Measurement of the speaker. */
  readonly from: Uint8Array;
  /** The monitor's MAC over `localDigest` and `from`. */
  readonly mac: Uint8Array;
}

/** The 32 bytes that a speaker has attested. @throws RangeError when a field has another size */
export function localDigest({ direction, to, nonce, payload }: LocalStatement): Uint8Array {
  const role = checkRole(direction);
  return sha256(concatBytes(TAG, role, sized(to, "addressee"), sized(nonce, "nonce"), sha256(payload)));
}

export function encodeLocalReport(report: LocalReport): Uint8Array {
  const { direction, from, to, nonce, mac, payload } = report;
  const fields = [sized(from, "speaker"), sized(to, "addressee"), sized(nonce, "nonce"), sized(mac, "mac")];
  return concatBytes(TAG, checkRole(direction), ...fields, u32le(payload.length), payload);
}

/** @param bytes from anybody. @returns null for what `encodeLocalReport` does not write */
export function decodeLocalReport(bytes: Uint8Array): LocalReport | null {
  if (bytes.length < HEADER_BYTES || !TAG.every((byte, i) => bytes[i] === byte)) return null;
  const field = (at: number): Uint8Array => bytes.slice(at, at + 32);
  const payload = bytes.slice(HEADER_BYTES);
  if (!equalBytes(bytes.subarray(133, HEADER_BYTES), u32le(payload.length))) return null;
  return { direction: bytes[4]!, from: field(5), to: field(37), nonce: field(69), mac: field(101), payload };
}

/** What the addressee expects. */
export interface LocalPolicy {
  /** The direction in which the other one speaks. */
  readonly direction: number;
  /** Its own measurement. */
  readonly self: Uint8Array;
  /** The nonce it drew and has not seen answered; null when there is none. */
  readonly nonce: Uint8Array | null;
  /** Reference values: whom it believes. A quoting enclave hears anybody, for it passes on who spoke. */
  readonly peers: readonly Uint8Array[] | "anybody";
  /** The monitor's Verify: is `mac` that of an enclave measured `measurement` over `data`? */
  verify(data: Uint8Array, measurement: Uint8Array, mac: Uint8Array): boolean;
}

/** The checks, in the order in which they are made. */
export type LocalCheckName =
  | "well-formed"
  | "direction"
  | "addressed-to-me"
  | "nonce-fresh"
  | "measurement-expected"
  | "mac-valid";

const APPRAISALS: readonly Appraisal<LocalCheckName, LocalReport, LocalPolicy>[] = [
  {
    name: "direction",
    explain: (r, p) => `direction is ${r.direction}, the other one speaks with ${p.direction}`,
    holds: (r, p) => r.direction === p.direction,
  },
  {
    name: "addressed-to-me",
    explain: (r, p) => `addressed to ${bytesToHex(r.to)}, this enclave measures ${bytesToHex(p.self)}`,
    holds: (r, p) => equalBytes(r.to, p.self),
  },
  {
    name: "nonce-fresh",
    explain: (r, p) =>
      `nonce is ${bytesToHex(r.nonce)}, ${p.nonce === null ? "none is open" : `open is ${bytesToHex(p.nonce)}`}`,
    holds: (r, p) => p.nonce !== null && equalBytes(r.nonce, p.nonce),
  },
  {
    name: "measurement-expected",
    explain: (r) => `the speaker says that it measures ${bytesToHex(r.from)}, which must be a peer`,
    holds: (r, p) => p.peers === "anybody" || p.peers.some((peer) => equalBytes(peer, r.from)),
  },
  {
    name: "mac-valid",
    explain: () => "the monitor must have attested these words for an enclave of that measurement",
    holds: (r, p) => p.verify(localDigest(r), r.from, r.mac),
  },
];

/**
 * Appraises a message.
 * @param bytes from anybody
 * @param skipped checks that a defective verifier leaves out (bug zoo)
 * @returns every check with its outcome; throws for no bytes
 */
export function verifyLocalReport(
  bytes: Uint8Array,
  policy: LocalPolicy,
  skipped?: ReadonlySet<LocalCheckName>,
): Verdict<LocalCheckName> {
  const report = decodeLocalReport(bytes);
  if (report === null) return onlyFailed("well-formed", "the bytes are no message of this protocol, or not all of one");
  return passedFirst("well-formed", "every field is there", appraise(APPRAISALS, report, policy, skipped));
}

/**
 * The addressee's side of a session: draws a nonce for each answer it wants, and takes one answer for each.
 * Immutable: a step gives the next state.
 */
export interface LocalSession {
  /** Null when no answer is wanted. */
  readonly nonce: Uint8Array | null;
}

export const NO_CHALLENGE: LocalSession = { nonce: null };

/** @param nonce fresh random 32 bytes; an earlier one that is open is given up */
export const challenge = (nonce: Uint8Array): LocalSession => ({ nonce: sized(nonce, "nonce") });

/** @returns the verdict, and the session after it: an answer that was accepted closes the challenge */
export function take(
  session: LocalSession,
  bytes: Uint8Array,
  policy: Omit<LocalPolicy, "nonce">,
): readonly [LocalSession, Verdict<LocalCheckName>] {
  const verdict = verifyLocalReport(bytes, { ...policy, nonce: session.nonce });
  return [verdict.failed.length === 0 ? NO_CHALLENGE : session, verdict];
}

function checkRole(direction: number): Uint8Array {
  if (Number.isInteger(direction) && direction >= 0 && direction <= 255) return Uint8Array.of(direction);
  throw new RangeError(`direction ${direction} is no byte`);
}

function sized(bytes: Uint8Array, what: string): Uint8Array {
  if (bytes.length !== 32) throw new RangeError(`${what} has ${bytes.length} bytes, not 32`);
  return bytes;
}
