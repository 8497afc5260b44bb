/**
 * Everything the monitor knows, as one immutable value: the page database of Komodo reference §1.4, who runs, and what does
 * not change while the machine runs. A refused call returns the same object.
 *
 *     ram.from                     isolated.from                                  isolated.to
 *     | insecure RAM, pages 0 to … | secure pages | machine's tables | monitor  |
 *     |  the OS's                  |  1 part      |  2 parts         | 1 part   |   PMP: not the OS's
 *
 * Not modelled: several harts ("secondary cores are parked", §1.1); Komodo's words in the pages of address spaces and
 * dispatchers, which are values here.
 */
import type { KomodoMacForm } from "../../attest/komodo-mac.ts";
import { KomodoMeasurement } from "../../attest/komodo-measurement.ts";
import type { PageNo } from "../../core/units.ts";
import type { Hart } from "../kernel/hart.ts";
import { type Owner, PUBLIC } from "../kernel/page-owner.ts";
import { RadixMap } from "../kernel/radix-map.ts";
import type { PageRange } from "../kernel/span.ts";
import { L1_ENTRIES, L2_ENTRIES } from "./abi.ts";
import { type DefectId, isOn } from "./defects.ts";
import { MONITOR, ownerOfPage } from "./owner.ts";
import {
  type Addrspace,
  type Dispatcher,
  FREE,
  type L1Table,
  type L2Table,
  type Mapping,
  type PageNr,
  type SecurePage,
} from "./page.ts";

export interface KomodoConfig {
  /** Physical pages. */
  readonly ram: PageRange;
  /** What PMP keeps from the OS: the three below, a power of two. */
  readonly isolated: PageRange;
  readonly secure: PageRange;
  /** What PMP opens for enclaves: the secure pages, up to a power of two. */
  readonly opened: PageRange;
  /** Tables that the machine walks. */
  readonly tables: PageRange;
  /** K of the MAC: eight words. */
  readonly attestKey: Uint32Array;
  /** The MAC: as published, or the recommended one. */
  readonly macForm: KomodoMacForm;
  /** @returns the word of the draw with this number */
  readonly random: (draw: number) => number;
  /** Switches of the bug zoo; none by default. */
  readonly defects: ReadonlySet<DefectId>;
}

export interface Running {
  readonly dispatcher: PageNr;
  readonly hartId: number;
  readonly host: Hart;
}

export interface KomodoState {
  readonly config: KomodoConfig;
  readonly pages: RadixMap<SecurePage>;
  /** By page number relative to the first page of RAM: follows `pages`. */
  readonly owners: RadixMap<Owner>;
  /** The thread that has the hart, and the OS's registers meanwhile, behind its ecall. */
  readonly running: Running | undefined;
  /** Random words drawn so far. */
  readonly draws: number;
}

export function initialState(config: KomodoConfig): KomodoState {
  const { ram, secure, isolated } = config;
  // A2 reads one entry behind the table: zeros, which mean "free".
  const size = pageCount(config) + (isOn(config, "A2") ? 1 : 0);
  const owners = RadixMap.uniform(ram.to - ram.from, PUBLIC)
    .fill(isolated.from - ram.from, isolated.to - ram.from, MONITOR)
    .fill(secure.from - ram.from, secure.to - ram.from, ownerOfPage(FREE));
  return { config, pages: RadixMap.uniform<SecurePage>(size, FREE), owners, running: undefined, draws: 0 };
}

/** What GetPhysPages answers. */
export const pageCount = ({ secure }: KomodoConfig): number => secure.to - secure.from;
/** Pages of insecure RAM. */
export const insecureCount = ({ ram, isolated }: KomodoConfig): number => isolated.from - ram.from;
/** Where a secure page lies. */
export const physicalOf = ({ secure }: KomodoConfig, nr: PageNr): PageNo => (secure.from + nr) as PageNo;
/** Where a page of insecure RAM lies. */
export const insecurePage = ({ ram }: KomodoConfig, page: number): PageNo => (ram.from + page) as PageNo;

/** @returns the number that a register names, undefined if it names no secure page */
export function pageNr(config: KomodoConfig, register: bigint): PageNr | undefined {
  const alleged = isOn(config, "A3") ? BigInt.asUintN(32, register) : register;
  const end = BigInt(pageCount(config) + (isOn(config, "A2") ? 1 : 0));
  return alleged < end ? Number(alleged) : undefined;
}

/** The page that a register names. */
export function pageAt(state: KomodoState, register: bigint): SecurePage | undefined {
  const nr = pageNr(state.config, register);
  return nr === undefined ? undefined : state.pages.get(nr);
}

export const withPage = (state: KomodoState, nr: PageNr, page: SecurePage): KomodoState => ({
  ...state,
  pages: state.pages.set(nr, page),
  owners: state.owners.set(physicalOf(state.config, nr) - state.config.ram.from, ownerOfPage(page)),
});

/** The address space that owns a page. */
export const spaceOf = (state: KomodoState, owner: PageNr): Addrspace => addrspaceOf(state.pages.get(owner), owner);

/**
 * A page as an address space. A6 accepts any page as one and finds in it whatever lies where the fields would be: a state
 * of 0, which is init, and its own number as the L1 table.
 */
export function addrspaceOf(page: SecurePage, nr: PageNr): Addrspace {
  if (page.type === "addrspace") return page;
  return { type: "addrspace", owner: nr, l1: nr, refcount: 0, state: "init", measurement: KomodoMeasurement.EMPTY };
}

export function dispatcherOf(state: KomodoState, nr: PageNr): Dispatcher {
  const page = state.pages.get(nr);
  if (page.type !== "dispatcher") throw new Error(`page ${nr} is a ${page.type} page, not a dispatcher`);
  return page;
}

/** The L1 slots of an address space; none are used where its table is gone, as it may be after Stop. */
export function l1Slots(state: KomodoState, space: Addrspace): L1Table["slots"] {
  const page = state.pages.get(space.l1);
  return page.type === "l1" ? page.slots : NO_L1_SLOTS;
}

/** The slots of an L2 table; as `l1Slots`. */
export function l2Slots(state: KomodoState, nr: PageNr): L2Table["slots"] {
  const page = state.pages.get(nr);
  return page.type === "l2" ? page.slots : NO_L2_SLOTS;
}

const NO_L1_SLOTS: L1Table["slots"] = RadixMap.uniform<PageNr | undefined>(L1_ENTRIES, undefined);
const NO_L2_SLOTS: L2Table["slots"] = RadixMap.uniform<Mapping | undefined>(L2_ENTRIES, undefined);

export const emptyL1 = (owner: PageNr): L1Table => ({ type: "l1", owner, slots: NO_L1_SLOTS });
export const emptyL2 = (owner: PageNr): L2Table => ({ type: "l2", owner, slots: NO_L2_SLOTS });
