/**
 * What somebody types, or pipes into the command, on its way into the UART of a bare-metal program. A file is there from the first
 * instruction on, so a run with `< file` repeats itself exactly; a pipe and a terminal deliver when they like.
 *
 * The command never waits for input to end: nothing may be listening, and nobody may be writing.
 */
import { fstatSync, readFileSync } from "node:fs";
import type { Machine } from "../../core/machine.ts";

const STDIN = 0;
/** Milliseconds that a pipe is given to hand over what its writer wrote before we began. */
const PATIENCE = 50;

export class ConsoleInput {
  #pending: Uint8Array = new Uint8Array();
  readonly #stop: () => void;

  private constructor(initial: Uint8Array, stop: (input: ConsoleInput) => void = () => {}) {
    this.#pending = initial;
    this.#stop = () => stop(this);
  }

  /** Standard input, whatever it is. */
  static async open(): Promise<ConsoleInput> {
    const kind = stdinKind();
    if (kind === "none") return new ConsoleInput(new Uint8Array());
    if (kind === "file") return new ConsoleInput(readFileSync(STDIN));
    const onData = (bytes: Buffer): void => input.#append(bytes);
    const input = new ConsoleInput(new Uint8Array(), () => {
      process.stdin.off("data", onData);
      process.stdin.destroy();
    });
    process.stdin.on("data", onData);
    process.stdin.on("error", () => {});
    if (kind === "pipe") await firstSign(process.stdin);
    return input;
  }

  /** Types what has come and fits into the UART. */
  feed(machine: Machine): void {
    if (this.#pending.length > 0) this.#pending = this.#pending.subarray(machine.type(this.#pending));
  }

  /** Listens no longer; a listener would keep the process alive. */
  close(): void {
    this.#stop();
  }

  #append(bytes: Uint8Array): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
  }
}

/** "none": closed, or a device that nobody types on, such as /dev/null. */
function stdinKind(): "terminal" | "pipe" | "file" | "none" {
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
