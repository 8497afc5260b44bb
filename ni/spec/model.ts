/**
 * What two-trace tests need to know of a personality: who may know what, what is given away on purpose, and how to make
 * calls that succeed. A declaration; the tests themselves (pair.ts, local-respect.ts) know no personality.
 * docs/noninterference.md says how to write one; ni/default-model.ts is what a monitor without one gets.
 */
import type { Pa, PageNo, Va } from "../../core/units.ts";
import type { MemoryView } from "../../monitor/kernel/draft.ts";
import type { RegisterWrite } from "../../monitor/kernel/hart.ts";
import type { MachineFacts, Personality } from "../../monitor/kernel/personality.ts";
import type { World } from "../../monitor/monitor.ts";
import type { Choices } from "../choices.ts";
import type { Observed } from "../observation.ts";
import type { Action } from "./action.ts";
import type { NiProperty } from "./property.ts";
import type { NiMachine } from "./pure-machine.ts";
import type { Principal } from "./secrets.ts";

/** A moment, as generators look at it. */
export interface Scene<S> {
  readonly state: S;
  readonly machine: NiMachine;
  /** Whose turn it is. */
  readonly world: World;
  readonly choices: Choices;
}

export interface ArgumentRule<S> {
  readonly name: string;
  /**
   * Of an enclave's call. `private`: the register holds what it holds. `chosen`: equal in both runs, because a program
   * decides it (an address, a kind). A release: the interface hands it to the OS, so it is equal in both runs.
   */
  readonly secrecy?: "private" | "chosen" | { readonly release: string };
  /** Some value that is not out of place. */
  some(scene: Scene<S>): bigint;
}

/**
 * Memory as whoever calls writes it before the call: the operating system by address, an enclave by its own virtual address and
 * within a page. A store that it may not make is not made.
 */
export interface OsHands {
  write(at: Pa, bytes: Uint8Array): void;
}

export interface CallRule<S> {
  readonly by: "os" | "enclave";
  readonly name: string;
  readonly args: readonly ArgumentRule<S>[];
  /** How often it is chosen. Default 4. */
  readonly weight?: number;
  /** Arguments with which the monitor should accept it now; undefined if it cannot be. */
  enabled(scene: Scene<S>): readonly bigint[] | undefined;
  /** Number and arguments in registers; private arguments are not in `args`' place (undefined). */
  registers(args: readonly (bigint | undefined)[]): readonly RegisterWrite[];
  /** Structures in memory that go with it. */
  stage?(args: readonly bigint[], os: OsHands): void;
}

/** A place that holds something private. */
export type SecretPlace<S> =
  | { readonly kind: string; readonly of: Principal; readonly page: PageNo }
  | {
      readonly kind: string;
      readonly of: Principal;
      /** Tells it from others of its kind. */
      readonly what: string;
      /** @param next the words of its secret */
      plant(state: S, next: () => bigint): S;
    };

type Entry = readonly [name: string, value: Observed];

export interface NiModel<S> {
  readonly name: string;
  /** Bytes of RAM of the pure machine. */
  readonly ramSize: number;
  /** Ids of the bug zoo and names of defences that can be off; any are taken if it is absent. */
  readonly defects?: readonly string[];
  /** Those that it says something about; all if absent. */
  readonly properties?: readonly NiProperty[];
  /** @param defects some of `defects` */
  personality(facts: MachineFacts, defects: readonly string[]): Personality<S>;
  /** What the operating system does before enclaves can be made. */
  readonly setup?: readonly Action[];
  /** And what lies in memory then. */
  stageSetup?(machine: NiMachine): void;
  readonly calls: readonly CallRule<S>[];
  /** Result registers, as one value for people. */
  result(x: BigUint64Array): Observed;
  /** Virtual addresses through which the operating system looks besides addresses that equal physical ones. */
  readonly windows?: readonly Va[];
  /** Addresses for loads and stores of the operating system. */
  osAddress(scene: Scene<S>): bigint;
  /** Addresses for loads and stores of the enclave that runs. */
  enclaveAddress(scene: Scene<S>): bigint;
  /** Enclaves about which C-ENC and KINT make a statement now. */
  observers(state: S): readonly number[];
  /** Number of the enclave whose code has the hart, as `observers` counts them; undefined in the host world. */
  running(state: S): number | undefined;
  pagesOf(state: S, enclave: number): Iterable<PageNo>;
  /** Private memory whose contents the policy gives away: page tables, where they lie in pages of enclaves. */
  isPublicPage?(state: S, page: PageNo): boolean;
  /** What the monitor's state tells the operating system; kinds as in `observables.os`. */
  observeOs(state: S): readonly Entry[];
  /** What an enclave knows or owns of it; kinds as in `observables.enclave`. */
  observeEnclave(state: S, enclave: number, memory: MemoryView): readonly Entry[];
  /** Why somebody sees it, by kind: the policy. */
  readonly observables: {
    readonly os: Readonly<Record<string, string>>;
    readonly enclave: Readonly<Record<string, string>>;
  };
  /** What is given away on purpose, and why. */
  readonly releases: Readonly<Record<string, string>>;
  /** Everything that somebody must not see. */
  secrets(state: S, memory: MemoryView): Iterable<SecretPlace<S>>;
  /**
   * LR: may what the operating system (or another enclave) does here change what `observer` sees? Policy exceptions, each
   * with its reason in docs/noninterference.md.
   */
  mayAffect(action: Action, observer: "os" | number, state: S): boolean;
}
