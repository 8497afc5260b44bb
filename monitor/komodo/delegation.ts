/** What the OS handles itself, under both faces. Komodo reference §3.1, §3.5. */
import * as cause from "../../assembly/cause.ts";

/** What the OS handles itself, as the retrofit delegates it (§3.1); access faults and illegal instructions come here. */
const DELEGATED = [
  cause.FETCH_MISALIGNED,
  cause.BREAKPOINT,
  cause.LOAD_MISALIGNED,
  cause.STORE_MISALIGNED,
  cause.ECALL_FROM_U,
  cause.FETCH_PAGE_FAULT,
  cause.LOAD_PAGE_FAULT,
  cause.STORE_PAGE_FAULT,
];
/** medeleg while the OS runs. */
export const MEDELEG = DELEGATED.reduce((bits, number) => bits | (1n << BigInt(number)), 0n);
