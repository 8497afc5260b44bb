/** The option --without, the same for every command that starts a machine. */
import { UserError } from "../core/user-error.ts";
import { DEFENCE_NAMES } from "../host/defence-names.ts";
import { type CommandLine, choose } from "./command-line.ts";

export const WITHOUT_OPTION = {
  without: {
    value: "DEFENCE",
    isList: true,
    group: "Machine",
    describe: "switch a defence off (atoll attack --list names them); may be repeated",
  },
} as const;

/** Of the bug zoo. */
export const DEFECT_OPTION = {
  defect: {
    value: "ID",
    isList: true,
    group: "Machine",
    describe: "switch a published defect of the monitor on (atoll zoo lists them); may be repeated",
  },
} as const;

/** @returns names of defences that exist. @throws UserError for others */
export function defencesOff(line: CommandLine): readonly string[] {
  const names = line.list("without");
  const unknown = names.find((name) => !DEFENCE_NAMES.includes(name));
  if (unknown !== undefined) throw new UserError(`there is no defence "${unknown}"`, choose(unknown, DEFENCE_NAMES));
  return names;
}
