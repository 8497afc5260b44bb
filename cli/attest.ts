/** `atoll attest`: a local round trip, and what a verifier says to evidence that is changed, replayed or borrowed. */
import type { SigningForm } from "../attest/penglai-signing.ts";
import { UserError } from "../core/user-error.ts";
import { evidenceChoice, FORM_OPTION, reportForm } from "./attest/evidence-options.ts";
import type { JudgedExample } from "./attest/examples.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import type { CommandLine } from "./command-line.ts";
import { EXIT_REFUSED } from "./failure.ts";
import { MONITOR_OPTIONS, type MonitorChoice } from "./machine-options.ts";
import { type Program, readPrebuilt, readProgram } from "./program.ts";

export const attest: Command = {
  name: "attest",
  usage: "[app.elf] [options]",
  summary:
    "Starts the program (or the sample) as an enclave, has it attested, and appraises the evidence: as it is, and with\n" +
    "one thing changed at a time. Every example says what must fail; the command checks that this, and only this, does.",
  operands: { min: 0, max: 1 },
  options: {
    ...MONITOR_OPTIONS,
    ...FORM_OPTION,
    nonce: { value: "N", describe: "the request's nonce, 64 bits (default: from the seed)" },
    ...JSON_OPTION,
    write: {
      value: "FILE",
      group: "Output",
      describe: "write the evidence: *.json, *.report (328 bytes), else binary",
    },
  },
  examples: [
    ["attest", "the table of examples"],
    ["attest app.elf --nonce 7 --write app.json", "evidence for atoll attest verify"],
    ["attest --monitor penglai-pmp", "signed reports of the other variant"],
    ["attest --monitor komodo", "one enclave to another on the same machine"],
    ["attest --form tvm --write app.report", "signed as Penglai-TVM signs"],
  ],
  notes: "All evidence is simulated and says so. Exit code: 0; 1 if a verdict is not the one foretold.",
  run: attestCommand,
};

async function attestCommand(line: CommandLine): Promise<number> {
  const choice = evidenceChoice(line, "penglai-tvm", "penglai-pmp", "komodo");
  const nonce = line.u64("nonce");
  if (choice.monitor === "komodo") return await attestLocally(line, choice.seed);
  const isPmp = choice.monitor === "penglai-pmp";
  const program = readProgram(line.operands[0], isPmp ? "pmp-hello" : "hello");
  const path = line.text("write");
  const form = reportForm(line, choice);
  if (isPmp && form !== "pmp")
    throw new UserError(`penglai-pmp signs in one form, and not as ${form}`, "leave --form out");
  const judged =
    form === "mac"
      ? await judgeMacs(program, choice, nonce, path, line.flag("json"))
      : await judgeSignatures(program, choice, form, nonce, path, line.flag("json"));
  return judged.every(({ isAsForetold }) => isAsForetold) ? 0 : EXIT_REFUSED;
}

/** Komodo attests to enclaves of the same machine, so there is no file to write and no form to choose. */
async function attestLocally(line: CommandLine, seed: bigint): Promise<number> {
  for (const option of ["write", "form", "nonce"])
    if (line.text(option) !== undefined)
      throw new UserError(
        `komodo's enclaves attest to one another: --${option} has no meaning`,
        `leave --${option} out`,
      );
  if (line.operands.length > 0)
    throw new UserError("the examples of komodo are words of its guest meet", "leave the program out");
  const program = readPrebuilt("komodo-meet");
  const { gatherLocal, nonceOf } = await import("./attest/gather-local.ts");
  const { judgeLocal, localExamples } = await import("./attest/local-examples.ts");
  const material = await gatherLocal(program, seed, nonceOf(seed, "this answer"), nonceOf(seed, "an earlier one"));
  const judged = localExamples(material).map((example) => judgeLocal(material, example));
  const { printLocalExamples } = await import("./attest/print.ts");
  printLocalExamples(program, material, judged, line.flag("json"));
  return judged.every(({ isAsForetold }) => isAsForetold) ? 0 : EXIT_REFUSED;
}

async function judgeMacs(
  program: Program,
  choice: MonitorChoice,
  nonce: bigint | undefined,
  path: string | undefined,
  isJson: boolean,
): Promise<JudgedExample[]> {
  const { gather } = await import("./attest/gather.ts");
  const { examples, judge } = await import("./attest/examples.ts");
  const material = await gather(program, choice, nonce);
  if (path !== undefined) {
    const { writeEvidence } = await import("./attest/evidence-file.ts");
    writeEvidence(path, material.genuine);
  }
  const judged = examples(material).map(judge);
  const { printExamples } = await import("./attest/print.ts");
  printExamples(program, material.genuine, judged, isJson);
  return judged;
}

async function judgeSignatures(
  program: Program,
  choice: MonitorChoice,
  form: SigningForm,
  nonce: bigint | undefined,
  path: string | undefined,
  isJson: boolean,
): Promise<JudgedExample[]> {
  const { gatherSigned, otherThan } = await import("./attest/gather.ts");
  const { pmpSource, tvmSource } = await import("./attest/signed-source.ts");
  const { judgeSigned, signedExamples } = await import("./attest/signed-examples.ts");
  const isPmp = choice.monitor === "penglai-pmp";
  const source = isPmp ? pmpSource(choice) : tvmSource(choice, form);
  const others = isPmp ? (["pmp-prime", "pmp-hello"] as const) : (["fib", "hello"] as const);
  const material = await gatherSigned(program, otherThan(program, ...others), source, choice.seed, nonce);
  if (path !== undefined) {
    const { writeReport } = await import("./attest/evidence-file.ts");
    writeReport(path, material.genuine);
  }
  const judged = signedExamples(material).map(judgeSigned);
  const { printSignedExamples } = await import("./attest/print.ts");
  printSignedExamples(program, material, judged, isJson);
  return judged;
}
