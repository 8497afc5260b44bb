/** Options for harts: with --firmware all of them start at the entry, else enclaves run on them side by side. */
import { MAX_HARTS } from "../assembly/layout.ts";
import { DEFAULT_QUANTUM, MAX_QUANTUM } from "../core/machine.ts";
import { UserError } from "../core/user-error.ts";
import type { CommandLine } from "./command-line.ts";
import { formatCount } from "./quantities.ts";

const group = "Machine";

export const HART_OPTIONS = {
  harts: { value: "N", group, describe: `how many harts, 1 to ${MAX_HARTS} (default 1)` },
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

/** @throws UserError for a number of harts, or turns, that the machine cannot have */
export function hartChoice(line: CommandLine): HartChoice {
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
