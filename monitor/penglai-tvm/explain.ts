/**
 * Why an address can or cannot be accessed: who owns the page, what guards it, what the host may do with it. For people:
 * `atoll explain` and library users. Penglai reference §2.1, §2.2.
 */

import { PAGE_SIZE, type Pa, pageNoOf, paOfPage } from "../../core/units.ts";
import type { Explanation } from "../kernel/explanation.ts";
import { hex, type Owner, PUBLIC } from "../kernel/page-owner.ts";
import { describeOwner, MBITMAP, METADATA, MONITOR, PT_AREA, RELAY, SECURE_SHM } from "./owner.ts";
import { type MonitorState, ownerOf } from "./state.ts";

/** @param address any physical address */
export function explain(state: MonitorState, address: Pa): Explanation {
  const page = pageNoOf(address);
  const owner = ownerOf(state, page);
  const isShared = owner !== undefined && state.shares.get(page - state.config.ram.from) > 0;
  return {
    pa: address,
    page,
    owner: describeOwner(owner),
    hostMayMap: owner === undefined || owner === PUBLIC || owner === PT_AREA,
    isShared,
    text: `${hex(address)} (page ${hex(paOfPage(page))}, ${PAGE_SIZE} bytes) belongs to ${describeOwner(owner)}. ${why(owner, isShared)}`,
  };
}

function why(owner: Owner | undefined, isShared: boolean): string {
  switch (owner) {
    case undefined:
      return "The monitor does not protect it: a device, or nothing at all.";
    case PUBLIC:
      return isShared
        ? "A live enclave shares it with the host: the host reads and writes it, and it cannot be made secure."
        : "The host may map, read and write it, and may give it away with CREATE_ENCLAVE, RUN_SHADOW, MEMORY_EXTEND or as a grant.";
    case MONITOR:
      return "PMP0 denies every access from S- and U-mode; SET_PTE refuses to map it.";
    case PT_AREA:
      return "PMP1 lets the host read it; entries change only through SET_PTE and MAP_PTE, which check them.";
    case MBITMAP:
      return "PMP2 denies every access from S- and U-mode; SET_PTE refuses to map it.";
    case SECURE_SHM:
      return "Enclaves share it with one another (SHM_GET): no valid entry of the host maps it and SET_PTE refuses to make one.";
    case RELAY:
      return "An enclave handed it on by name (ASYN_CALL): nobody maps it until the enclave of that name runs with what waits for it.";
    case METADATA:
      return "No valid entry of the host maps it, SET_PTE refuses to make one, and it is not given back.";
    default:
      return "No valid entry of the host maps it and SET_PTE refuses to make one; it is wiped and public again when its owner is destroyed.";
  }
}
