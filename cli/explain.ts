/** `atoll explain`: what an access to a physical address meets while an enclave is alive, and why. */

import { DEFAULT_MONITOR } from "../host/hostings.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import type { CommandLine } from "./command-line.ts";
import { defencesOff, WITHOUT_OPTION } from "./defence-option.ts";
import { MACHINE_OPTIONS, MONITOR_OPTIONS, machineChoice, monitorChoice } from "./machine-options.ts";
import { readProgram } from "./program.ts";
import { parsePa } from "./quantities.ts";

export const explain: Command = {
  name: "explain",
  usage: "ADDRESS [app.elf] [options]",
  summary:
    "Runs the program (or the sample) as an enclave to its first exit, and then says what an access to a physical address\n" +
    "would meet: page-table entry, PMP entry, GPT, owner, the rule, and what would have been legal.",
  operands: { min: 1, max: 2 },
  options: {
    as: { value: "WHO", describe: "host or s (the kernel, default), u (a process of the host), enclave" },
    access: { value: "KIND", describe: "read (default), write or execute" },
    ...MACHINE_OPTIONS,
    ...MONITOR_OPTIONS,
    ...WITHOUT_OPTION,
    ...JSON_OPTION,
  },
  examples: [
    ["explain 0x80000000", "the monitor's memory"],
    ["explain 0x80605000", "the first page of the enclave"],
    ["explain 0x80605000 --as enclave", "the same page, from inside"],
  ],
  notes: "Exit code: 0 if the access would succeed, 1 if not.",
  run: explainCommand,
};

async function explainCommand(line: CommandLine): Promise<number> {
  const [address, path] = line.operands as [string, string | undefined];
  const target = parsePa(address, "the address");
  const subject = line.choice("as", ["host", "s", "u", "enclave"]);
  const access = line.choice("access", ["read", "write", "execute"]);
  const choice = { ...machineChoice(line), ...monitorChoice(line), without: defencesOff(line) };
  const program = readProgram(path);
  const question = { target, subject: subject === "s" ? ("host" as const) : subject, access };
  const isJson = line.flag("json");
  if (choice.monitor !== DEFAULT_MONITOR) {
    const { explainPage } = await import("./explain/explain-page.ts");
    return await explainPage(program, choice.monitor, choice, question, isJson);
  }
  const { explainAccess } = await import("./explain/explain-access.ts");
  return await explainAccess(program, choice, question, isJson);
}
