/** One run from the choice to its last line: run, print or tell, write the output directory, hand back the exit code. */
import type { Machine } from "../../core/machine.ts";
import type { Subject } from "../../debug/subject.ts";
import { tellFailure } from "../failure.ts";
import { Interruption } from "../interruption.ts";
import type { OutputFile } from "../output-file.ts";
import type { Program } from "../program.ts";
import { printBytes, printJson } from "../terminal.ts";
import type { Attendant } from "./attendant.ts";
import type { GdbAddress } from "./gdb-address.ts";
import type { OutputDirectory } from "./output-directory.ts";
import { writeOutput } from "./output-files.ts";
import type { RunChoice } from "./run-choice.ts";
import type { RunResult } from "./run-result.ts";
import { toObject } from "./statistics.ts";

/** What a kind of run needs from its surroundings. */
export interface RunSurroundings {
  readonly interruption: Interruption;
  /** Takes what the guest writes. */
  readonly console: (bytes: Uint8Array) => void;
  readonly startedAt: number;
  /** Called with the machine before it runs, and with what tells which enclave has the hart. */
  readonly onMachine: (machine: Machine, enclave: () => number | undefined) => void;
  /** Who looks on from now on, before the first instruction; undefined if nobody was asked to. @throws UserError; Interrupted */
  readonly lookOn: (subject: Subject) => Promise<Attendant | undefined>;
  /** Called with a bare machine that has come to its end. */
  readonly onEnd: (machine: Machine) => void;
}

/** What is left after Ctrl-C: files appear when a run ends, or never. */
export const NOTHING_BUT_OUTPUT = "what the program has printed; files are written when a run ends";

/** What a run writes besides stdout and stderr, and who listens. Files appear complete or not at all. */
export interface RunFiles extends Partial<Pick<RunSurroundings, "console" | "onMachine" | "onEnd">> {
  readonly directory?: OutputDirectory | undefined;
  readonly trace?: OutputFile | undefined;
  /** Where a debugger is waited for. */
  readonly gdb?: GdbAddress | undefined;
}

/** @returns the exit code. @throws UserError; Interrupted */
export async function runProgram(
  program: Program,
  choice: RunChoice,
  { directory, trace, gdb, console = choice.isJson ? () => {} : printBytes, onMachine, onEnd = () => {} }: RunFiles,
): Promise<number> {
  const interruption = new Interruption();
  const surroundings: RunSurroundings = {
    interruption,
    console,
    startedAt: performance.now(),
    onMachine: onMachine ?? (await tracing(trace)),
    onEnd,
    lookOn: async (subject) => {
      if (gdb === undefined) return undefined;
      const { waitForDebugger } = await import("./attendant.ts");
      return await waitForDebugger(gdb, subject, interruption, program.path);
    },
  };
  try {
    const result = await carryOut(program, choice, surroundings);
    if (directory) {
      writeOutput(directory, program, choice, result);
      directory.commit();
    }
    trace?.commit();
    if (choice.isJson) printJson({ ...result, statistics: toObject(result.statistics) });
    tellEndings(result);
    return result.exitCode;
  } finally {
    interruption.close();
  }
}

async function carryOut(program: Program, choice: RunChoice, surroundings: RunSurroundings): Promise<RunResult> {
  if (choice.kind === "firmware") {
    const { runBareMetal } = await import("./firmware-run.ts");
    return await runBareMetal(program, choice, surroundings);
  }
  const { runEnclaves } = await import("./enclave-run.ts");
  return await runEnclaves(program, choice, surroundings);
}

async function tracing(trace: OutputFile | undefined): Promise<(machine: Machine) => void> {
  if (trace === undefined) return () => {};
  const { attachTracer } = await import("../../core/trace.ts");
  return (machine) => attachTracer(machine, (line) => trace.write(`${line}\n`));
}

/** One failure stands for all forks that failed. */
function tellEndings({ endings }: RunResult): void {
  const failed = endings.filter(({ what }) => what !== undefined);
  const [first] = failed;
  if (first?.what === undefined || first.mend === undefined) return;
  const others = failed.length > 1 ? ` (and ${failed.length - 1} more like it)` : "";
  tellFailure(`${first.what}${others}`, first.mend);
}
