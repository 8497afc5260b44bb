/**
 * The calls of `komodo-riscv`. Komodo reference §3.1: they "name the parent table page and index (smaller, loop-free
 * checks)"; a page is zeroed when it is given; nothing is measured.
 */
import { PTE_A, PTE_D, PTE_R, PTE_V, PTE_W, PTE_X, pteOf } from "../../../core/sv39.ts";
import { type PageNo, paOfPage } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { hex } from "../../kernel/page-owner.ts";
import { pointer } from "../../kernel/sv39.ts";
import { MAGIC, RISCV_CALL } from "../abi.ts";
import { FREE, type PageNr } from "../page.ts";
import {
  about,
  allocates,
  done,
  inRange,
  isFree,
  isIndex,
  isInit,
  isInsecure,
  isPage,
  isSlotFree,
  type RiscvCall,
  type RiscvCheck,
  type RiscvOutcome,
  type RiscvRow,
  reply,
  spaceNamed,
  writeSlot,
} from "./call.ts";
import { isOn, type RiscvDefectId } from "./defects.ts";
import type { RiscvDispatcher, RiscvPage } from "./page.ts";
import {
  insecurePageAt,
  pageAt,
  pageNr,
  type RiscvConfig,
  type RiscvState,
  securePage,
  securePages,
  spaceOf,
  withPage,
} from "./state.ts";
import { enterThread, firstContext } from "./world-switch.ts";

const RWX = PTE_R | PTE_W | PTE_X;
/** "PTE preset V,A,D"; no U: enclaves run in S-mode. */
const ENCLAVE = PTE_V | PTE_A | PTE_D;

/** "Perm bits R=2 W=4 X=8": those of an entry. "R required: no (W-only gives a reserved PTE → page fault)". */
const leafOf = (config: RiscvConfig, page: PageNo, permissions: bigint): bigint =>
  pteOf(paOfPage(page), ENCLAVE | (permissions & (isOn(config, "A19") ? 0x3ffn : RWX)));

/** "Unlike Komodo, always memset 0". */
function zero(draft: Draft, config: RiscvConfig, nr: PageNr): void {
  const from = securePage(config, nr);
  if (!isOn(config, "D1")) draft.zeroPages({ from, to: (from + 1) as PageNo });
}

/** Gives the page that argument 0 names to an address space. */
function given(call: RiscvCall, draft: Draft, owner: PageNr, page: RiscvPage): RiscvState {
  const { config } = call.state;
  const nr = pageNr(config, call.args[0]!)!;
  zero(draft, config, nr);
  const space = spaceOf(call.state, owner);
  return withPage(withPage(call.state, nr, page), owner, { ...space, refcount: space.refcount + 1 });
}

const query: RiscvRow = {
  nr: RISCV_CALL.QUERY,
  name: "Query",
  args: [],
  checks: [],
  effect: (call) => reply(call, BigInt(MAGIC)),
};

const getPhysPages: RiscvRow = {
  nr: RISCV_CALL.GET_PHYS_PAGES,
  name: "GetPhysPages",
  args: [],
  checks: [],
  effect: (call) => reply(call, BigInt(securePages(call.state.config))),
};

const initAddrspace: RiscvRow = {
  nr: RISCV_CALL.INIT_ADDRSPACE,
  name: "InitAddrspace",
  args: ["newPage", "newPage"],
  checks: [
    {
      guard: "PAGES_DIFFER",
      wrong: ({ args }) => (args[0] === args[1] ? { found: `both are ${hex(args[0]!)}` } : undefined),
    },
    inRange(0, "as"),
    inRange(1, "l1"),
    isFree(0, "as"),
    isFree(1, "l1"),
  ],
  effect: (call) => {
    const { config } = call.state;
    const [owner, l1] = call.args.map((register) => pageNr(config, register)!) as [PageNr, PageNr];
    const draft = new Draft(call.memory);
    for (const nr of [owner, l1]) zero(draft, config, nr);
    const state = withPage(call.state, owner, { type: "addrspace", owner, l1, refcount: 2, state: "init" });
    return done(call, withPage(state, l1, { type: "l1", owner }), draft);
  },
};

/** The first context is zero but for pc and satp. */
const initDispatcher: RiscvRow = {
  nr: RISCV_CALL.INIT_DISPATCHER,
  name: "InitDispatcher",
  args: ["newPage", "addrspace", "entry"],
  checks: [isPage(1, "IS_ADDRSPACE", "addrspace"), ...allocates(0, 1)],
  effect: (call) => {
    const { nr: owner, space } = spaceNamed(call, 1);
    const draft = new Draft(call.memory);
    const root = paOfPage(securePage(call.state.config, space.l1));
    const context = firstContext(call.args[2]!, root);
    return done(call, given(call, draft, owner, { type: "dispatcher", owner, entered: false, context }), draft);
  },
};

/** A table below another one: "i≥512 →6, l1 type →1, slot≠0 →7, A". */
const initTable = (nr: number, name: string, parent: "l1" | "l2", type: "l2" | "l3"): RiscvRow => ({
  nr,
  name,
  args: ["newPage", "table", "index"],
  checks: [isIndex(2), isPage(1, "IS_TABLE", parent), isSlotFree(1, 2), ...allocates(0, 1)],
  effect: (call) => {
    const { nr: owner } = spaceNamed(call, 1);
    const draft = new Draft(call.memory);
    const state = given(call, draft, owner, { type, owner });
    writeSlot(call, draft, 1, 2, pointer(securePage(call.state.config, pageNr(call.state.config, call.args[0]!)!)));
    return done(call, state, draft);
  },
});

/** "i →6, src≥256 →1, l3 type →1, slot →7, A; copies src page". */
const mapSecure: RiscvRow = {
  nr: RISCV_CALL.MAP_SECURE,
  name: "MapSecure",
  args: ["newPage", "table", "index", "mapping", "source"],
  checks: [isIndex(2), isInsecure(4), isPage(1, "IS_TABLE", "l3"), isSlotFree(1, 2), ...allocates(0, 1)],
  effect: (call) => {
    const { config } = call.state;
    const { nr: owner } = spaceNamed(call, 1);
    const draft = new Draft(call.memory);
    const state = given(call, draft, owner, { type: "data", owner });
    const destination = securePage(config, pageNr(config, call.args[0]!)!);
    writeSlot(call, draft, 1, 2, leafOf(config, destination, call.args[3]!));
    draft.add({ kind: "copyPage", destination, source: insecurePageAt(config, Number(call.args[4]!)) });
    return done(call, state, draft);
  },
};

/** "ins →1, i →6, l3 type →1, slot →7, owner not init →4". "X on insecure: allowed". */
const mapInsecure: RiscvRow = {
  nr: RISCV_CALL.MAP_INSECURE,
  name: "MapInsecure",
  args: ["table", "index", "mapping", "insecure"],
  checks: [isInsecure(3), isIndex(1), isPage(0, "IS_TABLE", "l3"), isSlotFree(0, 1), isInit(0)],
  effect: (call) => {
    const draft = new Draft(call.memory);
    const { config } = call.state;
    writeSlot(call, draft, 0, 1, leafOf(config, insecurePageAt(config, Number(call.args[3]!)), call.args[2]!));
    return done(call, call.state, draft);
  },
};

/** "range →1, free →0, addrspace: refcount≠1 →2, not stopped →8; else owner not stopped →8". */
const remove: RiscvRow = {
  nr: RISCV_CALL.REMOVE,
  name: "Remove",
  args: ["anyPage"],
  checks: [
    inRange(0, "page"),
    {
      guard: "UNREFERENCED",
      wrong: (call) => {
        const page = pageAt(call.state, call.args[0]!)!;
        if (page.type !== "addrspace" || page.refcount === 1) return undefined;
        return about(call, call.args[0]!, `the address space counts ${page.refcount} pages, itself among them`);
      },
    },
    {
      guard: "OWNER_STOPPED",
      wrong: (call) => {
        const page = pageAt(call.state, call.args[0]!)!;
        if (page.type === "free") return undefined;
        const { state } = spaceOf(call.state, page.owner);
        if (state === "stopped") return undefined;
        return about(call, call.args[0]!, `a ${page.type} page of an address space that is ${state}`);
      },
    },
  ],
  effect: (call) => {
    const nr = pageNr(call.state.config, call.args[0]!)!;
    const page = call.state.pages.get(nr);
    if (page.type === "free") return reply(call, 0n);
    const freed = withPage(call.state, nr, FREE);
    if (page.type === "addrspace" || isOn(call.state.config, "L4")) return done(call, freed);
    const space = spaceOf(freed, page.owner);
    return done(call, withPage(freed, page.owner, { ...space, refcount: space.refcount - 1 }));
  },
};

const become = (call: RiscvCall, state: "final" | "stopped"): RiscvOutcome => {
  const { nr, space } = spaceNamed(call, 0);
  return done(call, withPage(call.state, nr, { ...space, state }));
};

const finalise: RiscvRow = {
  nr: RISCV_CALL.FINALISE,
  name: "Finalise",
  args: ["addrspace"],
  checks: [isPage(0, "IS_ADDRSPACE", "addrspace"), isInit(0)],
  effect: (call) => become(call, "final"),
};

/** From any state. */
const stop: RiscvRow = {
  nr: RISCV_CALL.STOP,
  name: "Stop",
  args: ["addrspace"],
  checks: [isPage(0, "IS_ADDRSPACE", "addrspace")],
  effect: (call) => become(call, "stopped"),
};

const threadNamed = ({ state, args }: RiscvCall): RiscvDispatcher => pageAt(state, args[0]!) as RiscvDispatcher;

const isOwnerFinal = (unless?: RiscvDefectId): RiscvCheck => ({
  guard: "OWNER_FINAL",
  wrong: (call) => {
    const { owner } = threadNamed(call);
    const { state } = spaceOf(call.state, owner);
    if (state === "final" || (unless !== undefined && state === "init" && isOn(call.state.config, unless)))
      return undefined;
    return about(call, BigInt(owner), `address space ${owner} is ${state}`);
  },
});

const hasEntered = (guard: "ENTERED" | "NOT_ENTERED"): RiscvCheck => ({
  guard,
  wrong: (call) => {
    const { entered } = threadNamed(call);
    if (entered === (guard === "ENTERED")) return undefined;
    return about(call, call.args[0]!, entered ? "the thread was interrupted" : "the thread was not interrupted");
  },
});

/** "next Enter continues after the ecall with old registers except a0–a2". */
const enter: RiscvRow = {
  nr: RISCV_CALL.ENTER,
  name: "Enter",
  args: ["dispatcher", "word", "word", "word"],
  checks: [isPage(0, "IS_DISPATCHER", "dispatcher"), isOwnerFinal("L9"), hasEntered("NOT_ENTERED")],
  effect: (call) => enterThread(call, pageNr(call.state.config, call.args[0]!)!, call.args.slice(1, 4)),
};

const resume: RiscvRow = {
  nr: RISCV_CALL.RESUME,
  name: "Resume",
  args: ["dispatcher"],
  checks: [isPage(0, "IS_DISPATCHER", "dispatcher"), isOwnerFinal(), hasEntered("ENTERED")],
  effect: (call) => enterThread(call, pageNr(call.state.config, call.args[0]!)!, []),
};

/** @spec Komodo reference §3.1, "Call table" */
export const RISCV_CALLS: readonly RiscvRow[] = [
  query,
  getPhysPages,
  initAddrspace,
  initDispatcher,
  initTable(RISCV_CALL.INIT_L2_TABLE, "InitL2PTable", "l1", "l2"),
  initTable(RISCV_CALL.INIT_L3_TABLE, "InitL3PTable", "l2", "l3"),
  mapSecure,
  mapInsecure,
  remove,
  finalise,
  enter,
  resume,
  stop,
];

const byNumber: ReadonlyMap<bigint, RiscvRow> = new Map(RISCV_CALLS.map((row) => [BigInt(row.nr), row]));

/** @param register a7 */
export const callNamed = (config: RiscvConfig, register: bigint): RiscvRow | undefined =>
  byNumber.get(register) ?? (isOn(config, "A18") ? stop : undefined);
