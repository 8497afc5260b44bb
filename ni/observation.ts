/**
 * What an observer sees after one action, as named values, and where two observations differ first.
 *
 * The list is an upper bound on what an operating system can learn (Komodo reference §4.2, obsCode of the OS): it is never
 * shortened to make a comparison pass. Each kind says why the OS sees it. An observation is ordered: what names a leak best
 * comes first, the counters, which follow from nearly everything, last.
 * Memory is compared byte by byte and not by digest: both worlds are at hand, so a difference names its first byte.
 * Not observed: the explanation of a refusal, which only the owner of the simulation reads (monitor/explain.ts).
 */

/** Why the operating system sees it. The kind is the first word of an observable's name. */
export const OS_OBSERVABLES = {
  result: "a0 and a1 of the call are the OS's registers, folded into one number (Penglai reference §6.1)",
  exit: "RUN and RESUME return why the enclave gave the hart back, and the OS can count",
  "exit-value": "EXIT hands a0 to the driver in *retval",
  ocall: "the id and arguments of an ocall are written for the driver",
  console: "text of SYS_WRITE lies in the kbuffer, which the OS lent",
  loaded: "what a load of the OS's own returned",
  trap: "cause and address of the trap that its own access took",
  report: "ATTEST writes the report to public memory",
  page: "whether an S-mode load of a page is answered or traps tells who owns it",
  register: "x1 to x31, f0 to f31 and pc are the OS's when it has the hart, whoever wrote them last",
  csr: "CSRs that S-mode may read",
  memory: "every page that the kernel's own page table and PMP let it load",
  window: "what the OS sees through a mapping that it made at run time",
  counter: "cycle, time and instret: mcounteren lets S-mode read them at any time",
} as const;

/** What the second observer, a probe on the DRAM bus, sees besides (dram-bus.ts). */
export const BUS_OBSERVABLES = {
  bus: "which 64-byte lines of ciphertext changed since the last look, and which are alike",
} as const;

/** Bytes stand for memory. */
export type Observed = bigint | string | Uint8Array;

/** By name; the name begins with its kind: `result`, `register x5`, `memory 0x80400000`. Insertion order is report order. */
export type Observation = ReadonlyMap<string, Observed>;

/** Who compares: everything the world shows, or part of it. */
export interface Observer {
  readonly name: string;
  /** @param observable name of an entry */
  sees(observable: string): boolean;
}

/** The operating system (and the bus, when the world shows it). */
const EVERYTHING: Observer = { name: "everything", sees: () => true };

/** An OS without a clock: for programs that do not promise constant time. */
export const WITHOUT_CLOCK: Observer = {
  name: "without clock",
  sees: (observable) => kindOf(observable) !== "counter",
};

export interface Difference {
  readonly observable: string;
  readonly left: string;
  readonly right: string;
}

export const kindOf = (observable: string): string => observable.split(" ", 1)[0]!;

/**
 * @returns the first entry, in the order of `left` and then of `right`, that `observer` sees and that differs; undefined
 * if there is none. A page that one side lacks reads as zeros there or cannot be read.
 */
export function firstDifference(left: Observation, right: Observation, observer = EVERYTHING): Difference | undefined {
  for (const observable of new Set([...left.keys(), ...right.keys()])) {
    if (!observer.sees(observable)) continue;
    const a = left.get(observable);
    const b = right.get(observable);
    if (!isSame(a, b)) return describe(observable, a, b);
  }
  return undefined;
}

function isSame(a: Observed | undefined, b: Observed | undefined): boolean {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array)) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function describe(observable: string, a: Observed | undefined, b: Observed | undefined): Difference {
  if (!(a instanceof Uint8Array || b instanceof Uint8Array)) return { observable, left: show(a), right: show(b) };
  const length = Math.max(byteLenOf(a), byteLenOf(b));
  let at = 0;
  while (at < length && byteOf(a, at) === byteOf(b, at)) at++;
  return { observable: `${observable} + 0x${at.toString(16)}`, left: show(byteOf(a, at)), right: show(byteOf(b, at)) };
}

const byteLenOf = (value: Observed | undefined): number => (value instanceof Uint8Array ? value.length : 0);
const byteOf = (value: Observed | undefined, at: number): string =>
  value instanceof Uint8Array && at < value.length ? value[at]!.toString(16).padStart(2, "0") : "absent";

/** One value for a report. */
export function show(value: Observed | undefined): string {
  if (value === undefined) return "absent";
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return typeof value === "bigint" ? `0x${BigInt.asUintN(64, value).toString(16)}` : value;
}
