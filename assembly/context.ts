/** Which TLBs the hart uses now: the data TLB of its effective privilege, the execute TLB of its privilege. */
import { flushExecute } from "./code.ts";
import { EXEC_TLB, EXEC_TLB_STRIDE, HART_EXEC_TLB, HART_PRIV, HART_TLB } from "./layout.ts";
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
}
