/**
 * Where two worlds look different to an observer. Two layers (Komodo reference §4.2): what it can really extract
 * (registers, CSRs, memory that its own loads reach: obsCode), and what the policy of the model says that it may know of the
 * monitor's state (obsSpec). Neither is ever shortened to make a comparison pass.
 *
 * The operating system looks at registers and memory when it has the hart, an enclave at its own memory at any time and at
 * registers when it has the hart ("local semantics", §4.5).
 */
import * as csr from "../../assembly/csr.gen.ts";
import { S_MODE } from "../../core/platform.ts";
import { MSTATUS_FS, MSTATUS_SIE, MSTATUS_SPIE, MSTATUS_SPP, MSTATUS_XL } from "../../core/registers.ts";
import { PAGE_SIZE, type PageNo, paOfPage, va } from "../../core/units.ts";
import { type Difference, firstDifference, type Observed, show } from "../observation.ts";
import type { NiMachine } from "./pure-machine.ts";
import type { Principal } from "./secrets.ts";
import type { ModelWorld, Seen } from "./world.ts";

/** Whose eyes. C-OS: the operating system. C-ENC: it and an enclave that colludes. KINT: an enclave, of everybody else. */
export type Observer =
  | { readonly property: "C-OS" }
  | { readonly property: "C-ENC" | "KINT"; readonly enclave: number };

/** Why somebody sees what every machine has. */
export const MACHINE_OBSERVABLES = {
  hart: "whoever gets the hart back knows that it has it",
  result: "the result of a call is in the caller's registers",
  loaded: "what a load of its own returned",
  trap: "cause and address of a trap that its own access took",
  register: "x1 to x31, f0 to f31 and pc are whose code runs, whoever wrote them last",
  csr: "CSRs that the privilege may read",
  memory: "every page that its own page table and PMP let it load",
  table: "page tables of enclaves, where the policy says that they are public",
  window: "an address at which it looks for what it mapped there",
  own: "an enclave's own pages",
} as const;

/** A moment of both runs. */
export interface Moment<S> {
  readonly world: ModelWorld<S>;
  /** What whoever acted saw of its action. */
  readonly seen: Seen;
  readonly actor: Principal;
}

/** What sstatus shows of mstatus: SUM and MXR besides those with names. */
const SSTATUS = MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP | MSTATUS_FS | MSTATUS_XL | (3n << 18n);
const SUPERVISOR_CSRS = {
  "csr scounteren": csr.SCOUNTEREN,
  "csr stvec": csr.STVEC,
  "csr sscratch": csr.SSCRATCH,
  "csr sepc": csr.SEPC,
  "csr scause": csr.SCAUSE,
  "csr stval": csr.STVAL,
  "csr satp": csr.SATP,
  "csr fcsr": csr.FCSR,
  // what mcounteren opens, S-mode may read
  "csr counters": csr.MCOUNTEREN,
};
const PLAIN = Object.entries(SUPERVISOR_CSRS);

/** Who differs between the runs, for an observer. */
export const differsFor =
  (observer: Observer) =>
  (owner: Principal): boolean => {
    if (observer.property === "KINT") return owner !== observer.enclave;
    return owner !== "os" && (observer.property === "C-OS" || owner !== observer.enclave);
  };

/** Compares two moments; the harness's own mutants pass another (self-check.ts). */
export type Compare = <S>(
  observer: Observer,
  left: Moment<S>,
  right: Moment<S>,
  /** Pages in which the two memories differ. */
  pages: ReadonlySet<PageNo>,
) => Difference | undefined;

/** @returns the first difference, what names a leak best first */
export const differenceOf: Compare = (observer, left, right, pages) =>
  hartDiffers(left, right) ??
  (observer.property === "KINT" ? undefined : osDifference(left, right, pages)) ??
  (observer.property === "C-OS" ? undefined : enclaveDifference(observer.enclave, left, right, pages));

function hartDiffers<S>(left: Moment<S>, right: Moment<S>): Difference | undefined {
  const [a, b] = [whoHasHart(left.world), whoHasHart(right.world)];
  return a === b ? undefined : { observable: "hart", left: textOf(a), right: textOf(b) };
}

/** "os", an enclave, or "nobody" for one that the model does not name. */
export function whoHasHart<S>({ model, state, world }: ModelWorld<S>): Principal {
  return world.kind === "host" ? "os" : (model.running(state) ?? "nobody");
}
const textOf = (who: Principal): string => (typeof who === "number" ? `enclave ${who}` : who);

function osDifference<S>(left: Moment<S>, right: Moment<S>, pages: ReadonlySet<PageNo>): Difference | undefined {
  const { model, machine, state, isHijacked } = left.world;
  const hasHart = whoHasHart(left.world) === "os";
  if (isHijacked !== right.world.isHijacked)
    return { observable: "trap", left: `delegated: ${isHijacked}`, right: `delegated: ${!isHijacked}` };
  const acted = left.actor === "os" && hasHart ? entriesDiffer(left.seen, right.seen) : undefined;
  if (acted) return acted;
  if (hasHart || isHijacked) {
    const found =
      registersDiffer(machine, right.world.machine) ??
      supervisorDiffers(machine, right.world.machine) ??
      memoryDiffers(left.world, right.world, pages);
    if (found) return found;
  }
  for (const page of pages)
    if (model.isPublicPage?.(state, page)) return pageDiffers("table", page, machine, right.world.machine);
  return entriesDiffer(model.observeOs(state), model.observeOs(right.world.state));
}

/** What an enclave sees, whoever has the hart. */
export function enclaveDifference<S>(
  enclave: number,
  left: Moment<S>,
  right: Moment<S>,
  pages: ReadonlySet<PageNo>,
): Difference | undefined {
  const { model, machine, state } = left.world;
  const other = right.world;
  if (whoHasHart(left.world) === enclave) {
    const acted = left.actor === enclave ? entriesDiffer(left.seen, right.seen) : undefined;
    const found = acted ?? registersDiffer(machine, other.machine) ?? fcsrDiffers(machine, other.machine);
    if (found) return found;
    const inSupervisorMode = machine.privilege === S_MODE ? supervisorDiffers(machine, other.machine) : undefined;
    if (inSupervisorMode) return inSupervisorMode;
  }
  const known = entriesDiffer(
    model.observeEnclave(state, enclave, machine),
    model.observeEnclave(other.state, enclave, other.machine),
  );
  if (known || pages.size === 0) return known;
  for (const page of model.pagesOf(state, enclave))
    if (pages.has(page)) return pageDiffers("own memory", page, machine, other.machine);
  return undefined;
}

/** In order; the lists have the same names unless something differs. */
function entriesDiffer(left: Seen, right: Seen): Difference | undefined {
  if (left === right) return undefined;
  const isSame =
    left.length === right.length &&
    left.every(([name, value], i) => name === right[i]![0] && isSameValue(value, right[i]![1]));
  return isSame ? undefined : firstDifference(new Map(left), new Map(right));
}

function isSameValue(a: Observed, b: Observed): boolean {
  if (a === b) return true;
  if (!(a instanceof Uint8Array && b instanceof Uint8Array) || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function registersDiffer(left: NiMachine, right: NiMachine): Difference | undefined {
  for (let i = 1; i < 32; i++)
    if (left.x[i] !== right.x[i]) return valueDiffers(`register x${i}`, left.x[i]!, right.x[i]!);
  if (left.pc !== right.pc) return valueDiffers("register pc", left.pc, right.pc);
  for (let i = 0; i < 32; i++)
    if (left.f[i] !== right.f[i]) return valueDiffers(`register f${i}`, left.f[i]!, right.f[i]!);
  return undefined;
}

function supervisorDiffers(left: NiMachine, right: NiMachine): Difference | undefined {
  for (const [name, number] of PLAIN) {
    const [a, b] = [left.readCsr(number), right.readCsr(number)];
    if (a !== b) return valueDiffers(name, a, b);
  }
  for (const [name, number] of [
    ["csr sie", csr.MIE],
    ["csr sip", csr.MIP],
  ] as const) {
    const [a, b] = [left, right].map((machine) => machine.readCsr(number) & machine.readCsr(csr.MIDELEG));
    if (a !== b) return valueDiffers(name, a!, b!);
  }
  const [a, b] = [left, right].map((machine) => machine.readCsr(csr.MSTATUS) & SSTATUS);
  return a === b ? undefined : valueDiffers("csr sstatus", a!, b!);
}

function fcsrDiffers(left: NiMachine, right: NiMachine): Difference | undefined {
  const [a, b] = [left.readCsr(csr.FCSR), right.readCsr(csr.FCSR)];
  return a === b ? undefined : valueDiffers("csr fcsr", a, b);
}

const valueDiffers = (observable: string, a: Observed, b: Observed): Difference => ({
  observable,
  left: show(a),
  right: show(b),
});

/** Pages that a load of the operating system's reaches, at their own address or through a window. */
function memoryDiffers<S>(
  left: ModelWorld<S>,
  right: ModelWorld<S>,
  pages: ReadonlySet<PageNo>,
): Difference | undefined {
  const { machine, model } = left;
  for (const page of pages) {
    const reaches = [machine, right.machine].some(
      (each) => each.physical(S_MODE, va(BigInt(paOfPage(page)))) === paOfPage(page),
    );
    if (reaches) return pageDiffers("memory", page, machine, right.machine);
  }
  for (const window of model.windows ?? []) {
    const [a, b] = [machine.physical(S_MODE, window), right.machine.physical(S_MODE, window)];
    const name = `window 0x${window.toString(16)}`;
    if ((a === undefined) !== (b === undefined))
      return { observable: name, left: `${a !== undefined}`, right: `${b !== undefined}` };
    if (a === undefined || (a === b && !pages.has(Math.floor(a / PAGE_SIZE) as PageNo))) continue;
    const seen = [machine, right.machine].map((each) => each.loadAs(S_MODE, window, PAGE_SIZE));
    const [one, other] = seen.map((outcome) => (outcome.ok ? new Map([[name, outcome.bytes]]) : new Map()));
    const found = firstDifference(one!, other!);
    if (found) return found;
  }
  return undefined;
}

function pageDiffers(what: string, page: PageNo, left: NiMachine, right: NiMachine): Difference | undefined {
  const name = `${what} 0x${paOfPage(page).toString(16)}`;
  return firstDifference(new Map([[name, left.page(page)]]), new Map([[name, right.page(page)]]));
}
