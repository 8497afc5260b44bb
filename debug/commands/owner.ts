/** `monitor owner ADDR`: whose page it is. */
import { monitorOf, noMore, physicalOf } from "../command-words.ts";
import { address } from "../hex.ts";
import type { MonitorCommand } from "../monitor-command.ts";

export const owner: MonitorCommand = {
  name: "owner",
  usage: "ADDR",
  summary: "who owns the page of an address, and what follows from it",
  run(context, words) {
    noMore(words, 1);
    const monitor = monitorOf(context);
    const place = physicalOf(context, words[0]);
    return [`${address(place)}: ${monitor.owner(place)}`, monitor.explain(place).text];
  },
};
