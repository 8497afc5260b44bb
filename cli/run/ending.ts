/**
 * How an enclave ended, for people: its exit code, or what went wrong, why, where, and what to do about it. The reason is
 * the monitor's own explanation.
 */
import type { Refusal } from "../../host/enclave.ts";
import type { RunOutcome } from "../../host/enclave-host.ts";
import { EXIT_REFUSED } from "../failure.ts";
import { formatCount } from "../quantities.ts";
import type { Ending } from "./run-result.ts";

/** As `timeout` of GNU coreutils. */
const EXIT_FUEL = 124;

const MENDS: Readonly<Record<string, string>> = {
  UNKNOWN_ENCLAVE_FUNCTION: "call the functions that guest/README.md lists; guest/include/atoll.h declares them",
  UNKNOWN_OCALL: "make the ocalls that guest/README.md lists; guest/include/atoll.h declares them",
  INTEGRITY: "its memory was changed in DRAM: nothing in the program is to blame",
  GPT: "the host's page tables were not where they must be: nothing in the program is to blame",
};

/** @param path the program, as the user calls it */
export function endingOf(path: string, { end, exitCode, statistics }: RunOutcome): Ending {
  const { instructions, timer, yield: yields, ocall } = statistics;
  const counts = { instructions, exits: { timer, yield: yields, ocall } };
  switch (end.kind) {
    case "exited":
      return { exitCode: exitCode ?? 0, reason: "exited", ...counts };
    case "killed":
      return {
        exitCode: EXIT_REFUSED,
        reason: "killed",
        ...counts,
        what: `${path}: the monitor destroyed the enclave: ${end.refusal.explanation}`,
        mend: mendOf(path, end.refusal),
      };
    case "out-of-fuel":
      return { exitCode: EXIT_FUEL, reason: "out of fuel", ...counts, ...outOfFuel(path, instructions) };
    default:
      throw new Error(`an enclave that nobody stopped or destroyed ended as "${end.kind}"`);
  }
}

/** @param instructions that were retired */
export const outOfFuel = (path: string, instructions: number): { what: string; mend: string } => ({
  what: `${path}: the fuel was used up after ${formatCount(instructions)} instructions`,
  mend: "give it more: --fuel N, or none at all",
});

/** The refusal of a call that concerns the whole program. */
export const refusedEnding = (path: string, refusal: Refusal): Ending => ({
  exitCode: EXIT_REFUSED,
  reason: "refused",
  instructions: 0,
  what: `${path}: the monitor refused ${refusal.call}: ${refusal.explanation}`,
  mend: mendOf(path, refusal),
});

function mendOf(path: string, { guard = "", explanation }: Refusal): string {
  const pc = /cause \d+ at (0x[0-9a-f]+)/.exec(explanation)?.[1];
  if (guard === "ENCLAVE_FAULT" && pc !== undefined)
    return `look at the instruction: atoll disasm ${path} --start ${pc} --count 1`;
  return MENDS[guard] ?? "change the program or the host so that the rule holds";
}
