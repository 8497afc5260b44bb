/**
 * An ecall of S-mode for another extension than Penglai's own: base and timer as kernel/sbi.ts has them, nothing else.
 */
import { A0, A1, A6, A7 } from "../../core/registers.ts";
import { hex } from "../kernel/page-owner.ts";
import { answerSbi, SBI_NOT_SUPPORTED } from "../kernel/sbi.ts";
import { deny } from "./guards.ts";
import type { HostCall, Outcome } from "./outcome.ts";

/** `a7` of Penglai's host calls (Penglai reference §6.1); its functions are those of step.ts. */
export const PENGLAI_HOST = 0x100100n;

export function standardSbi(call: HostCall): Outcome {
  const { state, hart } = call;
  const answer = answerSbi(hart, [PENGLAI_HOST]);
  if (answer !== undefined) return { state, effects: answer.effects, next: { kind: "advance", writes: answer.writes } };
  const writes = [
    [A0, SBI_NOT_SUPPORTED],
    [A1, 0n],
  ] as const;
  const found = `extension ${hex(hart.x[A7]!)}, function ${hart.x[A6]!}`;
  return {
    state,
    effects: [],
    next: { kind: "advance", writes },
    value: SBI_NOT_SUPPORTED,
    denial: deny("UNKNOWN_EXTENSION", found, { value: SBI_NOT_SUPPORTED }),
  };
}
