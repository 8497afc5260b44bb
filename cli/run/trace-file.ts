/** The file of --trace: lines go to a temporary name beside it, and the last step gives it its own. */
import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../../core/user-error.ts";

/** Bytes that are collected before they are written. */
const CHUNK = 1 << 16;

export class TraceFile {
  readonly path: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  readonly #discard = (): void => this.discard();
  #pending = "";
  #isOpen = true;

  /** @throws UserError if there can be no such file */
  constructor(path: string) {
    this.path = resolve(path);
    this.#temporary = join(dirname(this.path), `.${basename(this.path)}.${process.pid}.tmp`);
    if (existsSync(path) && statSync(path).isDirectory())
      throw new UserError(`--trace ${path} is a directory`, "name a file");
    try {
      this.#descriptor = openSync(this.#temporary, "wx");
    } catch (error) {
      throw new UserError(
        `--trace ${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`,
        "name a file in a directory that exists and that you may write to",
      );
    }
    process.once("exit", this.#discard);
  }

  /** @param line without its end */
  write(line: string): void {
    this.#pending += `${line}\n`;
    if (this.#pending.length >= CHUNK) this.#flush();
  }

  /** Gives the file its name; what it held before is replaced. */
  commit(): void {
    this.#flush();
    this.#close();
    renameSync(this.#temporary, this.path);
  }

  /** Leaves nothing behind, unless it was committed. */
  discard(): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    writeFileSync(this.#descriptor, this.#pending);
    this.#pending = "";
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
    process.off("exit", this.#discard);
  }
}
