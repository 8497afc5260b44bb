/**
 * Bit manipulation and conditional zero against a second reading of the manual: words are lists of bits here, lowest first,
 * and no line shares anything with isa/evaluate.ts or assembly/bits.ts. RISC-V Volume I, 20240411, chapters "B",
 * "Cryptography Extensions: Scalar" and "Zicond". That the machine does what the table says is the subject of
 * three-ways.test.ts; this one asks whether the table says what the manual does.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../isa/evaluate.ts";
import { loadIsa } from "../../isa/isa.ts";

type Bits = readonly boolean[];

const bits = (value: bigint, count = 64): Bits =>
  Array.from({ length: count }, (_, at) => ((value >> BigInt(at)) & 1n) === 1n);
const number = (list: Bits): bigint => list.reduceRight((sum, bit) => sum * 2n + (bit ? 1n : 0n), 0n);
const signed = (list: Bits): bigint => number(list) - (list.at(-1) ? 1n << BigInt(list.length) : 0n);
const zeros = (count: number): Bits => Array<boolean>(count).fill(false);
const pad = (list: Bits, fill = false): Bits => [...list, ...Array<boolean>(64).fill(fill)].slice(0, 64);
const sext = (list: Bits): Bits => pad(list, list.at(-1) as boolean);
const zip = (a: Bits, b: Bits, f: (p: boolean, q: boolean) => boolean): Bits =>
  a.map((p, at) => f(p, b[at] as boolean));
const turn = (list: Bits, left: number): Bits =>
  list.map((_, at) => list[(at - left + 2 * list.length) % list.length] as boolean);
const set = (list: Bits, at: number, value: boolean): Bits => list.map((bit, index) => (index === at ? value : bit));
const leading = (list: Bits): number => list.length - 1 - list.lastIndexOf(true);
const trailing = (list: Bits): number => (list.includes(true) ? list.indexOf(true) : list.length);
const ones = (list: Bits): number => list.filter(Boolean).length;
const groups = (list: Bits, size: number): Bits[] =>
  Array.from({ length: list.length / size }, (_, at) => list.slice(at * size, (at + 1) * size));
const low = (list: Bits, count: number): Bits => list.slice(0, count);
const amount = (list: Bits, count: number): number => Number(number(low(list, count)));
const add = (a: Bits, b: Bits): Bits => bits(number(a) + number(b));
const shifted = (list: Bits, by: number): Bits => pad([...zeros(by), ...list]);

/** All 128 bits of the product without carries: column k is the parity of the pairs whose places add up to k. */
const product = (a: Bits, b: Bits): Bits =>
  Array.from({ length: 128 }, (_, k) => a.filter((bit, i) => bit && b[k - i] === true).length % 2 === 1);

function permute(a: Bits, b: Bits, size: number): Bits {
  const table = groups(a, size);
  return groups(b, size).flatMap((index) => table[Number(number(index))] ?? zeros(size));
}

const word = (value: number): Bits => bits(BigInt(value));
const choose = (a: Bits, b: Bits, isFirst: boolean): Bits => (isFirst ? a : b);

/** x and y are the registers, i the shift amount. */
const MANUAL: Readonly<Record<string, (x: Bits, y: Bits, i: number) => Bits>> = {
  "add.uw": (x, y) => add(pad(low(x, 32)), y),
  sh1add: (x, y) => add(shifted(x, 1), y),
  sh2add: (x, y) => add(shifted(x, 2), y),
  sh3add: (x, y) => add(shifted(x, 3), y),
  "sh1add.uw": (x, y) => add(shifted(low(x, 32), 1), y),
  "sh2add.uw": (x, y) => add(shifted(low(x, 32), 2), y),
  "sh3add.uw": (x, y) => add(shifted(low(x, 32), 3), y),
  "slli.uw": (x, _, i) => shifted(low(x, 32), i),
  andn: (x, y) => zip(x, y, (p, q) => p && !q),
  orn: (x, y) => zip(x, y, (p, q) => p || !q),
  xnor: (x, y) => zip(x, y, (p, q) => p === q),
  rol: (x, y) => turn(x, amount(y, 6)),
  ror: (x, y) => turn(x, -amount(y, 6)),
  rori: (x, _, i) => turn(x, -i),
  rolw: (x, y) => sext(turn(low(x, 32), amount(y, 5))),
  rorw: (x, y) => sext(turn(low(x, 32), -amount(y, 5))),
  roriw: (x, _, i) => sext(turn(low(x, 32), -i)),
  rev8: (x) => groups(x, 8).reverse().flat(),
  "zext.h": (x) => pad(low(x, 16)),
  clz: (x) => word(leading(x)),
  ctz: (x) => word(trailing(x)),
  cpop: (x) => word(ones(x)),
  clzw: (x) => word(leading(low(x, 32))),
  ctzw: (x) => word(trailing(low(x, 32))),
  cpopw: (x) => word(ones(low(x, 32))),
  max: (x, y) => choose(x, y, signed(x) > signed(y)),
  maxu: (x, y) => choose(x, y, number(x) > number(y)),
  min: (x, y) => choose(x, y, signed(x) < signed(y)),
  minu: (x, y) => choose(x, y, number(x) < number(y)),
  "sext.b": (x) => sext(low(x, 8)),
  "sext.h": (x) => sext(low(x, 16)),
  "orc.b": (x) => groups(x, 8).flatMap((byte) => Array<boolean>(8).fill(byte.includes(true))),
  bclr: (x, y) => set(x, amount(y, 6), false),
  bclri: (x, _, i) => set(x, i, false),
  bext: (x, y) => pad([x[amount(y, 6)] as boolean]),
  bexti: (x, _, i) => pad([x[i] as boolean]),
  binv: (x, y) => set(x, amount(y, 6), !x[amount(y, 6)]),
  binvi: (x, _, i) => set(x, i, !x[i]),
  bset: (x, y) => set(x, amount(y, 6), true),
  bseti: (x, _, i) => set(x, i, true),
  clmul: (x, y) => low(product(x, y), 64),
  clmulh: (x, y) => product(x, y).slice(64),
  clmulr: (x, y) => product(x, y).slice(63, 127),
  pack: (x, y) => [...low(x, 32), ...low(y, 32)],
  packh: (x, y) => pad([...low(x, 8), ...low(y, 8)]),
  packw: (x, y) => sext([...low(x, 16), ...low(y, 16)]),
  brev8: (x) => groups(x, 8).flatMap((byte) => byte.toReversed()),
  xperm4: (x, y) => permute(x, y, 4),
  xperm8: (x, y) => permute(x, y, 8),
  "czero.eqz": (x, y) => (y.includes(true) ? x : zeros(64)),
  "czero.nez": (x, y) => (y.includes(true) ? zeros(64) : x),
};

const EXTENSIONS = ["Zba", "Zbb", "Zbs", "Zbc", "Zbkb", "Zbkx", "Zicond"];
const rows = loadIsa().instructions.filter(({ extensions }) => extensions.some((name) => EXTENSIONS.includes(name)));

const operand = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.integer({ min: -70, max: 70 }).map(BigInt),
  fc.nat(63).map((at) => BigInt.asIntN(64, 1n << BigInt(at))),
  fc.nat(0xffff_ffff).map(BigInt),
  fc.constantFrom(0n, -1n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n),
  // bytes that are zero or small: what orc.b and xperm look at
  fc
    .array(fc.constantFrom(0, 0, 1, 7, 8, 0x80, 0xff), { minLength: 8, maxLength: 8 })
    .map((list) => BigInt.asIntN(64, BigInt(`0x${list.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`))),
);

describe("the table says what the manual says of", () => {
  it.each(rows.map((row) => [row.name, row] as const))("%s", (name, { meaning, format }) => {
    if (meaning.kind !== "value") throw new Error(`${name} is no value`);
    const last = format.name === "I-shiftw" ? 31 : 63;
    fc.assert(
      fc.property(operand, operand, fc.nat(last), (x, y, i) => {
        const expected = MANUAL[name]?.(bits(x), bits(y), i);
        expect(BigInt.asUintN(64, evaluate(meaning.value, { x, y, i: BigInt(i) }))).toBe(number(expected as Bits));
      }),
      { numRuns: 500 },
    );
  });

  it("every instruction of these extensions", () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(MANUAL).sort());
  });
});
