/** Accrued exceptions: flags are set here and cleared by writing fflags only. RISC-V Volume I, 20240411, section 20.2. */
import { FPU_SLOW, HART_FFLAGS } from "../layout.ts";
import { FLAG_NX } from "./codes.ts";

/** @param flags of FLAG_* (codes.ts), any of them together */
export function raise(flags: u32): void {
  store<u8>(HART_FFLAGS, load<u8>(HART_FFLAGS) | flags);
}

/** Whether NX stands, so that one more inexact result changes nothing. */
export function isInexactRaised(): bool {
  return (load<u8>(HART_FFLAGS) & FLAG_NX) != 0;
}

/** Notes that the host's arithmetic would not do (fast-*.ts): for tests and for whoever asks why a program is slow. */
export function countSlow(): void {
  store<u32>(FPU_SLOW, load<u32>(FPU_SLOW) + 1);
}
