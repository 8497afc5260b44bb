/**
 * How an enclave ended, for people: its exit code, or what went wrong, why, where, and what to do about it. The reason is
 * the monitor's own explanation.
 */
import type { Refusal } from "../../host/enclave.ts";
import type { RunOutcome } from "../../host/hosted.ts";
import { EXIT_REFUSED } from "../failure.ts";
import { formatCount } from "../quantities.ts";
import { faultMend, withCauseName } from "./fault-mend.ts";
import type { Ending } from "./run-result.ts";

/** As `timeout` of GNU coreutils. */
const EXIT_FUEL = 124;

const MENDS: Readonly<Record<string, string>> = {
  UNKNOWN_ENCLAVE_FUNCTION: "call the functions that guest/README.md lists; guest/include/atoll.h declares them",
  UNKNOWN_OCALL: "make the ocalls that guest/README.md lists; guest/include/atoll.h declares them",
  INTEGRITY: "its memory was changed in DRAM: nothing in the program is to blame",
  GPT: "the host's page tables were not where they must be: nothing in the program is to blame",
};

/**
 * A process can hand on 8 bits. What does not fit is cut as a shell cuts it, but a failure never turns into a success: 256
 * becomes 1.
 * @param value what the guest said, 64 bits
 * @returns 0 to 255
 */
export function exitStatus(value: bigint): number {
  const low = Number(BigInt.asUintN(8, value));
  return low === 0 && value !== 0n ? EXIT_REFUSED : low;
}

/** @param path the program, as the user calls it */
export function endingOf(path: string, { end, statistics }: RunOutcome): Ending {
  const { instructions, timer, yield: yields, ocall } = statistics;
  const counts = { instructions, exits: { timer, yield: yields, ocall } };
  switch (end.kind) {
    case "exited":
      return { exitCode: exitStatus(end.value), reason: "exited", ...counts };
    case "killed":
      return {
        exitCode: EXIT_REFUSED,
        reason: "killed",
        ...counts,
        what: `${path}: the monitor destroyed the enclave: ${withCauseName(end.refusal.explanation)}`,
        mend: mendOf(path, end.refusal),
      };
    case "out-of-fuel":
      return { exitCode: EXIT_FUEL, reason: "out of fuel", ...counts, ...outOfFuel(path, instructions) };
    default:
      throw new Error(`an enclave that nobody stopped or destroyed ended as "${end.kind}"`);
  }
}

/**
 * @param instructions that were retired
 * @param cycles of the bare machine, whose fuel they are: a trap costs one and retires nothing
 */
export function outOfFuel(path: string, instructions: number, cycles?: number): { what: string; mend: string } {
  const retired = `${formatCount(instructions)} ${instructions === 1 ? "instruction" : "instructions"}`;
  return {
    what: `${path}: the fuel was used up after ${retired}${cycles === undefined ? "" : ` in ${formatCount(cycles)} cycles`}`,
    mend: "give it more (--fuel N, or none at all), or look with --trace FILE where it goes",
  };
}

/** The refusal of a call that concerns the whole program. */
export const refusedEnding = (path: string, refusal: Refusal): Ending => ({
  exitCode: EXIT_REFUSED,
  reason: "refused",
  instructions: 0,
  what: `${path}: the monitor refused ${refusal.call}: ${refusal.explanation}`,
  mend: mendOf(path, refusal),
});

function mendOf(path: string, { guard = "", explanation }: Refusal): string {
  const mend = guard === "ENCLAVE_FAULT" ? faultMend(path, explanation) : MENDS[guard];
  return mend ?? "change the program or the host so that the rule holds";
}
