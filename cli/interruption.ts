/**
 * Ctrl-C. A guest runs in slices; between two of them the event loop turns once in a while, and that is when a signal is
 * seen. The command then ends as `Interrupted`, so everything that is left half done is tidied up on the way out. A
 * second Ctrl-C ends the process at once.
 */
import { setImmediate } from "node:timers/promises";

/** SIGINT: 128 + 2. */
const EXIT_INTERRUPTED = 130;
/** SIGTERM: 128 + 15. */
const EXIT_TERMINATED = 143;
/** Milliseconds between two looks. */
const PATIENCE = 50;

/** The user, or the system, wants the command to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly kept: string;
  readonly exitCode: number;

  /**
   * @param kept one line: what the command has left behind
   * @param by one line: what has happened
   */
  constructor(exitCode: number, kept: string, by = exitCode === EXIT_INTERRUPTED ? "interrupted" : "terminated") {
    super(by);
    this.kept = kept;
    this.exitCode = exitCode;
  }
}

export class Interruption {
  #exitCode: number | undefined;
  #looked = performance.now();

  constructor() {
    process.on("SIGINT", this.#onInterrupt);
    process.on("SIGTERM", this.#onTerminate);
  }

  /** Whether a signal has come; lets one in if none was looked for in the last moments. */
  async isRequested(): Promise<boolean> {
    if (performance.now() - this.#looked >= PATIENCE) {
      await setImmediate();
      this.#looked = performance.now();
    }
    return this.#exitCode !== undefined;
  }

  /** @param kept one line: what the command has left behind */
  error(kept: string): Interrupted {
    return new Interrupted(this.#exitCode ?? EXIT_INTERRUPTED, kept);
  }

  /** Signals end the process again. */
  close(): void {
    process.off("SIGINT", this.#onInterrupt);
    process.off("SIGTERM", this.#onTerminate);
  }

  readonly #onInterrupt = (): void => this.#request(EXIT_INTERRUPTED);
  readonly #onTerminate = (): void => this.#request(EXIT_TERMINATED);

  #request(exitCode: number): void {
    if (this.#exitCode !== undefined) process.exit(exitCode);
    this.#exitCode = exitCode;
  }
}
