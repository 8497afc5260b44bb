/**
 * The personality `penglai-tvm`: Penglai's monitor with page-granular memory, software Guarded Page Table and
 * `mstatus.TVM`. Penglai reference §2.2, §4 to §7, to the register; its published defects (§10) are mended, each where
 * the file that does it says so.
 *
 * The pure specification is in spec/; this is the object that holds its state.
 */
import type { MonitorIdentity } from "../attest/keys.ts";
import { checkChoice } from "../core/argument.ts";
import { IntegrityError, type Platform, type Trap } from "../core/platform.ts";
import { PAGE_SIZE, type Pa, type PageNo, pageNoOf } from "../core/units.ts";
import { type Attestation, type SimulatedAttestation, simulatedAttestation } from "./attestation.ts";
import { boot } from "./boot.ts";
import { type Explanation, explain } from "./explain.ts";
import { unbackedPage, unverifiedPage } from "./foresight.ts";
import type { GptPlatform } from "./gpt-port.ts";
import { MachineHalted, withoutMercy } from "./halt.ts";
import type { Monitor, World } from "./monitor.ts";
import { carryOut, readEntry } from "./shell.ts";
import { ALL_DEFENCES, type Defences } from "./spec/defences.ts";
import type { MemoryView } from "./spec/draft.ts";
import type { Denial } from "./spec/guards.ts";
import { hostMemoryUsedUp } from "./spec/host-memory.ts";
import { integrityFailure } from "./spec/integrity.ts";
import type { Outcome } from "./spec/outcome.ts";
import { describeOwner, MONITOR, type Owner } from "./spec/owner.ts";
import {
  type GptMode,
  initialState,
  type MonitorConfig,
  type MonitorState,
  ownerOf,
  type PageRange,
} from "./spec/state.ts";
import { callName, step, type TrapEntry } from "./spec/step.ts";

/** PMP0: "monitor 0x8000_0000 + 2 MB". */
const MONITOR_BYTE_LEN = 2 * 1024 * 1024;

/** The monitor at reset. What is absent has the default that it names. */
export interface PenglaiTvmOptions {
  /** Defences to switch off. */
  readonly defences?: Partial<Defences>;
  /** Where tables of the host are checked: by the monitor (default) or also by the walker. */
  readonly gpt?: GptMode;
  /** Memory that does not verify ends whoever relies on it (`kill`, default), or the machine for good (`halt`). */
  readonly onIntegrityFault?: "kill" | "halt";
  /** u64: the same seed is the same device, with the same keys and random numbers. */
  readonly seed?: bigint;
  /** Instead of the simulated device. */
  readonly attestation?: Attestation;
  /** Sees every call and every refusal. */
  readonly observe?: (record: CallRecord) => void;
  /** Hears of pages that change their owner, when a call has been carried out: the memory encryption engine wants to know. */
  readonly onOwner?: (pages: PageRange, owner: Owner) => void;
}

/** What happened in one trap. */
export interface CallRecord {
  /** Who had the hart. */
  readonly caller: World;
  /** "CREATE_ENCLAVE", "OCALL", …; undefined for a trap that is no call. */
  readonly name: string | undefined;
  /** a0 to a5 when it trapped. */
  readonly args: readonly bigint[];
  /** As in mcause. */
  readonly cause: bigint;
  /** What the caller, or the host that gets the hart back, reads. */
  readonly value: bigint | undefined;
  readonly denial: Denial | undefined;
  /** Who has the hart now. */
  readonly next: World;
}

/** The personality `penglai-tvm`, with what only the owner of a simulation may look at. @spec Penglai reference §6 */
export interface PenglaiTvm extends Monitor {
  /** Everything the monitor knows. */
  readonly state: MonitorState;
  /** Why a call was last refused or an enclave destroyed. */
  readonly lastDenial: Denial | undefined;
  /** The simulated device, unless the options brought another Attestation. */
  readonly device: SimulatedAttestation | undefined;
  /** Why an address can or cannot be accessed. */
  explain(address: Pa): Explanation;
  /** Who owns the page of an address, in words. */
  owner(address: Pa): string;
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

class PenglaiTvmMonitor implements PenglaiTvm {
  readonly name = "penglai-tvm";
  readonly device: SimulatedAttestation | undefined;
  readonly #platform: GptPlatform;
  readonly #memory: MemoryView;
  readonly #haltsOnFault: boolean;
  readonly #observe: (record: CallRecord) => void;
  readonly #onOwner: (pages: PageRange, owner: Owner) => void;
  #halted: MachineHalted | undefined;
  #state: MonitorState;
  #lastDenial: Denial | undefined;

  constructor(platform: GptPlatform, options: PenglaiTvmOptions) {
    const { gpt = "published", seed = 0n, observe = () => {}, onIntegrityFault = "kill" } = options;
    checkChoice("gpt", gpt, ["published", "paper"]);
    checkChoice("onIntegrityFault", onIntegrityFault, ["kill", "halt"]);
    const defences = { ...ALL_DEFENCES, ...options.defences };
    this.device = options.attestation ? undefined : simulatedAttestation(nameIn(gpt), defences, seed);
    const attestation = options.attestation ?? this.device!;
    this.#platform = platform;
    this.#haltsOnFault = onIntegrityFault === "halt";
    this.#memory = this.#haltsOnFault ? withoutMercy(platform) : platform;
    this.#observe = observe;
    this.#onOwner = options.onOwner ?? (() => {});
    this.#state = initialState(configOf(platform, gpt, defences, attestation), MONITOR);
  }

  get state(): MonitorState {
    return this.#state;
  }

  get lastDenial(): Denial | undefined {
    return this.#lastDenial;
  }

  boot(): void {
    boot(this.#platform, this.#state);
  }

  /** @throws MachineHalted for ever after memory failed verification, if that was asked for */
  handleTrap(trap: Trap): World {
    if (this.#halted) throw this.#halted;
    const caller = worldOf(this.#state);
    const entry = readEntry(this.#platform, trap);
    const name = callName(this.#state, entry);
    const decided = this.#step(entry);
    if (this.#haltsOnFault) this.#haltIfUnverified(decided);
    const outcome = carryOut(this.#platform, entry, decided);
    const before = this.#state;
    this.#state = outcome.state;
    this.#announceOwners(before);
    this.#lastDenial = outcome.denial ?? this.#lastDenial;
    const next = worldOf(this.#state);
    const args = [...entry.hart.x.subarray(10, 16)];
    const { value, denial } = outcome;
    this.#observe({ caller, name, args, cause: trap.cause, value, denial, next });
    return next;
  }

  /** In the order of addresses; a call that is refused changes no owner. */
  #announceOwners(before: MonitorState): void {
    const { owners, config } = this.#state;
    const first = config.ram.from;
    for (const { from, to, value } of owners.changesSince(before.owners))
      this.#onOwner({ from: (first + from) as PageNo, to: (first + to) as PageNo }, value);
  }

  /** The specification's answer, if the machine can carry it out. */
  #step(entry: TrapEntry): Outcome {
    const state = this.#state;
    const platform = this.#platform;
    try {
      const outcome = step(state, entry, this.#memory);
      const unverified = unverifiedPage(platform, outcome);
      if (unverified !== undefined) return integrityFailure(state, entry.hart, platform, unverified);
      const unbacked = unbackedPage(platform, outcome);
      return unbacked === undefined ? outcome : hostMemoryUsedUp(state, entry.hart, platform, unbacked);
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
      return integrityFailure(state, entry.hart, platform, error.page);
    }
  }

  /** Before anything is carried out: whoever looks finds machine and monitor as the fault left them. */
  #haltIfUnverified({ denial }: Outcome): void {
    if (denial?.guard !== "INTEGRITY") return;
    this.#lastDenial = denial;
    this.#halted = new MachineHalted(denial);
    throw this.#halted;
  }

  explain(address: Pa): Explanation {
    return explain(this.#state, address);
  }

  owner(address: Pa): string {
    return describeOwner(ownerOf(this.#state, pageNoOf(address)));
  }
}

function configOf(platform: Platform, gptMode: GptMode, defences: Defences, attestation: Attestation): MonitorConfig {
  const { ramBase, ramSize } = platform;
  if (ramSize <= MONITOR_BYTE_LEN || ramSize % PAGE_SIZE !== 0 || ramBase % MONITOR_BYTE_LEN !== 0)
    throw new RangeError(
      `RAM of ${ramSize} bytes at ${ramBase}: more than 2 MiB of whole pages, 2 MiB aligned, are needed`,
    );
  const from = pageNoOf(ramBase);
  return {
    ram: { from, to: (from + ramSize / PAGE_SIZE) as PageNo },
    monitor: { pa: ramBase, byteLen: MONITOR_BYTE_LEN },
    gptMode,
    defences,
    attestation,
  };
}

const worldOf = (state: MonitorState): World =>
  state.running === undefined ? { kind: "host" } : { kind: "enclave", eid: state.running.eid };
