/** `atoll attest verify`: appraises evidence that came as a file. */
import type { Verdict } from "../attest/appraise.ts";
import type { MonitorIdentity } from "../attest/keys.ts";
import { UserError } from "../core/user-error.ts";
import { evidenceChoice, FORM_OPTION, reportForm } from "./attest/evidence-options.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import type { CommandLine } from "./command-line.ts";
import { EXIT_REFUSED } from "./failure.ts";
import { MONITOR_OPTIONS, type MonitorChoice } from "./machine-options.ts";
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
    ...FORM_OPTION,
    ...MONITOR_OPTIONS,
    ...JSON_OPTION,
  },
  examples: [
    ["attest verify app.json --measurement 4945f0… --nonce 7", "every check, and what it found"],
    ["attest verify app.report --form tvm --measurement 4945f0… --nonce 7", "a signed one"],
  ],
  notes:
    "--seed names the simulated device: of evidence under a MAC the verifier shares its key, of a signed report it knows\n" +
    "the manufacturer's endorsement. A signed report does not say in which form it is signed.\n" +
    "Files: as atoll attest --write makes them.\n" +
    "Exit code: 0 accepted, 1 refused.",
  run: verifyCommand,
};

async function verifyCommand(line: CommandLine): Promise<number> {
  const choice = evidenceChoice(line, "penglai-tvm", "penglai-pmp");
  const measurement = parseHex(needed(line, "measurement"), "--measurement", MEASUREMENT_BYTES);
  needed(line, "nonce");
  const nonce = line.u64("nonce") as bigint;
  const form = reportForm(line, choice);
  const [path] = line.operands as [string];
  const { evidenceIn, readEvidenceFile } = await import("./attest/evidence-file.ts");
  const bytes = readEvidenceFile(path);
  const { policyFor, reportPolicyFor } = await import("../host/appraisal.ts");
  const { gpt } = choice;
  const expectation = { seed: choice.seed, measurement, nonce };
  const verdict: Verdict<string> =
    form === "mac"
      ? (await import("../attest/verify.ts")).verifyEvidence(
          evidenceIn(bytes, path),
          policyFor({ ...expectation, gpt }),
        )
      : (await import("../attest/verify-report.ts")).verifyReport(
          bytes,
          reportPolicyFor({ ...expectation, identity: await identityOf(choice) }, form),
        );
  const { printVerdict } = await import("./attest/print.ts");
  printVerdict(path, verdict, line.flag("json"));
  return verdict.failed.length === 0 ? 0 : EXIT_REFUSED;
}

const identityOf = async ({ monitor, gpt }: MonitorChoice): Promise<MonitorIdentity> =>
  monitor === "penglai-pmp"
    ? (await import("../monitor/penglai-pmp.ts")).trustedPmpIdentity()
    : (await import("../monitor/penglai-tvm.ts")).trustedIdentity(gpt);

function needed(line: CommandLine, option: string): string {
  const text = line.text(option);
  if (text !== undefined) return text;
  throw new UserError(`--${option} is missing`, `write: atoll attest verify ${attestVerify.usage}`);
}
