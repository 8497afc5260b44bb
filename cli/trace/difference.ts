/** `atoll trace --diff`: where two traces part, with what came before and what the instructions are. */
import { createReadStream } from "node:fs";
import { disassemble } from "../../core/disassembler.ts";
import { compareTraces, type TraceComparison, type TraceEntry } from "../../core/trace-diff.ts";
import { UserError } from "../../core/user-error.ts";
import { checkReadable } from "../program.ts";
import { formatCount } from "../quantities.ts";
import { print, styledData } from "../terminal.ts";

const EXIT_DIFFERENT = 1;
/** Characters; an instruction takes a few hundred. */
const LONGEST_LINE = 2 ** 20;
const TRACE_MEND = "name a trace that atoll trace or Spike (--log-commits) has written";

/** @returns the exit code. @throws UserError for a file that is no trace */
export async function showDifference(
  one: string,
  other: string,
  options: { readonly from?: bigint; readonly context: number },
): Promise<number> {
  const comparison = await compareTraces(linesOf(one), linesOf(other), options);
  if (comparison.instructions === 0) refuseEmpty(comparison, [one, other], options.from);
  if (comparison.equal) {
    print(`equal: ${formatCount(comparison.instructions)} instructions`);
    return 0;
  }
  const { before, instructions, differences } = comparison;
  print(`${formatCount(instructions)} instructions are equal, then:`);
  for (const entry of before) print(`    ${explained(entry)}`);
  print(styledData("red", `  - ${explained(comparison.one)}`));
  print(styledData("green", `  + ${explained(comparison.other)}`));
  print(`- is ${placeOf(one, comparison.one)}, + is ${placeOf(other, comparison.other)}`);
  for (const difference of differences) print(`  ${difference}`);
  return EXIT_DIFFERENT;
}

function linesOf(path: string): AsyncIterable<string> {
  checkReadable(path, TRACE_MEND);
  return readLines(path);
}

/**
 * Reads as far as somebody asks for lines; node:readline would lose what comes before the first one is asked for. A file
 * without an end of line is not read into memory.
 */
async function* readLines(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, "utf8")) {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() as string;
    if (rest.length > LONGEST_LINE)
      throw new UserError(
        `${path}: a line of more than ${formatCount(LONGEST_LINE)} characters is no trace`,
        TRACE_MEND,
      );
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Two files in which nothing was found are no equal traces. */
function refuseEmpty(comparison: TraceComparison, paths: readonly [string, string], from: bigint | undefined): void {
  const [hasOne, hasOther] = comparison.equal ? [false, false] : [comparison.one, comparison.other];
  const empty = !hasOne ? paths[0] : !hasOther ? paths[1] : undefined;
  if (empty === undefined) return;
  throw new UserError(
    from === undefined
      ? `${empty}: there is no instruction in this file`
      : `${empty}: no instruction at 0x${from.toString(16)}`,
    from === undefined ? TRACE_MEND : "choose an address that both traces reach, or leave --from out",
  );
}

const placeOf = (path: string, entry: TraceEntry | undefined): string =>
  entry ? `${path} line ${entry.lineNo}` : `${path}, which ends`;

function explained(entry: TraceEntry | undefined): string {
  if (!entry) return "(ends)";
  const { line, instruction } = entry;
  if (line.startsWith("{")) return line;
  const text = disassemble(instruction.word, instruction.pc)?.text;
  return text ? `${line}  ${text}` : line;
}
