/** `monitor phys ADDR LEN`: bytes of physical memory, as the chip holds them. */
import { PAGE_SIZE, pa } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { noMore, parseNumber, parsePhysical } from "../command-words.ts";
import { readPhysical } from "../guest-memory.ts";
import { address, toHex } from "../hex.ts";
import type { MonitorCommand } from "../monitor-command.ts";
import { isRam } from "../page-walk.ts";

const MOST = PAGE_SIZE;
const IN_A_LINE = 16;

export const phys: MonitorCommand = {
  name: "phys",
  usage: "ADDR [LEN]",
  summary: "bytes of physical memory, at most 4096 (default 64)",
  run({ machine }, words) {
    noMore(words, 2);
    const first = parsePhysical(words[0]);
    const byteLen = Number(parseNumber(words[1] ?? "64", "a length"));
    if (byteLen === 0 || byteLen > MOST)
      throw new UserError(`${words[1]} bytes cannot be shown at once`, `ask for 1 to ${MOST}`);
    if (!isRam(machine.memory, first) || !isRam(machine.memory, first + byteLen - 1))
      throw new UserError(`${address(first)} to ${address(first + byteLen - 1)} is not RAM`, ramRange(machine));
    return Array.from({ length: Math.ceil(byteLen / IN_A_LINE) }, (_, line) => {
      const at = first + line * IN_A_LINE;
      const bytes = Array.from({ length: Math.min(IN_A_LINE, first + byteLen - at) }, (_, i) =>
        readPhysical(machine.memory, pa(at + i), 1),
      );
      const letters = bytes.map(([byte = 0]) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."));
      return `${address(at)}  ${bytes
        .map(toHex)
        .join(" ")
        .padEnd(3 * IN_A_LINE - 1)}  ${letters.join("")}`;
    });
  },
};

const ramRange = ({ ramBase, ramSize }: { readonly ramBase: number; readonly ramSize: number }): string =>
  `RAM is ${address(ramBase)} to ${address(ramBase + ramSize - 1)}`;
