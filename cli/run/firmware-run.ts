/**
 * A bare-metal program on the `virt` map. Its UART and HTIF characters are the output, standard input is typed into its
 * UART, and what it tells the test finisher or HTIF is the exit code.
 */
import { bootFirmware, type FirmwareOutcome, runFirmware } from "../../core/firmware.ts";
import type { Machine } from "../../core/machine.ts";
import { isPause, type Stop } from "../../core/stop.ts";
import type { Interruption } from "../interruption.ts";
import type { Program } from "../program.ts";
import { say } from "../terminal.ts";
import type { Attendant } from "./attendant.ts";
import { readBootFiles } from "./boot-files.ts";
import { ConsoleInput } from "./console-input.ts";
import { exitStatus, outOfFuel } from "./ending.ts";
import { millisecondsOf, Pace } from "./pace.ts";
import type { RunChoice } from "./run-choice.ts";
import { NOTHING_BUT_OUTPUT, type RunSurroundings } from "./run-program.ts";
import type { Ending, RunResult } from "./run-result.ts";
import { machineStatistics } from "./statistics.ts";
import { tellHost } from "./talk.ts";

/** Cycles between two looks for Ctrl-C. */
const SLICE = 4_000_000;

/** Milliseconds between two looks for Ctrl-C while nothing runs. */
const PATIENCE = 50;

/** @throws UserError for a program that is none for this machine; Interrupted */
export async function runBareMetal(
  program: Program,
  { memory, flavour, isa, harts, quantum, boot, fuel = Number.POSITIVE_INFINITY, isQuiet }: RunChoice,
  { interruption, console, startedAt, onMachine, onEnd, lookOn }: RunSurroundings,
): Promise<RunResult> {
  const machine = await bootFirmware(program.elf, {
    ramSize: memory,
    flavour,
    harts,
    quantum,
    ...(isa !== undefined && { isa }),
    ...readBootFiles(boot),
  });
  onMachine(machine, () => undefined);
  const output: Uint8Array[] = [];
  machine.onConsole((bytes) => {
    output.push(bytes);
    console(bytes);
  });
  const attendant = await lookOn({ machine });
  const input = await ConsoleInput.open();
  let ending: Ending;
  try {
    const outcome = await runInSlices(machine, fuel, input, interruption, attendant);
    ending = bareEnding(program.path, machine, outcome);
    attendant?.ended(ending.exitCode);
  } finally {
    input.close();
    attendant?.dismiss();
  }
  onEnd(machine);
  const statistics = machineStatistics(machine, startedAt);
  if (!isQuiet) {
    say();
    tellHost(statistics);
  }
  return {
    program: program.path,
    kind: "firmware",
    exitCode: ending.exitCode,
    output: Buffer.concat(output).toString(),
    endings: [ending],
    statistics,
  };
}

/** @throws Interrupted */
async function runInSlices(
  machine: Machine,
  fuel: number,
  input: ConsoleInput,
  interruption: Interruption,
  attendant: Attendant | undefined,
): Promise<FirmwareOutcome> {
  const pace = input.isTerminal ? new Pace(machine, performance.now()) : undefined;
  for (let left = fuel; ; ) {
    if (await interruption.isRequested()) throw interruption.error(NOTHING_BUT_OUTPUT);
    await attendant?.attend();
    input.feed(machine);
    pace?.keep(performance.now());
    const before = machine.cycles;
    const outcome = runFirmware(machine, { fuel: Math.min(left, SLICE) });
    if (isPause(outcome.stop) || (await hasWaited(outcome.stop, machine, input))) {
      left -= Number(machine.cycles - before);
      continue;
    }
    if (outcome.stop.kind !== "budget" || left <= SLICE) return outcome;
    left -= SLICE;
  }
}

/**
 * An idle machine that wants to be told of characters waits for them as long as there may be some, and one on a terminal for
 * its timer. Never for longer than our own patience: Ctrl-C is looked for in between.
 */
async function hasWaited(stop: Stop, machine: Machine, input: ConsoleInput): Promise<boolean> {
  if (stop.kind === "waiting") {
    await input.wait(Math.min(millisecondsOf(stop.ticks), PATIENCE));
    return true;
  }
  if (stop.kind !== "idle" || !machine.isListening) return false;
  if (input.isAwaited) await input.wait(PATIENCE);
  return input.isAwaited || input.hasTyped;
}

function bareEnding(path: string, machine: Machine, { stop, exitCode }: FirmwareOutcome): Ending {
  const instructions = Number(machine.retired);
  if (stop.kind === "exit") return { exitCode: exitStatus(BigInt(exitCode)), reason: "exited", instructions };
  if (stop.kind === "budget")
    return { exitCode, reason: "out of fuel", instructions, ...outOfFuel(path, instructions, Number(machine.cycles)) };
  return { exitCode, reason: "stuck", instructions, ...stuck(path, machine, stop) };
}

function stuck(path: string, machine: Machine, stop: Stop): { what: string; mend: string } {
  const which = machine.harts.length > 1 ? ` of hart ${machine.current.index}` : "";
  const where = `at 0x${machine.pc.toString(16)}${which}`;
  switch (stop.kind) {
    case "idle":
      return {
        what: `${path}: ${which ? "every hart waits, the last one" : "the hart waits"} ${where} for an interrupt that can never come`,
        mend: "enable an interrupt in mie, or end the program with the test finisher",
      };
    case "out of memory":
      return {
        what: `${path}: the memory that backs the machine is used up ${where}`,
        mend: "touch fewer pages: what is never written costs nothing",
      };
    case "htif":
      return {
        what: `${path}: it asks the host over HTIF for 0x${stop.request.toString(16)} ${where}, which nobody serves`,
        mend: "use tohost for the exit code, characters and write to standard output only",
      };
    default:
      throw new Error(`firmware stopped with "${stop.kind}"`);
  }
}
