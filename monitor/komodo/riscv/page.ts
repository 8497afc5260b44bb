/**
 * What a secure page of `komodo-riscv` is. Komodo reference §3.1. Tables and contents lie in the page itself, in the
 * machine's memory: here stand type and owner, and what the monitor keeps in pages of address spaces and dispatchers.
 */
import type { Hart } from "../../kernel/hart.ts";
import type { Free, PageNr } from "../page.ts";

export type RiscvLife = "init" | "final" | "stopped";

export interface RiscvAddrspace {
  readonly type: "addrspace";
  /** Itself. */
  readonly owner: PageNr;
  readonly l1: PageNr;
  /** Pages that it owns, itself among them: "includes self (starts 2)". */
  readonly refcount: number;
  readonly state: RiscvLife;
}

export interface RiscvDispatcher {
  readonly type: "dispatcher";
  readonly owner: PageNr;
  /** Interrupted or faulted: goes on with Resume. */
  readonly entered: boolean;
  /** "context kept": what the thread goes on with, whether by Enter or by Resume. */
  readonly context: Hart;
}

/** A page table of Sv39, named by its depth from the root; or data. */
export interface RiscvOther {
  readonly type: "l1" | "l2" | "l3" | "data";
  readonly owner: PageNr;
}

export type RiscvPage = Free | RiscvAddrspace | RiscvDispatcher | RiscvOther;
