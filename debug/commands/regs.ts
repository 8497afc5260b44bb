/** `monitor regs`: x0 to x31, pc and privilege of the selected hart, four in a line. */
import { REGISTER_NAMES } from "../../core/operand-role.ts";
import { noMore } from "../command-words.ts";
import { address } from "../hex.ts";
import type { MonitorCommand } from "../monitor-command.ts";
import { PRIVILEGE_NAMES } from "../privilege-names.ts";
import { columns } from "../text-table.ts";

const IN_A_LINE = 4;

export const regs: MonitorCommand = {
  name: "regs",
  usage: "",
  summary: "integer registers, pc and privilege",
  run({ hart }, words) {
    noMore(words, 0);
    const cells = REGISTER_NAMES.map((name, number) => `${name.padEnd(4)} ${address(hart.x[number]!)}`);
    const rows = Array.from({ length: cells.length / IN_A_LINE }, (_, row) =>
      cells.slice(row * IN_A_LINE, (row + 1) * IN_A_LINE),
    );
    return [...columns(rows), `pc   ${address(hart.pc)} in ${PRIVILEGE_NAMES[hart.privilege]}`];
  },
};
