/** `atoll attack`: the attacks of the catalogue against the sample, and what becomes of each. */
import { UserError } from "../core/user-error.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import { type CommandLine, choose } from "./command-line.ts";
import { defencesOff, WITHOUT_OPTION } from "./defence-option.ts";

export const attack: Command = {
  name: "attack",
  usage: "[NAME...] [options]",
  summary:
    "Attacks the sample as a hostile kernel, a hostile enclave, a probe on the DRAM bus and a neighbour on the cache, and\n" +
    "says which check caught each attack and when. With --without the same attack gets through.",
  operands: { min: 0, max: Number.POSITIVE_INFINITY },
  options: {
    list: { describe: "list the attacks and the defences against them" },
    ...WITHOUT_OPTION,
    seed: { value: "N", group: "Machine", describe: "device keys and random numbers come from it (default 0)" },
    ...JSON_OPTION,
  },
  examples: [
    ["attack", "all of them"],
    ["attack replay-mac --without counter", "what the counter is for"],
    ["attack --list", "names, and which defence stops what"],
  ],
  notes: "Exit code: 0 if every attack was caught, 1 if one succeeded.",
  run: attackCommand,
};

async function attackCommand(line: CommandLine): Promise<number> {
  const without = defencesOff(line);
  const seed = line.u64("seed") ?? 0n;
  const { ATTACKS } = await import("../host/attack-catalogue.ts");
  const names = ATTACKS.map(({ name }) => name);
  const unknown = line.operands.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UserError(`there is no attack "${unknown}"`, choose(unknown, names));
  const chosen = line.operands.length === 0 ? ATTACKS : ATTACKS.filter(({ name }) => line.operands.includes(name));
  const { printCatalogue, runAttacks } = await import("./attack/table.ts");
  if (!line.flag("list")) return await runAttacks(chosen, { without, seed }, line.flag("json"));
  printCatalogue(chosen, line.flag("json"));
  return 0;
}
