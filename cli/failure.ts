/**
 * What a command that failed tells, and its exit code.
 *
 *     2    the user's mistake               one line what, one line how to mend it
 *     1    an enclave that was destroyed, a refused call, evidence that is refused, measurements that differ
 *     70   our own mistake (EX_SOFTWARE)    one line, and where the stack was written
 *     124  fuel used up (as timeout)        130  Ctrl-C             141  nobody reads stdout any more (SIGPIPE)
 */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../core/user-error.ts";
import { Interrupted } from "./interruption.ts";
import { atollVersion } from "./package-root.ts";
import { BrokenPipe, say, styled } from "./terminal.ts";

export const EXIT_REFUSED = 1;
const EXIT_BUG = 70;
const EXIT_SIGPIPE = 141;

/** What no check beforehand can rule out. */
const FULL: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the device",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be too large",
};

/** The two lines that every failure has: what is wrong, and how to mend it (or what was kept). */
export function tellFailure(what: string, mend: string, label = " mend:"): void {
  say(`${styled("red", "atoll:")} ${oneLine(what)}`);
  say(`${styled("green", label)} ${oneLine(mend)}`);
}

/**
 * Tells what went wrong.
 * @param words the command line, for the report of a bug
 * @returns the exit code
 */
export function reportFailure(error: unknown, words: readonly string[]): number {
  if (error instanceof BrokenPipe) return EXIT_SIGPIPE;
  if (error instanceof Interrupted) {
    tellFailure(error.message, error.kept, " kept:");
    return error.exitCode;
  }
  if (error instanceof UserError) {
    tellFailure(error.message, error.mend);
    return error.exitCode;
  }
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code in FULL) {
    tellFailure(`cannot write: ${FULL[code]}`, "make room and run it again: nothing was left behind");
    return EXIT_REFUSED;
  }
  const what = error instanceof Error ? error.message : String(error);
  tellFailure(`this is a bug of atoll: ${what}`, `report it with ${writeBugReport(error, words)}`);
  return EXIT_BUG;
}

/** A run is its command line: seed, memory and every other choice stand in it or are the defaults of this version. */
function writeBugReport(error: unknown, words: readonly string[]): string {
  const { version, platform, arch } = process;
  const report = [
    `atoll ${atollVersion()}, Node ${version}, ${platform} ${arch}`,
    `command line: ${JSON.stringify(words)}`,
    `seed: ${seedIn(words)}`,
    error instanceof Error ? error.stack : String(error),
  ].join("\n");
  const file = join(tmpdir(), `atoll-bug-${process.pid}.txt`);
  try {
    writeFileSync(file, `${report}\n`);
    return file;
  } catch {
    say(report);
    return "the lines above";
  }
}

function seedIn(words: readonly string[]): string {
  const at = words.findIndex((word) => word === "--seed" || word.startsWith("--seed="));
  return at === -1 ? "0" : (words[at]?.split("=")[1] ?? words[at + 1] ?? "none");
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, " ");
