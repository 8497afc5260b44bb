/** Runs a program and writes its trace; the run ends when it ends, or when the trace is as long as was asked. */
import { jsonLine } from "../../core/json-trace.ts";
import { type Commit, spikeLine } from "../../core/spike-log.ts";
import { observeCommits } from "../../core/trace.ts";
import { isKept } from "../../core/trace-filter.ts";
import { BufferedOutput } from "../buffered-output.ts";
import { OutputFile } from "../output-file.ts";
import type { Program } from "../program.ts";
import type { RunChoice } from "../run/run-choice.ts";
import { runProgram } from "../run/run-program.ts";
import { printBytes, sayText } from "../terminal.ts";
import type { TraceChoice } from "./filter-of.ts";

export interface Recording {
  readonly form: "spike" | "json";
  readonly filter: TraceChoice;
  /** A file; stdout if absent. */
  readonly output: string | undefined;
  /** Lines. */
  readonly limit: number;
}

/** Not a failure: the trace is as long as it should be. */
class Complete extends Error {}

/** @returns the guest's exit code, or 0 if the trace ended first. @throws UserError; Interrupted */
export async function recordTrace(
  program: Program,
  choice: RunChoice,
  { form, filter, output, limit }: Recording,
): Promise<number> {
  const file = output === undefined ? new BufferedOutput() : new OutputFile(output, "--output");
  const decoder = new TextDecoder();
  const line = form === "json" ? jsonLine : (commit: Commit) => spikeLine(commit);
  let lines = 0;
  try {
    const exitCode = await runProgram(program, choice, {
      console: output === undefined ? (bytes) => sayText(decoder.decode(bytes, { stream: true })) : printBytes,
      onMachine: (machine, enclave) =>
        observeCommits(machine, (commit) => {
          const who = enclave();
          if (!isKept(withAny(filter, who), commit, who)) return;
          file.write(`${line(commit, who)}\n`);
          if (++lines >= limit) throw new Complete();
        }),
    });
    file.commit();
    return exitCode;
  } catch (error) {
    if (!(error instanceof Complete)) throw error;
    file.commit();
    return 0;
  } finally {
    file.discard();
  }
}

/** "any" stands for the enclave that runs now. */
const withAny = ({ enclaves, ...rest }: TraceChoice, who: number | undefined) => ({
  ...rest,
  ...(enclaves && { enclaves: enclaves.map((wanted) => (wanted === "any" ? (who ?? Number.NaN) : wanted)) }),
});
