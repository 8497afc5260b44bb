/**
 * The key hierarchy: from a device's root secret down to the keys of one enclave.
 *
 *   device root --- monitor measurement, debug flag, security version ---> CDI_monitor
 *   CDI_monitor ---> K_attest   MACs of reports (mac.ts)
 *               ---> K_report   private key of signed reports (device-chain.ts)
 *               ---> K_memory   encryption and integrity of DRAM
 *               ---> K_seal --- enclave measurement, key type, length ---> key of an enclave (GET_KEY)
 *
 * Each arrow is HKDF-SHA-256 (RFC 5869) whose info string names the label, the purpose and the context, every field
 * with its length: no two purposes share a key. A changed monitor, a debugging one and an older one therefore all get
 * other keys (DICE layering; Komodo reference §7.2), and the three key types of an enclave differ (in Penglai ENCLAVE
 * and STORAGE are equal and come from a published constant: defect B17).
 *
 * The label says "simulated": no key from here equals one that real hardware derives, even from the same root secret.
 * Not modelled: sealing to an older security version, a hardware protected root, erasure of CDIs from memory.
 */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { lengthPrefixed, u32le, u64le } from "./encoding.ts";

const LABEL = "atoll simulated device 1";
const KEY_BYTES = 32;
/** RFC 5869 section 2.3: at most 255 blocks of the hash. */
export const MAX_ENCLAVE_KEY_BYTES = 255 * 32;

/** What distinguishes one monitor from another towards keys and verifiers. */
export interface MonitorIdentity {
  /** Hash of the monitor, 32 bytes. */
  readonly measurement: Uint8Array;
  /** The monitor lets its owner look into enclaves. */
  readonly debug: boolean;
  /** Grows when a defect is mended; u32. */
  readonly securityVersion: number;
}

/** Keys of one monitor on one device, 32 bytes each. */
export interface MonitorKeys {
  readonly attest: Uint8Array;
  readonly report: Uint8Array;
  readonly seal: Uint8Array;
  readonly memory: Uint8Array;
}

/** GET_KEY's key types; the position is the number in the call. @spec Penglai reference §6.3 */
export const KEY_TYPES = ["ENCLAVE", "STORAGE", "ATTEST"] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/**
 * The root secret of a simulated device.
 * @param seed the run's seed, u64: the same seed is the same device
 */
export function simulatedDeviceRoot(seed: bigint | number): Uint8Array {
  return derive(u64le(BigInt(seed), "seed"), "device root");
}

/**
 * @param deviceRoot 32 bytes
 * @throws RangeError when root, measurement or security version have the wrong size
 * @spec Komodo reference §7.2
 */
export function deriveMonitorKeys(deviceRoot: Uint8Array, monitor: MonitorIdentity): MonitorKeys {
  checkBytes(deviceRoot, "device root");
  checkBytes(monitor.measurement, "monitor measurement");
  const debug = Uint8Array.of(monitor.debug ? 1 : 0);
  const securityVersion = u32le(monitor.securityVersion, "security version");
  const cdi = derive(deviceRoot, "CDI_monitor", [monitor.measurement, debug, securityVersion]);
  return {
    attest: derive(cdi, "K_attest"),
    report: derive(cdi, "K_report"),
    seal: derive(cdi, "K_seal"),
    memory: derive(cdi, "K_memory"),
  };
}

/** The private key, before it is made a scalar, with which a device vouches for its monitor. */
export function deviceSigningSecret(deviceRoot: Uint8Array): Uint8Array {
  checkBytes(deviceRoot, "device root");
  return derive(deviceRoot, "K_device");
}

/**
 * What GET_KEY gives an enclave: stable for one measurement on one device under one monitor.
 * @param sealKey `MonitorKeys.seal`
 * @param measurement of the enclave, 32 bytes
 * @param byteLen 1 to `MAX_ENCLAVE_KEY_BYTES`; a shorter key is not the beginning of a longer one
 * @throws RangeError when a size is out of range
 */
export function enclaveKey(
  sealKey: Uint8Array,
  measurement: Uint8Array,
  type: KeyType,
  byteLen = KEY_BYTES,
): Uint8Array {
  checkBytes(sealKey, "seal key");
  checkBytes(measurement, "enclave measurement");
  if (!Number.isInteger(byteLen) || byteLen < 1 || byteLen > MAX_ENCLAVE_KEY_BYTES) {
    throw new RangeError(`key length ${byteLen} is not 1 to ${MAX_ENCLAVE_KEY_BYTES} bytes`);
  }
  return derive(sealKey, "enclave key", [measurement, utf8ToBytes(type), u32le(byteLen)], byteLen);
}

/**
 * A key bound to whatever the context names.
 * @param sealKey `MonitorKeys.seal`
 * @param byteLen 1 to 8160, part of the context
 */
export function sealedTo(sealKey: Uint8Array, context: readonly Uint8Array[], byteLen: number): Uint8Array {
  checkBytes(sealKey, "seal key");
  return derive(sealKey, "sealed to", [...context, u32le(byteLen)], byteLen);
}

function derive(
  secret: Uint8Array,
  purpose: string,
  context: readonly Uint8Array[] = [],
  byteLen = KEY_BYTES,
): Uint8Array {
  const info = lengthPrefixed(utf8ToBytes(LABEL), utf8ToBytes(purpose), ...context);
  return hkdf(sha256, secret, undefined, info, byteLen);
}

function checkBytes(bytes: Uint8Array, what: string): void {
  if (bytes.length !== KEY_BYTES) throw new RangeError(`${what} has ${bytes.length} bytes, not ${KEY_BYTES}`);
}
