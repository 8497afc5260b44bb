/**
 * What somebody types, or pipes into the command, on its way into the UART of a bare-metal program. A file is there from the
 * first instruction on, so a run with `< file` repeats itself exactly; a pipe and a terminal deliver when they like.
 *
 * Input is waited for only when the machine can do nothing without it: nothing may be listening, and nobody may be writing.
 */
import { fstatSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Machine } from "../../core/machine.ts";
import { TerminalKeys } from "./terminal-keys.ts";

const STDIN = 0;
/** Milliseconds that a pipe is given to hand over what its writer wrote before we began. */
const PATIENCE = 50;

export class ConsoleInput {
  /** Somebody sits there: time should pass as it does for them. */
  readonly isTerminal: boolean;
  #pending: Uint8Array;
  /** More may come. */
  #isOpen: boolean;
  #onChange: () => void = () => {};
  readonly #stop: () => void;

  private constructor(kind: Kind, initial: Uint8Array, stop: (input: ConsoleInput) => void = () => {}) {
    this.isTerminal = kind === "terminal";
    this.#isOpen = kind === "terminal" || kind === "pipe";
    this.#pending = initial;
    this.#stop = () => stop(this);
  }

  /** Standard input, whatever it is. */
  static async open(): Promise<ConsoleInput> {
    const kind = stdinKind();
    if (kind === "none") return new ConsoleInput(kind, new Uint8Array());
    if (kind === "file") return new ConsoleInput(kind, readFileSync(STDIN));
    const keys = kind === "terminal" ? new TerminalKeys() : undefined;
    const onData = (bytes: Uint8Array): void => input.#take(bytes, keys);
    const onEnd = (): void => input.#end();
    const input = new ConsoleInput(kind, new Uint8Array(), () => {
      if (keys) process.stdin.setRawMode(false);
      process.stdin.off("data", onData).off("end", onEnd);
      process.stdin.destroy();
    });
    if (keys) process.stdin.setRawMode(true);
    process.stdin.on("data", onData).on("end", onEnd).on("error", onEnd);
    if (kind === "pipe") await firstSign(process.stdin);
    return input;
  }

  /** Types what has come and fits into the UART. */
  feed(machine: Machine): void {
    if (this.#pending.length > 0) this.#pending = this.#pending.subarray(machine.type(this.#pending));
  }

  /** Something waits to be typed. */
  get hasTyped(): boolean {
    return this.#pending.length > 0;
  }

  /** Nothing waits to be typed now, and something may still come. */
  get isAwaited(): boolean {
    return this.#isOpen && !this.hasTyped;
  }

  /** Lets at most so many milliseconds pass until something has come or ended. */
  async wait(milliseconds: number): Promise<void> {
    const stopWaiting = new AbortController();
    this.#onChange = () => stopWaiting.abort();
    // an abort is what is hoped for
    if (!this.hasTyped) await delay(milliseconds, undefined, { signal: stopWaiting.signal }).catch(() => {});
    this.#onChange = () => {};
  }

  /** Listens no longer; a listener would keep the process alive. */
  close(): void {
    this.#stop();
  }

  #take(bytes: Uint8Array, keys: TerminalKeys | undefined): void {
    const { typed, isInterrupt } = keys?.sift(bytes) ?? { typed: bytes, isInterrupt: false };
    this.#pending = Buffer.concat([this.#pending, typed]);
    // in raw mode the terminal sends no signal
    if (isInterrupt) process.kill(process.pid, "SIGINT");
    this.#onChange();
  }

  #end(): void {
    this.#isOpen = false;
    this.#onChange();
  }
}

type Kind = "terminal" | "pipe" | "file" | "none";

/** "none": closed, or a device that nobody types on, such as /dev/null. */
function stdinKind(): Kind {
  if (process.stdin.isTTY) return "terminal";
  try {
    const stat = fstatSync(STDIN);
    if (stat.isFile()) return "file";
    return stat.isFIFO() || stat.isSocket() ? "pipe" : "none";
  } catch {
    return "none";
  }
}

/** Data, the end, or the end of our patience. */
function firstSign(stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE);
    const isHere = (): void => {
      clearTimeout(timer);
      resolve();
    };
    stream.once("data", isHere);
    stream.once("end", isHere);
  });
}
