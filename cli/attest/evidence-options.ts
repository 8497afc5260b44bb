/** Options of the commands that make evidence and appraise it: whose it is, and what vouches for it. */
import { UserError } from "../../core/user-error.ts";
import type { CommandLine } from "../command-line.ts";
import { type MonitorChoice, monitorChoice } from "../machine-options.ts";

/** As REPORT_FORMS of the monitor, which is not loaded for a help text. */
const FORMS = ["mac", "tvm", "pmp"] as const;

export const FORM_OPTION = {
  form: {
    value: "FORM",
    describe: "what vouches for it: mac (default), or an SM2 signature, tvm or pmp (docs/attestation.md)",
  },
} as const;

/** What vouches for evidence of that personality, if the user does not say. @throws UserError */
export function reportForm(line: CommandLine, { monitor }: MonitorChoice): (typeof FORMS)[number] {
  return monitor === "penglai-pmp" && line.text("form") === undefined ? "pmp" : line.choice("form", FORMS);
}

/** @throws UserError, also for a personality whose evidence the command does not know */
export function evidenceChoice(line: CommandLine, ...known: readonly string[]): MonitorChoice {
  const choice = monitorChoice(line);
  if (known.includes(choice.monitor)) return choice;
  throw new UserError(
    `--monitor ${choice.monitor}: the evidence here is that of ${known.join(" or ")}`,
    `choose --monitor ${known.join(" or ")}`,
  );
}
