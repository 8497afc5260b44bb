/**
 * Penglai's attestation report: the 328 bytes that ATTEST, ATTEST_SHADOW and GET_REPORT write for the SDK.
 *
 *      0  sm.hash 32      32  sm.sig 64       96  sm.pub 64
 *    160  encl.hash 32   192  encl.sig 64    256  nonce u64 LE    264  dev_pub 64
 *
 * Source: Penglai reference §6.7. In Penglai the signatures are SM2; such reports come from signed-report.ts. This
 * program's own form has a MAC and no signature, no key pair and no device chain, and uses the layout thus:
 *
 *   encl.sig  the evidence's MAC, then zeros             sm.sig, dev_pub  zeros
 *   sm.pub    "atoll-simulated-1" in 32 bytes, algorithm name in 24, security version u32 LE, debug u32 LE (0 or 1)
 *
 * so that no reader can take it for a signed one: an SM2 verifier refuses zero signatures. `reportOf` and `evidenceOf`
 * convert between report and evidence without loss when the evidence's data is the 8 bytes of the nonce.
 */
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { u32le, u64le } from "./encoding.ts";
import { checkEvidence, EVIDENCE_PROFILE, type Evidence } from "./evidence.ts";
import { EvidenceError } from "./evidence-error.ts";
import { isMacAlgorithm, MACS } from "./mac.ts";

export const REPORT_BYTES = 328;

/** The parts of a report, as they stand in its 328 bytes. @spec Penglai reference §6.7 */
export interface Report {
  readonly sm: { readonly hash: Uint8Array; readonly sig: Uint8Array; readonly pub: Uint8Array };
  readonly enclave: { readonly hash: Uint8Array; readonly sig: Uint8Array };
  /** u64. */
  readonly nonce: bigint;
  readonly devicePub: Uint8Array;
}

const MEND = "send the 328 bytes as the monitor wrote them";
const NAME_BYTES = 32;
const ALGORITHM_BYTES = 24;

/** @throws EvidenceError when a part has another size than the layout's; RangeError when the nonce is no u64 */
export function encodeReport({ sm, enclave, nonce, devicePub }: Report): Uint8Array {
  return concatBytes(
    sized(sm.hash, 32, "sm.hash"),
    sized(sm.sig, 64, "sm.sig"),
    sized(sm.pub, 64, "sm.pub"),
    sized(enclave.hash, 32, "encl.hash"),
    sized(enclave.sig, 64, "encl.sig"),
    u64le(nonce, "nonce"),
    sized(devicePub, 64, "dev_pub"),
  );
}

/** Splits a report into its parts; believes none of them. @throws EvidenceError when there are not 328 bytes */
export function decodeReport(bytes: Uint8Array): Report {
  sized(bytes, REPORT_BYTES, "report");
  return {
    sm: { hash: bytes.slice(0, 32), sig: bytes.slice(32, 96), pub: bytes.slice(96, 160) },
    enclave: { hash: bytes.slice(160, 192), sig: bytes.slice(192, 256) },
    nonce: new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(256, true),
    devicePub: bytes.slice(264, 328),
  };
}

/** Reports under a MAC have zeros where the chain of keys stands. */
export const isSigned = ({ sm, devicePub }: Report): boolean => [sm.sig, devicePub].some((part) => part.some(Boolean));

/** @throws EvidenceError when the layout cannot hold the evidence: data that is no 8-byte nonce, another profile */
export function reportOf(evidence: Evidence): Report {
  checkEvidence(evidence);
  const { profile, simulated, algorithm, monitor, measurement, data, mac } = evidence;
  if (profile !== EVIDENCE_PROFILE || !simulated) {
    throw new EvidenceError(`a report cannot carry evidence of profile ${profile}`, `use profile ${EVIDENCE_PROFILE}`);
  }
  if (!isMacAlgorithm(algorithm) || mac.length !== MACS[algorithm].tagLength) {
    throw new EvidenceError(
      `a report cannot carry a ${algorithm} tag of ${mac.length} bytes`,
      "use hmac-sha256 or aes-cmac",
    );
  }
  const pub = concatBytes(
    padded(utf8ToBytes(profile), NAME_BYTES),
    padded(utf8ToBytes(algorithm), ALGORITHM_BYTES),
    u32le(monitor.securityVersion),
    u32le(monitor.debug ? 1 : 0),
  );
  return {
    sm: { hash: monitor.measurement, sig: new Uint8Array(64), pub },
    enclave: { hash: measurement, sig: padded(mac, 64) },
    nonce: new DataView(sized(data, 8, "data").buffer, data.byteOffset).getBigUint64(0, true),
    devicePub: new Uint8Array(64),
  };
}

/**
 * @throws EvidenceError when the report is not one of ours: anything where ours has zeros, an unknown name.
 * What it says still has to be verified.
 */
export function evidenceOf(report: Report): Evidence {
  const { sm, enclave, nonce, devicePub } = report;
  sized(sm.pub, 64, "sm.pub");
  sized(enclave.sig, 64, "encl.sig");
  const fields = new DataView(sm.pub.buffer, sm.pub.byteOffset, sm.pub.byteLength);
  const profile = nameIn(sm.pub.subarray(0, NAME_BYTES), "profile");
  const algorithm = nameIn(sm.pub.subarray(NAME_BYTES, NAME_BYTES + ALGORITHM_BYTES), "algorithm");
  const debug = fields.getUint32(60, true);
  if (profile !== EVIDENCE_PROFILE) throw new EvidenceError("the report is not a simulated one of atoll", MEND);
  if (!isMacAlgorithm(algorithm)) throw new EvidenceError(`unknown algorithm ${algorithm} in the report`, MEND);
  if (debug > 1) throw new EvidenceError("debug in the report is neither 0 nor 1", MEND);
  const { tagLength } = MACS[algorithm];
  const zeros = [sm.sig, devicePub, enclave.sig.subarray(tagLength)];
  if (zeros.some((part) => part.some((byte) => byte !== 0))) {
    throw new EvidenceError("the report has bytes where a simulated one has zeros", MEND);
  }
  const evidence: Evidence = {
    profile,
    simulated: true,
    algorithm,
    monitor: { measurement: sm.hash, debug: debug === 1, securityVersion: fields.getUint32(56, true) },
    measurement: enclave.hash,
    data: u64le(nonce),
    mac: enclave.sig.slice(0, tagLength),
  };
  checkEvidence(evidence);
  return evidence;
}

function sized(bytes: Uint8Array, byteLen: number, part: string): Uint8Array {
  if (bytes.length !== byteLen) throw new EvidenceError(`${part} has ${bytes.length} bytes, not ${byteLen}`, MEND);
  return bytes;
}

function padded(bytes: Uint8Array, byteLen: number): Uint8Array {
  const field = new Uint8Array(byteLen);
  field.set(bytes);
  return field;
}

/** A name, then zeros to the end of the field. */
function nameIn(field: Uint8Array, what: string): string {
  const name = Array.from(field, (byte) => String.fromCharCode(byte))
    .join("")
    .replace(/\0+$/, "");
  if (!/^[a-z0-9-]+$/.test(name)) throw new EvidenceError(`${what} in the report is no name`, MEND);
  return name;
}
