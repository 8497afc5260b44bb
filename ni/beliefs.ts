/**
 * What the hostile OS believes about its enclaves, from what it did and saw and nothing else. The strategy chooses by it
 * which calls are possible now; a wrong belief costs a refused call.
 */
import type { OsAction } from "./action.ts";
import type { Observation } from "./observation.ts";

/** `prepared`: a fork that RUN_SHADOW has not created yet. */
export type BelievedState = "prepared" | "fresh" | "runnable" | "ocalling" | "stopped" | "gone";

export interface Belief {
  readonly name: string;
  readonly kind: "enclave" | "shadow";
  state: BelievedState;
  /** It asked for memory and waits. */
  wantsMemory: boolean;
}

export class Beliefs {
  readonly #all: Belief[] = [];
  /** The window shows something. */
  windowIsOpen = false;
  /** Values of registers and loads that the OS has seen; it may try them elsewhere. */
  readonly values: bigint[] = [];

  /** Enclaves and forks in one of these states. */
  in(...states: readonly BelievedState[]): Belief[] {
    return this.#all.filter(({ kind, state }) => kind === "enclave" && states.includes(state));
  }

  get shadows(): Belief[] {
    return this.#all.filter(({ kind, state }) => kind === "shadow" && state !== "gone");
  }

  /** How many names were given. */
  get count(): number {
    return this.#all.length;
  }

  /** Everything that can be destroyed, forks before the shadows that they need. */
  get alive(): Belief[] {
    return [...this.in("prepared", "fresh", "runnable", "ocalling", "stopped"), ...this.shadows];
  }

  learn(action: OsAction, seen: Observation): void {
    const result = seen.get("result");
    const succeeded = typeof result === "bigint" && result >= 0n;
    const register = seen.get("register x10");
    if (typeof register === "bigint") this.values.push(register);
    switch (action.do) {
      case "create":
      case "create-shadow":
        if (succeeded) this.#add(action.as, action.do === "create" ? "enclave" : "shadow", "fresh");
        break;
      case "fork":
        if (succeeded) this.#add(action.as, "enclave", "prepared");
        break;
      case "run":
      case "answer":
        this.#left(action.enclave, seen);
        break;
      case "resume":
        if (action.from === "timer") this.#left(action.enclave, seen);
        else if (succeeded) this.#set(action.enclave, "runnable");
        break;
      case "stop":
        if (succeeded) this.#set(action.enclave, "stopped");
        break;
      case "destroy":
        if (succeeded) this.#set(action.enclave, "gone");
        break;
      case "map-window":
        if (succeeded) this.windowIsOpen = true;
        break;
    }
  }

  #left(name: string, seen: Observation): void {
    const exit = seen.get("exit");
    if (exit === undefined) return;
    this.#set(name, exit === "exited" ? "gone" : exit === "ocall" ? "ocalling" : "runnable");
    const grown = seen.get("ocall arg1");
    const belief = this.#all.find((known) => known.name === name);
    if (belief) belief.wantsMemory = typeof grown === "bigint" && grown > 0n && seen.get("ocall arg0") === 0n;
  }

  #add(name: string, kind: Belief["kind"], state: BelievedState): void {
    this.#all.push({ name, kind, state, wantsMemory: false });
  }

  #set(name: string, state: BelievedState): void {
    const belief = this.#all.find((known) => known.name === name);
    if (belief) belief.state = state;
  }
}
