/**
 * Mistakes that this monitor can be told to make. B numbers are those of Penglai reference §10, which are in the published
 * code; P numbers are ours, of the classes of Komodo reference §4.9, and where the published code has one of them the source
 * says so. The code path that is wrong asks `isOn`.
 *
 * Not here, because this personality has nothing like it: B1 to B7, B9 to B16, B21, B24, B25 (SET_PTE, ownership map, TVM,
 * shadows, relay pages, servers).
 */
import type { Defect, DefectSet } from "../kernel/defect.ts";

const PUBLISHED = "Penglai reference §10";
const mutant = (family: string): string => `Komodo reference §4.9, ${family}`;

export const DEFECTS = {
  B8: {
    what: "pages of the shared windows may be any memory, secure memory of others included",
    source: `${PUBLISHED} B8`,
    killedBy: ["INV", "ACC"],
  },
  B17: {
    what: "a sealing key comes from the device alone: another monitor gets it, and a short key is the beginning of a long one",
    source: `${PUBLISHED} B17, §7`,
    killedBy: ["ATT"],
  },
  B18: {
    what: "floating-point registers are switched on for the enclave and not switched",
    source: `${PUBLISHED} B18`,
    killedBy: ["C-OS", "RREG"],
  },
  B19: { what: "ATTEST answers every process about every enclave", source: `${PUBLISHED} B19`, killedBy: ["REF"] },
  B20: {
    what: "DESTROY does not ask whose enclave it is",
    source: `${PUBLISHED} B20 (there of penglai-tvm)`,
    killedBy: ["REF", "LR"],
  },
  B22: {
    what: "the signing nonce comes from a 32-bit timer: the attestation key can be computed",
    source: `${PUBLISHED} B22`,
    killedBy: ["ATT"],
  },
  B23: { what: "a report overwrites the stored measurement", source: `${PUBLISHED} B23`, killedBy: ["ATT", "REF"] },
  B26: {
    what: "CREATE takes any range for its block, and wipes it when a retry fails",
    source: `${PUBLISHED} B26`,
    killedBy: ["FRAME", "INV"],
  },
  B27: { what: "an enclave may call every SBI extension", source: `${PUBLISHED} B27`, killedBy: ["ACC", "REF"] },
  B28: {
    what: "a fault of an enclave enters the host's handler in the enclave's world, and leaves of S-mode are accepted",
    source: `${PUBLISHED} B28`,
    killedBy: ["C-OS", "INV"],
  },
  B29: {
    what: "STOP and DESTROY change the state of an enclave that runs on another hart",
    source: `${PUBLISHED} B29, §6.9`,
    killedBy: ["INV", "REF"],
  },
  P1: {
    what: "page tables of an enclave may lie outside of its block",
    source: `${PUBLISHED} B8, second half`,
    killedBy: ["INV", "KINT"],
  },
  P2: { what: "a region need not be aligned to its size", source: mutant("A2"), killedBy: ["INV", "ACC"] },
  P3: { what: "a region may overlap another", source: mutant("A4"), killedBy: ["INV"] },
  P4: { what: "a region may cover the monitor", source: mutant("A9"), killedBy: ["INV"] },
  P5: {
    what: "of a range that the host passes only the first page is checked",
    source: mutant("A5"),
    killedBy: ["FRAME", "KINT"],
  },
  P6: {
    what: "an enclave's id is cut to 32 bits",
    source: `${mutant("A3")}; so in the published code`,
    killedBy: ["REF"],
  },
  P7: {
    what: "the size of ALLOC_ENCLAVE_MM is cut to 32 bits",
    source: `${mutant("A3")}; so in the published code, from 2 GiB on`,
    killedBy: ["REF"],
  },
  P8: {
    what: "a page that an enclave shares with the host may become secure",
    source: mutant("A9"),
    killedBy: ["INV"],
  },
  P9: { what: "memory of an enclave that ends is not wiped", source: mutant("D1"), killedBy: ["C-OS", "REF"] },
  P10: { what: "CREATE leaves the kernel's grant open", source: mutant("PMP plan"), killedBy: ["INV", "ACC"] },
  P11: {
    what: "the region of an enclave stays open while the host runs",
    source: mutant("PMP plan"),
    killedBy: ["ACC", "C-OS"],
  },
  P12: {
    what: "the region of an enclave is not opened when it enters",
    source: mutant("PMP plan"),
    killedBy: ["LIVE"],
  },
  P13: { what: "delegation stays the enclave's when the host goes on", source: mutant("E12"), killedBy: ["RREG"] },
  P14: { what: "temporary registers of an enclave reach the host", source: mutant("E2"), killedBy: ["C-OS", "RREG"] },
  P15: { what: "temporary registers of the host reach an enclave", source: mutant("E1"), killedBy: ["KINT", "RREG"] },
  P16: { what: "an ocall is repeated when the enclave goes on", source: mutant("E9"), killedBy: ["LIVE", "RREG"] },
  P17: { what: "the timer that took an enclave's hart is lost", source: mutant("E10"), killedBy: ["LIVE", "RREG"] },
  P18: { what: "the entry point is not measured", source: mutant("M3"), killedBy: ["ATT"] },
  P19: { what: "the shared windows are not measured", source: mutant("M1"), killedBy: ["ATT"] },
  P20: { what: "a report does not bind the nonce", source: mutant("M7"), killedBy: ["ATT"] },
  P21: { what: "every enclave has the same sealing key", source: mutant("M11"), killedBy: ["ATT", "C-ENC"] },
  P22: { what: "the salt does not enter the sealing key", source: mutant("M11"), killedBy: ["REF", "ATT"] },
  P23: { what: "RUN starts an enclave again that has run", source: mutant("L10"), killedBy: ["REF", "KINT"] },
  P24: { what: "RESUME enters an enclave that is stopped", source: mutant("L1"), killedBy: ["REF"] },
  P25: { what: "RUN and RESUME do not ask whose enclave it is", source: mutant("A6"), killedBy: ["REF", "LR"] },
  P26: { what: "a CREATE that is refused keeps the record it took", source: mutant("A16"), killedBy: ["INV", "REF"] },
  P27: { what: "free buddies are not joined", source: mutant("L4"), killedBy: ["INV", "LIVE"] },
  P28: {
    what: "FREE_ENCLAVE_MEM gives a region back in which enclaves live",
    source: `${mutant("L6")}; so in the published code`,
    killedBy: ["INV", "C-OS"],
  },
  P29: {
    what: "FREE_ENCLAVE_MEM takes the rest of memory from the host",
    source: `${mutant("PMP plan")}; so in the published code (flag 3 clears PMP15)`,
    killedBy: ["LIVE", "ACC"],
  },
  P30: { what: "an enclave may map a page twice, its page tables included", source: mutant("A12"), killedBy: ["INV"] },
  P31: {
    what: "GET_KEY writes where the enclave itself may not write",
    source: mutant("A10"),
    killedBy: ["ACC", "REF"],
  },
  P32: { what: "an unknown function of an enclave is its EXIT", source: mutant("A18"), killedBy: ["REF"] },
  P33: { what: "SYS_WRITE shows the host a register of the enclave", source: mutant("E2"), killedBy: ["C-OS"] },
  P34: {
    what: "region n is guarded by the entry of region n - 1",
    source: mutant("PMP plan"),
    killedBy: ["ACC", "C-OS"],
  },
  P36: {
    what: "GET_KEY takes a buffer that crosses a page for physically contiguous",
    source: `${PUBLISHED} B17, B25`,
    killedBy: ["FRAME", "REF"],
  },
  P35: { what: "a fourteenth region is accepted", source: mutant("A2"), killedBy: ["INV", "LIVE"] },
} as const satisfies Record<string, Defect>;

export type DefectId = keyof typeof DEFECTS;

/** Whether the monitor makes this mistake. */
export const isOn = ({ defects }: { readonly defects: DefectSet<DefectId> }, id: DefectId): boolean => defects.has(id);
