/** `monitor pmp`: the entries of the Physical Memory Protection that are on. */
import { noMore } from "../command-words.ts";
import { address } from "../hex.ts";
import type { MonitorCommand } from "../monitor-command.ts";
import { type PmpEntry, pmpEntries } from "../pmp-entries.ts";
import { isLockedDown } from "../pmp-permission.ts";
import { columns } from "../text-table.ts";

export const pmp: MonitorCommand = {
  name: "pmp",
  usage: "",
  summary: "entries of the physical memory protection: range, permissions, lock",
  run({ hart }, words) {
    noMore(words, 0);
    const entries = pmpEntries(hart).filter(({ mode }) => mode !== "off");
    if (entries.length === 0) return ["no entry is on: M-mode may do everything, S- and U-mode nothing"];
    return [
      ...(isLockedDown(hart) ? ["mseccfg.MML: locked entries are M-mode's, the others those of S- and U-mode"] : []),
      ...columns(entries.map(rowOf)),
      "The first entry that matches decides; without one M-mode may do everything, S- and U-mode nothing.",
    ];
  },
};

function rowOf({ index, mode, from, to, permits, isLocked }: PmpEntry): string[] {
  const letters = (["read", "write", "execute"] as const).map((access, i) =>
    permits.includes(access) ? "rwx"[i] : "-",
  );
  const range = to > from ? `${address(from)} to ${address(to - 1n)}` : "no byte";
  return [String(index), mode, range, letters.join(""), isLocked ? "locked: M-mode, too" : "S- and U-mode"];
}
