/**
 * The personality `penglai-pmp`: Penglai's monitor for machines whose only isolation is PMP: up to 13 regions of secure memory
 * with a buddy allocator each. Penglai reference §2.3, §6, §7, to the register; its published defects (§10) are mended, each
 * where the file that does it says so.
 */
import type { MonitorIdentity } from "../attest/keys.ts";
import { checkChoice } from "../core/argument.ts";
import type { Platform } from "../core/platform.ts";
import { PAGE_SIZE, type PageNo, pageNoOf } from "../core/units.ts";
import { bootHost } from "./kernel/host-boot.ts";
import { type MonitorOptions, PersonalMonitor } from "./kernel/personal-monitor.ts";
import type { MachineFacts, Personality } from "./kernel/personality.ts";
import { type Attestation, type SimulatedAttestation, simulatedAttestation } from "./penglai-pmp/attestation.ts";
import { DEFECTS, type DefectId } from "./penglai-pmp/defects.ts";
import { explain } from "./penglai-pmp/explain.ts";
import { hostMemoryUsedUp, integrityFailure } from "./penglai-pmp/integrity.ts";
import { INVARIANTS } from "./penglai-pmp/invariants.ts";
import { describeOwner } from "./penglai-pmp/owner.ts";
import { pmpPlan } from "./penglai-pmp/pmp-plan.ts";
import { initialState, type MonitorConfig, type MonitorState, runningOn } from "./penglai-pmp/state.ts";
import { callName, step, withPmpOf } from "./penglai-pmp/step.ts";

/** PMP0: `_fw_start` to `_fw_end`, rounded to a power of two. */
const MONITOR_BYTE_LEN = 2 * 1024 * 1024;
const BOOT_HART = 0;

/** The monitor at reset. What is absent has the default that it names. */
export interface PenglaiPmpOptions extends MonitorOptions {
  /** Ids of mistakes to make (penglai-pmp/defects.ts); none by default. */
  readonly defects?: readonly DefectId[];
  /** u64: the same seed is the same device, with the same keys. Default 0. */
  readonly seed?: bigint;
  /** Instead of the simulated device. */
  readonly attestation?: Attestation;
}

/** The personality `penglai-pmp`, with what only the owner of a simulation may look at. @spec Penglai reference §6 */
export interface PenglaiPmp extends PersonalMonitor<MonitorState> {
  /** The simulated device, unless the options brought another Attestation. */
  readonly device: SimulatedAttestation | undefined;
}

/**
 * @param platform the machine, in monitor mode
 * @throws RangeError if RAM is smaller than the monitor or not whole pages; TypeError for an option that is none
 */
export function createPenglaiPmp(platform: Platform, options: PenglaiPmpOptions = {}): PenglaiPmp {
  return new PenglaiPmpMonitor(platform, options);
}

/** Reference value for verifiers: this monitor without a mistake. The same on every device. */
export const trustedPmpIdentity = (): MonitorIdentity => simulatedAttestation(new Set(), 0n).identity;

class PenglaiPmpMonitor extends PersonalMonitor<MonitorState> implements PenglaiPmp {
  readonly device: SimulatedAttestation | undefined;

  constructor(platform: Platform, options: PenglaiPmpOptions) {
    const { seed = 0n, defects = [] } = options;
    for (const id of defects) checkChoice("defects", id, Object.keys(DEFECTS));
    const switched = new Set(defects);
    const device = options.attestation ? undefined : simulatedAttestation(switched, seed);
    const attestation = options.attestation ?? device!;
    super(platform, penglaiPmp({ ...placesOf(platform), attestation, defects: switched }), options);
    this.device = device;
  }
}

const penglaiPmp = (config: MonitorConfig): Personality<MonitorState> => ({
  name: "penglai-pmp",
  initial: initialState(config),
  boot: (state) => bootHost(pmpPlan(state, BOOT_HART)),
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
  integrityFailure: (state, entry, memory, page) =>
    withPmpOf(state, entry, integrityFailure(state, entry, memory, page)),
  hostMemoryUsedUp: (state, entry, memory, page) =>
    withPmpOf(state, entry, hostMemoryUsedUp(state, entry, memory, page)),
});

function placesOf({ ramBase, ramSize }: MachineFacts): Pick<MonitorConfig, "ram" | "monitor"> {
  if (ramSize <= MONITOR_BYTE_LEN || ramSize % PAGE_SIZE !== 0 || ramBase % MONITOR_BYTE_LEN !== 0)
    throw new RangeError(
      `RAM of ${ramSize} bytes at ${ramBase}: more than 2 MiB of whole pages, 2 MiB aligned, are needed`,
    );
  const from = pageNoOf(ramBase);
  return {
    ram: { from, to: (from + ramSize / PAGE_SIZE) as PageNo },
    monitor: { pa: ramBase, byteLen: MONITOR_BYTE_LEN },
  };
}
