/** Why an address can or cannot be accessed under Komodo. Komodo reference §1.2 (memory filter), §1.4. */
import { PAGE_SIZE, type Pa, pageNoOf, paOfPage } from "../../core/units.ts";
import type { Explanation } from "../kernel/explanation.ts";
import { hex, type Owner, PUBLIC } from "../kernel/page-owner.ts";
import type { RadixMap } from "../kernel/radix-map.ts";
import type { PageRange } from "../kernel/span.ts";
import { describeOwner, MONITOR, spaceOfOwner } from "./owner.ts";
import type { KomodoState } from "./state.ts";

/** @param address any physical address */
export function explain(state: KomodoState, address: Pa): Explanation {
  return explainPage(state, address, isMappedInsecurely(state, pageNoOf(address) - state.config.ram.from));
}

/** What both faces know of RAM. */
interface Memory {
  readonly config: { readonly ram: PageRange; readonly secure: PageRange };
  readonly owners: RadixMap<Owner>;
}

/** @param isMapped whether an enclave maps the page as insecure memory */
export function explainPage({ config: { ram, secure }, owners }: Memory, address: Pa, isMapped: boolean): Explanation {
  const page = pageNoOf(address);
  const owner = page >= ram.from && page < ram.to ? owners.get(page - ram.from) : undefined;
  const name = page >= secure.from && page < secure.to ? `secure page ${page - secure.from}` : "page";
  const isShared = owner === PUBLIC && isMapped;
  return {
    pa: address,
    page,
    owner: describeOwner(owner),
    hostMayMap: owner === undefined || owner === PUBLIC,
    isShared,
    text: `${hex(address)} (${name} ${hex(paOfPage(page))}, ${PAGE_SIZE} bytes) belongs to ${describeOwner(owner)}. ${why(owner, isShared)}`,
  };
}

/** Whether an address space that is not stopped maps a page of insecure RAM. */
function isMappedInsecurely(state: KomodoState, insecure: number): boolean {
  for (const { value } of state.pages.runs()) {
    if (value.type !== "l2") continue;
    const space = state.pages.get(value.owner);
    if (space.type !== "addrspace" || space.state === "stopped") continue;
    for (const { value: mapping } of value.slots.runs())
      if (mapping?.kind === "insecure" && mapping.page === insecure) return true;
  }
  return false;
}

function why(owner: Owner | undefined, isShared: boolean): string {
  if (owner === undefined) return "The monitor does not protect it: a device, or nothing at all.";
  if (owner === PUBLIC)
    return isShared
      ? "An enclave maps it with MapInsecure: the OS and the enclave read and write it, neither executes it for the other."
      : "The OS may access it, copy contents from it with MapSecure and share it with MapInsecure.";
  if (owner === MONITOR)
    return "PMP denies every access from S- and U-mode; the walker reads the tables in it for an enclave.";
  if (spaceOfOwner(owner) === undefined)
    return "PMP denies the OS every access; it may give the page to an address space by its number.";
  return "PMP denies the OS every access; the enclave reaches it where its own tables map it, and Remove frees it after Stop.";
}
