/** `atoll zoo`: published and possible mistakes of monitors, machine and verifiers, and which detector catches which. */
import { UserError } from "../core/user-error.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import type { CommandLine } from "./command-line.ts";

export const zoo: Command = {
  name: "zoo",
  usage: "[ID...] [options]",
  summary:
    "Lists the mistakes that can be switched on (--defect of atoll run), hunts those that are named with every detector of\n" +
    "their house, or, with --matrix, all of them: which detector catches which mistake, and after how long.",
  operands: { min: 0, max: 64 },
  options: {
    house: { value: "NAME", describe: "penglai-tvm, penglai-pmp, komodo, machine, …: only its mistakes" },
    matrix: { describe: "hunt all of them and print the kill matrix" },
    detector: { value: "NAME", isList: true, describe: "only this detector; may be repeated" },
    effort: { value: "N", describe: "multiply every detector's budget (default 1)" },
    seed: { value: "N", describe: "of the hunts (default 1)" },
    ...JSON_OPTION,
  },
  examples: [
    ["zoo", "the catalogue"],
    ["zoo --house komodo", "Komodo's part of it"],
    ["zoo komodo:A11", "one mistake, and the calls that show it"],
    ["zoo --matrix --house penglai-pmp", "its kill matrix"],
  ],
  notes: "Exit code: 0; 1 if a mistake survives every detector; 2 for a mistake that there is not.",
  run: zooCommand,
};

async function zooCommand(line: CommandLine): Promise<number> {
  const { checkDetectors, housesNamed, inmatesNamed } = await import("./zoo/choice.ts");
  const houses = await housesNamed(line.text("house"));
  const isJson = line.flag("json");
  if (line.operands.length === 0 && !line.flag("matrix")) {
    const { printCatalogue } = await import("./zoo/print.ts");
    printCatalogue(houses, isJson);
    return 0;
  }
  if (line.operands.length > 0 && line.flag("matrix"))
    throw new UserError("--matrix hunts all of them", "leave out the ids, or --matrix");
  const inmates = inmatesNamed(houses, line.operands);
  checkDetectors(inmates, line.list("detector"));
  const { hunt } = await import("./zoo/hunt.ts");
  return await hunt(inmates, {
    seed: Number(line.u64("seed") ?? 1n),
    effort: line.count("effort") ?? 1,
    detectors: line.list("detector"),
    isMatrix: line.flag("matrix"),
    isJson,
  });
}
