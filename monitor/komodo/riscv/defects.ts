/**
 * The bug zoo of `komodo-riscv`: mistakes of Komodo reference §4.9 that this face can make, under the same ids as in
 * ../defects.ts, and two of the published retrofit's own (ids S), which are mended here.
 */
import type { Defect, DefectSet, Property } from "../../kernel/defect.ts";
import { type RowChange, skip } from "../call-row.ts";

const defect = (
  what: string,
  killedBy: readonly Property[],
  change: RowChange = {},
  section = "§4.9",
): Defect & RowChange => ({ what, source: `Komodo reference ${section}`, killedBy, ...change });

const ALLOCATING = ["InitDispatcher", "InitL2PTable", "InitL3PTable", "MapSecure"] as const;

export const KOMODO_RISCV_DEFECTS = {
  A1: defect("InitAddrspace takes one page for both", ["INV"], skip("PAGES_DIFFER", "InitAddrspace")),
  A3: defect("page numbers are cut to 32 bits before the range check", ["REF"]),
  A4: defect("pages in use are given away again", ["INV"], skip("PAGE_FREE(page)", ...ALLOCATING)),
  A5: defect(
    "InitAddrspace takes an address space page that is in use",
    ["INV"],
    skip("PAGE_FREE(as)", "InitAddrspace"),
  ),
  A7: defect("threads are added after Finalise", ["REF"], skip("STILL_INIT", "InitDispatcher")),
  A8: defect("pages are mapped after Finalise", ["REF"], skip("STILL_INIT", "MapSecure")),
  A9: defect("any page of RAM passes for insecure memory", ["INV", "ACC"]),
  A11: defect("a mapping replaces another", ["INV"], skip("SLOT_FREE", "MapSecure", "MapInsecure")),
  A13: defect("an index of 512 and more passes and names a slot of another page", ["REF"]),
  A15: defect("the page is looked at before the slot", ["REF"], {
    swaps: [["MapSecure", "SLOT_FREE", "PAGE_RANGE(page)"]],
  }),
  A18: defect("an unknown call is taken for Stop", ["REF"]),
  A19: defect("all bits of the permission word get into the machine's entry", ["INV"]),

  L1: defect("Resume runs threads of stopped address spaces", ["REF"], skip("OWNER_FINAL", "Resume")),
  L3: defect("pages are removed before Stop", ["INV"], skip("OWNER_STOPPED", "Remove")),
  L4: defect("Remove does not lower the reference count", ["INV"]),
  L6: defect("an address space is removed before its pages", ["INV"], skip("UNREFERENCED", "Remove")),
  L8: defect("Finalise works in any state", ["REF"], skip("STILL_INIT", "Finalise")),
  L9: defect("Enter runs threads before Finalise", ["REF"]),
  L10: defect("an interrupted thread can be entered again", ["REF"]),
  L11: defect("a thread that has exited counts as interrupted", ["REF"]),

  E3: defect("s2 to s6 of the OS are the enclave's after a run", ["C-OS", "RREG"]),
  E4: defect("floating-point registers are not switched", ["C-OS", "RREG"]),
  E9: defect("the program counter is not advanced behind Exit", ["LIVE", "REF"]),
  E10: defect("a timer interrupt that ends a run never reaches the OS", ["REF"]),
  E12: defect("traps stay delegated inside an enclave", ["ACC", "REF"]),
  E13: defect("mstatus.TVM is not set inside an enclave, which may write satp", ["ACC", "C-ENC"]),
  E14: defect("SUM and MXR of the OS stay set inside an enclave", ["RREG"]),
  D1: defect("a page keeps what an earlier owner left in it", ["C-ENC", "REF"]),

  S1: defect(
    "floating-point state belongs to nobody: an enclave sees the OS's and leaves its own",
    ["C-OS", "KINT"],
    {},
    "§3.1",
  ),
  S2: defect(
    "an enclave's interrupts are off after its first run, as sie is read back without delegation",
    ["LIVE"],
    {},
    "§3.1",
  ),
} as const satisfies Record<string, Defect & RowChange>;

/** Mistakes of §4.9 that this face cannot make, or that are the same as another switch here, and why. */
export const ABSENT_KOMODO_RISCV_DEFECTS = {
  "A2, A14, A20": "range, mask and product stand in one comparison with a number of pages; A3, A9 and A13 break those",
  A6: "the address space of most calls is the owner of a table that was checked, never a number of the caller's",
  A10: "sources are numbers of insecure pages; A9 lets them name others",
  A12: "a data page is mapped when it is given, and no call maps it again; A11 has two entries lose one",
  "A16, A17": "a refusal is a value without a state, as in ../refusal.ts, which has both switches",
  "L2, L5, L7":
    "Stop, the count and the state of the owner are the same checks as in ../defects.ts, with the same switches there",
  L12: "faults keep their context here, as the published retrofit does",
  L13: "one thread runs at a time: other harts wait for the monitor's lock (step.ts)",
  "E1, E2": "Enter and Exit keep the thread's registers, as published; E3 mixes those of the OS with them",
  "E5, E6":
    "the cause of a fault is reported, as published; its address stays in registers that only the monitor reads",
  "E7, E8": "the context is one value; E9 has its program counter wrong",
  E11: "sstatus is part of the registers that a switch loads as a whole; E14 mixes it",
  "E15, E16": "as ../defects.ts says",
  "D2-D8": "no dynamic memory",
  "M1-M15": "no measurement, attestation or random words",
} as const;

export type RiscvDefectId = keyof typeof KOMODO_RISCV_DEFECTS;

export const isOn = ({ defects }: { readonly defects: DefectSet<RiscvDefectId> }, id: RiscvDefectId): boolean =>
  defects.size > 0 && defects.has(id);
