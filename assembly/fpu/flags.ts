/** Accrued exceptions: flags are set here and cleared by writing fflags only. RISC-V Volume I, 20240411, section 20.2. */
import { HART_FFLAGS } from "../layout.ts";

/** @param flags of FLAG_* (codes.ts), any of them together */
export function raise(flags: u32): void {
  store<u8>(HART_FFLAGS, load<u8>(HART_FFLAGS) | flags);
}
