/**
 * Load-reserved and store-conditional. RISC-V Volume I, 20191213, section 8.2. The reservation is the physical address
 * of the location: not the host's, which changes when a shared page is copied between the two. A trap, a
 * store-conditional and a world switch clear it. With one hart no other store can break it.
 */
import { READ } from "./access.ts";
import { LOAD_ACCESS, LOAD_MISALIGNED } from "./cause.ts";
import { raise } from "./exit.ts";
import { isRam } from "./frames.ts";
import { EXIT_OUT, HART_RESERVATION, WALK_PA } from "./layout.ts";
import { amoMiss, dataPrivilege, loadMiss, permit } from "./mem.ts";

/** Host address of the reserved location, or 0 for a trap or a stop. */
export function reserve(va: i64, size: u32): u32 {
  store<i64>(HART_RESERVATION, 0);
  if (<u32>va & (size - 1)) return raise(LOAD_MISALIGNED, va);
  if (!permit(va, size, READ, dataPrivilege())) return 0;
  if (!isRam(load<i64>(WALK_PA), size)) return raise(LOAD_ACCESS, va);
  const host = loadMiss(va, size);
  if (host) store<i64>(HART_RESERVATION, load<i64>(WALK_PA));
  return host;
}

/** Returns 0 if the store was done, 1 if the reservation is gone, OUT_TRAP or OUT_STOP. */
export function storeConditional(va: i64, size: u32, value: i64): u32 {
  const host = amoMiss(va, size);
  if (!host) return load<u32>(EXIT_OUT);
  const holds = load<i64>(HART_RESERVATION) == load<i64>(WALK_PA);
  store<i64>(HART_RESERVATION, 0);
  if (!holds) return 1;
  if (size == 4) store<u32>(host, <u32>value);
  else store<i64>(host, value);
  return 0;
}
