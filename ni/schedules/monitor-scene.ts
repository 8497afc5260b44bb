/**
 * A monitor on several harts as a scene of explore.ts: each hart has a script of operations, of the host and of the enclave
 * that it runs; after every operation the personality's invariants and a check of the scene's own are asked.
 *
 * A call is atomic, as on the machine. What it interrupts on another hart comes at once, or, with `interrupts: "late"`, as a
 * choice of its own: until then the other hart may make the call that it is about to make.
 * An operation whose side has not the hart (an enclave's, after RUN was refused) is passed over. A call that the hart makes
 * again, as its pc still stands there, stays the hart's next operation.
 */
import { ECALL_FROM_S, ECALL_FROM_U, M_SOFTWARE } from "../../assembly/cause.ts";
import { S_MODE, U_MODE } from "../../core/platform.ts";
import type { Va } from "../../core/units.ts";
import { pageNoOf } from "../../core/units.ts";
import { PUBLIC } from "../../monitor/kernel/page-owner.ts";
import { type Invariant, ownerIn, type Personality } from "../../monitor/kernel/personality.ts";
import { carryOut, readEntry } from "../../monitor/kernel/shell.ts";
import type { Choice, Scene } from "./explore.ts";
import type { PureHarts } from "./pure-harts.ts";

/** One operation of a hart. */
export interface Operation {
  /** For people: "STOP 1". */
  readonly name: string;
  /** Whose code makes it. */
  readonly by: "host" | "enclave";
  /** An ecall with these registers, or a store of the host's own. */
  readonly does: Readonly<Record<number, bigint>> | { readonly storeTo: Va };
}

/** Everything that a schedule changes. */
export interface MonitorWorld<S> {
  readonly state: S;
  readonly machine: PureHarts;
  /** By hart: its next operation. */
  readonly positions: readonly number[];
  /** Harts with an interrupt that has not come yet. */
  readonly interrupted: readonly number[];
  /** What an access met that it must not. */
  readonly broken: string | undefined;
  /** By the last operation; a refused call changes nothing. */
  readonly isChanged: boolean;
}

export interface MonitorSceneOptions<S> {
  readonly personality: Personality<S>;
  /** Where every schedule begins. */
  readonly state: S;
  readonly machine: PureHarts;
  /** By hart. */
  readonly scripts: readonly (readonly Operation[])[];
  /** Default "at once". */
  readonly interrupts?: "at once" | "late";
  /** Asked after each operation that changed the state. Default all of the personality's, some of which read many tables. */
  readonly invariants?: readonly Invariant<S>[];
  /** What must hold besides; `isEnd`: nobody has anything left to do. */
  readonly check?: (state: S, isEnd: boolean) => string | undefined;
}

export function monitorScene<S>(options: MonitorSceneOptions<S>): Scene<MonitorWorld<S>> {
  const { personality, state, machine, scripts, check = () => undefined } = options;
  const { invariants = personality.invariants } = options;
  const ready = ({ positions, interrupted }: MonitorWorld<S>): Choice[] => [
    ...positions.flatMap((position, hart) => (position < scripts[hart]!.length ? [`${hart}`] : [])),
    ...interrupted.map(letterOf),
  ];
  return {
    initial: { state, machine, positions: scripts.map(() => 0), interrupted: [], broken: undefined, isChanged: true },
    ready,
    perform: (world, choice) => {
      const run = new Step(options, world);
      const hart = FIRST_LETTER <= choice ? choice.charCodeAt(0) - FIRST_LETTER.charCodeAt(0) : Number(choice);
      const label = FIRST_LETTER <= choice ? run.interrupt(hart) : run.operation(hart);
      return { world: run.world, label: `hart ${hart}: ${label}` };
    },
    violation: (world) => {
      if (world.broken !== undefined) return world.broken;
      for (const invariant of world.isChanged ? invariants : []) {
        const found = invariant.violation(world.state, world.machine);
        if (found !== undefined) return `${invariant.name}: ${found}`;
      }
      return check(world.state, ready(world).length === 0);
    },
  };
}

const FIRST_LETTER = "a";
const letterOf = (hart: number): Choice => String.fromCharCode(FIRST_LETTER.charCodeAt(0) + hart);

/** One operation on a copy of a world. */
class Step<S> {
  readonly #options: MonitorSceneOptions<S>;
  readonly #machine: PureHarts;
  #world: MonitorWorld<S>;

  constructor(options: MonitorSceneOptions<S>, world: MonitorWorld<S>) {
    this.#options = options;
    this.#machine = world.machine.copy();
    this.#world = { ...world, machine: this.#machine, isChanged: false };
  }

  get world(): MonitorWorld<S> {
    return this.#world;
  }

  interrupt(hart: number): string {
    this.#world = { ...this.#world, interrupted: this.#world.interrupted.filter((other) => other !== hart) };
    this.#on(hart, () => this.#trap((1n << 63n) | BigInt(M_SOFTWARE)));
    return "interrupt";
  }

  operation(hart: number): string {
    const { scripts, personality } = this.#options;
    const { positions } = this.#world;
    const { name, by, does } = scripts[hart]![positions[hart]!]!;
    const isThere = personality.worldOf(this.#world.state, hart).kind === by;
    const isOver = !isThere || this.#on(hart, () => this.#make(by, does));
    if (isOver) this.#world = { ...this.#world, positions: positions.map((at, i) => (i === hart ? at + 1 : at)) };
    if (!isThere) return `${name} (the ${by} has not the hart)`;
    return isOver ? name : `${name} (looks, and comes again)`;
  }

  /** @returns false if the hart makes the operation again */
  #make(by: Operation["by"], does: Operation["does"]): boolean {
    const machine = this.#machine;
    if ("storeTo" in does) {
      this.#store(does.storeTo as Va);
      return true;
    }
    const kept = machine.x.slice();
    for (const [register, value] of Object.entries(does)) machine.x[Number(register)] = BigInt.asUintN(64, value);
    const { pc, hartId } = machine;
    const before = this.#options.personality.worldOf(this.#world.state, hartId).kind;
    machine.privilege = by === "host" ? S_MODE : U_MODE;
    this.#trap(BigInt(by === "host" ? ECALL_FROM_S : ECALL_FROM_U));
    const isAgain = machine.pc === pc && this.#options.personality.worldOf(this.#world.state, hartId).kind === before;
    if (isAgain) machine.x.set(kept);
    return !isAgain;
  }

  /** A store of the host's that goes through meets public memory. */
  #store(address: Va): void {
    const at = this.#machine.translate(S_MODE, address, "write");
    if (at === undefined) return;
    const { personality } = this.#options;
    const owner = ownerIn(personality.ownership(this.#world.state), pageNoOf(at));
    if (owner !== undefined && owner !== PUBLIC)
      this.#world = {
        ...this.#world,
        broken: `the host stores to 0x${at.toString(16)}, which belongs to ${personality.describeOwner(owner)}`,
      };
  }

  /** The monitor answers for the hart that is selected. */
  #trap(cause: bigint): void {
    const machine = this.#machine;
    const { personality, interrupts = "at once" } = this.#options;
    const entry = readEntry(machine, { cause, epc: machine.pc, tval: 0n });
    const { state: before, isChanged } = this.#world;
    const { state, effects } = carryOut(machine, entry, personality.step(before, entry, machine));
    this.#world = { ...this.#world, state, isChanged: isChanged || state !== before || effects.length > 0 };
    for (const effect of effects) {
      if (effect.kind !== "interrupt") continue;
      const { hartId } = effect;
      const { interrupted } = this.#world;
      if (interrupts === "late") this.#world = { ...this.#world, interrupted: [...new Set([...interrupted, hartId])] };
      else this.#on(hartId, () => this.#trap((1n << 63n) | BigInt(M_SOFTWARE)));
    }
  }

  #on<T>(hart: number, body: () => T): T {
    return this.#machine.harts[hart]!.select(body);
  }
}
