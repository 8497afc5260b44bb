/** Whether the monitor's page database is the reference's: every field of every page. */
import type { RadixMap } from "../../../monitor/kernel/radix-map.ts";
import type { SecurePage } from "../../../monitor/komodo/page.ts";
import type { KomodoState } from "../../../monitor/komodo/state.ts";
import type { Reference } from "./reference.ts";
import type { Entry, RefPage } from "./reference-page.ts";

const TYPES = ["free", "addrspace", "dispatcher", "l1", "l2", "data", "spare"];
const STATES = ["init", "final", "stopped"];

/** Pages of the monitor that were found equal, with the reference's number of changes: database values are never changed in place. */
const compared = new WeakMap<Reference, Map<number, { readonly page: SecurePage; readonly fingerprint: string }>>();

/** @returns the first difference, as a clause */
export function comparePages(state: KomodoState, reference: Reference): string | undefined {
  const known = compared.get(reference) ?? new Map();
  compared.set(reference, known);
  for (const [nr, expected] of reference.pages.entries()) {
    const page = state.pages.get(nr);
    const fingerprint = fingerprintOf(expected);
    const last = known.get(nr);
    if (last?.page === page && last.fingerprint === fingerprint) continue;
    const difference = comparePage(page, expected, () => reference.measurement(nr));
    if (difference !== undefined) return `page ${nr}: ${difference}`;
    known.set(nr, { page, fingerprint });
  }
  if ((state.running?.dispatcher ?? -1) !== reference.running) return `thread ${state.running?.dispatcher} runs`;
  return undefined;
}

const fingerprintOf = ({
  type,
  owner,
  l1,
  refcount,
  state,
  words,
  entry,
  entered,
  data,
  meas,
  l1Table,
  l2Table,
  saved,
}: RefPage) =>
  `${type} ${owner} ${l1} ${refcount} ${state} ${words.length} ${entry} ${entered} ${data} ${meas} ${used(l1Table)} ${usedEntries(l2Table)} ${saved?.pc}`;

const used = (table: ReadonlyMap<number, number>): string =>
  [...table]
    .map(([slot, page]) => `${slot}:${page}`)
    .sort()
    .join();

const usedEntries = (table: ReadonlyMap<number, Entry>): string =>
  [...table]
    .map(([i, { secure, page, w, x }]) => `${i}:${secure ? "s" : "i"}${page}${w}${x}`)
    .sort()
    .join();

function comparePage(page: SecurePage, expected: RefPage, measurement: () => number[]): string | undefined {
  const type = TYPES[expected.type];
  if (page.type !== type) return `is a ${page.type} page, not ${type}`;
  if (page.type === "free") return undefined;
  if (page.owner !== expected.owner) return `belongs to ${page.owner}, not ${expected.owner}`;
  switch (page.type) {
    case "addrspace":
      if (page.l1 !== expected.l1) return `l1 ${page.l1}`;
      if (page.refcount !== expected.refcount) return `refcount ${page.refcount}, not ${expected.refcount}`;
      if (page.state !== STATES[expected.state]) return `${page.state}, not ${STATES[expected.state]}`;
      return same("measurement", page.measurement.digest(), measurement());
    case "dispatcher":
      if (page.entry !== expected.entry) return `entry 0x${page.entry.toString(16)}`;
      if (page.entered !== expected.entered) return `entered ${page.entered}`;
      return (
        same("verify words", page.verifyWords, expected.data) ??
        same("verify measurement", page.verifyMeasurement, expected.meas)
      );
    case "l1": {
      const slots = new Map(filled(page.slots));
      return used(slots) === used(expected.l1Table) ? undefined : `slots ${used(slots)}, not ${used(expected.l1Table)}`;
    }
    case "l2": {
      const entries = new Map<number, Entry>();
      for (const [i, mapping] of filled(page.slots)) {
        const secure = mapping.kind === "secure";
        entries.set(i, { secure, page: mapping.page, w: mapping.w, x: secure && mapping.x });
      }
      const [found, right] = [usedEntries(entries), usedEntries(expected.l2Table)];
      return found === right ? undefined : `entries ${found}, not ${right}`;
    }
    default:
      return undefined;
  }
}

/** What a table of the monitor has, by index. */
function* filled<T>(slots: RadixMap<T | undefined>): Generator<[number, T]> {
  for (const { from, to, value } of slots.runs())
    if (value !== undefined) for (let i = from; i < to; i++) yield [i, value];
}

const same = (what: string, found: ArrayLike<number>, expected: ArrayLike<number>): string | undefined =>
  Array.from(found).join() === Array.from(expected).join() ? undefined : what;
