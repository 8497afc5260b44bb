/**
 * Checks that several calls make, each for the argument with a given index. Komodo reference §1.6: "alloc(pg) ≡ ① pg out
 * of range →1 ② pg not free →2 ③ owner stopped →13 ④ owner final and page is not becoming Spare →4".
 */
import { hex } from "../kernel/page-owner.ts";
import { L1_ENTRIES, l1IndexOf, l2IndexOf, MAPPING_R } from "./abi.ts";
import type { Check, OsCall } from "./call.ts";
import type { Finding } from "./call-row.ts";
import { isOn } from "./defects.ts";
import type { Slot } from "./hardware-tables.ts";
import { MONITOR, ownerOfPage } from "./owner.ts";
import type { Addrspace, PageNr } from "./page.ts";
import {
  addrspaceOf,
  insecureCount,
  insecurePage,
  type KomodoConfig,
  type KomodoState,
  l1Slots,
  l2Slots,
  pageAt,
  pageNr,
  physicalOf,
} from "./state.ts";

/** A finding about a secure page. */
export function about(state: KomodoState, nr: PageNr, found: string): Finding {
  const page = physicalOf(state.config, nr);
  return { found, page: { page, owner: ownerOfPage(state.pages.get(nr)) } };
}

/** A finding about the page that a register names. */
export function aboutNamed(state: KomodoState, register: bigint, found: string): Finding {
  const nr = pageNr(state.config, register);
  return nr === undefined ? { found } : about(state, nr, found);
}

/** The address space that argument `index` names; checked before. */
export function namedSpace({ state, args }: OsCall, index: number): { readonly nr: PageNr; readonly space: Addrspace } {
  const nr = pageNr(state.config, args[index]!)!;
  return { nr, space: addrspaceOf(state.pages.get(nr), nr) };
}

export const inRange = (index: number, of: string): Check<OsCall> => ({
  guard: "PAGE_RANGE",
  of,
  wrong: ({ state, args }) =>
    pageNr(state.config, args[index]!) === undefined ? { found: `${of} is ${hex(args[index]!)}` } : undefined,
});

export const isFree = (index: number, of: string): Check<OsCall> => ({
  guard: "PAGE_FREE",
  of,
  wrong: ({ state, args }) => {
    const { type } = pageAt(state, args[index]!)!;
    return type === "free" ? undefined : aboutNamed(state, args[index]!, `${of} is a ${type} page`);
  },
});

export const isAddrspace = (index: number): Check<OsCall> => ({
  guard: "IS_ADDRSPACE",
  wrong: ({ state, args }) => {
    const register = args[index]!;
    const page = pageAt(state, register);
    if (page?.type === "addrspace" || (page !== undefined && isOn(state.config, "A6"))) return undefined;
    return aboutNamed(state, register, `${hex(register)} is ${page === undefined ? "no page" : `a ${page.type} page`}`);
  },
});

/** ③ */
export const isNotStopped = (index: number): Check<OsCall> => ({
  guard: "NOT_STOPPED",
  wrong: (call) => inState(call, index, "stopped"),
});

/** ④ */
const isNotFinal = (index: number): Check<OsCall> => ({
  guard: "NOT_FINAL_YET",
  wrong: (call) => inState(call, index, "final"),
});

function inState(call: OsCall, index: number, state: Addrspace["state"]): Finding | undefined {
  const { nr, space } = namedSpace(call, index);
  return space.state === state ? about(call.state, nr, `address space ${nr} is ${state}`) : undefined;
}

/** "not init → 4", whether final or stopped. */
export const isInit = (index: number): Check<OsCall> => ({
  guard: "STILL_INIT",
  wrong: (call) => {
    const { nr, space } = namedSpace(call, index);
    return space.state === "init" ? undefined : about(call.state, nr, `address space ${nr} is ${space.state}`);
  },
});

/** ① to ④. */
export function allocates(page: number, space: number, becomes: "spare" | "other"): Check<OsCall>[] {
  const range = [inRange(page, "page"), isFree(page, "page"), isNotStopped(space)];
  return becomes === "spare" ? range : [...range, isNotFinal(space)];
}

export const isL1Index = (index: number): Check<OsCall> => ({
  guard: "L1_INDEX",
  wrong: ({ args }) => (args[index]! < BigInt(L1_ENTRIES) ? undefined : { found: `the index is ${hex(args[index]!)}` }),
});

/** Which address space a call means: the OS names it, an enclave is in it. */
type SpaceOf<Call> = (call: Call) => Addrspace;

export const hasFreeL1Slot = <Call extends OsCall>(space: SpaceOf<Call>, index: number): Check<Call> => ({
  guard: "L1_SLOT_FREE",
  wrong: (call) => {
    const nr = l1Slots(call.state, space(call)).get(Number(call.args[index]!));
    if (nr === undefined) return undefined;
    return about(call.state, nr, `L1 slot ${call.args[index]} has the L2 table of page ${nr}`);
  },
});

/** "R clear or L1 idx ≥ 256 →6; L1 slot empty →6; L2 slot in use →6". */
export function mapsAt<Call extends OsCall>(space: SpaceOf<Call>, index: number): Check<Call>[] {
  const word = (call: Call): bigint => call.args[index]!;
  return [
    {
      guard: "READABLE",
      wrong: (call) =>
        (word(call) & BigInt(MAPPING_R)) === 0n ? { found: `the mapping word is ${hex(word(call))}` } : undefined,
    },
    {
      guard: "VA_RANGE",
      wrong: (call) =>
        l1IndexOf(word(call)) < BigInt(L1_ENTRIES) ? undefined : { found: `the mapping word is ${hex(word(call))}` },
    },
    {
      guard: "HAS_L2",
      wrong: (call) =>
        l2Of(call.state, space(call), word(call)) === undefined
          ? { found: `L1 slot ${l1IndexOf(word(call))} is empty` }
          : undefined,
    },
    {
      guard: "VA_FREE",
      wrong: (call) => {
        const mapping = mappingAt(call.state, space(call), word(call));
        return mapping === undefined ? undefined : { found: `${hex(word(call))} is mapped to a ${mapping.kind} page` };
      },
    },
  ];
}

/** The L2 table for a mapping word, undefined where there is none. */
function l2Of(state: KomodoState, space: Addrspace, word: bigint): PageNr | undefined {
  // D7: the index wraps where the check of the range is left out
  const index = isOn(state.config, "D7") ? l1IndexOf(word) & 0xffn : l1IndexOf(word);
  return index < BigInt(L1_ENTRIES) ? l1Slots(state, space).get(Number(index)) : undefined;
}

/** The entry for a mapping word. @returns undefined without an L2 table */
export function slotAt(state: KomodoState, space: Addrspace, word: bigint): Slot | undefined {
  const l2 = l2Of(state, space, word);
  if (l2 === undefined) return undefined;
  return { l2, index: isOn(state.config, "A14") ? l2IndexOf(word) & 0x1ff : l2IndexOf(word) };
}

/** What stands in the entry for a mapping word. */
export function mappingAt(state: KomodoState, space: Addrspace, word: bigint) {
  const slot = slotAt(state, space, word);
  return slot && l2Slots(state, slot.l2).get(slot.index);
}

/** "insecure RAM page p: 0 ≤ p·4096 < physical base of the monitor" (§1.3). */
function isInsecure(config: KomodoConfig, page: bigint): boolean {
  if (isOn(config, "A9")) return page < BigInt(config.ram.to - config.ram.from);
  return insecureNumber(config, page) < insecureCount(config);
}

/** A20: page · 4096 wraps at 32 bits. */
export const insecureNumber = (config: KomodoConfig, page: bigint): number =>
  Number(isOn(config, "A20") ? BigInt.asUintN(20, page) : page);

export const isInsecureTarget = (index: number): Check<OsCall> => ({
  guard: "TARGET_INSECURE",
  wrong: ({ state, args }) => (isInsecure(state.config, args[index]!) ? undefined : notInsecure(state, args[index]!)),
});

/** "src ≠ 0 and not insecure RAM →1". */
export const isInsecureSource = (index: number): Check<OsCall> => ({
  guard: "SOURCE_INSECURE",
  wrong: ({ state, args }) => {
    const { config } = state;
    const source = args[index]!;
    const accepts = isOn(config, "A10") ? source < BigInt(config.ram.to - config.ram.from) : isInsecure(config, source);
    return source === 0n || accepts ? undefined : notInsecure(state, source);
  },
});

function notInsecure({ config }: KomodoState, page: bigint): Finding {
  const found = `page ${hex(page)} of RAM is not insecure RAM, which has ${insecureCount(config)} pages`;
  if (page >= BigInt(config.ram.to - config.ram.from)) return { found };
  return { found, page: { page: insecurePage(config, Number(page)), owner: MONITOR } };
}
