/** `monitor gpt`: the Guarded Page Table's mode and bounds. */
import { noMore } from "../command-words.ts";
import { address } from "../hex.ts";
import type { MonitorCommand } from "../monitor-command.ts";

export const gpt: MonitorCommand = {
  name: "gpt",
  usage: "",
  summary: "mode and areas of the Guarded Page Table",
  run({ machine, system }, words) {
    noMore(words, 0);
    const { mode } = machine.gpt;
    const area = system?.monitor.state.areas?.ptArea;
    const where = area === undefined ? "nowhere yet" : `${address(area.pa)} to ${address(area.pa + area.byteLen - 1)}`;
    const host = `the host's page tables lie ${area === undefined ? where : `in ${where}`}`;
    if (mode === "off" && system === undefined) return ["off: tables may lie anywhere"];
    if (mode !== "paper") return [`${host}; the monitor, PMP and mstatus.TVM see to it, the walker does not check`];
    const { hptBase, pmdBase, pteBase, end, enclaveMode } = machine.gpt;
    return [
      `${host}; the walker takes them from nowhere else`,
      `PGD ${address(hptBase)}  PMD ${address(pmdBase)}  PTE ${address(pteBase)}  end ${address(end)}`,
      enclaveMode ? "an enclave has the hart: its own tables are not checked" : "the host has the hart: checked",
    ];
  },
};
