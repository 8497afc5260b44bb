/** `monitor harts`: where each hart stands. */
import { noMore } from "../command-words.ts";
import { address } from "../hex.ts";
import type { MonitorCommand } from "../monitor-command.ts";
import { PRIVILEGE_NAMES } from "../privilege-names.ts";
import { hartsOf } from "../subject.ts";
import { columns } from "../text-table.ts";

export const harts: MonitorCommand = {
  name: "harts",
  usage: "",
  summary: "each hart: thread of GDB, privilege, pc",
  run(context, words) {
    noMore(words, 0);
    return columns(
      hartsOf(context).map(({ pc, privilege }, index) => [
        index === context.hartIndex ? "*" : " ",
        `hart ${index}`,
        `thread ${index + 1}`,
        PRIVILEGE_NAMES[privilege],
        address(pc),
      ]),
    );
  },
};
