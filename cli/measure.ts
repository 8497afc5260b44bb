/** `atoll measure`: what the monitor will measure, computed offline; with --diff, what makes two programs differ. */
import { UserError } from "../core/user-error.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import type { CommandLine } from "./command-line.ts";
import { readProgram } from "./program.ts";

export const measure: Command = {
  name: "measure",
  usage: "[--diff] app.elf [other.elf] [options]",
  summary:
    "Computes the measurement of a program, as an enclave and as a shadow, without running it. It is what the monitor\n" +
    "says at run time, and the reference value for a verifier.",
  operands: { min: 1, max: 2 },
  options: {
    log: { describe: "list what is measured, page by page" },
    diff: { describe: "compare two programs: name the first page or field that differs" },
    profile: { value: "NAME", describe: "atoll (default), penglai-tvm or penglai-pmp" },
    ...JSON_OPTION,
  },
  examples: [
    ["measure app.elf", "both measurements"],
    ["measure app.elf --log", "the page-by-page transcript"],
    ["measure --diff a.elf b.elf", "why two measurements differ"],
  ],
  notes:
    "Profiles: atoll is what penglai-tvm measures here, penglai-pmp what that monitor does, which has no shadows.\n" +
    "penglai-tvm is the published form of the first, with its defects.\n" +
    "Exit code: 0; 1 with --diff if the measurements differ.",
  run: measureCommand,
};

async function measureCommand(line: CommandLine): Promise<number> {
  const profile = line.choice("profile", ["atoll", "penglai-tvm", "penglai-pmp"]);
  const wanted = line.flag("diff") ? 2 : 1;
  if (line.operands.length !== wanted)
    throw new UserError(
      line.flag("diff") ? "--diff compares two programs" : "atoll measure takes one program",
      line.flag("diff")
        ? "write: atoll measure --diff a.elf b.elf"
        : "to compare two: atoll measure --diff a.elf b.elf",
    );
  const programs = line.operands.map((path) => readProgram(path));
  const { diff, printMeasurements } = await import("./measure/offline.ts");
  const [a, b] = programs;
  if (a !== undefined && b !== undefined) return diff(a, b, profile, line.flag("json"));
  if (a !== undefined) printMeasurements(a, profile, { isJson: line.flag("json"), isLog: line.flag("log") });
  return 0;
}
