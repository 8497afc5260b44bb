/**
 * Why an address can or cannot be accessed: who owns the page, which PMP entry guards it, what the host may do with it. For
 * people: `atoll explain` and library users. Penglai reference §2.3.
 */
import { PAGE_SIZE, type Pa, pageNoOf, paOfPage } from "../../core/units.ts";
import type { Explanation } from "../kernel/explanation.ts";
import { hex, type Owner, PUBLIC } from "../kernel/page-owner.ts";
import { describeOwner, FREE, GRANTED, METADATA, MONITOR } from "./owner.ts";
import { regionAt } from "./regions.ts";
import { type MonitorState, ownerOf } from "./state.ts";

/** @param address any physical address */
export function explain(state: MonitorState, address: Pa): Explanation {
  const page = pageNoOf(address);
  const owner = ownerOf(state, page);
  const isShared = owner !== undefined && state.shares.get(page - state.config.ram.from) > 0;
  const region = regionAt(state.regions, page);
  const guard = region === undefined ? "" : `It lies in region ${region}, which PMP${region + 2} closes. `;
  return {
    pa: address,
    page,
    owner: describeOwner(owner),
    // Nobody looks at the host's tables: it may map what it likes, and PMP decides.
    hostMayMap: true,
    isShared,
    text: `${hex(address)} (page ${hex(paOfPage(page))}, ${PAGE_SIZE} bytes) belongs to ${describeOwner(owner)}. ${guard}${why(owner, isShared)}`,
  };
}

function why(owner: Owner | undefined, isShared: boolean): string {
  switch (owner) {
    case undefined:
      return "The monitor does not protect it: a device, or nothing at all.";
    case PUBLIC:
      return isShared
        ? "A live enclave shares it with the host: the host reads and writes it, and it cannot become part of a region."
        : "The host may read and write it, and may give it away as part of a region with MM_INIT or MEMORY_EXTEND.";
    case MONITOR:
      return "PMP0 denies every access from S- and U-mode.";
    case FREE:
      return "It is free: ALLOC_ENCLAVE_MM grants it, FREE_ENCLAVE_MEM gives the region back when nothing in it is allocated.";
    case GRANTED:
      return "PMP1 lets the kernel of one hart in, until CREATE takes it or FREE_ENCLAVE_MEM(3) gives it back.";
    case METADATA:
      return "It holds records of the monitor; it is free again when the enclaves are gone that they describe.";
    default:
      return "It is wiped and free again when its owner ends; while that runs on a hart, the region is open to that hart alone.";
  }
}
