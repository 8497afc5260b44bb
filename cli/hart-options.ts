/** Options for harts, which only firmware brings to life: the monitor of an enclave runs on one. */
import { MAX_HARTS } from "../assembly/layout.ts";
import { DEFAULT_QUANTUM, MAX_QUANTUM } from "../core/machine.ts";
import { UserError } from "../core/user-error.ts";
import type { CommandLine } from "./command-line.ts";
import { formatCount } from "./quantities.ts";

const group = "Machine";

export const HART_OPTIONS = {
  harts: { value: "N", group, describe: `with --firmware: how many harts, 1 to ${MAX_HARTS} (default 1)` },
  quantum: {
    value: "N",
    group,
    describe: `with --harts: cycles that a hart runs before the next has its turn (default ${formatCount(DEFAULT_QUANTUM)})`,
  },
} as const;

export interface HartChoice {
  readonly harts: number;
  readonly quantum: number;
}

/** @throws UserError for harts without firmware, or a number of them that the machine cannot have */
export function hartChoice(line: CommandLine): HartChoice {
  const unheard = Object.keys(HART_OPTIONS).find((option) => line.has(option));
  if (unheard !== undefined && !line.flag("firmware"))
    throw new UserError(`--${unheard} means nothing to an enclave`, "run firmware with it: add --firmware");
  const harts = line.count("harts") ?? 1;
  if (harts > MAX_HARTS)
    throw new UserError(`a machine cannot have ${harts} harts`, `choose 1 to ${MAX_HARTS}: --harts 4`);
  const quantum = line.count("quantum") ?? DEFAULT_QUANTUM;
  if (quantum > MAX_QUANTUM)
    throw new UserError(
      `a turn cannot last ${formatCount(quantum)} cycles`,
      `choose 1 to ${formatCount(MAX_QUANTUM)} cycles: --quantum ${DEFAULT_QUANTUM}`,
    );
  return { harts, quantum };
}
