/**
 * Keys and functions of the memory encryption engine.
 *
 * Stands at the chip's edge: every byte of a secure page passes here on its way to DRAM and back. The cipher, the MAC
 * and the key handling of Penglai are not public; these are the stand-ins that Penglai reference §3.1 suggests, and
 * all of them can be replaced together (`CryptoSuite`).
 * - encryption: AES-128-CTR (NIST SP 800-38A), pad from (line address, major‖minor);
 * - MAC: AES-128-CMAC (RFC 4493) truncated to 64 bits, of (domain, address, counter, contents);
 * - keys: HKDF-SHA-256 (RFC 5869) from the reset seed, one a purpose, so that a run can be replayed.
 * Invariant: no (address, counter) pair is encrypted twice with different contents; `Mmt` keeps it, tests watch it.
 * Not modelled: latency, and the strength of a 64-bit MAC against 2^64 trials.
 */
import { cmac, ctr } from "@noble/ciphers/aes.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Counter } from "./counters.ts";
import { HASH_BYTES } from "./sealed-line.ts";
import type { Pa } from "./units.ts";

/** Domain of a MAC: a data line can never pass for a node. */
type MacDomain = "data" | "node";

export interface CryptoSuite {
  /** @param line 64 bytes of plaintext @returns 64 bytes for DRAM */
  encrypt(linePa: Pa, counter: Counter, line: Uint8Array): Uint8Array;
  decrypt(linePa: Pa, counter: Counter, line: Uint8Array): Uint8Array;
  /**
   * @param counter of a data line: its own; of a node: the one its parent keeps for it
   * @returns 8 bytes
   */
  mac(domain: MacDomain, linePa: Pa, counter: Counter, contents: Uint8Array): Uint8Array;
}

/**
 * First AES counter block of a line. CTR adds 1 for each of the four blocks, which stays within the two low bits.
 * ```
 * byte 0             6                              14          16
 *      | address     | major                        | minor·4+i |   big-endian
 * ```
 * Addresses have at most 48 bits and minors of data lines at most 14.
 */
function counterBlock(linePa: Pa, counter: Counter): Uint8Array {
  const block = new Uint8Array(16);
  const view = new DataView(block.buffer);
  view.setBigUint64(0, BigInt(linePa) << 16n);
  view.setBigUint64(6, counter.major);
  view.setUint16(14, counter.minor * 4);
  return block;
}

const MAC_HEADER_BYTES = 20;
const DOMAIN_BYTE = { data: 1, node: 2 } as const;

/**
 * ```
 * byte 0        1         8         16        20
 *      | domain | address | major   | minor   | contents …   big-endian
 * ```
 */
function macMessage(domain: MacDomain, linePa: Pa, counter: Counter, contents: Uint8Array): Uint8Array {
  const message = new Uint8Array(MAC_HEADER_BYTES + contents.length);
  const view = new DataView(message.buffer);
  view.setBigUint64(0, BigInt(linePa));
  view.setUint8(0, DOMAIN_BYTE[domain]);
  view.setBigUint64(8, counter.major);
  view.setUint32(16, counter.minor);
  message.set(contents, MAC_HEADER_BYTES);
  return message;
}

/** @param seed any bytes; the same seed gives the same keys */
export function aesSuite(seed: Uint8Array): CryptoSuite {
  const key = (purpose: string): Uint8Array =>
    hkdf(sha256, seed, undefined, new TextEncoder().encode(`atoll mmt ${purpose}`), 16);
  const encryptionKey = key("encryption");
  const macKey = key("mac");
  const xorPad = (linePa: Pa, counter: Counter, line: Uint8Array): Uint8Array =>
    ctr(encryptionKey, counterBlock(linePa, counter)).encrypt(line);
  return {
    encrypt: xorPad,
    decrypt: xorPad,
    mac: (domain, linePa, counter, contents) =>
      cmac(macMessage(domain, linePa, counter, contents), macKey).slice(0, HASH_BYTES),
  };
}
