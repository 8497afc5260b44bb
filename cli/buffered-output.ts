/** Standard output for who writes many short lines: they are collected, as each write is a system call. */
import { printBytes } from "./terminal.ts";

/** Characters that are collected before they are written. */
const CHUNK = 1 << 16;

export class BufferedOutput {
  #pending = "";

  /** @throws BrokenPipe */
  write(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= CHUNK) this.commit();
  }

  /** Writes what is left. @throws BrokenPipe */
  commit(): void {
    const bytes = Buffer.from(this.#pending);
    this.#pending = "";
    printBytes(bytes);
  }

  /** What was written cannot be taken back; what was not is forgotten. */
  discard(): void {
    this.#pending = "";
  }
}
