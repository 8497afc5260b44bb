/**
 * The object that holds a personality's state and answers traps with it: the whole of a monitor but for what it decides.
 *
 *     ecall -> Stop -> shell reads the hart -> personality.step -> foresight -> effects -> resume
 */
import { M_SOFTWARE } from "../../assembly/cause.ts";
import { checkChoice } from "../../core/argument.ts";
import { IntegrityError, type Trap } from "../../core/platform.ts";
import { type Pa, type PageNo, pageNoOf } from "../../core/units.ts";
import type { Monitor, World } from "../monitor.ts";
import type { MemoryView } from "./draft.ts";
import type { Explanation } from "./explanation.ts";
import { unbackedPage, unverifiedPage } from "./foresight.ts";
import type { GptPlatform } from "./gpt-port.ts";
import type { Denial } from "./guard.ts";
import { MachineHalted, withoutMercy } from "./halt.ts";
import type { Outcome } from "./outcome.ts";
import { describePage, hex, type Owner, PUBLIC } from "./page-owner.ts";
import { ownerIn, type Personality } from "./personality.ts";
import { carryOut, readEntry } from "./shell.ts";
import type { PageRange } from "./span.ts";
import type { TrapEntry } from "./trap-entry.ts";

/** What every personality can be asked for. What is absent has the default that it names. */
export interface MonitorOptions {
  /** Memory that does not verify ends whoever relies on it (`kill`, default), or the machine for good (`halt`). */
  readonly onIntegrityFault?: "kill" | "halt";
  /** Sees every call and every refusal. */
  readonly observe?: (record: CallRecord) => void;
  /** Hears of pages that change their owner, when a call has been carried out: the memory encryption engine wants to know. */
  readonly onOwner?: (pages: PageRange, owner: Owner) => void;
}

/** What happened in one trap. */
export interface CallRecord {
  /** mhartid. */
  readonly hartId: number;
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

export class PersonalMonitor<S> implements Monitor {
  readonly personality: Personality<S>;
  readonly #platform: GptPlatform;
  readonly #memory: MemoryView;
  readonly #haltsOnFault: boolean;
  readonly #observe: (record: CallRecord) => void;
  readonly #onOwner: (pages: PageRange, owner: Owner) => void;
  #halted: MachineHalted | undefined;
  #state: S;
  #lastDenial: Denial | undefined;

  /** @param platform the machine, in monitor mode. @throws TypeError for an option that is none */
  constructor(platform: GptPlatform, personality: Personality<S>, options: MonitorOptions = {}) {
    const { observe = () => {}, onOwner = () => {}, onIntegrityFault = "kill" } = options;
    checkChoice("onIntegrityFault", onIntegrityFault, ["kill", "halt"]);
    this.personality = personality;
    this.#platform = platform;
    this.#haltsOnFault = onIntegrityFault === "halt";
    this.#memory = this.#haltsOnFault ? withoutMercy(platform) : platform;
    this.#observe = observe;
    this.#onOwner = onOwner;
    this.#state = personality.initial;
  }

  get name(): string {
    return this.personality.name;
  }

  /** Everything the monitor knows. */
  get state(): S {
    return this.#state;
  }

  /** Why a call was last refused or an enclave destroyed. */
  get lastDenial(): Denial | undefined {
    return this.#lastDenial;
  }

  /** Every hart enters the host world: where it then executes is the host's business. */
  boot(): void {
    const platform = this.#platform;
    const { effects, hart } = this.personality.boot(this.#state);
    const bootHart = (): void => {
      const entry = readEntry(platform, { cause: 0n, epc: platform.pc, tval: 0n });
      carryOut(platform, entry, { state: this.#state, effects, next: { kind: "load", hart: hart(entry.hart) } });
    };
    for (const each of platform.harts) each.select(bootHart);
  }

  /**
   * Other harts that the call interrupts are the monitor's before it returns, each with its own registers.
   * @throws MachineHalted for ever after memory failed verification, if that was asked for
   */
  handleTrap(trap: Trap): World {
    const { effects } = this.#answer(trap);
    const { hartId, harts } = this.#platform;
    for (const effect of effects)
      if (effect.kind === "interrupt") harts[effect.hartId]!.select(() => this.#answer(this.#softwareInterrupt()));
    return this.worldOf(hartId);
  }

  /** Whose code a hart executes. */
  worldOf(hartId: number): World {
    return this.personality.worldOf(this.#state, hartId);
  }

  #softwareInterrupt(): Trap {
    return { cause: (1n << 63n) | BigInt(M_SOFTWARE), epc: this.#platform.pc, tval: 0n };
  }

  #answer(trap: Trap): Outcome<S> {
    if (this.#halted) throw this.#halted;
    const { personality } = this;
    const before = this.#state;
    const entry = readEntry(this.#platform, trap);
    const { hartId } = entry;
    const caller = personality.worldOf(before, hartId);
    const name = personality.callName?.(before, entry);
    const decided = this.#step(entry);
    if (this.#haltsOnFault && decided.denial?.guard === "INTEGRITY") this.#halt(decided.denial);
    const outcome = carryOut(this.#platform, entry, decided);
    this.#state = outcome.state;
    this.#announceOwners(before);
    this.#lastDenial = outcome.denial ?? this.#lastDenial;
    const next = personality.worldOf(this.#state, hartId);
    const args = [...entry.hart.x.subarray(10, 16)];
    const { value, denial } = outcome;
    this.#observe({ hartId, caller, name, args, cause: trap.cause, value, denial, next });
    return outcome;
  }

  /** Why an address can or cannot be accessed. */
  explain(address: Pa): Explanation {
    return this.personality.explain?.(this.#state, address) ?? this.#ownerOnly(address);
  }

  #ownerOnly(address: Pa): Explanation {
    const page = pageNoOf(address);
    const owner = this.owner(address);
    const text = `${hex(address)} (${describePage(page)}) belongs to ${owner}.`;
    return { pa: address, page, owner, hostMayMap: this.ownerOf(page) === PUBLIC, isShared: false, text };
  }

  /** Who owns the page of an address; undefined outside RAM. */
  ownerOf(page: PageNo): Owner | undefined {
    return ownerIn(this.personality.ownership(this.#state), page);
  }

  /** Who owns the page of an address, in words. */
  owner(address: Pa): string {
    return this.personality.describeOwner(this.ownerOf(pageNoOf(address)));
  }

  /** What violates an invariant of the personality now: its name and the clause. */
  violation(): string | undefined {
    for (const invariant of this.personality.invariants) {
      const found = invariant.violation(this.#state, this.#memory);
      if (found !== undefined) return `${invariant.name}: ${found}`;
    }
    return undefined;
  }

  /** In the order of addresses; a call that is refused changes no owner. */
  #announceOwners(before: S): void {
    const { first, owners } = this.personality.ownership(this.#state);
    const earlier = this.personality.ownership(before).owners;
    if (owners === earlier) return;
    for (const { from, to, value } of owners.changesSince(earlier))
      this.#onOwner({ from: (first + from) as PageNo, to: (first + to) as PageNo }, value);
  }

  /** The specification's answer, if the machine can carry it out. */
  #step(entry: TrapEntry): Outcome<S> {
    const platform = this.#platform;
    try {
      const outcome = this.personality.step(this.#state, entry, this.#memory);
      const unverified = unverifiedPage(platform, outcome, this.#ownerAfter(outcome));
      if (unverified !== undefined) return this.#integrityFailure(entry, unverified);
      const unbacked = unbackedPage(platform, outcome);
      return unbacked === undefined ? outcome : this.#hostMemoryUsedUp(entry, unbacked);
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
      return this.#integrityFailure(entry, error.page);
    }
  }

  #ownerAfter({ state }: Outcome<S>): (page: PageNo) => Owner | undefined {
    return (page) => ownerIn(this.personality.ownership(state), page);
  }

  #integrityFailure(entry: TrapEntry, page: PageNo): Outcome<S> {
    const { personality } = this;
    if (personality.integrityFailure) return personality.integrityFailure(this.#state, entry, this.#platform, page);
    const owner = personality.describeOwner(this.ownerOf(page));
    return this.#halt({ found: "the monitor met memory that does not verify", page, owner });
  }

  #hostMemoryUsedUp(entry: TrapEntry, page: PageNo): Outcome<S> {
    const { personality } = this;
    if (personality.hostMemoryUsedUp) return personality.hostMemoryUsedUp(this.#state, entry, this.#platform, page);
    throw new Error(`the simulator has no host memory for ${describePage(page)}`);
  }

  /** Before anything is carried out: whoever looks finds machine and monitor as the fault left them. */
  #halt(denial: Pick<Denial, "found" | "page" | "owner">): never {
    if ("guard" in denial) this.#lastDenial = denial as Denial;
    this.#halted = new MachineHalted(denial);
    throw this.#halted;
  }
}
