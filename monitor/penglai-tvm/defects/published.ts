/**
 * Defects of the published Penglai-TVM, Penglai reference §10. Numbers that are missing: B19 and B26 to B29 are those of the
 * PMP variant.
 */
import type { Defect, Property } from "../../kernel/defect.ts";

const published = (id: string, what: string, ...killedBy: readonly Property[]): Defect => ({
  what,
  source: `Penglai reference §10 ${id}`,
  killedBy,
});

export const PUBLISHED = {
  B1: published("B1", "SET_PTE writes anywhere in RAM, not only in pt_area", "REF", "FRAME"),
  B2: published("B2", "SET_PTE writes entries although it refuses them", "INV", "REF"),
  B3: published("B3", "an entry of the host with bit 63 set is not checked", "REF"),
  B4: published(
    "B4",
    "SET_PTE looks at the whole of a 2 MiB leaf with flag ONE only, else at its first page",
    "INV",
    "REF",
  ),
  // Reading twice shows only with a second hart between the reads: a call is atomic in this machine.
  B5: published("B5", "SET_PTE copies from any address, the monitor's and an enclave's included", "REF", "C-OS"),
  B6: published(
    "B6",
    "a 2 MiB leaf across the edge ends the scan of the host's tables, and nobody hears of it",
    "INV",
    "REF",
  ),
  B7: published("B7", "monitor, pt_area and mbitmap count as public memory", "REF", "FRAME"),
  B8: published("B8", "kbuffer, shared memory and inner page tables of an enclave may lie anywhere", "INV", "REF"),
  B9: published("B9", "U-mode, host's or enclave's, reads and writes satp through the monitor", "REF", "KINT"),
  B10: published("B10", "a trap of the host that is not the monitor's returns to itself for ever", "LIVE", "REF"),
  // What dereferences NULL in C finds no record here and is refused.
  B12: published("B12", "a creation that fails keeps the region", "INV", "REF"),
  B14: published("B14", "RESUME takes any ocall id and any size of a grant", "REF", "KINT"),
  B16: published(
    "B16",
    "permissions are not measured, and what the host writes into kbuffer and shared memory is",
    "ATT",
  ),
  B17: published(
    "B17",
    "one constant root key for all devices and types, and random numbers from a known generator",
    "ATT",
  ),
  B18: published(
    "B18",
    "floating point and sscratch, sepc, scause, stval, scounteren are not switched",
    "C-OS",
    "RREG",
  ),
  B20: published("B20", "any process destroys an enclave that does not run", "REF", "KINT"),
  B21: published("B21", "a shadow is destroyed although forks run on its pages", "INV", "REF"),
  // Shows in reports that are signed, of either form.
  B22: published("B22", "reports are signed with one nonce that everybody knows", "ATT"),
  B23: published("B23", "a server's report overwrites its stored measurement, and with it its keys", "ATT"),
  B25: published("B25", "a buffer that crosses a page is taken for contiguous in physical memory", "KINT", "REF"),
} as const satisfies Record<string, Defect>;
