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
  if (line.has("quantum") && !line.has("harts"))
    throw new UserError(
      "--quantum belongs to --harts: one hart has no turns",
      "say how many harts there are: --harts 2",
    );
  return {
    harts: line.count("harts", 1, MAX_HARTS) ?? 1,
    quantum: line.count("quantum", 1, MAX_QUANTUM) ?? DEFAULT_QUANTUM,
  };
}
