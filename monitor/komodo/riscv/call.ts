/** What a call of `komodo-riscv` is, and the checks that several make. Komodo reference §3.1: "A ≡ range →1, not free →2, owner not init →4". */

import { A0 } from "../../../core/registers.ts";
import { ENTRIES } from "../../../core/sv39.ts";
import { Draft, type MemoryView } from "../../kernel/draft.ts";
import type { Hart } from "../../kernel/hart.ts";
import type { Change, Outcome } from "../../kernel/outcome.ts";
import { hex } from "../../kernel/page-owner.ts";
import { entryAddress } from "../../kernel/sv39.ts";
import type { CallRowOf, CheckOf, Finding } from "../call-row.ts";
import type { PageNr } from "../page.ts";
import { isOn } from "./defects.ts";
import type { RiscvGuard } from "./guards.ts";
import type { RiscvAddrspace } from "./page.ts";
import { insecurePages, ownerOfRiscvPage, pageAt, pageNr, type RiscvState, securePage, spaceOf } from "./state.ts";

/** An ecall of the OS. */
export interface RiscvCall {
  readonly state: RiscvState;
  readonly memory: MemoryView;
  readonly hartId: number;
  /** The caller's registers; pc is the ecall itself. */
  readonly hart: Hart;
  /** a0 to a4. */
  readonly args: readonly bigint[];
}

export type RiscvOutcome = Outcome<RiscvState>;
export type RiscvCheck = CheckOf<RiscvCall, RiscvGuard>;
export type RiscvRow = CallRowOf<RiscvCall, RiscvGuard, RiscvState>;

/** a0 is the only register that a call changes. */
export const reply = (
  { state }: RiscvCall,
  result: bigint,
  change: Change<RiscvState> = { state, effects: [] },
): RiscvOutcome => ({
  ...change,
  next: { kind: "advance", writes: [[A0, result]] },
  value: BigInt.asUintN(64, result),
});

export const done = (call: RiscvCall, state: RiscvState, draft = new Draft(call.memory)): RiscvOutcome =>
  reply(call, 0n, { state, effects: draft.effects });

/** A finding about the page that a register names. */
export function about({ state }: RiscvCall, register: bigint, found: string): Finding {
  const nr = pageNr(state.config, register);
  if (nr === undefined) return { found };
  return { found, page: { page: securePage(state.config, nr), owner: ownerOfRiscvPage(state.pages.get(nr)) } };
}

export const inRange = (index: number, of: string): RiscvCheck => ({
  guard: "PAGE_RANGE",
  of,
  wrong: ({ state, args }) =>
    pageNr(state.config, args[index]!) === undefined ? { found: `${of} is ${hex(args[index]!)}` } : undefined,
});

export const isFree = (index: number, of: string): RiscvCheck => ({
  guard: "PAGE_FREE",
  of,
  wrong: (call) => {
    const page = pageAt(call.state, call.args[index]!);
    if (page === undefined || page.type === "free") return undefined;
    return about(call, call.args[index]!, `${of} is a ${page.type} page`);
  },
});

/** The argument names a page of a type. */
export const isPage = (index: number, guard: RiscvGuard, type: string): RiscvCheck => ({
  guard,
  wrong: (call) => {
    const page = pageAt(call.state, call.args[index]!);
    if (page?.type === type) return undefined;
    const what = page === undefined ? "no page" : `a ${page.type} page`;
    return about(call, call.args[index]!, `${hex(call.args[index]!)} is ${what}`);
  },
});

export const isIndex = (index: number): RiscvCheck => ({
  guard: "INDEX",
  wrong: ({ state, args }) => {
    const end = BigInt(isOn(state.config, "A13") ? 2 * ENTRIES : ENTRIES);
    return args[index]! < end ? undefined : { found: `the index is ${hex(args[index]!)}` };
  },
});

/** Entry `index` of the table that argument `table` names. */
const slotAddress = ({ state, args }: RiscvCall, table: number, index: number) =>
  entryAddress(securePage(state.config, pageNr(state.config, args[table]!)!), Number(args[index]!));

export const isSlotFree = (table: number, index: number): RiscvCheck => ({
  guard: "SLOT_FREE",
  wrong: (call) => {
    const entry = call.memory.read64(slotAddress(call, table, index));
    return entry === 0n ? undefined : about(call, call.args[table]!, `entry ${call.args[index]} is ${hex(entry)}`);
  },
});

export const isInsecure = (index: number): RiscvCheck => ({
  guard: "INSECURE_RANGE",
  wrong: ({ state: { config }, args }) => {
    const end = isOn(config, "A9") ? config.ram.to - config.ram.from : insecurePages(config);
    return args[index]! < BigInt(end) ? undefined : { found: `page ${hex(args[index]!)} of ${insecurePages(config)}` };
  },
});

/** The address space that argument `index` names, itself or by a page that it owns; checked before. */
export function spaceNamed(
  { state, args }: RiscvCall,
  index: number,
): { readonly nr: PageNr; readonly space: RiscvAddrspace } {
  const page = pageAt(state, args[index]!);
  const nr = page === undefined || page.type === "free" ? 0 : page.owner;
  return { nr, space: spaceOf(state, nr) };
}

export const isInit = (index: number): RiscvCheck => ({
  guard: "STILL_INIT",
  wrong: (call) => {
    const { nr, space } = spaceNamed(call, index);
    return space.state === "init" ? undefined : about(call, BigInt(nr), `address space ${nr} is ${space.state}`);
  },
});

/** A */
export const allocates = (page: number, of: number): readonly RiscvCheck[] => [
  inRange(page, "page"),
  isFree(page, "page"),
  isInit(of),
];

/** Writes an entry of the table that argument `table` names. */
export const writeSlot = (call: RiscvCall, draft: Draft, table: number, index: number, entry: bigint): void =>
  draft.write64(slotAddress(call, table, index), entry);
