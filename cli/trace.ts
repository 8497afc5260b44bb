/** `atoll trace`: every instruction that retires, as Spike's commit log or as JSON lines; or where two traces part. */
import { UserError } from "../core/user-error.ts";
import type { Command } from "./command.ts";
import type { CommandLine } from "./command-line.ts";
import { parseVa } from "./quantities.ts";
import { choiceOf, programOf, run } from "./run.ts";
import { filterOf } from "./trace/filter-of.ts";

const recording = "Trace";
const comparing = "Comparison";
/** Options of `atoll run` that have no meaning here, or another one. */
const NOT_OF_RUN = [
  "gdb",
  "trace",
  "out",
  "force",
  "json",
  "quiet",
  "shadow",
  "forks",
  "signature",
  "signature-granularity",
  "dump-dtb",
];
const RUN_OPTIONS = Object.fromEntries(Object.entries(run.options).filter(([name]) => !NOT_OF_RUN.includes(name)));
const COMPARISON_OPTIONS = ["from", "context"];

export const trace: Command = {
  name: "trace",
  usage: "[app.elf] [options] [-- args...]  |  --diff A B",
  summary:
    "Runs a program as atoll run does and writes a line for each instruction that retires, to stdout or to a file.\n" +
    "With --diff it compares two traces, of atoll or of Spike, and shows where they part.",
  operands: { min: 0, max: 2 },
  options: {
    ...RUN_OPTIONS,
    format: { value: "FORM", group: recording, describe: "spike: as --log-commits (default), or json: a line each" },
    output: {
      alias: "o",
      value: "FILE",
      group: recording,
      describe: "write to a file; what the guest prints is then stdout",
    },
    range: {
      value: "A..B",
      group: recording,
      isList: true,
      describe: "only instructions at addresses A up to B, or of a symbol; may be repeated",
    },
    privilege: { value: "LEVELS", group: recording, describe: "only these privileges: U, S, M or several, as US" },
    enclave: {
      value: "WHO",
      group: recording,
      isList: true,
      describe: "only an enclave's, by its id; all of them: any; the rest: host; may be repeated",
    },
    limit: { value: "N", group: recording, describe: "end the run after so many lines" },
    diff: { group: comparing, describe: "compare the traces A and B" },
    from: {
      value: "PC",
      group: comparing,
      describe: "begin both at the first instruction there (Spike runs a boot ROM first)",
    },
    context: {
      value: "N",
      group: comparing,
      describe: "show so many equal instructions before the difference (default 5)",
    },
  },
  examples: [
    ["trace app.elf --enclave any -o app.trace", "what enclaves execute"],
    ["trace bare.elf --firmware --format json --range main --limit 100", "a hundred instructions of a function"],
    ["trace --diff atoll.trace spike.log --from 0x80000000", "the first difference, disassembled"],
  ],
  notes: "Exit code: the guest's, or 0 when --limit ended it; with --diff 0 if the traces are equal and 1 if not.",
  run: traceCommand,
};

async function traceCommand(line: CommandLine): Promise<number> {
  return line.flag("diff") ? await compare(line) : await record(line);
}

async function compare(line: CommandLine): Promise<number> {
  const [one, other] = line.operands;
  if (one === undefined || other === undefined)
    throw new UserError("--diff compares two traces", "name two files: atoll trace --diff a.trace b.trace");
  const unheard = Object.keys(trace.options).find(
    (name) => name !== "diff" && !COMPARISON_OPTIONS.includes(name) && line.has(name),
  );
  if (unheard !== undefined) throw new UserError(`--${unheard} means nothing with --diff`, "leave one of the two out");
  const from = line.text("from");
  const { showDifference } = await import("./trace/difference.ts");
  return await showDifference(one, other, {
    ...(from !== undefined && { from: parseVa(from, "--from") }),
    context: line.count("context", 0) ?? 5,
  });
}

async function record(line: CommandLine): Promise<number> {
  const unheard = COMPARISON_OPTIONS.find((name) => line.has(name));
  if (unheard !== undefined)
    throw new UserError(`--${unheard} belongs to --diff`, "leave it out, or compare two traces");
  if (line.operands.length > 1)
    throw new UserError("one program is traced at a time", "put its arguments behind --, or compare with --diff");
  const choice = { ...choiceOf(line), isQuiet: true };
  const program = programOf(line);
  const { recordTrace } = await import("./trace/recording.ts");
  return await recordTrace(program, choice, {
    form: line.choice("format", ["spike", "json"]),
    filter: filterOf(line, program),
    output: line.text("output"),
    limit: line.count("limit") ?? Number.POSITIVE_INFINITY,
  });
}
