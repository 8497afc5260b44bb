/** Checks of `komodo-riscv` by name, as in ../guards.ts. Komodo reference §3.1. Numbers are never reused: 300 and on. */
import { type Blame, type Denial, defineGuards, type Guard } from "../../kernel/guard.ts";
import { ENOSYS, KOM_ERROR, type KomErrorName } from "../abi.ts";
import type { Finding } from "../call-row.ts";
import { describeOwner } from "../owner.ts";

type Row = readonly [code: number, error: KomErrorName | "ENOSYS", blame: Blame, rule: string];

const GUARDS = {
  UNKNOWN_CALL: [300, "ENOSYS", "host", "a call of the OS has a number of Komodo reference §3.1, table of calls"],
  UNKNOWN_ENCLAVE_CALL: [301, "ENOSYS", "enclave", "an enclave has one call: Exit, 30"],
  PAGES_DIFFER: [302, "INVALID_PAGENO", "host", "address space and L1 table are two pages"],
  PAGE_RANGE: [303, "INVALID_PAGENO", "host", "a secure page is named by its number, 0 to GetPhysPages - 1"],
  INSECURE_RANGE: [304, "INVALID_PAGENO", "host", "a page of insecure memory is named by its number, 0 to 255"],
  PAGE_FREE: [305, "PAGEINUSE", "host", "only a free page can be given to an address space"],
  IS_ADDRSPACE: [306, "INVALID_ADDRSPACE", "host", "the page named as address space is one"],
  IS_TABLE: [307, "INVALID_PAGENO", "host", "the page named as table is one of the level that the call needs"],
  INDEX: [308, "INVALID_MAPPING", "host", "an index is 0 to 511"],
  SLOT_FREE: [309, "ADDRINUSE", "host", "an entry of a table is written once"],
  STILL_INIT: [310, "ALREADY_FINAL", "host", "an address space gets pages and mappings before Finalise and Stop"],
  UNREFERENCED: [311, "PAGEINUSE", "host", "an address space is removed after all of its pages"],
  OWNER_STOPPED: [312, "NOT_STOPPED", "host", "pages are removed after Stop"],
  IS_DISPATCHER: [313, "INVALID_PAGENO", "host", "a thread is named by the page of its dispatcher"],
  OWNER_FINAL: [314, "NOT_FINAL", "host", "threads run after Finalise and before Stop"],
  NOT_ENTERED: [315, "ALREADY_ENTERED", "host", "an interrupted thread goes on with Resume, not with Enter"],
  ENTERED: [316, "NOT_ENTERED", "host", "Resume continues an interrupted thread; others begin with Enter"],
  ENCLAVE_TRAP: [320, "FAULT", "enclave", "a thread that traps other than by its call leaves; Resume tries again"],
  INTEGRITY: [321, "FAULT", "hardware", "memory that fails verification stops the thread or the call that met it"],
  HOST_MEMORY: [322, "FAULT", "hardware", "the simulator backs every page that is written: run fewer enclaves"],
  HOST_TRAP: [323, "INVALID", "host", "a trap of the OS that is not the monitor's goes to its own handler"],
} as const satisfies Record<string, Row>;

export type RiscvGuard = keyof typeof GUARDS;
export type RiscvDenial = Denial<RiscvGuard>;

const names = Object.keys(GUARDS) as RiscvGuard[];
const kernelGuards = names.map((name) => {
  const [code, , blame, rule] = GUARDS[name];
  return [name, [code, blame, rule]] as const;
});
const defined = defineGuards(Object.fromEntries(kernelGuards) as Record<RiscvGuard, Guard>, describeOwner);

export function deny(guard: RiscvGuard, { found, page }: Finding): RiscvDenial {
  const error = GUARDS[guard][1];
  const value = error === "ENOSYS" ? ENOSYS : BigInt(KOM_ERROR[error]);
  return defined.deny(guard, found, { value, ...(page && { page }) });
}
