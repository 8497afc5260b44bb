/**
 * Every check of the personality `komodo`, by name: a stable number, the error of Komodo reference §1.5 that the caller
 * reads, who is to blame, and the rule. Several guards share one error: the Denial keeps what the error hides.
 *
 * Numbers are never reused: 200… arguments, 210… page ownership, 220… life cycle, 230… mappings, 240… threads, 250… calls
 * of an enclave, 260… the end of a run.
 */
import { type Blame, type Denial, defineGuards, type Guard } from "../kernel/guard.ts";
import { KOM_ERROR, type KomErrorName } from "./abi.ts";
import type { Finding } from "./call-row.ts";
import { describeOwner } from "./owner.ts";

type Row = readonly [code: number, error: KomErrorName, blame: Blame, rule: string];

const GUARDS = {
  UNKNOWN_CALL: [200, "INVALID", "host", "a call of the OS has a number of Komodo reference §1.6"],
  UNKNOWN_ENCLAVE_CALL: [201, "INVALID", "enclave", "a call of an enclave has a number of Komodo reference §1.7"],
  PAGE_RANGE: [202, "INVALID_PAGENO", "host", "a secure page is named by its number, 0 to GetPhysPages - 1"],
  PAGES_DIFFER: [203, "INVALID_PAGENO", "host", "address space and L1 table are two pages"],
  L1_ALIGNED: [204, "INVALID_PAGENO", "host", "the number of an L1 table's page is a multiple of 4 (16 KiB alignment)"],
  SOURCE_INSECURE: [205, "INVALID_PAGENO", "host", "contents come from a page of insecure RAM, or are zeros: page 0"],
  TARGET_INSECURE: [206, "INVALID_PAGENO", "host", "what an enclave shares with the OS is a page of insecure RAM"],

  PAGE_FREE: [210, "PAGEINUSE", "host", "only a free page can be given to an address space"],
  IS_ADDRSPACE: [211, "INVALID_ADDRSPACE", "host", "the page named as address space is one"],
  UNREFERENCED: [212, "PAGEINUSE", "host", "an address space is removed after all of its pages"],

  NOT_STOPPED: [220, "STOPPED", "host", "a stopped address space gets no more pages"],
  NOT_FINAL_YET: [221, "ALREADY_FINAL", "host", "after Finalise an address space gets spare pages only"],
  STILL_INIT: [222, "ALREADY_FINAL", "host", "the OS maps pages and finalises before Finalise and Stop"],
  BUILT: [223, "NOT_STOPPED", "host", "pages of an address space that is being built are removed after Stop"],
  SPARE_OR_STOPPED: [224, "NOT_STOPPED", "host", "of a final address space only spare pages are removed"],
  STOP_FROM_FINAL: [225, "NOT_FINAL", "host", "defect L2: Stop is taken for the end of FINAL alone"],

  L1_INDEX: [230, "INVALID_MAPPING", "host", "an L1 index is 0 to 255"],
  L1_SLOT_FREE: [231, "ADDRINUSE", "host", "an L1 slot takes one L2 table, once"],
  READABLE: [232, "INVALID_MAPPING", "host", "every mapping is readable: bit 0 of the mapping word"],
  VA_RANGE: [233, "INVALID_MAPPING", "host", "an enclave's addresses are below 1 GiB"],
  HAS_L2: [234, "INVALID_MAPPING", "host", "the L2 table of an address is made before the address is mapped"],
  VA_FREE: [235, "INVALID_MAPPING", "host", "an address is mapped once"],

  IS_DISPATCHER: [240, "INVALID_PAGENO", "host", "a thread is named by the page of its dispatcher"],
  OWNER_FINAL: [241, "NOT_FINAL", "host", "threads run after Finalise and before Stop"],
  NOT_ENTERED: [242, "ALREADY_ENTERED", "host", "an interrupted thread goes on with Resume, not with Enter"],
  ENTERED: [243, "NOT_ENTERED", "host", "Resume continues an interrupted thread; others begin with Enter"],

  OWN_SPARE: [250, "INVALID_PAGENO", "enclave", "an enclave maps pages that the OS gave it as spare"],
  OWN_DATA: [251, "INVALID_PAGENO", "enclave", "an enclave unmaps data pages of its own"],
  MAPPED_THERE: [252, "INVALID_MAPPING", "enclave", "UnmapData names the address at which the page is mapped"],

  INTEGRITY: [253, "FAULT", "hardware", "memory that fails verification ends the thread or the call that met it"],
  HOST_MEMORY: [
    254,
    "FAULT",
    "hardware",
    "the simulator backs every page that is written: run fewer enclaves, or smaller ones",
  ],
  HOST_TRAP: [255, "INVALID", "host", "a trap of the OS that is not the monitor's goes to its own handler"],

  ENCLAVE_FAULT: [260, "FAULT", "enclave", "a thread that traps other than by a call or an interrupt ends (§1.8)"],
} as const satisfies Record<string, Row>;

export type KomodoGuard = keyof typeof GUARDS;

/** A refused call; `value` is the error of Komodo reference §1.5 that the caller reads. */
export type KomodoDenial = Denial<KomodoGuard>;

const names = Object.keys(GUARDS) as KomodoGuard[];
const kernelGuards = names.map((name) => {
  const [code, , blame, rule] = GUARDS[name];
  return [name, [code, blame, rule]] as const;
});
const defined = defineGuards(Object.fromEntries(kernelGuards) as Record<KomodoGuard, Guard>, describeOwner);

export const deny = (guard: KomodoGuard, { found, page }: Finding): KomodoDenial =>
  defined.deny(guard, found, { value: BigInt(errorOf(guard)), ...(page && { page }) });

/** The error that a guard answers with. */
const errorOf = (guard: KomodoGuard): number => KOM_ERROR[GUARDS[guard][1]];
