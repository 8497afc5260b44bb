/** Ecalls of the host for another extension than Penglai's: standard SBI (kernel/sbi.ts), or nothing. */
import { A6, A7 } from "../../core/registers.ts";
import { hex } from "../kernel/page-owner.ts";
import { NOT_SUPPORTED, standardSbi, unknownExtension } from "../kernel/sbi.ts";
import { deny } from "./guards.ts";
import type { HostCall, Outcome } from "./outcome.ts";

/** `a7` of Penglai's host calls (Penglai reference §6.1); its functions are those of step.ts. */
export const PENGLAI_HOST = 0x100100n;

/** An ecall of S-mode for another extension than Penglai's. */
export function otherExtension({ state, hart }: HostCall): Outcome {
  const found = `extension ${hex(hart.x[A7]!)}, function ${hart.x[A6]}`;
  return (
    standardSbi(state, hart, [PENGLAI_HOST]) ?? {
      ...unknownExtension(state),
      denial: deny("UNKNOWN_EXTENSION", found, { value: NOT_SUPPORTED }),
    }
  );
}
