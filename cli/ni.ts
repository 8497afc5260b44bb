/** `atoll ni`: two-trace tests of a monitor; what was tried, or the shortest trace that shows a leak. */
import { DEFAULT_MONITOR } from "../host/hostings.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import type { CommandLine } from "./command-line.ts";
import { DEFECT_OPTION, defencesOff, WITHOUT_OPTION } from "./defence-option.ts";

const OBSERVERS = ["all", "os", "enclave", "victim"] as const;
const DEFAULT_RUNS = 2000;

export const ni: Command = {
  name: "ni",
  usage: "[options]",
  summary:
    "Runs pairs of systems that differ only in what an observer must not know, with the same hostile calls, and compares all\n" +
    "that it sees. A difference is a leak: it is shortened to the calls that it needs and printed in two columns.",
  operands: { min: 0, max: 0 },
  options: {
    monitor: {
      value: "NAME",
      describe: `a personality, or a file with a monitor of yours (default ${DEFAULT_MONITOR})`,
    },
    observer: {
      value: "WHO",
      describe: "os (C-OS, WT), enclave (C-ENC), victim (KINT, LR) or all (default)",
    },
    runs: { value: "N", describe: `pairs for each property (default ${DEFAULT_RUNS})` },
    seed: { value: "N", describe: "the same seed is the same search (default 0)" },
    on: {
      value: "WHERE",
      describe: "spec (a plain memory, default) or machine (the compiled core)",
    },
    ...WITHOUT_OPTION,
    ...DEFECT_OPTION,
    ...JSON_OPTION,
  },
  examples: [
    ["ni --monitor komodo", "confidentiality and integrity of Komodo"],
    ["ni --monitor komodo --defect E3 --observer os", "the calls that show callee-saved registers of an enclave"],
    ["ni --on machine --runs 500", "penglai-tvm on the real machine"],
    ["ni --monitor ./tiny.ts", "a monitor of your own (docs/tutorials/monitor.md)"],
  ],
  notes:
    "Properties: C-OS and C-ENC confidentiality, KINT integrity of a victim enclave, LR local respect, WT whole traces from\n" +
    "reset, INV the monitor's invariants (docs/noninterference.md).\n" +
    "Exit code: 0 if nothing was found, 1 if something was.",
  run: niCommand,
};

async function niCommand(line: CommandLine): Promise<number> {
  const choice = {
    monitor: line.text("monitor") ?? DEFAULT_MONITOR,
    observer: line.choice("observer", OBSERVERS),
    runs: line.count("runs") ?? DEFAULT_RUNS,
    seed: line.count("seed", 0, 2 ** 31) ?? 0,
    where: line.choice("on", ["spec", "machine"]),
    defects: [...defencesOff(line), ...line.list("defect")],
  };
  const { runSearches } = await import("./ni/searches.ts");
  return await runSearches(choice, line.flag("json"));
}
