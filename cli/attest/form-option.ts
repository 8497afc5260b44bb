/** What vouches for evidence: an option of the commands that make and appraise it. */
import type { CommandLine } from "../command-line.ts";

/** As REPORT_FORMS of the monitor, which is not loaded for a help text. */
const FORMS = ["mac", "tvm", "pmp"] as const;

export const FORM_OPTION = {
  form: {
    value: "FORM",
    describe: "what vouches for it: mac (default), or an SM2 signature, tvm or pmp (docs/attestation.md)",
  },
} as const;

/** @throws UserError */
export const reportForm = (line: CommandLine): (typeof FORMS)[number] => line.choice("form", FORMS);
