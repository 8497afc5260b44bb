/**
 * A machine, a monitor and two scripted parties: the operating system and the enclave that has the hart. Carries out one
 * action at a time. Komodo reference §4.1 (havoc enclaves), §4.3.
 *
 * Before each of its calls a party's registers are filled from its own stream, so whatever the monitor lets through from
 * one party to another is there to be seen. No instruction executes: an ecall is its trap, an access is asked of the
 * machine, and a trap that medeleg delegates goes to S-mode without the monitor.
 */
import { ECALL_FROM_S, ECALL_FROM_U, M_TIMER } from "../../assembly/cause.ts";
import { FCSR, MEDELEG, SCAUSE, SEPC, SSCRATCH, STVAL, STVEC } from "../../assembly/csr.gen.ts";
import { S_MODE, U_MODE } from "../../core/platform.ts";
import { PAGE_SIZE, type Pa, pageNoOf, paOfPage, va } from "../../core/units.ts";
import type { RegisterWrite } from "../../monitor/kernel/hart.ts";
import { PUBLIC } from "../../monitor/kernel/page-owner.ts";
import { PersonalMonitor } from "../../monitor/kernel/personal-monitor.ts";
import { ownerIn, type Personality } from "../../monitor/kernel/personality.ts";
import type { World } from "../../monitor/monitor.ts";
import type { Observed } from "../observation.ts";
import { type Action, CAUSES } from "./action.ts";
import type { CallRule, NiModel } from "./model.ts";
import type { NiMachine } from "./pure-machine.ts";
import type { Principal, Secrets } from "./secrets.ts";

/** How an action came out: `MAP_SECURE ok`, `MAP_SECURE PAGE_FREE`, `enclave load trapped`. */
export type Outcome = string;
export type Seen = readonly (readonly [name: string, value: Observed])[];

const NOTHING: Seen = [];
const WORD = 8;
const FLAGS = 0xffn;
/** CSRs of S-mode that the operating system keeps values of its own in. */
const OS_CSRS = [SSCRATCH, SEPC, SCAUSE, STVAL] as const;
const INTERRUPT = 1n << 63n;

/** A model with a personality that it describes, made once for many worlds. */
export interface Subject<S> {
  readonly model: NiModel<S>;
  readonly personality: Personality<S>;
}

export class ModelWorld<S> {
  readonly model: NiModel<S>;
  readonly machine: NiMachine;
  monitor: PersonalMonitor<S>;
  secrets: Secrets;
  /** How the last action came out; undefined if whoever should act does not have the hart. */
  outcome: Outcome | undefined;
  /** A trap of the enclave went to S-mode without the monitor: the operating system has its registers. */
  isHijacked = false;
  #step: number;
  #refusal: string | undefined;
  readonly #personality: Personality<S>;
  readonly #rules: ReadonlyMap<string, CallRule<S>>;

  /** @param step actions before this moment; streams are named by it */
  constructor(subject: Subject<S>, machine: NiMachine, state: S, secrets: Secrets, step = 0) {
    this.model = subject.model;
    this.#personality = subject.personality;
    this.machine = machine;
    this.secrets = secrets;
    this.#step = step;
    this.#rules = rulesOf(subject.model);
    this.monitor = this.#monitorIn(state);
  }

  get step(): number {
    return this.#step;
  }

  #monitorIn(initial: S): PersonalMonitor<S> {
    return new PersonalMonitor(
      this.machine,
      { ...this.#personality, initial },
      {
        observe: ({ denial }) => {
          this.#refusal = denial?.guard;
        },
      },
    );
  }

  get state(): S {
    return this.monitor.state;
  }

  get world(): World {
    return this.monitor.personality.worldOf(this.state, 0);
  }

  /** @returns what whoever acted sees of it */
  act(action: Action): Seen {
    this.#step++;
    this.outcome = undefined;
    if (action.do === "secrets") {
      this.#plant();
      return NOTHING;
    }
    const { kind } = this.world;
    if (this.isHijacked || (action.by === "os") !== (kind === "host")) return NOTHING;
    if (action.by === "os") return this.#osActs(action);
    return this.#enclaveActs(action, this.model.running(this.state) ?? "nobody");
  }

  // --- operating system ---

  #osActs(action: Extract<Action, { by: "os" }>): Seen {
    const { machine } = this;
    machine.privilege = S_MODE;
    if (action.do === "load") {
      const loaded = machine.loadAs(S_MODE, va(action.at), WORD);
      if (loaded.ok) return this.#came("load ok", [["loaded", loaded.bytes]]);
      return this.#osTraps("load trapped", loaded.cause, loaded.tval);
    }
    if (action.do === "store") {
      const stored = machine.storeAs(S_MODE, va(action.at), wordBytes(action.value));
      return stored.ok ? this.#came("store ok") : this.#osTraps("store trapped", stored.cause, stored.tval);
    }
    const rule = this.#rules.get(action.name)!;
    const args = action.args.slice(0, rule.args.length);
    rule.stage?.(args, { write: (at, bytes) => this.#osWrites(at, bytes) });
    this.#fill("os");
    for (const csr of OS_CSRS) machine.writeCsr(csr, this.#next());
    return this.#calls(rule, rule.registers(args), ECALL_FROM_S);
  }

  #osTraps(outcome: Outcome, cause: bigint, tval: bigint): Seen {
    const { machine } = this;
    const seen: Seen = [
      ["trap cause", cause],
      ["trap address", tval],
    ];
    if ((machine.readCsr(MEDELEG) >> cause) & 1n) return this.#came(outcome, seen);
    this.monitor.handleTrap({ cause, epc: machine.pc, tval });
    return this.#came(outcome, seen);
  }

  /** Page by page, as far as the operating system may. */
  #osWrites(at: Pa, bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const length = Math.min(PAGE_SIZE - ((at + from) % PAGE_SIZE), bytes.length - from);
      this.machine.storeAs(S_MODE, va(BigInt(at + from)), bytes.subarray(from, from + length));
      from += length;
    }
  }

  // --- the enclave that runs ---

  #enclaveActs(action: Extract<Action, { by: "enclave" }>, self: Principal): Seen {
    const { machine } = this;
    const { privilege } = machine;
    switch (action.do) {
      case "load": {
        const loaded = machine.loadAs(privilege, va(action.at), WORD);
        if (loaded.ok) return this.#came("enclave load ok", [["loaded", loaded.bytes]]);
        return this.#enclaveTraps("enclave load trapped", loaded.cause, loaded.tval);
      }
      case "store": {
        const stored = this.#enclaveStores(action.at, action.value, self);
        return stored.ok
          ? this.#came("enclave store ok")
          : this.#enclaveTraps("enclave store trapped", stored.cause, stored.tval);
      }
      case "trap":
        this.#fill(self);
        return this.#enclaveTraps("enclave trap", this.#causeOf(action.cause), this.#next());
      case "interrupt":
        this.#fill(self);
        return this.#enclaveTraps("interrupt", INTERRUPT | BigInt(M_TIMER), 0n);
      case "call": {
        const rule = this.#rules.get(`enclave ${action.name}`)!;
        const args = action.args.slice(0, rule.args.length).map((arg) => (arg === "private" ? undefined : arg));
        rule.stage?.(
          args.map((arg) => arg ?? 0n),
          {
            write: (at, bytes) => void machine.storeAs(privilege, va(BigInt(at)), bytes),
          },
        );
        this.#fill(self);
        return this.#calls(rule, rule.registers(args), privilege === U_MODE ? ECALL_FROM_U : ECALL_FROM_S);
      }
    }
  }

  #causeOf(cause: number | "private"): bigint {
    return BigInt(cause === "private" ? CAUSES[Number(this.#next() % BigInt(CAUSES.length))]! : cause);
  }

  /** A private word, unless the page is the operating system's, too. */
  #enclaveStores(at: bigint, value: bigint, self: Principal) {
    const { machine, monitor } = this;
    const target = machine.physical(machine.privilege, va(at));
    const isShared =
      target === undefined || ownerIn(monitor.personality.ownership(this.state), pageNoOf(target)) === PUBLIC;
    const word = isShared ? value : this.#stream(self, "stored word")();
    return machine.storeAs(machine.privilege, va(at), wordBytes(word));
  }

  #enclaveTraps(outcome: Outcome, cause: bigint, tval: bigint): Seen {
    const { machine } = this;
    if (cause < INTERRUPT && (machine.readCsr(MEDELEG) >> cause) & 1n && machine.privilege === U_MODE) {
      machine.writeCsr(SCAUSE, cause);
      machine.writeCsr(SEPC, machine.pc);
      machine.writeCsr(STVAL, tval);
      machine.pc = machine.readCsr(STVEC);
      machine.privilege = S_MODE;
      this.isHijacked = true;
      return this.#came(`${outcome} to the operating system`);
    }
    this.monitor.handleTrap({ cause, epc: machine.pc, tval });
    return this.#came(outcome);
  }

  // --- both ---

  #calls(rule: CallRule<S>, writes: readonly RegisterWrite[], cause: number): Seen {
    const { machine, monitor, model } = this;
    for (const [register, value] of writes) machine.x[register] = BigInt.asUintN(64, value);
    this.#refusal = undefined;
    monitor.handleTrap({ cause: BigInt(cause), epc: machine.pc, tval: 0n });
    const name = rule.by === "os" ? rule.name : `enclave ${rule.name}`;
    return this.#came(`${name} ${this.#refusal ?? "ok"}`, [["result", model.result(machine.x)]]);
  }

  #came(outcome: Outcome, seen: Seen = NOTHING): Seen {
    this.outcome = outcome;
    return seen;
  }

  #stream(owner: Principal, kind: string): () => bigint {
    return this.secrets.stream(
      owner,
      kind,
      `of ${owner === "os" ? "the OS" : `enclave ${owner}`} at step ${this.#step}`,
    );
  }

  #next: () => bigint = () => 0n;

  /** x1 to x31, f0 to f31, fcsr and a pc: whatever the party was doing. */
  #fill(owner: Principal): void {
    const { machine } = this;
    const next = this.#stream(owner, "registers");
    for (let i = 1; i < 32; i++) machine.x[i] = next();
    for (let i = 0; i < 32; i++) machine.f[i] = next();
    machine.writeCsr(FCSR, next() & FLAGS);
    if (owner !== "os") machine.pc = next() & ~3n & 0xffff_ffffn;
    // An enclave in S-mode has the CSRs of S-mode for itself.
    if (owner !== "os" && machine.privilege === S_MODE) for (const csr of OS_CSRS) machine.writeCsr(csr, next());
    this.#next = next;
  }

  /** Komodo reference §4.3, `vary`. */
  #plant(): void {
    const { machine, model, secrets } = this;
    let state = this.state;
    for (const place of model.secrets(state, machine)) {
      if ("page" in place) {
        const what = `0x${paOfPage(place.page).toString(16)}`;
        if (!secrets.disturbs(place.of, place.kind, what)) continue;
        const bytes = machine.readBytes(paOfPage(place.page), PAGE_SIZE);
        secrets.disturb(place.kind, what, bytes);
        machine.writeBytes(paOfPage(place.page), bytes);
      } else state = place.plant(state, secrets.stream(place.of, place.kind, place.what));
    }
    this.monitor = this.#monitorIn(state);
  }
}

const wordBytes = (value: bigint): Uint8Array => new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, value)).buffer);

const rules = new WeakMap<object, ReadonlyMap<string, unknown>>();

/** By name; an enclave's with "enclave " before it. */
function rulesOf<S>(model: NiModel<S>): ReadonlyMap<string, CallRule<S>> {
  let found = rules.get(model) as ReadonlyMap<string, CallRule<S>> | undefined;
  if (found === undefined) {
    found = new Map(model.calls.map((rule) => [rule.by === "os" ? rule.name : `enclave ${rule.name}`, rule]));
    rules.set(model, found);
  }
  return found;
}
