/**
 * The bug zoo of the personality: one switch for each mistake of Komodo reference §4.9 that a monitor of this kind can make,
 * and four of the unverified prototype's (§1.10, ids C). All are off by default. A check is left out or swapped here, by
 * its name in its call's row; everything else asks `isOn` where it goes wrong. Why the others cannot be made here: ABSENT.
 */
import type { Defect, DefectSet, Property } from "../kernel/defect.ts";
import { type RowChange, skip } from "./call-row.ts";

const defect = (
  what: string,
  killedBy: readonly Property[],
  change: RowChange = {},
  section = "§4.9",
): Defect & RowChange => ({
  what,
  source: `Komodo reference ${section}`,
  killedBy,
  ...change,
});

const ALLOCATING = ["InitDispatcher", "InitL2PTable", "MapSecure", "AllocSpare"] as const;

export const KOMODO_DEFECTS = {
  A1: defect("InitAddrspace takes one page for both", ["INV"], skip("PAGES_DIFFER", "InitAddrspace")),
  A2: defect("the page range ends one page late", ["REF"]),
  A3: defect("page numbers are cut to 32 bits before the range check", ["REF"]),
  A4: defect("pages in use are given away again", ["INV"], skip("PAGE_FREE(page)", ...ALLOCATING)),
  A5: defect(
    "InitAddrspace takes an address space page that is in use",
    ["INV"],
    skip("PAGE_FREE(as)", "InitAddrspace"),
  ),
  A6: defect("any page passes for an address space", ["INV"]),
  A7: defect("threads are added after Finalise", ["REF"], skip("NOT_FINAL_YET", "InitDispatcher")),
  A8: defect("pages are mapped after Finalise", ["REF"], skip("STILL_INIT", "MapSecure")),
  A9: defect("memory of the monitor passes for insecure RAM", ["ACC"]),
  A10: defect("contents are copied out of secure pages", ["REF"]),
  A11: defect("a mapping replaces another", ["INV"], skip("VA_FREE", "MapSecure", "MapInsecure", "MapData")),
  A12: defect("MapData maps a data page a second time", ["INV"]),
  A13: defect("the L2 table is linked at the L1 index instead of at twice the index", ["INV"]),
  A14: defect("the mask of the L2 index is one bit short", ["REF"]),
  A15: defect("checks stand in another order", ["REF"], {
    swaps: [
      ["InitL2PTable", "L1_INDEX", "IS_ADDRSPACE"],
      ["Enter", "OWNER_FINAL", "NOT_ENTERED"],
    ],
  }),
  A16: defect("the reference count is raised before the last check", ["INV"]),
  A17: defect("the error of Remove depends on the contents of the page", ["C-OS"]),
  A18: defect("an unknown call is taken for Stop", ["REF"]),
  A19: defect("reserved bits of the mapping word get into the machine's entry", ["INV"]),
  A20: defect("the address of an insecure page wraps at 32 bits where it is checked", ["INV"]),

  L1: defect("Resume runs threads of stopped address spaces", ["REF"], skip("OWNER_FINAL", "Resume")),
  L2: defect("Stop works from FINAL only", ["REF"]),
  L3: defect("any page of a final address space is removed", ["INV"], skip("SPARE_OR_STOPPED", "Remove")),
  L4: defect("Remove does not lower the reference count", ["INV"]),
  L5: defect("Remove lowers the reference count twice", ["INV"]),
  L6: defect("an address space is removed before its pages", ["INV"], skip("UNREFERENCED", "Remove")),
  L7: defect("Enter runs threads of stopped address spaces, whose tables dangle", ["REF"]),
  L8: defect("Finalise works in any state", ["REF"], skip("STILL_INIT", "Finalise")),
  L9: defect("Enter runs threads before Finalise", ["REF"]),
  L10: defect("an interrupted thread can be entered again", ["REF"]),
  L11: defect("a thread that has exited counts as interrupted", ["REF"]),
  L12: defect("a fault is treated as an interrupt", ["REF"]),

  E1: defect("registers of the OS reach the enclave at Enter", ["KINT"]),
  E2: defect("R2 and R3 of the enclave reach the OS", ["C-OS", "RREG"]),
  E3: defect("R4 to R12 of the OS are the enclave's after a run", ["C-OS", "RREG"]),
  E4: defect("floating-point registers are not switched", ["C-OS", "RREG"]),
  E5: defect("the address of a fault is reported to the OS", ["C-OS", "REF"]),
  E6: defect("the cause of a fault is reported to the OS", ["C-OS", "REF"]),
  E7: defect("saved program counter and status change places", ["REF"]),
  E8: defect("the saved program counter is advanced although nothing was committed", ["REF"]),
  E9: defect("the program counter is not advanced behind a call of an enclave", ["LIVE"]),
  E10: defect("a timer interrupt that ends a run never reaches the OS", ["REF"]),
  E11: defect("the OS goes on with the enclave's status bits", ["RREG"]),
  E12: defect("traps stay delegated to the OS inside an enclave", ["ACC"]),
  E14: defect("SUM and MXR of the OS stay set inside an enclave", ["RREG"]),

  D1: defect("MapData does not zero the page", ["C-ENC", "REF"]),
  D2: defect("UnmapData leaves the machine's entry", ["INV"]),
  D3: defect("UnmapData leaves translations", ["ACC"]),
  D4: defect("MapData takes spare pages of other address spaces", ["INV"]),
  D6: defect("AllocSpare gives pages to a stopped address space", ["REF"], skip("NOT_STOPPED", "AllocSpare")),
  D7: defect("MapData maps beyond 1 GiB, where addresses wrap", ["REF"], skip("VA_RANGE", "MapData")),
  D8: defect("a debug call reads secure pages", ["C-OS", "REF"]),

  M1: defect("the mapping word is not measured", ["ATT", "REF"]),
  M2: defect("contents are measured before they are copied", ["ATT", "REF"]),
  M3: defect("the entry point is not measured", ["ATT", "REF"]),
  M4: defect("metadata is measured without padding", ["ATT", "REF"]),
  M6: defect("Attest takes the measurement of an address space of the caller's choice", ["ATT"]),
  M7: defect("data and measurement change places under the MAC", ["ATT", "REF"]),
  M8: defect("VerifyStep2 compares one word", ["ATT"]),
  M10: defect("all threads share one verify stash", ["KINT", "REF"]),
  M12: defect("the attestation key is zero on every machine", ["ATT"]),
  M13: defect("GetRandom repeats itself", ["ATT", "REF"]),

  C1: defect("Enter loads the registers that the thread had last", ["KINT", "REF"], {}, "§1.10 (e)"),
  C2: defect("a fault leaves the thread entered, with stale registers", ["REF"], {}, "§1.10 (f)"),
  C3: defect("every call of an enclave is taken for Exit", ["REF"], {}, "§1.10 (i)"),
  C4: defect("insecure mappings may be executable", ["INV"], {}, "§1.10 (d)"),
} as const satisfies Record<string, Defect & RowChange>;

export type DefectId = keyof typeof KOMODO_DEFECTS;

/** Mistakes of §4.9 that this monitor cannot make, and why. */
export const ABSENT_KOMODO_DEFECTS = {
  L13: "one thread runs at a time: other harts wait for the monitor's lock (step.ts)",
  E13: "enclaves run in U-mode, where satp cannot be written at all; komodo-riscv has the switch",
  E15: "the monitor is not a program of the machine: no interrupt comes while it works",
  E16: "counters are no secret of an enclave's here (docs/not-modelled.md)",
  D5: "Remove of a spare page changes no mapping, since spare pages have none; L3 is the defect of those that have one",
  M5: "the hash is extended as the calls come: there is no list that could be put in order",
  M9: "the monitor's instructions are not timed",
  M11: "the key has one use: Komodo seals nothing",
  M14: "random words come from no device that the OS could read",
  M15: "nothing runs in INIT or after Stop; L1, L7 and L9 switch that off",
  "H1-H18": "mistakes of the machine, not of a monitor: test/privileged holds it to models of PMP and of translation",
  "X1-X12": "mistakes of memory encryption: test/hw-model has its attacks",
} as const;

export const isOn = ({ defects }: { readonly defects: DefectSet<DefectId> }, id: DefectId): boolean =>
  defects.size > 0 && defects.has(id);
