/**
 * The words behind a subcommand, parsed by yargs and strictly checked: an unknown option, one without its value, one
 * given twice and an operand too many are mistakes that are told with the nearest name that exists.
 *
 * Values stay text until a command asks for them as what they should be, so that each message can name the option.
 */
import yargs, { type Argv } from "yargs";
import { nearestName } from "../core/nearest-name.ts";
import { UserError } from "../core/user-error.ts";
import type { Command } from "./command.ts";
import { parseCount, parseSize, parseU64 } from "./quantities.ts";

const PARSER = {
  "populate--": true,
  "camel-case-expansion": false,
  "dot-notation": false,
  "parse-numbers": false,
  "parse-positional-numbers": false,
  "boolean-negation": false,
  "greedy-arrays": false,
  "short-option-groups": false,
} as const;

export class CommandLine {
  /** Arguments without a dash. */
  readonly operands: readonly string[];
  /** What stands behind "--". */
  readonly rest: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
    this.operands = (values._ as unknown[]).map(String);
    this.rest = ((values["--"] ?? []) as unknown[]).map(String);
  }

  has(option: string): boolean {
    return this.#values[option] !== undefined;
  }

  flag(option: string): boolean {
    return this.#values[option] === true;
  }

  text(option: string): string | undefined {
    return this.#values[option] as string | undefined;
  }

  list(option: string): readonly string[] {
    return (this.#values[option] ?? []) as string[];
  }

  /** @param names what the option may be, the default first */
  choice<T extends string>(option: string, names: readonly [T, ...T[]]): T {
    const value = this.text(option) ?? names[0];
    const known = names.find((name) => name === value);
    if (known !== undefined) return known;
    throw new UserError(`--${option} "${value}" does not exist`, choose(value, names));
  }

  size(option: string): number | undefined {
    return this.#parsed(option, parseSize);
  }

  count(option: string, min = 1, max?: number): number | undefined {
    return this.#parsed(option, (text, name) => parseCount(text, name, min, max));
  }

  u64(option: string): bigint | undefined {
    return this.#parsed(option, parseU64);
  }

  #parsed<T>(option: string, parse: (text: string, name: string) => T): T | undefined {
    const text = this.text(option);
    return text === undefined ? undefined : parse(text, `--${option}`);
  }
}

/** @throws UserError for words that the command does not take */
export async function parseCommandLine(command: Command, words: readonly string[]): Promise<CommandLine> {
  const values = await parserOf(command, withImplied(command, words)).parseAsync();
  const line = new CommandLine(values);
  if (line.flag("help")) return line;
  for (const [option, { isList }] of Object.entries(command.options)) {
    if (Array.isArray(values[option]) && !isList) throw new UserError(`--${option} is given twice`, "give it once");
    if (values[option] === "") throw new UserError(`--${option} has no value`, seeHelp(command));
  }
  const { min, max } = command.operands;
  if (line.operands.length < min)
    throw new UserError(`atoll ${command.name} lacks an argument`, `write: atoll ${command.name} ${command.usage}`);
  if (line.operands.length > max)
    throw new UserError(
      `atoll ${command.name} takes no argument "${line.operands[max]}"`,
      command.usage.includes("[-- ") ? "put arguments of the program behind --" : seeHelp(command),
    );
  return line;
}

/** "--gdb" becomes "--gdb=1234"; what stands behind "--" is the program's. */
function withImplied({ options }: Command, words: readonly string[]): string[] {
  const end = words.indexOf("--");
  return words.map((word, at) => {
    const implied = word.startsWith("--") && (end < 0 || at < end) ? options[word.slice(2)]?.implied : undefined;
    return implied === undefined ? word : `${word}=${implied}`;
  });
}

function parserOf(command: Command, words: readonly string[]): Argv {
  const takes = Object.entries(command.options).map(([name, { alias, value, isList }]) => {
    const shape = value === undefined ? { type: "boolean" as const } : { type: "string" as const, requiresArg: true };
    return [name, { ...shape, ...(alias !== undefined && { alias }), ...(isList && { array: true }) }] as const;
  });
  return (yargs([...words]) as Argv)
    .locale("en")
    .parserConfiguration(PARSER)
    .help(false)
    .version(false)
    .options({ ...Object.fromEntries(takes), help: { alias: "h", type: "boolean" } })
    .strictOptions()
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw mistakeOf(message ?? error.message, command);
    });
}

/** What yargs complains about, in our words. */
function mistakeOf(message: string, command: Command): UserError {
  const [, unknown] = /^Unknown arguments?: ([^,]+)/.exec(message) ?? [];
  if (unknown !== undefined) {
    const dashed = `${unknown.length === 1 ? "-" : "--"}${unknown}`;
    const nearest = nearestName(unknown, [...Object.keys(command.options), "help"]);
    return new UserError(
      `atoll ${command.name} has no option ${dashed}`,
      nearest === undefined ? seeHelp(command) : `did you mean --${nearest}?`,
    );
  }
  const [, incomplete] = /^Not enough arguments following: (.+)$/.exec(message) ?? [];
  if (incomplete !== undefined) return new UserError(`--${incomplete} has no value`, seeHelp(command));
  return new UserError(message.split("\n")[0] as string, seeHelp(command));
}

const seeHelp = ({ name }: Command): string => `atoll ${name} --help lists what it takes`;

/** A mend line for a name that is none of `names`. */
export function choose(written: string, names: readonly string[]): string {
  const nearest = nearestName(written, names);
  return nearest === undefined ? `name one of: ${names.join(", ")}` : `did you mean ${nearest}?`;
}
