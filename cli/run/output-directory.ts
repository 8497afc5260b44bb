/**
 * A directory that appears complete or not at all: files go to a temporary name beside it, and the last step renames it.
 *
 * What is there already is only replaced on request, and only if it is empty or an earlier output of atoll (it holds a
 * run.json), so that a slip of the pen cannot delete anybody's files.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../../core/user-error.ts";
import { attemptToWrite } from "../writing.ts";

/** The file by which an output directory is known. */
export const MANIFEST = "run.json";

export class OutputDirectory {
  readonly path: string;
  readonly #temporary: string;
  readonly #discard = (): void => this.discard();

  /**
   * @param force replace an earlier output
   * @throws UserError if the directory exists or cannot be made
   */
  constructor(path: string, force: boolean) {
    this.path = resolve(path);
    checkReplaceable(path, this.path, force);
    this.#temporary = join(dirname(this.path), `.${basename(this.path)}.${process.pid}.tmp`);
    attemptToWrite(`--out ${path}`, "directory", () => mkdirSync(this.#temporary));
    process.once("exit", this.#discard);
  }

  write(file: string, contents: string | Uint8Array): void {
    writeFileSync(join(this.#temporary, file), contents);
  }

  /** Gives the directory its name. */
  commit(): void {
    const earlier = `${this.#temporary}.old`;
    const isReplacing = existsSync(this.path);
    if (isReplacing) renameSync(this.path, earlier);
    renameSync(this.#temporary, this.path);
    if (isReplacing) rmSync(earlier, { recursive: true });
    process.off("exit", this.#discard);
  }

  /** Leaves nothing behind. */
  discard(): void {
    rmSync(this.#temporary, { recursive: true, force: true });
    process.off("exit", this.#discard);
  }
}

function checkReplaceable(written: string, path: string, force: boolean): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory())
    throw new UserError(`--out ${written} is a file`, "name a directory that does not exist yet");
  const files = attemptToWrite(`--out ${written}`, "directory", () => readdirSync(path));
  if (!force && files.length > 0)
    throw new UserError(`--out ${written} exists already`, "name another directory, or replace it: --force");
  if (files.length > 0 && !files.includes(MANIFEST))
    throw new UserError(
      `--out ${written} holds files that are not atoll's (no ${MANIFEST})`,
      "name another directory: only an earlier output is replaced",
    );
}
