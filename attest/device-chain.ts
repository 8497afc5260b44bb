/**
 * The chain of keys under a signed report, simulated: manufacturer, device, monitor.
 *
 *   manufacturer --- endorses ---> device key --- signs ---> monitor's hash and key --- signs ---> enclave's hash
 *
 * Source: Penglai reference §7, "Chain". The published code leaves the first arrow out, and nobody fills in the second
 * (Penglai-PMP has no chain at all); the forms of both are ours:
 *
 *   endorsement  SM2, standard form, over "atoll simulated device 1" ‖ DEV_PUB, each with its length
 *   SM_SIG       SM2, in the report's form, over SM3( SM_HASH ‖ SM_PUB )
 *   SM_HASH      SM3 of "atoll simulated monitor 1", the monitor's measurement, its debug flag and security version, each
 *                with its length: a report has no field for a debug flag, so a debugging monitor has another hash
 *
 * A report has no field that says "simulated" either. What says it is the root: the simulated manufacturer's private key
 * is derived from a text that stands here, so anybody can forge its endorsements, and `isSimulated` recognises it. No
 * other manufacturer exists in this program.
 *
 * Invariant: another device, monitor, debug flag or security version, another monitor key (keys.ts).
 */

import { equalBytes } from "@noble/ciphers/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { lengthPrefixed, u32le } from "./encoding.ts";
import { digestOf } from "./hash.ts";
import type { KeyPage } from "./key-page.ts";
import { deriveMonitorKeys, deviceSigningSecret, type MonitorIdentity, simulatedDeviceRoot } from "./keys.ts";
import { type SigningForm, signHash, verifyHash } from "./penglai-signing.ts";
import { keyPairOf, type Sm2KeyPair } from "./sm2.ts";
import { bytesOfScalar, ORDER, scalarOfBytes } from "./sm2-curve.ts";
import { SM3 } from "./sm3.ts";

const MANUFACTURER_LABEL = "atoll simulated manufacturer 1: this key is public";
const DEVICE_LABEL = utf8ToBytes("atoll simulated device 1");
const MONITOR_LABEL = utf8ToBytes("atoll simulated monitor 1");

/** A manufacturer's word that a device is its own. @spec RFC 9334, "Endorsement" */
export interface DeviceEndorsement {
  readonly devicePub: Uint8Array;
  readonly signature: Uint8Array;
}

/** Both halves are public. */
export const simulatedManufacturer = (): Sm2KeyPair => keyPair(sha256(utf8ToBytes(MANUFACTURER_LABEL)));

/** @returns whether the manufacturer is the one whose private key everybody knows */
export const isSimulated = (manufacturerPub: Uint8Array): boolean =>
  equalBytes(manufacturerPub, simulatedManufacturer().public);

/** @param seed the device's, u64 */
export const simulatedDevice = (seed: bigint): Sm2KeyPair => keyPair(deviceSigningSecret(simulatedDeviceRoot(seed)));

/** What the simulated manufacturer publishes about the device of a seed. */
export function simulatedEndorsement(seed: bigint): DeviceEndorsement {
  const { public: devicePub } = simulatedDevice(seed);
  return { devicePub, signature: signHash("pmp", simulatedManufacturer(), endorsedHash(devicePub)) };
}

/** @returns whether that manufacturer endorsed that device */
export function isEndorsed({ devicePub, signature }: DeviceEndorsement, manufacturerPub: Uint8Array): boolean {
  return verifyHash("pmp", manufacturerPub, endorsedHash(devicePub), signature);
}

/** SM_HASH of a monitor. @throws RangeError when its security version is no u32 */
export function monitorHash({ measurement, debug, securityVersion }: MonitorIdentity): Uint8Array {
  const claims = [measurement, Uint8Array.of(debug ? 1 : 0), u32le(securityVersion, "security version")];
  return digestOf(SM3, lengthPrefixed(MONITOR_LABEL, ...claims));
}

/** What SM_SIG signs. */
export const monitorStatement = (smHash: Uint8Array, smPub: Uint8Array): Uint8Array => digestOf(SM3, smHash, smPub);

/**
 * The key page that secure boot leaves for a monitor on the device of a seed.
 * @param seed u64
 * @param form in which the device signs: the one in which the monitor will
 */
export function simulatedKeyPage(seed: bigint, monitor: MonitorIdentity, form: SigningForm): KeyPage {
  const device = simulatedDevice(seed);
  const sm = keyPair(deriveMonitorKeys(simulatedDeviceRoot(seed), monitor).report);
  const smHash = monitorHash(monitor);
  return {
    manufacturerPub: simulatedManufacturer().public,
    devicePub: device.public,
    deviceSecret: device.secret,
    smPub: sm.public,
    smSecret: sm.secret,
    smHash,
    smSig: signHash(form, device, monitorStatement(smHash, sm.public)),
  };
}

const endorsedHash = (devicePub: Uint8Array): Uint8Array => digestOf(SM3, lengthPrefixed(DEVICE_LABEL, devicePub));

/** 256 uniform bits as a private key of 1 to n - 2; the bias of the remainder is below 2^-30. */
const keyPair = (bits: Uint8Array): Sm2KeyPair => keyPairOf(bytesOfScalar((scalarOfBytes(bits) % (ORDER - 2n)) + 1n));
