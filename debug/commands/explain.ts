/** `monitor explain ADDR`: what each privilege's access would meet, and why. */
import { M_MODE, S_MODE, U_MODE } from "../../core/platform.ts";
import type { Pa } from "../../core/units.ts";
import { monitorOf, noMore, placeOf } from "../command-words.ts";
import { address } from "../hex.ts";
import type { CommandContext, MonitorCommand } from "../monitor-command.ts";
import { describeEntry, isRam } from "../page-walk.ts";
import { type Access, describePmp, matchingEntry } from "../pmp-entries.ts";
import { PRIVILEGE_NAMES } from "../privilege-names.ts";
import { columns } from "../text-table.ts";
import { refusalOf } from "../verdict.ts";

const ACCESSES: readonly Access[] = ["read", "write", "execute"];

export const explain: MonitorCommand = {
  name: "explain",
  usage: "[ADDR]",
  summary:
    "which check would refuse which access, for U-, S- and M-mode, and why; without ADDR: the monitor's last refusal",
  run(context, words) {
    noMore(words, 1);
    if (words.length === 0)
      return [monitorOf(context).lastDenial?.explanation ?? "the monitor has refused nothing yet"];
    const place = placeOf(context, words[0]);
    const verdicts = [U_MODE, S_MODE, M_MODE].flatMap((privilege) =>
      ACCESSES.map((access) => [
        PRIVILEGE_NAMES[privilege],
        access,
        refusalOf(context, place, privilege, access) ?? "succeeds",
      ]),
    );
    return [
      place.ok ? `${words[0]} is physical ${address(place.pa)}` : `${words[0]} leads nowhere: ${place.why}`,
      ...place.entries.map(describeEntry),
      ...(place.ok ? placeLines(context, place.pa) : []),
      ...columns(verdicts),
    ];
  },
};

function placeLines({ machine, hart, monitor }: CommandContext, target: Pa): string[] {
  return [
    `PMP: ${describePmp(matchingEntry(hart, target))}`,
    ...(isRam(machine.memory, target) ? [] : ["it is not RAM: a device answers, or nothing"]),
    ...(monitor === undefined ? [] : [monitor.explain(target).text]),
  ];
}
