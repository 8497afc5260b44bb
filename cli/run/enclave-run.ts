/**
 * A program under the monitor: creates the enclave, or a shadow and its forks, has it attested before it runs, and runs
 * all of them in turn, a timer slice each.
 */

import { measure } from "../../attest/measure.ts";
import type { Result } from "../../host/enclave.ts";
import type { EnclaveHost, HostedEnclave, HostedShadow } from "../../host/enclave-host.ts";
import { enclaveImage, measurableImage } from "../../host/enclave-image.ts";
import { System } from "../../host/system.ts";
import { runningOn } from "../../monitor/penglai-tvm/state.ts";
import { appraiseReport, nonceFrom } from "../appraisal.ts";
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
  const { memory, seed, flavour, isa, without, gpt, fuel } = choice;
  const given = { ...(fuel !== undefined && { fuel }), ...(isa !== undefined && { isa }) };
  const system = await System.create({ memory, seed, flavour, without, gpt, ...given });
  onMachine(system.machine, () => runningOn(system.monitor.state, system.machine.hartId)?.eid);
  const output: Uint8Array[] = [];
  const launch = {
    name: program.name,
    args: choice.args,
    onOutput: (bytes: Uint8Array) => {
      output.push(bytes.slice());
      console(bytes);
    },
  };
  const result = (endings: readonly Ending[], attestation?: Attested): RunResult => ({
    program: program.path,
    kind: choice.kind,
    exitCode: exitCodeOf(endings),
    ...(attestation && { attestation }),
    output: Buffer.concat(output).toString(),
    endings,
    statistics: [...enclaveStatistics(endings), ...machineStatistics(system.machine, startedAt)],
  });

  const subject = createSubject(system.host, program, choice, launch);
  if (!subject.ok) return result([refusedEnding(program.path, subject.refusal)]);
  const attestation = attested(program, choice, subject.value);
  if (!choice.isQuiet) {
    tellProgram(program, choice);
    tellAttestation(choice, attestation);
  }

  const progress = choice.isQuiet || choice.forks === 1 ? undefined : new Progress("enclaves ended", choice.forks);
  const enclaves = instances(subject.value, choice, launch);
  const attendant = await lookOn({ machine: system.machine, system });
  let whole: RunResult;
  try {
    await runInTurn(enclaves, interruption, progress, attendant);
    const endings = enclaves.map((enclave) => endingOf(program.path, enclave.outcome));
    whole = result(endings, attestation);
    attendant?.ended(whole.exitCode);
  } finally {
    progress?.end();
    attendant?.dismiss();
  }
  if (!choice.isQuiet) tellResult(whole);
  return whole;
}

/** A timer slice each, until all have ended. @throws Interrupted */
async function runInTurn(
  enclaves: readonly HostedEnclave[],
  interruption: Interruption,
  progress: Progress | undefined,
  attendant: Attendant | undefined,
): Promise<void> {
  for (let queue = enclaves; queue.length > 0; ) {
    const alive: HostedEnclave[] = [];
    for (const enclave of queue) {
      const steps = enclave.sliceInSteps();
      let step = steps.next();
      while (!step.done) {
        if (await interruption.isRequested()) throw interruption.error(NOTHING_BUT_OUTPUT);
        if (step.value === "paused") await attendant?.attend();
        step = steps.next();
      }
      if (await interruption.isRequested()) throw interruption.error(NOTHING_BUT_OUTPUT);
      if (step.value === "ended") progress?.advance();
      else alive.push(enclave);
    }
    queue = alive;
  }
}

type Launch = Parameters<HostedShadow["fork"]>[0];

const createSubject = (
  host: EnclaveHost,
  { elf, name }: Program,
  { kind }: RunChoice,
  launch: Launch,
): Result<HostedEnclave | HostedShadow> =>
  kind === "shadow" ? host.createShadow(elf, { name }) : host.createEnclave(elf, launch);

function instances(subject: HostedEnclave | HostedShadow, { forks }: RunChoice, launch: Launch): HostedEnclave[] {
  return "fork" in subject ? Array.from({ length: forks }, () => subject.fork(launch)) : [subject];
}

/** Asks for a report with a fresh nonce and holds it against the measurement that is computed here. */
function attested({ elf }: Program, { kind, seed, gpt }: RunChoice, subject: HostedEnclave | HostedShadow): Attested {
  const image = enclaveImage(elf, { kind: kind === "shadow" ? "shadow" : "enclave" });
  const measurement = measure(measurableImage(image)).digest;
  const nonce = nonceFrom(seed, "run");
  const report = subject.attest(nonce);
  if (!report.ok) throw new Error(`the monitor refused a report: ${report.refusal.explanation}`);
  const { passed, failed } = appraiseReport(report.value, { seed, gpt, measurement, nonce });
  return {
    measurement: hexOf(measurement),
    nonce: formatAddress(nonce),
    accepted: failed.length === 0,
    passed: passed.map((check) => check.name),
    failed: failed.map((check) => check.name),
  };
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
