/**
 * The quoting enclave's work: hear a local report, appraise it, sign what it found (Komodo reference §7.2).
 *
 *   payload of the local report:  enclave's public key 64 ‖ context 32 ‖ nonce of the relying party 16 to 64
 *
 * It signs nothing but its own structure, with the measurement that the *monitor* vouched for, so nobody can have other
 * words signed (confused deputy, §7.3). A pure function: what it draws and what it knows comes in.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { onlyFailed, type Verdict } from "./appraise.ts";
import { decodeLocalReport, type LocalCheckName, type LocalPolicy, type LocalSession, take } from "./local-report.ts";
import { deviceIdOf, type Quote, type QuotingCertificate, signQuote } from "./quote.ts";
import type { Sm2KeyPair } from "./sm2.ts";

/** The direction in which enclaves speak to the quoting enclave. */
export const TO_QUOTING = 0x51;

const KEY_BYTES = 64;
const CONTEXT_BYTES = 32;
const MIN_NONCE_BYTES = 16;
const MAX_NONCE_BYTES = 64;

/** What an enclave wants to have quoted. */
export interface QuoteRequest {
  /** Public key of the enclave, x ‖ y. */
  readonly key: Uint8Array;
  /** `sessionContext`, 32 bytes. */
  readonly context: Uint8Array;
  /** The relying party's. */
  readonly nonce: Uint8Array;
}

export const encodeQuoteRequest = ({ key, context, nonce }: QuoteRequest): Uint8Array =>
  concatBytes(key, context, nonce);

/** A quoting enclave on a machine that runs. */
export interface QuotingEnclave {
  readonly key: Sm2KeyPair;
  readonly certificate: QuotingCertificate;
  readonly bootSeed: Uint8Array;
  readonly verify: LocalPolicy["verify"];
}

export type QuoteOutcome =
  | { readonly ok: true; readonly quote: Quote }
  | { readonly ok: false; readonly verdict: Verdict<LocalCheckName | "request-well-formed"> };

/**
 * Answers one request.
 * @param session holds the nonce that the quoting enclave gave to the enclave
 * @param bytes local report, from anybody
 * @returns the session after it, and a quote or the checks that failed
 */
export function answerQuoteRequest(
  { key, certificate, bootSeed, verify }: QuotingEnclave,
  session: LocalSession,
  bytes: Uint8Array,
): readonly [LocalSession, QuoteOutcome] {
  const { measurement: self, monitor, devicePub } = certificate;
  const [next, verdict] = take(session, bytes, { direction: TO_QUOTING, self, peers: "anybody", verify });
  if (verdict.failed.length > 0) return [next, { ok: false, verdict }];
  const { from, payload } = decodeLocalReport(bytes)!;
  const nonce = payload.subarray(KEY_BYTES + CONTEXT_BYTES);
  if (nonce.length < MIN_NONCE_BYTES || nonce.length > MAX_NONCE_BYTES) {
    const problem = `the payload holds ${payload.length} bytes, not key, context and a nonce of 16 to 64 bytes`;
    return [next, { ok: false, verdict: onlyFailed("request-well-formed", problem) }];
  }
  const quote = signQuote(key, {
    simulated: true,
    nonce,
    deviceId: deviceIdOf(devicePub),
    bootSeed,
    monitor,
    measurement: from,
    keyHash: sha256(payload.subarray(0, KEY_BYTES)),
    context: payload.slice(KEY_BYTES, KEY_BYTES + CONTEXT_BYTES),
  });
  return [next, { ok: true, quote }];
}
