/** Simulated Komodo machines for attacks on protocols: a boot key that attests, and a log of what was really said. */
import { simulatedDevice } from "../../attest/device-chain.ts";
import { digestOf, SHA256 } from "../../attest/hash.ts";
import { deriveMonitorKeys, type MonitorIdentity, simulatedDeviceRoot } from "../../attest/keys.ts";
import { isSameKomodoMac, komodoMac, komodoStatement } from "../../attest/komodo-mac.ts";
import { certifyQuoting } from "../../attest/quote.ts";
import type { QuotingEnclave } from "../../attest/quoting.ts";
import { bytesOfWords, wordsOfBytes } from "../../attest/words.ts";

export const named = (name: string): Uint8Array => digestOf(SHA256, new TextEncoder().encode(name));

export const MONITOR: MonitorIdentity = { measurement: named("monitor"), debug: false, securityVersion: 2 };
export const QUOTING = named("quoting enclave");

export class SimulatedMachine {
  readonly device;
  readonly bootSeed: Uint8Array;
  readonly monitor: MonitorIdentity;
  /** Everything that an enclave had attested: the ghost log of ATT-1. */
  readonly said: { readonly data: Uint8Array; readonly measurement: Uint8Array }[] = [];
  readonly #key: Uint32Array;
  readonly #seed: bigint;

  constructor(seed: bigint, monitor: MonitorIdentity = MONITOR, boot = 0) {
    this.#seed = seed;
    this.monitor = monitor;
    this.device = simulatedDevice(seed);
    this.bootSeed = named(`boot ${boot} of ${seed}`);
    const keys = deriveMonitorKeys(simulatedDeviceRoot(seed), monitor);
    this.#key = wordsOfBytes(digestOf(SHA256, keys.attest, this.bootSeed));
  }

  /** Attest, called by the enclave of that measurement. */
  attest(measurement: Uint8Array, data: Uint8Array): Uint8Array {
    this.said.push({ data, measurement });
    return bytesOfWords(this.#mac(data, measurement));
  }

  /** Verify, which any enclave may call. */
  readonly verify = (data: Uint8Array, measurement: Uint8Array, mac: Uint8Array): boolean =>
    mac.length === 32 && isSameKomodoMac(this.#mac(data, measurement), wordsOfBytes(mac));

  /** A quoting enclave of that measurement on this machine, certified by its device. */
  quoting(measurement = QUOTING, name = "quoting key"): QuotingEnclave {
    const key = simulatedDevice(BigInt.asUintN(32, this.#seed * 1000n + BigInt(name.length)));
    const certificate = certifyQuoting(this.device, { quotingPub: key.public, measurement, monitor: this.monitor });
    return { key, certificate, bootSeed: this.bootSeed, verify: this.verify };
  }

  #mac(data: Uint8Array, measurement: Uint8Array): Uint32Array {
    return komodoMac(this.#key, komodoStatement(wordsOfBytes(data), wordsOfBytes(measurement)));
  }
}
