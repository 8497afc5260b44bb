/**
 * Where two traces part: instruction by instruction, so that the form of the lines, and lines that tell of no retired
 * instruction, do not matter. Reads no further than the first difference, and keeps no more than its context.
 */
import { differencesOf, readTraceLine, type TracedInstruction } from "./trace-line.ts";

/** One instruction of a trace, and where it stands. */
export interface TraceEntry {
  readonly line: string;
  /** From 1. */
  readonly lineNo: number;
  readonly instruction: TracedInstruction;
}

export type TraceComparison =
  | { readonly equal: true; readonly instructions: number }
  | {
      readonly equal: false;
      /** Instructions that were equal before. */
      readonly instructions: number;
      /** The last of them, oldest first. */
      readonly before: readonly TraceEntry[];
      /** The first that differ; absent where a trace has ended. */
      readonly one: TraceEntry | undefined;
      readonly other: TraceEntry | undefined;
      /** "x10: 0x1, 0x2", … */
      readonly differences: readonly string[];
    };

export type Lines = AsyncIterable<string> | Iterable<string>;

/**
 * @param options.from both traces count from the first instruction at this address on (Spike runs a boot ROM first)
 * @param options.context how many equal instructions to keep
 */
export async function compareTraces(
  one: Lines,
  other: Lines,
  { from, context = 5 }: { readonly from?: bigint; readonly context?: number } = {},
): Promise<TraceComparison> {
  const [left, right] = [entriesFrom(one, from), entriesFrom(other, from)];
  const before: TraceEntry[] = [];
  try {
    for (let instructions = 0; ; instructions++) {
      const [a, b] = [(await left.next()).value, (await right.next()).value];
      if (!a && !b) return { equal: true, instructions };
      const differences = a && b ? differencesOf(a.instruction, b.instruction) : ["one of the two ends"];
      if (differences.length > 0) return { equal: false, instructions, before, one: a, other: b, differences };
      before.push(a as TraceEntry);
      if (before.length > context) before.shift();
    }
  } finally {
    await left.return(undefined);
    await right.return(undefined);
  }
}

async function* entriesFrom(lines: Lines, from: bigint | undefined): AsyncGenerator<TraceEntry, undefined, void> {
  let hasBegun = from === undefined;
  let lineNo = 0;
  for await (const line of lines) {
    lineNo++;
    const instruction = readTraceLine(line);
    hasBegun ||= instruction?.pc === from;
    if (instruction && hasBegun) yield { line, lineNo, instruction };
  }
  return undefined;
}
