/**
 * The table of CSR fields (isa/csr-fields.isa): what each field takes of a write. Every CSR of isa/csr.isa has a row; fields
 * of one register do not overlap. From it come docs/csr.md and the test that drives the machine.
 */
import { join } from "node:path";
import type { Isa } from "./isa.ts";
import { type Cell, readTable, TableError } from "./table-file.ts";

/** How a field takes a value, in the words of the table. */
export type Legal =
  | { readonly kind: "any" | "sticky" | "hardware" }
  | { readonly kind: "constant"; readonly value: bigint }
  /** Values that are not taken as they are: what they are taken as, or undefined where the field stays as it was. */
  | { readonly kind: "except"; readonly taken: ReadonlyMap<bigint, bigint | undefined> }
  /** Every other value makes the whole write void. */
  | { readonly kind: "choice"; readonly values: readonly bigint[] };

export interface CsrField {
  /** As isa/csr.isa writes it: a name or a range of names. */
  readonly csr: string;
  readonly name: string;
  readonly low: number;
  readonly width: number;
  /** How often the field stands in the register, `stride` bits apart. */
  readonly copies: number;
  readonly stride: number;
  readonly legal: Legal;
  /** Undefined where hardware says it. */
  readonly reset: bigint | undefined;
  readonly needs: string | undefined;
  readonly section: string;
  readonly about: string;
  /** Bits and writes as the table has them. */
  readonly text: { readonly bits: string; readonly writes: string };
}

const COLUMNS = 8;
const XLEN = 64;

/** Reads the table and holds it to the CSRs that there are. @throws TableError */
export function loadCsrFields(isa: Pick<Isa, "csrs">, folder: string = import.meta.dirname): readonly CsrField[] {
  const rows = readTable(join(folder, "csr-fields.isa"));
  const fields = rows.map(parseRow);
  for (const [index, field] of fields.entries()) checkRow(field, rows[index]![0]!, fields.slice(0, index), isa);
  const first = rows[0]![0]!;
  const without = isa.csrs.find(({ name }) => !fields.some(({ csr }) => namesOf(csr).includes(name)));
  if (without) throw new TableError(first, `'${without.name}' of csr.isa has no row in this table`);
  return fields;
}

/** pmpaddr0-15 stands for pmpaddr0 to pmpaddr15. */
export function namesOf(csr: string): readonly string[] {
  const range = /^(.*?)([0-9]+)-([0-9]+)$/.exec(csr);
  if (!range) return [csr];
  const [first, last] = [Number(range[2]), Number(range[3])];
  return Array.from({ length: last - first + 1 }, (_, index) => `${range[1]}${first + index}`);
}

/** The bits of the register that the field and its copies take. */
export function bitsOf({ low, width, copies, stride }: CsrField): bigint {
  const one = ((1n << BigInt(width)) - 1n) << BigInt(low);
  return Array.from({ length: copies }, (_, index) => one << BigInt(index * stride)).reduce((a, b) => a | b);
}

function parseRow(cells: readonly Cell[]): CsrField {
  const [csr, name, bits, writes, reset, needs, section, about] = cells;
  if (cells.length !== COLUMNS || !csr || !name || !bits || !writes || !reset || !needs || !section || !about)
    throw new TableError(
      cells[0]!,
      `a field has ${COLUMNS} columns, two or more spaces apart; this row has ${cells.length}`,
    );
  if (!/^(-|[0-9]+)$/.test(reset.text)) throw new TableError(reset, "reset is a number or -");
  return {
    csr: csr.text,
    name: name.text,
    ...parseBits(bits),
    legal: parseLegal(writes),
    reset: reset.text === "-" ? undefined : BigInt(reset.text),
    needs: needs.text === "-" ? undefined : needs.text,
    section: section.text,
    about: about.text,
    text: { bits: bits.text, writes: writes.text },
  };
}

function parseBits(cell: Cell): Pick<CsrField, "low" | "width" | "copies" | "stride"> {
  const [, high, low = high, every] = /^([0-9]+)(?::([0-9]+))?(?: every ([0-9]+))?$/.exec(cell.text) ?? [];
  const width = Number(high) - Number(low) + 1;
  const stride = Number(every ?? XLEN);
  if (!(width > 0 && Number(high) < XLEN && Number(high) < stride))
    throw new TableError(cell, "bits are written 7:5, or 5, or 2:0 every 8");
  return { low: Number(low), width, copies: XLEN / stride, stride };
}

function parseLegal(cell: Cell): Legal {
  const { text } = cell;
  if (text === "any" || text === "sticky" || text === "hardware") return { kind: text };
  if (/^=[0-9]+$/.test(text)) return { kind: "constant", value: BigInt(text.slice(1)) };
  if (/^[0-9]+( [0-9]+)*$/.test(text)) return { kind: "choice", values: text.split(" ").map(BigInt) };
  const except = /^any but (.*)$/.exec(text)?.[1]?.split(", ");
  const pairs = except?.map((one) => /^([0-9]+)(?: as ([0-9]+))?$/.exec(one));
  if (!pairs?.every((pair) => pair !== null)) throw new TableError(cell, `'${text}' does not say what a write leaves`);
  return {
    kind: "except",
    taken: new Map(pairs.map(([, value, as]) => [BigInt(value!), as === undefined ? undefined : BigInt(as)])),
  };
}

function checkRow(field: CsrField, at: Cell, before: readonly CsrField[], isa: Pick<Isa, "csrs">): void {
  const missing = namesOf(field.csr).find((name) => !isa.csrs.some((csr) => csr.name === name));
  if (missing !== undefined) throw new TableError(at, `there is no CSR '${missing}' in csr.isa`);
  const other = before.find((earlier) => earlier.csr === field.csr && (bitsOf(field) & bitsOf(earlier)) !== 0n);
  if (other) throw new TableError(at, `${field.csr}.${field.name} overlaps ${other.csr}.${other.name}`);
}
