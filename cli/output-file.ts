/**
 * A file that appears complete or not at all: what is written goes to a temporary name beside it, and the last step gives
 * it its own. A link goes on pointing where it did. What is no file but a way out (/dev/stdout, a pipe, a terminal) must
 * not be replaced by one: it takes what is written as it comes.
 */
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../core/user-error.ts";
import { writeAll } from "./terminal.ts";
import { attemptToWrite } from "./writing.ts";

/** Characters that are collected before they are written. */
const CHUNK = 1 << 16;

export class OutputFile {
  readonly #path: string;
  /** Where it is written until it is complete; absent for a way out. */
  readonly #temporary: string | undefined;
  readonly #descriptor: number;
  readonly #discard = (): void => this.discard();
  #pending = "";
  #isOpen = true;

  /**
   * @param path as the user writes it
   * @param option the option that names it
   * @throws UserError if there can be no such file
   */
  constructor(path: string, option: string) {
    const what = `${option} ${path}`;
    this.#path = attemptToWrite(what, "file", () => goalOf(path));
    const stat = statSync(this.#path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) throw new UserError(`${what} is a directory`, "name a file");
    const isWayOut = (stat !== undefined && !stat.isFile()) || resolve(path).startsWith("/dev/");
    this.#temporary = isWayOut ? undefined : join(dirname(this.#path), `.${basename(this.#path)}.${process.pid}.tmp`);
    this.#descriptor = attemptToWrite(what, "file", () =>
      this.#temporary === undefined ? openSync(this.#path, "a") : openSync(this.#temporary, "wx"),
    );
    process.once("exit", this.#discard);
  }

  write(contents: string | Uint8Array): void {
    if (typeof contents === "string") {
      this.#pending += contents;
      if (this.#pending.length >= CHUNK) this.#flush();
      return;
    }
    this.#flush();
    writeAll(this.#descriptor, contents);
  }

  /** Gives the file its name; what it held before is replaced. */
  commit(): void {
    this.#flush();
    this.#close();
    if (this.#temporary !== undefined) renameSync(this.#temporary, this.#path);
  }

  /** Leaves nothing behind, unless it was committed. */
  discard(): void {
    this.#close();
    if (this.#temporary !== undefined) rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    writeAll(this.#descriptor, Buffer.from(this.#pending));
    this.#pending = "";
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
    process.off("exit", this.#discard);
  }
}

/** Where a link leads; the path itself if nothing is there yet. */
function goalOf(path: string): string {
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
  return isThere && !resolve(path).startsWith("/dev/") ? realpathSync(path) : resolve(path);
}
