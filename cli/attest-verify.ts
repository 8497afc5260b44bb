/** `atoll attest verify`: appraises evidence that came as a file. */
import { UserError } from "../core/user-error.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import type { CommandLine } from "./command-line.ts";
import { EXIT_REFUSED } from "./failure.ts";
import { MONITOR_OPTIONS, monitorChoice } from "./machine-options.ts";
import { parseHex } from "./quantities.ts";

const MEASUREMENT_BYTES = 32;

export const attestVerify: Command = {
  name: "attest verify",
  usage: "FILE --measurement HEX --nonce N [options]",
  summary: "Appraises evidence against the measurement that is expected and the nonce that was asked with.",
  operands: { min: 1, max: 1 },
  options: {
    measurement: { value: "HEX", describe: "of the enclave, as atoll measure prints it" },
    nonce: { value: "N", describe: "the nonce of the request" },
    ...MONITOR_OPTIONS,
    ...JSON_OPTION,
  },
  examples: [["attest verify app.json --measurement 4945f0… --nonce 7", "every check, and what it found"]],
  notes:
    "--seed names the simulated device, whose key the verifier shares. Files: as atoll attest --write makes them.\n" +
    "Exit code: 0 accepted, 1 refused.",
  run: verifyCommand,
};

async function verifyCommand(line: CommandLine): Promise<number> {
  const { seed, gpt } = monitorChoice(line);
  const measurement = parseHex(needed(line, "measurement"), "--measurement", MEASUREMENT_BYTES);
  needed(line, "nonce");
  const nonce = line.u64("nonce") as bigint;
  const [path] = line.operands as [string];
  const { readEvidence } = await import("./attest/evidence-file.ts");
  const evidence = readEvidence(path);
  const { verifyEvidence } = await import("../attest/verify.ts");
  const { policyFor } = await import("../host/appraisal.ts");
  const verdict = verifyEvidence(evidence, policyFor({ seed, gpt, measurement, nonce }));
  const { printVerdict } = await import("./attest/print.ts");
  printVerdict(path, verdict, line.flag("json"));
  return verdict.failed.length === 0 ? 0 : EXIT_REFUSED;
}

function needed(line: CommandLine, option: string): string {
  const text = line.text(option);
  if (text !== undefined) return text;
  throw new UserError(`--${option} is missing`, `write: atoll attest verify ${attestVerify.usage}`);
}
