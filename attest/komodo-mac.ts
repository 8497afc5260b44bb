/**
 * What Komodo's Attest and Verify compute: a MAC over 24 words, data ‖ measurement ‖ eight zeros, under the key of this
 * machine's boot. Source: Komodo reference §1.9, to the byte.
 *
 * Two forms:
 *
 *   komodo   SHA256( K⊕opad ‖ SHA256( K⊕ipad ‖ x ) )   as published. K is 8 words and is *not* filled up to a block of
 *                                                      64 bytes, so this is not HMAC of RFC 2104 and no library
 *                                                      computes it. Sound because x always has 96 bytes.
 *   hmac     HMAC-SHA-256( K, tag ‖ byte length ‖ x )  recommended: standard, and the tag keeps it apart from every
 *                                                      other use of a key
 *
 * Neither has a nonce, an addressee or a boot number: any enclave may check any MAC of this boot, so freshness and
 * direction are the business of the protocol above (local-report.ts). Words are big-endian throughout.
 */
import { equalBytes } from "@noble/ciphers/utils.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { lengthPrefixed } from "./encoding.ts";
import { bytesOfWords, wordsOfBytes } from "./words.ts";

export const KOMODO_MAC_FORMS = ["komodo", "hmac"] as const;
export type KomodoMacForm = (typeof KOMODO_MAC_FORMS)[number];

const DIGEST_WORDS = 8;
const STATEMENT_WORDS = 24;
const INNER_PAD = 0x3636_3636;
const OUTER_PAD = 0x5c5c_5c5c;
const TAG = utf8ToBytes("atoll simulated komodo attest 1");

/**
 * The 24 words under the MAC.
 * @param data the enclave's, 8 words
 * @param measurement of the enclave that attests, 8 words; the monitor fills it in
 */
export function komodoStatement(data: ArrayLike<number>, measurement: ArrayLike<number>): Uint32Array {
  checkWords(data, DIGEST_WORDS, "data");
  checkWords(measurement, DIGEST_WORDS, "measurement");
  const words = new Uint32Array(STATEMENT_WORDS);
  words.set(data, 0);
  words.set(measurement, DIGEST_WORDS);
  return words;
}

/**
 * The published MAC.
 * @param key 8 words
 * @param words 24 words: `komodoStatement`
 * @returns 8 words
 * @throws RangeError for other sizes: the construction is sound for this one only
 * @spec Komodo reference §1.9
 */
export function komodoMac(key: Uint32Array, words: Uint32Array): Uint32Array {
  checkWords(key, DIGEST_WORDS, "key");
  checkWords(words, STATEMENT_WORDS, "statement");
  const keyed = (pad: number): Uint8Array => bytesOfWords(key.map((word) => word ^ pad));
  const inner = sha256(concatBytes(keyed(INNER_PAD), bytesOfWords(words)));
  return wordsOfBytes(sha256(concatBytes(keyed(OUTER_PAD), inner)));
}

/** The recommended MAC; as `komodoMac`. */
export function komodoHmac(key: Uint32Array, words: Uint32Array): Uint32Array {
  checkWords(key, DIGEST_WORDS, "key");
  checkWords(words, STATEMENT_WORDS, "statement");
  return wordsOfBytes(hmac(sha256, bytesOfWords(key), lengthPrefixed(TAG, bytesOfWords(words))));
}

export const KOMODO_MACS: Readonly<Record<KomodoMacForm, typeof komodoMac>> = { komodo: komodoMac, hmac: komodoHmac };

/** @returns whether two MACs are equal; takes the same time wherever they differ */
export function isSameKomodoMac(a: Uint32Array, b: Uint32Array): boolean {
  return equalBytes(bytesOfWords(a), bytesOfWords(b));
}

function checkWords(words: ArrayLike<number>, count: number, what: string): void {
  if (words.length !== count) throw new RangeError(`${what} has ${words.length} words, not ${count}`);
}
