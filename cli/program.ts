/** The program that a command works on: an ELF file that the user names, or the sample that comes with atoll. */
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { readFirmware } from "../core/boot-image.ts";
import { type ElfImage, parseElf } from "../core/elf.ts";
import { DEFAULT_RAM_BASE } from "../core/units.ts";
import { UserError } from "../core/user-error.ts";
import { choose } from "./command-line.ts";
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

/** Firmware: an ELF file that may relocate itself, or a `.bin` for the beginning of RAM. @throws UserError */
export function readFirmwareProgram(path: string): Program {
  const bytes = readUserFile(path, "name a bare-metal riscv64 ELF executable, or a .bin for the beginning of RAM");
  return { path, name: basename(path), bytes, elf: readFirmware(bytes, path, DEFAULT_RAM_BASE) };
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

/** Virtual addresses [start, stop). */
export interface Extent {
  readonly start: bigint;
  readonly stop: bigint;
}

export const LAST_ADDRESS = (1n << 64n) - 1n;
/** A list of all symbols of a large program would not be one line. */
const SHOWN_SYMBOLS = 40;

/** From a symbol to the next one. @throws UserError if there is none of that name */
export function symbolExtent({ path, elf: { symbols } }: Program, symbol: string): Extent {
  const start = symbols.get(symbol);
  if (start === undefined)
    throw new UserError(
      `${path} has no symbol "${symbol}"`,
      choose(symbol, [...symbols.keys()].slice(0, SHOWN_SYMBOLS)),
    );
  const behind = [...symbols.values()].filter((value) => value > start).sort((a, b) => (a < b ? -1 : 1));
  return { start, stop: behind[0] ?? LAST_ADDRESS };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "this is a directory",
  EACCES: "permission denied",
  ENOTDIR: "there is no such file",
};

/** @param mend what the user can do instead. @throws UserError if the file cannot be read */
export const readUserFile = (path: string, mend: string): Buffer => attemptToRead(path, mend, () => readFileSync(path));

/** For a file that is too large to be read at once. @throws UserError as `readUserFile` */
export function checkReadable(path: string, mend: string): void {
  attemptToRead(path, mend, () => {
    if (statSync(path).isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    accessSync(path, constants.R_OK);
  });
}

function attemptToRead<T>(path: string, mend: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new UserError(`${path}: ${REASONS[code] ?? message}`, mend);
  }
}
