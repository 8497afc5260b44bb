/**
 * Mistakes that nobody published of Penglai-TVM and that a monitor of its kind may have: the classes A (arguments), L (life
 * cycle), E (world switch), D (dynamic memory), M (measurement) and X (page tables) of Komodo reference §4.9, where
 * Penglai has the same thing to get wrong. Where the published code does so without a number in §10, the source says it.
 */
import type { Defect, Property } from "../../kernel/defect.ts";

const ours = (what: string, ...killedBy: readonly Property[]): Defect => ({
  what,
  source: "ours, after Komodo reference §4.9",
  killedBy,
});
const unnumbered = (section: string, what: string, ...killedBy: readonly Property[]): Defect => ({
  what,
  source: `Penglai reference ${section}`,
  killedBy,
});

export const OURS = {
  // Arguments
  T1: ours("only the first page of a range has to be the host's", "INV", "REF"),
  T2: ours("lengths are cut to 32 bits before they are checked", "REF"),
  T3: ours("lengths need not be multiples of their unit", "REF"),
  T4: ours("SM_INIT may be called again", "INV", "REF"),
  T5: ours("pt_area and mbitmap may overlap", "REF"),
  T6: unnumbered("§2.2", "SM_INIT writes its flag wherever the host says", "REF", "FRAME"),

  // Page tables of the host, satp
  T7: unnumbered("§2.2", "the audit of PT_AREA_SEPARATION does not look at leaves", "INV", "REF"),
  T8: ours("PT_AREA_SEPARATION may be called again, with other bounds", "INV", "REF"),
  T9: unnumbered("§2.2", "the upper bound of a sub-area belongs to it", "INV", "REF"),
  T10: ours("a leaf of 1 GiB may stand in the PGD sub-area, whatever it maps", "INV", "REF"),
  T11: unnumbered("§2.2", "MAP_PTE writes its 512 leaves to any page", "REF", "FRAME"),
  T12: ours("the host may switch translation off", "REF", "INV"),
  T13: ours("the first page of the PMD sub-area passes for a root table", "REF"),

  // Pages that change hands
  T14: ours("a page that an enclave shares with the host may become private", "INV", "REF"),
  T15: ours("no flush of the TLB after the host's entries are cleared", "WT"),
  T16: ours("entries of the host stay valid when their pages become private", "INV", "REF"),
  T17: ours("pages become private while the host runs untranslated", "REF", "INV"),
  T18: ours("the last page of a block is public again unwiped", "C-OS", "REF"),
  T19: ours("the host's entries do not come back with its pages", "REF", "LIVE"),
  T20: ours("entries that the host rewrote meanwhile become valid unchecked", "INV", "REF"),

  // Records and the end
  T21: ours("kbuffer and shared memory stay bound when their enclave is gone", "INV", "REF"),
  T22: ours("the record of an enclave that is gone stays in use", "INV", "REF"),
  T23: ours("granted blocks are not given back with the region", "INV", "REF"),
  T24: ours("a fork that is gone still counts for its shadow", "INV", "REF"),
  T25: ours("a fork does not count for its shadow", "INV", "REF"),
  T26: unnumbered("§10, limits", "ids of enclaves that are gone are used again", "REF"),
  T27: ours("ATTEST reports on an enclave in any state", "REF"),
  T28: ours("an enclave that waits for an ocall can be stopped", "REF"),
  T29: ours("RESUME(0) continues an enclave that waits for an ocall", "REF", "KINT"),
  T30: ours("RUN enters an enclave again that has run", "REF", "KINT"),
  T31: ours("any process drives any enclave", "REF", "KINT"),

  // Dynamic memory
  T32: ours("a granted block keeps what the host wrote into it", "KINT", "REF"),
  T33: ours("a grant maps one page behind its block", "INV", "C-ENC"),
  T34: ours("UNMAP leaves the enclave's entries valid", "INV", "REF"),
  T35: ours("the result words of an ocall are written wherever they point by then", "FRAME", "KINT"),

  // Calls of enclaves
  T36: unnumbered("§10 B17", "GETRANDOM draws the same bytes again", "REF"),
  T37: ours("the monitor writes for an enclave where the enclave may only read", "KINT", "REF"),
  T38: ours("keys do not depend on the measurement", "ATT", "C-ENC"),
  T39: ours("GET_KEY gives a key of the next type", "ATT"),
  T40: ours("the nonce of a report is cut to 32 bits", "ATT"),

  // Secure shared memory
  T58: unnumbered(
    "§6.13",
    "only the first page of secure shared memory is wiped when it comes from the host",
    "KINT",
    "REF",
  ),
  T59: ours("an enclave that is gone still has its secure shared memory", "INV", "REF"),
  T60: ours("SHM_DETACH leaves the enclave's entries valid", "INV", "C-ENC"),
  T61: ours("secure shared memory that is marked for its end can still be attached", "REF"),
  T62: ours("SHM_DESTROY frees memory that enclaves still have", "INV", "C-OS"),

  // World switch
  T41: ours("medeleg is not switched: traps of the enclave go to the host's kernel", "RREG", "KINT"),
  T42: ours("mideleg is not switched: the enclave cannot be interrupted by what the host delegated to itself", "RREG"),
  T43: ours("scounteren is not switched", "RREG"),
  T44: ours("an enclave that yields or waits repeats its ecall", "RREG", "LIVE"),
  T45: ours("the host repeats its ecall when it has the hart back", "RREG", "LIVE"),
  T46: ours("the host does not find its timer interrupt pending", "REF", "LIVE"),
  T47: ours("the walker stays in enclave mode", "REF", "INV"),
  T48: ours("s0 to s11 of the enclave reach the host", "C-OS", "RREG"),
  T49: ours("no flush of the TLB at the world switch", "WT"),
  T50: ours("interrupts of the host are pending inside the enclave", "RREG"),
  T51: ours("the host's mstatus reaches the enclave", "RREG", "KINT"),

  // Measurement and image
  T52: ours("the entry point is not measured", "ATT"),
  T53: ours("the last page of an image is not measured", "ATT"),
  T54: ours("two entries of an image may map one page, a page table among them", "INV", "REF"),
  T55: ours("one page may serve as two page tables of an image", "INV", "REF"),
  T56: ours("an image may map pages of its free list", "INV", "REF"),
  T57: ours("the host's pages are executable for the enclave", "ACC", "INV"),
} as const satisfies Record<string, Defect>;
