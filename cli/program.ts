/** The program that a command works on: an ELF file that the user names, or the sample that comes with atoll. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type ElfImage, parseElf } from "../core/elf.ts";
import { UserError } from "../core/user-error.ts";
import { PACKAGE_ROOT } from "./package-root.ts";

export interface Program {
  /** How the user calls it. */
  readonly path: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly elf: ElfImage;
}

/** Reads what the user names, or the sample. @throws UserError */
export function readProgram(path: string | undefined, sample = "hello"): Program {
  if (path === undefined) return readPrebuilt(sample);
  return programOf(path, readUserFile(path, "name a riscv64 ELF executable, or none for the sample"));
}

/** A program of guest/prebuilt. */
export function readPrebuilt(name: string): Program {
  const url = new URL(`guest/prebuilt/${name}.elf`, PACKAGE_ROOT);
  return programOf(`${name}.elf`, readFileSync(url));
}

const programOf = (path: string, bytes: Uint8Array): Program => ({
  path,
  name: basename(path),
  bytes,
  elf: parseElf(bytes, path),
});

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "this is a directory",
  EACCES: "permission denied",
  ENOTDIR: "there is no such file",
};

/** @param mend what the user can do instead. @throws UserError if the file cannot be read */
export function readUserFile(path: string, mend: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new UserError(`${path}: ${REASONS[code] ?? message}`, mend);
  }
}
