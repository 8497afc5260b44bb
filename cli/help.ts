/** Help texts: the list of commands, and everything about one command. */
import type { Command, Option } from "./command.ts";
import type { CommandEntry } from "./commands.ts";
import { atollVersion } from "./package-root.ts";
import { styledData, table } from "./terminal.ts";

const HELP_OPTION: Option = { alias: "h", describe: "show this help" };
const DEFAULT_GROUP = "Options";

const heading = (text: string): string => styledData("bold", text);
/** Rows in columns, indented. */
const rows = (cells: readonly (readonly string[])[]): string[] =>
  table(cells.map(([first, ...rest]) => [`  ${first}`, ...rest]));

export function generalHelp(commands: readonly CommandEntry[]): string {
  return [
    `${heading("atoll")} ${atollVersion()}: a RISC-V enclave machine in software`,
    "",
    `${heading("Usage")}  atoll <command> [options]`,
    "",
    heading("Commands"),
    ...rows(commands.map(({ name, summary }) => [name, summary])),
    "",
    heading("Options"),
    ...rows([
      ["-V, --version", "print the version"],
      ["-h, --help", "show this help"],
    ]),
    "",
    heading("Start"),
    ...rows([
      ["atoll run", "run the sample enclave and verify its report"],
      ["atoll run app.elf -- one two", "run your own, with arguments"],
      ["atoll <command> --help", "everything about a command"],
    ]),
  ].join("\n");
}

export function commandHelp({ name, usage, summary, options, examples, notes }: Command): string {
  const all: [string, Option][] = [...Object.entries(options), ["help", HELP_OPTION]];
  const groups = Map.groupBy(all, ([, { group = DEFAULT_GROUP }]) => group);
  const sections = [...groups].map(([group, members]) => [
    heading(group),
    ...rows(members.map(([option, spec]) => [spelling(option, spec), spec.describe])),
  ]);
  return [
    [`${heading("Usage")}  atoll ${name} ${usage}`],
    [summary],
    ...sections,
    [heading("Examples"), ...rows(examples.map(([line, effect]) => [`atoll ${line}`, effect]))],
    ...(notes === undefined ? [] : [[notes]]),
  ]
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

const spelling = (option: string, { alias, value, implied }: Option): string => {
  const behind = value === undefined ? "" : implied === undefined ? ` ${value}` : `[=${value}]`;
  return `${alias === undefined ? "    " : `-${alias}, `}--${option}${behind}`;
};
