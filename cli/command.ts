/**
 * What a subcommand is. Each lives in one file that imports little: what does the work is loaded when it runs, so that
 * `atoll --help` and a misspelt option cost nothing.
 */
import type { CommandLine } from "./command-line.ts";

export interface Option {
  /** What stands for its value in the help: "SIZE"; a flag has none. */
  readonly value?: string;
  /** Its value where it is given without one; a value is then written with "=" only. */
  readonly implied?: string;
  /** One letter. */
  readonly alias?: string;
  /** It may be given several times. */
  readonly isList?: boolean;
  /** Heading in the help; "Options" if absent. */
  readonly group?: string;
  readonly describe: string;
}

type Options = Readonly<Record<string, Option>>;

export interface Command {
  /** As typed: "run", "attest verify". */
  readonly name: string;
  /** What follows the name: "[app.elf] [options] [-- args...]". */
  readonly usage: string;
  /** What it does, in a few lines. */
  readonly summary: string;
  /** How many arguments without a dash it takes. */
  readonly operands: { readonly min: number; readonly max: number };
  readonly options: Options;
  /** Command lines without "atoll", each with what it does. */
  readonly examples: readonly (readonly [commandLine: string, effect: string])[];
  /** What stands below the options: exit codes, files. */
  readonly notes?: string;
  /**
   * @returns the exit code
   * @throws UserError for a mistake of the user's
   */
  run(line: CommandLine): Promise<number>;
}

/** The option of every command that has a result to print. */
export const JSON_OPTION = {
  json: { group: "Output", describe: "print the result as JSON, and nothing else" },
} as const;
