/**
 * A program under a monitor: creates the enclave, or a shadow and its forks, has it attested before it runs, and runs
 * all of them in turn, a timer slice each.
 */
import { UserError } from "../../core/user-error.ts";
import { nonceFrom } from "../../host/appraisal.ts";
import { enclaveOnHart, type HostedProgram, type HostedSystem, type Launched } from "../../host/hosting.ts";
import type { HostedPenglaiTvm } from "../../host/hostings/penglai-tvm.ts";
import { hostingNamed } from "../../host/hostings.ts";
import { schedule } from "../../host/schedule.ts";
import type { Interruption } from "../interruption.ts";
import type { Program } from "../program.ts";
import { Progress } from "../progress.ts";
import { formatAddress, hexOf } from "../quantities.ts";
import type { Attendant } from "./attendant.ts";
import { endingOf, refusedEnding } from "./ending.ts";
import type { RunChoice } from "./run-choice.ts";
import { NOTHING_BUT_OUTPUT, type RunSurroundings } from "./run-program.ts";
import { type Attested, type Ending, exitCodeOf, type RunResult } from "./run-result.ts";
import { count, machineStatistics, type Statistic } from "./statistics.ts";
import { tellAttestation, tellProgram, tellResult } from "./talk.ts";

/** @throws UserError for a program that cannot be an enclave; Interrupted */
export async function runEnclaves(
  program: Program,
  choice: RunChoice,
  { interruption, console, startedAt, onMachine, lookOn }: RunSurroundings,
): Promise<RunResult> {
  const hosting = await hostingNamed(choice.monitor);
  const system = await hosting.create(choice);
  const { machine, monitor } = system;
  onMachine(machine, () => enclaveOnHart(system));
  const output: Uint8Array[] = [];
  const { forks, isQuiet } = choice;
  const kind = choice.kind === "shadow" ? ("shadow" as const) : ("enclave" as const);
  const launch = {
    kind,
    forks,
    enclaves: choice.enclaves,
    name: program.name,
    args: choice.args,
    onOutput: (bytes: Uint8Array) => {
      output.push(bytes.slice());
      console(bytes);
    },
  };
  const result = (endings: readonly Ending[], attestation?: Attested): RunResult => ({
    program: program.path,
    kind,
    exitCode: exitCodeOf(endings),
    ...(attestation && { attestation }),
    output: Buffer.concat(output).toString(),
    endings,
    statistics: [...enclaveStatistics(endings), ...machineStatistics(machine, startedAt)],
  });

  for (const server of choice.servers) {
    if (system.addServer === undefined)
      throw new UserError(`${hosting.name} has no server enclaves`, "leave --server out, or use --monitor penglai-tvm");
    const added = system.addServer(server.program.elf, server.name);
    if (!added.ok) return result([refusedEnding(server.program.path, added.refusal)]);
  }
  const launched = system.launch(program.elf, launch);
  if (!launched.ok) return result([refusedEnding(program.path, launched.refusal)]);
  const attestation = attested(choice, launched.value);
  if (!isQuiet) {
    tellProgram(program, choice, `${hosting.name}, ${hosting.describe(choice)}`);
    if (attestation) tellAttestation(choice, attestation);
  }

  const progress =
    isQuiet || forks * choice.enclaves === 1 ? undefined : new Progress("enclaves ended", forks * choice.enclaves);
  const enclaves = launched.value.programs();
  const { system: penglai } = system as Partial<HostedPenglaiTvm>;
  const attendant = await lookOn({ machine, monitor, ...(penglai && { system: penglai }) });
  let whole: RunResult;
  try {
    await runInTurn(enclaves, system, interruption, progress, attendant);
    const endings = enclaves.map((enclave) => endingOf(program.path, enclave.outcome));
    whole = result(endings, attestation);
    attendant?.ended(whole.exitCode);
  } finally {
    progress?.end();
    attendant?.dismiss();
  }
  if (!isQuiet) tellResult(whole);
  return whole;
}

/** A timer slice each, on every hart, until all have ended. @throws Interrupted */
async function runInTurn(
  enclaves: readonly HostedProgram[],
  { crew }: HostedSystem,
  interruption: Interruption,
  progress: Progress | undefined,
  attendant: Attendant | undefined,
): Promise<void> {
  for (const step of schedule(enclaves, crew)) {
    if (await interruption.isRequested()) throw interruption.error(NOTHING_BUT_OUTPUT);
    if (step === "paused") await attendant?.attend();
    if (step === "ended") progress?.advance();
  }
}

/** Asks for a report with a fresh nonce and holds it against the measurement that is computed here. */
function attested({ seed }: RunChoice, launched: Launched): Attested | undefined {
  const nonce = nonceFrom(seed, "run");
  const appraisal = launched.appraise?.(nonce);
  if (appraisal === undefined) return undefined;
  const { measurement, passed, failed } = appraisal;
  const accepted = failed.length === 0;
  return { measurement: hexOf(measurement), nonce: formatAddress(nonce), accepted, passed, failed };
}

function enclaveStatistics(endings: readonly Ending[]): Statistic[] {
  const sum = (of: (ending: Ending) => number): number => endings.reduce((total, ending) => total + of(ending), 0);
  return [
    count("enclaves", endings.length, "Enclaves that were run"),
    count(
      "enclaveInsts",
      sum(({ instructions }) => instructions),
      "Instructions retired while an enclave had the hart",
    ),
    count(
      "exits.timer",
      sum(({ exits }) => exits?.timer ?? 0),
      "World exits because a slice was over",
    ),
    count(
      "exits.yield",
      sum(({ exits }) => exits?.yield ?? 0),
      "World exits because the enclave yielded",
    ),
    count(
      "exits.ocall",
      sum(({ exits }) => exits?.ocall ?? 0),
      "World exits because the enclave asked for a service",
    ),
  ];
}
