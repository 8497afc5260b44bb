/**
 * Fail-stop: memory that does not verify ends the machine instead of an enclave. Penglai reference §3.1: "verify failure ->
 * integrity exception / machine stop (exact trap not published; expose as configurable)".
 *
 * A halted monitor answers no trap any more, so no enclave and no call goes on. Not modelled: the bus goes on, so a
 * scripted host can still load and store what its own page table shows it.
 */

import { IntegrityError } from "../../core/platform.ts";
import { UserError } from "../../core/user-error.ts";
import type { MemoryView } from "./draft.ts";
import type { Denial } from "./guard.ts";
import { describePage } from "./page-owner.ts";

/** What every trap gets from a halted monitor. */
export class MachineHalted extends UserError {
  constructor({ found, page, owner }: Pick<Denial, "found" | "page" | "owner">) {
    const where = page === undefined ? "" : ` (${describePage(page)} of ${owner})`;
    super(
      `the machine has halted, memory does not verify: ${found}${where}`,
      "start a new machine; one that ends the enclave and goes on needs onIntegrityFault: kill",
      1,
    );
  }
}

/** Memory in which no page that fails verification is passed over, not even one that the call could do without. */
export const withoutMercy = (memory: MemoryView): MemoryView => ({
  read64: (address) => memory.read64(address),
  readBytes: (address, byteLen) => memory.readBytes(address, byteLen),
  backedPages: (from, to) => memory.backedPages(from, to),
  verify: (page) => {
    if (!memory.verify(page)) throw new IntegrityError(page);
    return true;
  },
});
