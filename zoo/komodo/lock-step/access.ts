/** What an access finds on the real machine, in the words of scene/supervisor.ts: its own walker and PMP decide. */
import { FETCH_ACCESS, LOAD_ACCESS, STORE_ACCESS } from "../../../assembly/cause.ts";
import { SATP } from "../../../assembly/csr.gen.ts";
import type { Machine } from "../../../core/machine.ts";
import { isSv39, rootOf } from "../../../core/sv39.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, pageNoOf, va } from "../../../core/units.ts";
import { translate } from "../../../monitor/kernel/sv39.ts";
import type { Access } from "../../scene/supervisor.ts";

const ACCESS_FAULTS = [FETCH_ACCESS, LOAD_ACCESS, STORE_ACCESS].map(BigInt);

/** A store is tried with what lies there. */
export function accessOn(machine: Machine): (privilege: 0 | 1, address: bigint, access: Access) => Pa | string {
  const from = pageNoOf(machine.ramBase);
  const ram = { from, to: (from + machine.ramSize / PAGE_SIZE) as PageNo };
  return (privilege, address, access) => {
    const at = va(address);
    const read = access === "execute" ? machine.fetchAs(privilege, at, 4) : machine.loadAs(privilege, at, 8);
    const outcome =
      access === "write" && read.ok && "bytes" in read ? machine.storeAs(privilege, at, read.bytes) : read;
    if (!outcome.ok) return ACCESS_FAULTS.includes(outcome.cause) ? "access fault" : "page fault";
    const satp = machine.readCsr(SATP);
    if (!isSv39(satp)) return pa(Number(address));
    return translate(machine, ram, pageNoOf(rootOf(satp)), address)?.pa ?? "no translation";
  };
}
