/** Which TLBs the hart uses now: the data TLB of its effective privilege, the execute TLB of its privilege. */
import { flushExecute } from "./code.ts";
import {
  EXEC_TLB,
  EXEC_TLB_STRIDE,
  HART_EXEC_TLB,
  HART_PRIV,
  HART_TLB,
  TLB_DUE,
  TURN_HART,
  TURN_HARTS,
} from "./layout.ts";
import { contextOf, dataPrivilege } from "./mem.ts";
import { flushData, tableOf } from "./tlb.ts";

/** After a change of privilege, MPRV or MPP. */
export function selectContext(): void {
  store<u32>(HART_TLB, tableOf(contextOf(dataPrivilege())));
  store<u32>(HART_EXEC_TLB, EXEC_TLB + load<u32>(HART_PRIV) * EXEC_TLB_STRIDE);
}

/** After a change of what addresses mean: satp, PMP, GPT registers, sfence.vma, physical memory under a mapping. */
export function flushAll(): void {
  flushData();
  flushExecute();
  store<u32>(TLB_DUE, 0);
}

/**
 * `sfence.vma` by M-mode software in TypeScript, for the hart in HART alone: harts share the TLBs, so what others have
 * filled goes when this one executes next, and until then is theirs to use. A monitor that forgets them (Penglai reference
 * §10 B11) leaves them a stale translation, as it would on silicon.
 */
export function flushHart(): void {
  if (load<u32>(TURN_HARTS) == 1) flushAll();
  else store<u32>(TLB_DUE, load<u32>(TLB_DUE) | (1 << load<u32>(TURN_HART)));
}

/** Before the hart in HART executes, or the host fetches as it would. */
export function flushIfDue(): void {
  if (load<u32>(TLB_DUE) & (1 << load<u32>(TURN_HART))) flushAll();
}
