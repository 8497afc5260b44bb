/**
 * The machine does what isa/csr-fields.isa, and so docs/csr.md, says of every field of every CSR: after a reset, and after
 * writes of zeros, ones, single bits, the values that a field does not take, and random ones.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { MIDELEG } from "../../assembly/csr.gen.ts";
import { parseIsaString } from "../../core/isa-string.ts";
import { Machine } from "../../core/machine.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "../../core/snapshot.ts";
import { bitsOf, type CsrField, loadCsrFields, namesOf } from "../../isa/csr-fields.ts";
import { loadIsa } from "../../isa/isa.ts";
import { Random } from "../../zoo/scene/random.ts";

const isa = loadIsa();
const fields = loadCsrFields(isa);
const registers = isa.csrs.map(({ name, number }) => ({
  name,
  number,
  fields: fields.filter(({ csr }) => namesOf(csr).includes(name)),
}));
type Register = (typeof registers)[number];

const ONES = (1n << 64n) - 1n;
const masked = (value: bigint, width: number): bigint => value & ((1n << BigInt(width)) - 1n);
const shiftsOf = ({ low, copies, stride }: CsrField): bigint[] =>
  Array.from({ length: copies }, (_, index) => BigInt(low + index * stride));

/** What one copy of a field holds after a write, or undefined if the write is void. */
function taken({ legal }: CsrField, old: bigint, written: bigint): bigint | undefined {
  switch (legal.kind) {
    case "any":
      return written;
    case "sticky":
      return old | written;
    case "hardware":
      return old;
    case "constant":
      return legal.value;
    case "choice":
      return legal.values.includes(written) ? written : undefined;
    case "except":
      return legal.taken.has(written) ? (legal.taken.get(written) ?? old) : written;
  }
}

/** What the register holds after a write, by the table. */
function predict(register: Register, old: bigint, written: bigint): bigint {
  let value = 0n;
  for (const field of register.fields) {
    for (const shift of shiftsOf(field)) {
      const after = taken(field, masked(old >> shift, field.width), masked(written >> shift, field.width));
      if (after === undefined) return old;
      value |= after << shift;
    }
  }
  return value;
}

const bitsThat = (register: Register, has: (field: CsrField) => boolean): bigint =>
  register.fields.filter(has).reduce((sum, field) => sum | bitsOf(field), 0n);
const hardware = (register: Register): bigint => bitsThat(register, ({ legal }) => legal.kind === "hardware");
const sticky = (register: Register): bigint => bitsThat(register, ({ legal }) => legal.kind === "sticky");

/** Values worth writing: the ends, each bit alone, what a field refuses beside what it takes, random ones. */
function patterns({ fields }: Register, random: Random): bigint[] {
  const refused = fields.flatMap((field) =>
    shiftsOf(field).flatMap((shift) =>
      Array.from({ length: 2 ** Math.min(field.width, 4) }, (_, value) => BigInt(value) << shift),
    ),
  );
  const bits = Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit));
  const words = Array.from({ length: 40 }, () => BigInt.asUintN(64, random.value()));
  return [
    0n,
    ONES,
    ...bits,
    ...refused,
    ...refused.map((value) => value | (random.pick(words) & ~bitsOf(fields[0]!))),
    ...words,
  ];
}

const isReadOnly = ({ number }: Register): boolean => number >>> 10 === 3;

function isThere(machine: Machine, { number }: Register): boolean {
  try {
    machine.readCsr(number);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return false;
  }
}

describe("Machine-level ISA: CSR fields of docs/csr.md", () => {
  let machine: Machine;
  let fresh: Snapshot;
  beforeAll(async () => {
    machine = await Machine.create({ mode: "firmware", ramSize: 2 ** 24 });
    fresh = takeSnapshot(machine);
  });

  it.each(registers)("$name: what a reset leaves", (register) => {
    restoreSnapshot(machine, fresh);
    const value = machine.readCsr(register.number);
    for (const field of register.fields) {
      if (field.reset === undefined) continue;
      for (const shift of shiftsOf(field)) expect(masked(value >> shift, field.width), field.name).toBe(field.reset);
    }
    const known = register.fields.reduce((sum, field) => sum | bitsOf(field), 0n);
    expect(value & ~known, "bits of no field are zero").toBe(0n);
  });

  it.each(registers.filter((register) => !isReadOnly(register)))("$name: what a write leaves", (register) => {
    const random = new Random(register.number);
    const live = hardware(register);
    for (const written of patterns(register, random)) {
      restoreSnapshot(machine, fresh);
      // sie and sip show what is delegated
      if (register.number !== MIDELEG) machine.writeCsr(MIDELEG, ONES);
      machine.writeCsr(register.number, BigInt.asUintN(64, random.value()) & ~sticky(register));
      const old = machine.readCsr(register.number);
      machine.writeCsr(register.number, written);
      const expected = predict(register, old, written) & ~live;
      expect(machine.readCsr(register.number) & ~live, `0x${written.toString(16)} over 0x${old.toString(16)}`).toBe(
        expected,
      );
    }
  });

  it.each(registers.filter((register) => sticky(register) !== 0n))("$name: what was set stays", (register) => {
    restoreSnapshot(machine, fresh);
    machine.writeCsr(register.number, sticky(register));
    machine.writeCsr(register.number, 0n);
    expect(machine.readCsr(register.number)).toBe(sticky(register));
  });

  it.each(registers.filter(isReadOnly))("$name: is not written by the host either", ({ number }) => {
    expect(() => machine.writeCsr(number, 0n)).toThrow(RangeError);
  });

  const needed = [...new Set(fields.flatMap(({ needs }) => needs ?? []))];
  it.each(needed)("without %s its fields are read-only zero, or its registers are not there", async (name) => {
    const { extensions } = machine.isa;
    // without those that bring it along
    const brings = (other: string): boolean => parseIsaString(`rv64i_${other.toLowerCase()}`).extensions.has(name);
    const others = [...extensions].filter(
      (other) => other !== "I" && other !== name && (name === "Svadu" || !brings(other)),
    );
    // who names neither leaves the machine's choice
    if (name === "Svadu") others.push("Svade");
    const text = ["rv64i", ...others].join("_").toLowerCase();
    expect(parseIsaString(text).extensions.has(name)).toBe(false);
    const other = await Machine.create({ mode: "firmware", ramSize: 2 ** 24, isa: text });
    for (const register of registers) {
      const gone = bitsThat(register, ({ needs }) => needs === name);
      if (gone === 0n) continue;
      if (isReadOnly(register)) continue;
      if (!isThere(other, register)) {
        expect(
          register.fields.some(({ needs }) => needs === undefined),
          register.name,
        ).toBe(false);
        continue;
      }
      other.writeCsr(register.number, ONES);
      expect(other.readCsr(register.number) & gone, register.name).toBe(0n);
    }
  });
});
