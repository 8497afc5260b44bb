/**
 * Where signed reports come from: a personality on a machine, as the examples need it, whichever it is. Each report is
 * that of a machine which has just started.
 */
import { simulatedKeyPage } from "../../attest/device-chain.ts";
import { makeEvidence } from "../../attest/evidence.ts";
import { deriveMonitorKeys, type MonitorIdentity, simulatedDeviceRoot } from "../../attest/keys.ts";
import type { SigningForm } from "../../attest/penglai-signing.ts";
import { encodeReport, reportOf } from "../../attest/report.ts";
import { boundMeasurement, signedReport } from "../../attest/signed-report.ts";
import { CONSTANT_NONCE, timerNonce } from "../../attest/sm2-nonce.ts";
import { UserError } from "../../core/user-error.ts";
import type { Result } from "../../host/enclave.ts";
import { measurePmp } from "../../host/penglai-pmp/pmp-measurement.ts";
import { PmpSystem, type PmpSystemOptions } from "../../host/penglai-pmp/pmp-system.ts";
import { System, type SystemOptions } from "../../host/system.ts";
import { trustedPmpIdentity } from "../../monitor/penglai-pmp.ts";
import type { ReportForm } from "../../monitor/penglai-tvm/attestation.ts";
import { trustedIdentity } from "../../monitor/penglai-tvm.ts";
import { EXIT_REFUSED } from "../failure.ts";
import type { MonitorChoice } from "../machine-options.ts";
import { measureProgram } from "../measure/offline.ts";
import type { Program } from "../program.ts";

/** Enough for one enclave. */
const MEMORY = 64 * 2 ** 20;

/** What is different about the machine that reports. */
export interface Change {
  readonly seed?: bigint;
  /** The monitor lacks a defence. */
  readonly isWeakened?: true;
  readonly isDebugging?: true;
  /** The monitor signs with nonces that can be guessed (B22). */
  readonly hasKnownNonce?: true;
  readonly form?: ReportForm;
}

export interface SignedSource {
  readonly form: SigningForm;
  /** Of the monitor as it should be. */
  readonly identity: MonitorIdentity;
  /** What the attacker of `hasKnownNonce` tries. */
  nonces(): Iterable<bigint>;
  /** Computed offline. @returns 32 bytes */
  measure(program: Program): Uint8Array;
  /** @returns the 328 bytes. @throws UserError for a program that the monitor refuses */
  report(program: Program, nonce: bigint, change?: Change): Promise<Uint8Array>;
}

export const tvmSource = ({ seed, gpt }: MonitorChoice, form: SigningForm): SignedSource => ({
  form,
  identity: trustedIdentity(gpt),
  nonces: () => [CONSTANT_NONCE],
  measure: (program) => measureProgram(program, "enclave", "atoll").digest,
  report: async (program, nonce, change = {}) => {
    const options: SystemOptions = {
      seed: change.seed ?? seed,
      gpt,
      reportForm: change.form ?? form,
      ...(change.isWeakened && { without: ["ownership-check"] }),
      ...(change.isDebugging && { debug: true }),
      ...(change.hasKnownNonce && { defects: ["B22"] }),
    };
    const { host } = await System.create({ memory: MEMORY, ...options });
    return granted(program, granted(program, host.createEnclave(program.elf)).attest(nonce));
  },
});

/** This personality signs in one form; what a debugging one or one of another form would send is made from its keys. */
export function pmpSource({ seed }: MonitorChoice): SignedSource {
  const identity = trustedPmpIdentity();
  const measure = (program: Program): Uint8Array => measurePmp(program.elf);
  const signedBy = (program: Program, nonce: bigint, monitor: MonitorIdentity, form: SigningForm): Uint8Array =>
    signedReport(simulatedKeyPage(seed, monitor, form), form, boundMeasurement(measure(program), nonce), nonce);
  const underMac = (program: Program, nonce: bigint): Uint8Array => {
    const { attest } = deriveMonitorKeys(simulatedDeviceRoot(seed), identity);
    const data = new Uint8Array(new BigUint64Array([nonce]).buffer);
    return encodeReport(reportOf(makeEvidence(attest, "hmac-sha256", identity, measure(program), data)));
  };
  return {
    form: "pmp",
    identity,
    // The monitor signs within the first ticks after its start.
    nonces: function* () {
      for (let timer = 0; timer < 2 ** 32; timer++) yield timerNonce(timer, 0);
    },
    measure,
    report: async (program, nonce, change = {}) => {
      if (change.form === "mac") return underMac(program, nonce);
      if (change.form !== undefined) return signedBy(program, nonce, identity, change.form);
      if (change.isDebugging) return signedBy(program, nonce, { ...identity, debug: true }, "pmp");
      const options: PmpSystemOptions = {
        seed: change.seed ?? seed,
        ...(change.isWeakened && { defects: ["B8"] }),
        ...(change.hasKnownNonce && { defects: ["B22"] }),
      };
      const system = await PmpSystem.create({ memory: MEMORY, ...options });
      return granted(program, granted(program, system.createEnclave(program.elf)).attest(nonce));
    },
  };
}

function granted<T>({ path }: Program, result: Result<T>): T {
  if (result.ok) return result.value;
  const { call, explanation } = result.refusal;
  throw new UserError(`${path}: the monitor refused ${call}: ${explanation}`, "name another program", EXIT_REFUSED);
}
