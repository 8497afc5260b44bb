/**
 * Everything the monitor knows under `komodo-riscv`. Komodo reference §3.1.
 *
 *     ram.from     insecure.to                                   secure.from        secure.to
 *     | insecure   |  nobody's: no PMP entry lets S-mode in      | secure pages     |
 *     | the OS's   |  the monitor lies here                      | 1024 by default  |
 */
import type { PageNo } from "../../../core/units.ts";
import type { Hart } from "../../kernel/hart.ts";
import { type Owner, PUBLIC } from "../../kernel/page-owner.ts";
import { RadixMap } from "../../kernel/radix-map.ts";
import type { PageRange } from "../../kernel/span.ts";
import { MONITOR, NOBODY, ownerNumber } from "../owner.ts";
import { FREE, type PageNr } from "../page.ts";
import { isOn, type RiscvDefectId } from "./defects.ts";
import type { RiscvAddrspace, RiscvDispatcher, RiscvPage } from "./page.ts";

export interface RiscvConfig {
  /** Physical pages. */
  readonly ram: PageRange;
  readonly insecure: PageRange;
  readonly secure: PageRange;
  readonly defects: ReadonlySet<RiscvDefectId>;
}

export interface RiscvState {
  readonly config: RiscvConfig;
  readonly pages: RadixMap<RiscvPage>;
  /** By page number relative to the first page of RAM: follows `pages`. */
  readonly owners: RadixMap<Owner>;
  /** The thread that has the hart, and the OS's registers meanwhile, behind its ecall. */
  readonly running: { readonly dispatcher: PageNr; readonly hartId: number; readonly host: Hart } | undefined;
}

export function initialRiscvState(config: RiscvConfig): RiscvState {
  const { ram, insecure, secure } = config;
  const owners = RadixMap.uniform(ram.to - ram.from, MONITOR)
    .fill(insecure.from - ram.from, insecure.to - ram.from, PUBLIC)
    .fill(secure.from - ram.from, secure.to - ram.from, NOBODY);
  return { config, pages: RadixMap.uniform<RiscvPage>(secure.to - secure.from, FREE), owners, running: undefined };
}

/** Where a secure page lies. */
export const securePage = ({ secure }: RiscvConfig, nr: PageNr): PageNo => (secure.from + nr) as PageNo;
/** Where a page of insecure memory lies. */
export const insecurePageAt = ({ insecure }: RiscvConfig, page: number): PageNo => (insecure.from + page) as PageNo;

export const securePages = ({ secure }: RiscvConfig): number => secure.to - secure.from;
export const insecurePages = ({ insecure }: RiscvConfig): number => insecure.to - insecure.from;

export const ownerOfRiscvPage = (page: RiscvPage): Owner =>
  page.type === "free" ? NOBODY : ownerNumber(page.type, page.owner);

/** @returns the number that a register names, undefined if it names no secure page */
export function pageNr(config: RiscvConfig, register: bigint): PageNr | undefined {
  const alleged = isOn(config, "A3") ? BigInt.asUintN(32, register) : register;
  return alleged < BigInt(securePages(config)) ? Number(alleged) : undefined;
}

/** The page that a register names. */
export function pageAt(state: RiscvState, register: bigint): RiscvPage | undefined {
  const nr = pageNr(state.config, register);
  return nr === undefined ? undefined : state.pages.get(nr);
}

export const withPage = (state: RiscvState, nr: PageNr, page: RiscvPage): RiscvState => ({
  ...state,
  pages: state.pages.set(nr, page),
  owners: state.owners.set(securePage(state.config, nr) - state.config.ram.from, ownerOfRiscvPage(page)),
});

/** The address space that owns a page; where a defect took it away, one that is stopped. */
export function spaceOf(state: RiscvState, nr: PageNr): RiscvAddrspace {
  const page = state.pages.get(nr);
  if (page.type !== "addrspace") return { type: "addrspace", owner: nr, l1: nr, refcount: 0, state: "stopped" };
  return page;
}

export function threadOf(state: RiscvState, nr: PageNr): RiscvDispatcher {
  const page = state.pages.get(nr);
  if (page.type !== "dispatcher") throw new Error(`page ${nr} is a ${page.type} page, not a dispatcher`);
  return page;
}
