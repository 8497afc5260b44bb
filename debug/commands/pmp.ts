/** `monitor pmp`: the entries of the Physical Memory Protection that are on. */
import { M_MODE } from "../../core/platform.ts";
import { noMore } from "../command-words.ts";
import type { DebugHart } from "../debug-hart.ts";
import { address } from "../hex.ts";
import type { MonitorCommand } from "../monitor-command.ts";
import { type PmpEntry, pmpEntries } from "../pmp-entries.ts";
import { isLockedDown, isPermitted } from "../pmp-permission.ts";
import { columns } from "../text-table.ts";

export const pmp: MonitorCommand = {
  name: "pmp",
  usage: "",
  summary: "entries of the physical memory protection: range, permissions, lock",
  run({ hart }, words) {
    noMore(words, 0);
    const entries = pmpEntries(hart).filter(({ mode }) => mode !== "off");
    const rest = `M-mode may ${freedomOf(hart)}, S- and U-mode nothing`;
    if (entries.length === 0) return [`no entry is on: ${rest}`];
    const owners = isLockedDown(hart) ? ["S- and U-mode", "M-mode"] : ["S- and U-mode", "locked: M-mode, too"];
    return [
      ...(isLockedDown(hart) ? ["mseccfg.MML: locked entries are M-mode's; -w-, -wx and locked rwx are shared"] : []),
      ...columns(entries.map((entry) => rowOf(entry, owners[Number(entry.isLocked)]!))),
      `The first entry that matches decides; without one ${rest}.`,
    ];
  },
};

/** What M-mode may do where no entry matches: mseccfg.MMWP takes away everything, MML the right to execute. */
function freedomOf(hart: DebugHart): string {
  const granted = (["read", "write", "execute"] as const).filter((access) =>
    isPermitted(hart, undefined, M_MODE, access),
  );
  return granted.length === 3 ? "do everything" : granted.join(" and ") || "do nothing";
}

function rowOf({ index, mode, from, to, permits }: PmpEntry, owner: string): string[] {
  const letters = (["read", "write", "execute"] as const).map((access, i) =>
    permits.includes(access) ? "rwx"[i] : "-",
  );
  const range = to > from ? `${address(from)} to ${address(to - 1n)}` : "no byte";
  return [String(index), mode, range, letters.join(""), owner];
}
