/**
 * The command `atoll`: finds the subcommand, parses its words, runs it, and turns whatever goes wrong into two lines and
 * an exit code. Exit codes: failure.ts.
 */
import { nearestName } from "../core/nearest-name.ts";
import { UserError } from "../core/user-error.ts";
import type { Command } from "./command.ts";
import { parseCommandLine } from "./command-line.ts";
import { COMMANDS, type CommandEntry } from "./commands.ts";
import { reportFailure } from "./failure.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { atollVersion } from "./package-root.ts";
import { print } from "./terminal.ts";

/**
 * @param words the command line without node and script
 * @param commands for tests; those of atoll by default
 * @returns the exit code
 */
export async function main(words: readonly string[], commands: readonly CommandEntry[] = COMMANDS): Promise<number> {
  try {
    return await dispatch(words, commands);
  } catch (error) {
    return reportFailure(error, words);
  }
}

async function dispatch(words: readonly string[], commands: readonly CommandEntry[]): Promise<number> {
  const [first, second] = words;
  if (first === "help" && second !== undefined) return await dispatch([...words.slice(1), "--help"], commands);
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    print(generalHelp(commands));
    return 0;
  }
  if (first === "--version" || first === "-V") {
    print(atollVersion());
    return 0;
  }
  const entry = find(words, commands);
  if (entry === undefined) throw unknown(first, commands);
  return await carryOut(await entry.load(), words.slice(entry.name.split(" ").length));
}

/** The entry whose name is the longest beginning of `words`: "attest verify" before "attest". */
function find(words: readonly string[], commands: readonly CommandEntry[]): CommandEntry | undefined {
  return commands
    .filter(({ name }) => name.split(" ").every((word, i) => word === words[i]))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
}

async function carryOut(command: Command, words: readonly string[]): Promise<number> {
  const line = await parseCommandLine(command, words);
  if (!line.flag("help")) return await command.run(line);
  print(commandHelp(command));
  return 0;
}

function unknown(word: string, commands: readonly CommandEntry[]): UserError {
  const nearest = nearestName(
    word,
    commands.map(({ name }) => name),
  );
  const mend = nearest === undefined ? "atoll --help lists the commands" : `did you mean atoll ${nearest}?`;
  if (word.startsWith("-")) return new UserError(`atoll has no option ${word} before a command`, mend);
  return new UserError(`atoll has no command "${word}"`, mend);
}
