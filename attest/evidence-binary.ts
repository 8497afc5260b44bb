/**
 * The binary form of evidence: eight bytes "atollev1", the canonical claims (`encodeClaims`), the MAC with its length.
 *
 * Canonical: a reader accepts exactly what the writer writes, so evidence has one binary form and
 * `encode(decode(bytes))` is `bytes`.
 */
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { lengthPrefixed } from "./encoding.ts";
import { checkEvidence, type Evidence, encodeClaims } from "./evidence.ts";
import { EvidenceError } from "./evidence-error.ts";

const MAGIC = utf8ToBytes("atollev1");

/** @throws EvidenceError naming the field that is not well formed */
export function encodeEvidence(evidence: Evidence): Uint8Array {
  checkEvidence(evidence);
  return concatBytes(MAGIC, encodeClaims(evidence), lengthPrefixed(evidence.mac));
}

/** @throws EvidenceError, and nothing else, for anything that `encodeEvidence` does not write */
export function decodeEvidence(bytes: Uint8Array): Evidence {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) throw new EvidenceError("not binary evidence of atoll", MEND);
  const fields = new Fields(bytes.subarray(MAGIC.length));
  const evidence: Evidence = {
    profile: fields.ascii("profile"),
    simulated: fields.flag("simulated"),
    algorithm: fields.ascii("algorithm"),
    monitor: {
      measurement: fields.bytes("monitor measurement"),
      debug: fields.flag("debug"),
      securityVersion: fields.u32("security version"),
    },
    measurement: fields.bytes("measurement"),
    data: fields.bytes("data"),
    mac: fields.bytes("mac"),
  };
  fields.end();
  checkEvidence(evidence);
  return evidence;
}

const MEND = "send the bytes as encodeEvidence wrote them";

/** Reads length-prefixed fields in order. */
class Fields {
  #rest: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#rest = bytes;
  }

  bytes(field: string): Uint8Array {
    const rest = this.#rest;
    const byteLen =
      rest.length < 4 ? Number.POSITIVE_INFINITY : new DataView(rest.buffer, rest.byteOffset).getUint32(0, true);
    if (4 + byteLen > rest.length) throw new EvidenceError(`evidence ends inside ${field}`, MEND);
    this.#rest = rest.subarray(4 + byteLen);
    return rest.slice(4, 4 + byteLen);
  }

  /** Bytes above 127 become characters that no name may contain. */
  ascii(field: string): string {
    return Array.from(this.bytes(field), (byte) => String.fromCharCode(byte)).join("");
  }

  flag(field: string): boolean {
    const [value, ...more] = this.bytes(field);
    if (more.length > 0 || (value !== 0 && value !== 1)) throw new EvidenceError(`${field} is neither 0 nor 1`, MEND);
    return value === 1;
  }

  u32(field: string): number {
    const value = this.bytes(field);
    if (value.length !== 4) throw new EvidenceError(`${field} has ${value.length} bytes, not 4`, MEND);
    return new DataView(value.buffer, value.byteOffset).getUint32(0, true);
  }

  end(): void {
    if (this.#rest.length > 0) throw new EvidenceError(`${this.#rest.length} bytes follow the evidence`, MEND);
  }
}
