/**
 * The personality `penglai-tvm`: Penglai's monitor with page-granular memory, software Guarded Page Table and
 * `mstatus.TVM`. Penglai reference §2.2, §4 to §7, to the register; its published defects (§10) are mended, each where
 * the file that does it says so.
 */
import type { MonitorIdentity } from "../attest/keys.ts";
import { checkChoice } from "../core/argument.ts";
import type { Platform } from "../core/platform.ts";
import { PAGE_SIZE, type PageNo, pageNoOf } from "../core/units.ts";
import type { DefectSet } from "./kernel/defect.ts";
import type { GptPlatform } from "./kernel/gpt-port.ts";
import { type MonitorOptions, PersonalMonitor } from "./kernel/personal-monitor.ts";
import type { MachineFacts, Personality } from "./kernel/personality.ts";
import {
  type Attestation,
  MEASUREMENT_NAMES,
  type MeasurementName,
  REPORT_FORMS,
  type ReportForm,
  type SimulatedAttestation,
  simulatedAttestation,
} from "./penglai-tvm/attestation.ts";
import { boot } from "./penglai-tvm/boot.ts";
import { TVM_DEFECTS, type TvmDefect } from "./penglai-tvm/defects.ts";
import { ALL_DEFENCES, type Defences } from "./penglai-tvm/defences.ts";
import { explain } from "./penglai-tvm/explain.ts";
import { hostMemoryUsedUp } from "./penglai-tvm/host-memory.ts";
import { integrityFailure } from "./penglai-tvm/integrity.ts";
import { INVARIANTS } from "./penglai-tvm/invariants.ts";
import { describeOwner, MONITOR } from "./penglai-tvm/owner.ts";
import { type GptMode, initialState, type MonitorConfig, type MonitorState, runningOn } from "./penglai-tvm/state.ts";
import { callName, step } from "./penglai-tvm/step.ts";

/** PMP0: "monitor 0x8000_0000 + 2 MB". */
const MONITOR_BYTE_LEN = 2 * 1024 * 1024;

/** The monitor at reset. What is absent has the default that it names. */
export interface PenglaiTvmOptions extends MonitorOptions {
  /** Defences to switch off. */
  readonly defences?: Partial<Defences>;
  /** Mistakes to switch on, none by default: the bug zoo. */
  readonly defects?: readonly TvmDefect[];
  /** Where tables of the host are checked: by the monitor (default) or also by the walker. */
  readonly gpt?: GptMode;
  /** What vouches for reports: a MAC (default), or SM2 signatures in one of two forms. */
  readonly reportForm?: ReportForm;
  /** How images are measured: as `atoll measure` does by default (`atoll`), or to the bit as the published monitor. */
  readonly measurement?: MeasurementName;
  /** The monitor is a debugging one: its evidence says so, and its keys are others. Default false. */
  readonly debug?: boolean;
  /** u64: the same seed is the same device, with the same keys and random numbers. */
  readonly seed?: bigint;
  /** Instead of the simulated device. */
  readonly attestation?: Attestation;
}

/** The personality `penglai-tvm`, with what only the owner of a simulation may look at. @spec Penglai reference §6 */
export interface PenglaiTvm extends PersonalMonitor<MonitorState> {
  /** The simulated device, unless the options brought another Attestation. */
  readonly device: SimulatedAttestation | undefined;
}

/**
 * @param platform the machine, in monitor mode
 * @throws RangeError if RAM is smaller than the monitor or not whole pages; TypeError for an option that is none
 */
export function createPenglaiTvm(platform: Platform, options: PenglaiTvmOptions = {}): PenglaiTvm {
  return new PenglaiTvmMonitor(platform, options);
}

/** The name under which the monitor is measured: a mode makes another monitor. */
const nameIn = (gpt: GptMode): string => `penglai-tvm ${gpt}`;

/** Reference value for verifiers: this monitor in a mode, with every defence on. The same on every device. */
export const trustedIdentity = (gpt: GptMode): MonitorIdentity =>
  simulatedAttestation(nameIn(gpt), ALL_DEFENCES, 0n).identity;

class PenglaiTvmMonitor extends PersonalMonitor<MonitorState> implements PenglaiTvm {
  readonly device: SimulatedAttestation | undefined;

  constructor(platform: GptPlatform, options: PenglaiTvmOptions) {
    const {
      gpt = "published",
      seed = 0n,
      defects: ids = [],
      reportForm: form = "mac",
      debug = false,
      measurement = "atoll",
    } = options;
    checkChoice("gpt", gpt, ["published", "paper"]);
    checkChoice("reportForm", form, REPORT_FORMS);
    checkChoice("measurement", measurement, MEASUREMENT_NAMES);
    for (const id of ids) checkChoice("defects", id, Object.keys(TVM_DEFECTS));
    const defects: DefectSet<TvmDefect> = new Set(ids);
    const defences = { ...ALL_DEFENCES, ...options.defences };
    const device = options.attestation
      ? undefined
      : simulatedAttestation(nameIn(gpt), defences, seed, { defects, form, debug, measurement });
    const attestation = options.attestation ?? device!;
    super(platform, penglaiTvm(configOf(platform, { gptMode: gpt, defences, defects, attestation })), options);
    this.device = device;
  }
}

const penglaiTvm = (config: MonitorConfig): Personality<MonitorState> => ({
  name: "penglai-tvm",
  initial: initialState(config, MONITOR),
  boot,
  step,
  callName,
  worldOf: (state, hartId) => {
    const running = runningOn(state, hartId);
    return running === undefined ? { kind: "host" } : { kind: "enclave", eid: running.eid };
  },
  ownership: ({ config: { ram }, owners }) => ({ first: ram.from, owners }),
  describeOwner,
  explain,
  invariants: INVARIANTS,
  integrityFailure,
  hostMemoryUsedUp,
});

function configOf(
  { ramBase, ramSize }: MachineFacts,
  choices: Pick<MonitorConfig, "gptMode" | "defences" | "defects" | "attestation">,
): MonitorConfig {
  if (ramSize <= MONITOR_BYTE_LEN || ramSize % PAGE_SIZE !== 0 || ramBase % MONITOR_BYTE_LEN !== 0)
    throw new RangeError(
      `RAM of ${ramSize} bytes at ${ramBase}: more than 2 MiB of whole pages, 2 MiB aligned, are needed`,
    );
  const from = pageNoOf(ramBase);
  return {
    ram: { from, to: (from + ramSize / PAGE_SIZE) as PageNo },
    monitor: { pa: ramBase, byteLen: MONITOR_BYTE_LEN },
    ...choices,
  };
}
