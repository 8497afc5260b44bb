/**
 * In what two snapshots differ, by name: registers, CSRs, device registers, cache lines, and of each page the first byte.
 * A page that one has and the other has not is compared with zeros, as that is what it reads as.
 */
import * as layout from "../assembly/layout.ts";
import type { Snapshot } from "./snapshot.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, paOfPage } from "./units.ts";

export type Difference =
  | {
      readonly kind: "configuration" | "register" | "csr" | "device" | "cache";
      readonly name: string;
      readonly a: bigint | number | string;
      readonly b: bigint | number | string;
    }
  | {
      readonly kind: "page";
      readonly page: PageNo;
      /** Address of the first byte that differs, and that byte. */
      readonly address: Pa;
      readonly a: number;
      readonly b: number;
    };

/** A field of the hart state: eight bytes unless said otherwise. */
interface Field {
  readonly kind: "register" | "csr" | "device";
  readonly name: string;
  readonly at: number;
  readonly byteLen: 1 | 4 | 8;
}

const field = (kind: Field["kind"], name: string, at: number, byteLen: 1 | 4 | 8 = 8): Field => ({
  kind,
  name,
  at,
  byteLen,
});
const numbered = (kind: Field["kind"], name: string, at: number, count: number): Field[] =>
  Array.from({ length: count }, (_, index) => field(kind, `${name}${index}`, at + 8 * index));
/** CSR_MSTATUS is mstatus, CSR_GPT_HPT is gpthpt. */
const plainCsrs: readonly Field[] = Object.entries(layout)
  .filter(([name, at]) => name.startsWith("CSR_") && at >= layout.HART && at < layout.STATE_END)
  .map(([name, at]) => field("csr", name.slice(4).replace("_", "").toLowerCase(), at));

/** Fields of a hart's block. */
const HART_FIELDS: readonly Field[] = [
  ...numbered("register", "x", layout.HART_X, 32),
  ...numbered("register", "f", layout.HART_F, 32),
  field("register", "pc", layout.HART_PC),
  field("register", "privilege", layout.HART_PRIV, 4),
  field("register", "reservation", layout.HART_RESERVATION),
  field("register", "state", layout.HART_STATE, 4),
  field("register", "cycles", layout.HART_DEADLINE),
  field("register", "stall cycles", layout.HART_STALLS),
  field("csr", "mcycle offset", layout.HART_CYCLE_OFFSET),
  field("csr", "minstret offset", layout.HART_INSTRET_OFFSET),
  ...plainCsrs,
  field("csr", "fflags", layout.HART_FFLAGS, 1),
  field("csr", "frm", layout.HART_FRM, 1),
  field("csr", "pmpcfg0", layout.PMP_CFG),
  field("csr", "pmpcfg2", layout.PMP_CFG + 8),
  ...numbered("csr", "pmpaddr", layout.PMP_ADDR, 16),
  field("device", "mtimecmp", layout.CLINT_TIMECMP),
];

const SHARED_FIELDS: readonly Field[] = [
  field("register", "hart of the turn", layout.TURN_HART, 4),
  field("register", "cycles at the end of the turn", layout.TURN_END),
  field("register", "quantum", layout.TURN_QUANTUM),
  field("register", "cycles of other harts", layout.TURN_OTHERS),
  field("device", "mtime offset", layout.CLINT_TIME_OFFSET),
  field("device", "uart registers", layout.UART_REGS),
  field("device", "uart divisor", layout.UART_REGS + 8),
  ...numbered("device", "plic priorities ", layout.PLIC_PRIORITY, 12),
  ...numbered("device", "plic pending ", layout.PLIC_PENDING, 2),
  ...numbered("device", "plic in flight ", layout.PLIC_IN_FLIGHT, 2),
  ...numbered("device", "plic lines ", layout.PLIC_LEVEL, 2),
  ...numbered("device", "plic output ", layout.PLIC_OUTPUT, 2),
  ...numbered("device", "plic thresholds ", layout.PLIC_THRESHOLD, 2),
  ...numbered("device", "plic enables ", layout.PLIC_ENABLE, 2 * 2 * layout.MAX_HARTS),
  ...numbered("device", "uart loopback ", layout.UART_LOOP, 2),
  field("device", "uart loopback count", layout.UART_LOOP_COUNT, 4),
  field("device", "tohost", layout.HTIF_TOHOST),
  field("device", "fromhost", layout.HTIF_FROMHOST),
  field("csr", "extensions", layout.EXTENSIONS),
  field("csr", "defects", layout.DEFECTS),
];

/** @returns the differences: configuration, hart, caches, console, then pages ascending; none for equal states */
export function diffSnapshots(a: Snapshot, b: Snapshot): Difference[] {
  const configuration = diffConfigurations(a, b);
  // states of machines that differ in kind have nothing to compare
  if (configuration.length > 0) return configuration;
  return [...diffHarts(a, b), ...diffCaches(a.caches, b.caches), ...diffConsoles(a, b), ...diffPages(a, b)];
}

/** One line. */
export function describeDifference(difference: Difference): string {
  const show = (value: bigint | number | string): string =>
    typeof value === "string" ? value : `0x${value.toString(16)}`;
  const where =
    difference.kind === "page" ? `byte ${show(difference.address)}` : `${difference.kind} ${difference.name}`;
  return `${where}: ${show(difference.a)} and ${show(difference.b)}`;
}

function diffConfigurations(a: Snapshot, b: Snapshot): Difference[] {
  const flat = ({ version, configuration }: Snapshot) => ({ version, ...configuration });
  const [left, right] = [flat(a), flat(b)];
  return (["version", "flavour", "mode", "ramBase", "ramSize", "isa", "harts"] as const)
    .filter((name) => left[name] !== right[name])
    .map((name) => ({ kind: "configuration", name, a: left[name], b: right[name] }));
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function diffHarts(a: Snapshot, b: Snapshot): Difference[] {
  const [left, right] = [viewOf(a.hart), viewOf(b.hart)];
  const { harts } = a.configuration;
  const blocks = Array.from({ length: harts }, (_, index) =>
    diffFields(
      HART_FIELDS,
      { view: left, block: blockOf(left, index) },
      { view: right, block: blockOf(right, index) },
    ).map((difference) => (harts === 1 ? difference : { ...difference, name: `${difference.name} of hart ${index}` })),
  );
  return [...blocks.flat(), ...diffFields(SHARED_FIELDS, { view: left, block: 0 }, { view: right, block: 0 })];
}

/** Offset of a hart's block from HART. */
const blockOf = (view: DataView, index: number): number =>
  view.getUint32(layout.TURN_HART - layout.HART, true) === index
    ? 0
    : layout.HARTS + index * layout.HARTS_STRIDE - layout.HART;

interface Block {
  readonly view: DataView;
  readonly block: number;
}

function read({ view, block }: Block, { at, byteLen }: Field): bigint {
  const offset = block + at - layout.HART;
  if (byteLen === 8) return view.getBigUint64(offset, true);
  return BigInt(byteLen === 4 ? view.getUint32(offset, true) : view.getUint8(offset));
}

const diffFields = (fields: readonly Field[], a: Block, b: Block) =>
  fields
    .filter((f) => read(a, f) !== read(b, f))
    .map((f) => ({ kind: f.kind, name: f.name, a: read(a, f), b: read(b, f) }));

function diffCaches(a: Uint8Array, b: Uint8Array): Difference[] {
  const [left, right] = [viewOf(a), viewOf(b)];
  const differences: Difference[] = [];
  for (let at = 0; at < a.length; at += 8) {
    const [x, y] = [left.getBigUint64(at, true), right.getBigUint64(at, true)];
    if (x !== y) differences.push({ kind: "cache", name: nameOfCacheWord(layout.CACHE + at), a: x, b: y });
  }
  return differences;
}

/** Lines of a set stand in the order of their use. */
function nameOfCacheWord(at: number): string {
  const line = (cache: string, base: number, ways: number): string =>
    `${cache} set ${Math.floor((at - base) / (8 * ways))} line ${((at - base) / 8) % ways}`;
  if (at >= layout.CACHE_COST_L2) return `cost or count at 0x${at.toString(16)}`;
  if (at >= layout.CACHE_L2) return line("L2", layout.CACHE_L2, layout.CACHE_L2_WAYS);
  return line("L1D", layout.CACHE_L1, layout.CACHE_L1_WAYS);
}

function diffConsoles(a: Snapshot, b: Snapshot): Difference[] {
  const text = (bytes: Uint8Array): string => JSON.stringify(String.fromCharCode(...bytes));
  return (["transmitted", "typed"] as const)
    .filter((name) => text(a[name]) !== text(b[name]))
    .map((name) => ({ kind: "device", name: `uart ${name}`, a: text(a[name]), b: text(b[name]) }));
}

const ZEROS = new Uint8Array(PAGE_SIZE);

function diffPages(a: Snapshot, b: Snapshot): Difference[] {
  const pages = [...new Set([...a.pages.keys(), ...b.pages.keys()])].sort((x, y) => x - y);
  return pages.flatMap((page): Difference[] => {
    const [left, right] = [a.pages.get(page) ?? ZEROS, b.pages.get(page) ?? ZEROS];
    if (left === right) return [];
    const index = left.findIndex((byte, at) => byte !== right[at]);
    if (index < 0) return [];
    return [{ kind: "page", page, address: pa(paOfPage(page) + index), a: left[index]!, b: right[index]! }];
  });
}
