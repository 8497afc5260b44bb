/**
 * A hostile operating system that adapts: its next action is a function of what it has observed and of a stream of choices.
 * It chooses the call first and then the arguments, and mostly a call that is possible now: uniform random calls found a
 * planted leak in none of 100,000 runs, state-directed ones in 187 (Komodo reference §0.11, §4.6).
 *
 *     trace := create step{…} destroy* probe
 *     step  := possible now 65 | one thing wrong 12 | memory 12 | mapping 6 | any call at all 5
 */
import type { Answer, OsAction, Place } from "./action.ts";
import { type Belief, Beliefs } from "./beliefs.ts";
import type { Choices } from "./choices.ts";
import type { Strategy } from "./two-trace.ts";

export interface AdaptiveOsOptions {
  /** Names of the programs of the scene. */
  readonly programs: readonly string[];
  /** Actions before the OS cleans up and probes. Default 24. */
  readonly steps?: number;
}

const DEFAULT_STEPS = 24;
const MAX_ENCLAVES = 3;
const MAX_NAMES = 7;
/** From "before its first instruction" over single steps to "as long as it likes". */
const SLICES = [0, 1, 3, 10, 100, 1000, 10_000, 100_000, 100_000];
/** Functions of the host extension, known and unknown (Penglai reference §6.2). */
const FUNCTIONS = [101, 99, 98, 97, 96, 95, 94, 93, 92, 91, 87, 86, 85, 84, 81, 80, 79, 78, 0, 255];
const NUMBERS = [0n, 1n, 2n, 3n, 4n, 8n, 0x1000n, 1n << 31n, 1n << 63n, (1n << 64n) - 1n];
const PLACES = ["ram", "scratch", "window", "monitor", "pt_area", "mbitmap"] as const;
const LENT = ["region", "region", "region", "kbuffer", "shm"] as const;
/** Larger than every place: offsets are taken modulo its length. */
const MAX_OFFSET = 2 ** 28;

/** @returns a strategy for one trace */
export function adaptiveOs(options: AdaptiveOsOptions, choices: Choices): Strategy<OsAction> {
  const os = new AdaptiveOs(options.programs, choices);
  const steps = options.steps ?? DEFAULT_STEPS;
  let hasProbed = false;
  return (past) => {
    const last = past.at(-1);
    if (last) os.beliefs.learn(last.action, last.observation);
    if (past.length < steps) return os.step();
    if (hasProbed) return undefined;
    const enclave = past.length < steps + MAX_NAMES ? os.beliefs.alive[0]?.name : undefined;
    if (enclave !== undefined) return { do: "destroy", enclave };
    hasProbed = true;
    return { do: "probe" };
  };
}

class AdaptiveOs {
  readonly beliefs = new Beliefs();
  readonly #programs: readonly string[];
  readonly #choices: Choices;

  constructor(programs: readonly string[], choices: Choices) {
    this.#programs = programs;
    this.#choices = choices;
  }

  step(): OsAction {
    if (this.beliefs.count === 0) return this.#create("create");
    const kind = this.#choices.weighted([
      [65, "possible"],
      [12, "wrong"],
      [12, "memory"],
      [6, "mapping"],
      [5, "any"],
    ]);
    if (kind === "possible") return this.#possible();
    if (kind === "wrong") return this.#wrong();
    if (kind === "memory") return this.#memory();
    return kind === "mapping" ? this.#mapping() : this.#any();
  }

  /** A call that the monitor should carry out. */
  #possible(): OsAction {
    const { beliefs } = this;
    const calls: (readonly [number, () => OsAction])[] = [];
    const offer = (weight: number, subjects: readonly Belief[], call: (name: string) => OsAction): void => {
      if (subjects.length > 0) calls.push([weight, () => call(this.#choices.of(subjects).name)]);
    };
    const alive = beliefs.in("prepared", "fresh", "runnable", "ocalling", "stopped");
    if (alive.length < MAX_ENCLAVES && beliefs.count < MAX_NAMES) {
      calls.push([4, () => this.#create("create")]);
      if (beliefs.shadows.length === 0) calls.push([2, () => this.#create("create-shadow")]);
      offer(3, beliefs.shadows, (shadow) => ({ do: "fork", as: this.#newName(), shadow }));
    }
    offer(12, beliefs.in("fresh", "prepared"), (enclave) => ({ do: "run", enclave, ticks: this.#slice() }));
    offer(12, beliefs.in("runnable"), (enclave) => ({ do: "resume", enclave, from: "timer", ticks: this.#slice() }));
    offer(16, beliefs.in("ocalling"), (enclave) => ({ do: "answer", enclave, how: "honest", ticks: this.#slice() }));
    offer(2, beliefs.in("runnable"), (enclave) => ({ do: "stop", enclave }));
    offer(4, beliefs.in("stopped"), (enclave) => ({ do: "resume", enclave, from: "stop", ticks: 0 }));
    offer(2, beliefs.in("fresh", "stopped"), (enclave) => this.#attest(enclave));
    offer(2, alive, (enclave) => ({ do: "destroy", enclave }));
    return calls.length > 0 ? this.#choices.weighted(calls)() : { do: "probe" };
  }

  /** A call that one thing is wrong with: the state, the id or the answer. */
  #wrong(): OsAction {
    const enclave = this.#name();
    const ticks = this.#slice();
    const how: Answer = this.#choices.of<Answer>(["nothing", "too-little", "wrong-id", { foreign: this.#foreign() }]);
    const wanting = this.beliefs.in("ocalling").find(({ wantsMemory }) => wantsMemory);
    return this.#choices.of<OsAction>([
      { do: "answer", enclave: wanting?.name ?? enclave, how, ticks },
      { do: "run", enclave, ticks },
      { do: "resume", enclave, from: "timer", ticks },
      { do: "resume", enclave, from: "stop", ticks: 0 },
      { do: "stop", enclave },
      { do: "attest", enclave, nonce: 1n },
    ]);
  }

  #memory(): OsAction {
    const value = this.#choices.of([...NUMBERS, ...this.beliefs.values.slice(-4)]);
    const at = this.#choices.of([this.#foreign(), this.#place()]);
    // The kernel's own pages are left alone: a kernel that loses itself attacks nobody.
    if (at.in === "ram" || at.in === "pt_area") return { do: "load", at };
    return this.#choices.of<OsAction>([
      { do: "load", at },
      { do: "store", at, value },
    ]);
  }

  #mapping(): OsAction {
    const target = this.#choices.of([this.#foreign(), this.#foreign(), this.#place()]);
    return this.#choices.of<OsAction>([
      { do: "map-window", target: this.beliefs.windowIsOpen ? this.#place() : target, by: "SET_PTE" },
      { do: "map-window", target, by: "SET_PTE" },
      { do: "map-window", target, by: "store" },
      { do: "forge-satp", target },
    ]);
  }

  /** Arguments never name memory that the kernel itself lives on. */
  #any(): OsAction {
    const args = Array.from({ length: 5 }, () =>
      this.#choices.of<bigint | Place>([
        this.#choices.of(NUMBERS),
        { in: this.#choices.of(["scratch", "monitor", "pt_area", "mbitmap"] as const), offset: this.#offset() },
        { in: "region", of: this.#name(), offset: this.#offset() },
      ]),
    );
    return { do: "call", fid: this.#choices.of(FUNCTIONS), args };
  }

  #create(how: "create" | "create-shadow"): OsAction {
    return { do: how, as: this.#newName(), program: this.#choices.of(this.#programs) };
  }

  #attest(enclave: string): OsAction {
    return { do: "attest", enclave, nonce: this.#choices.of(NUMBERS) };
  }

  #newName(): string {
    return `e${this.beliefs.count}`;
  }

  /** A name that was given. */
  #name(): string {
    return `e${this.#choices.below(Math.max(1, this.beliefs.count))}`;
  }

  #slice(): number {
    return this.#choices.of(SLICES);
  }

  #foreign(): Place {
    return { in: this.#choices.of(LENT), of: this.#name(), offset: this.#offset() };
  }

  #place(): Place {
    return { in: this.#choices.of(PLACES), offset: this.#offset() };
  }

  #offset(): number {
    return this.#choices.below(MAX_OFFSET);
  }
}
