/**
 * Evaluates a meaning with unbounded integers: the slow twin of every translation of the expression language. The
 * functions are written here from the manual's words (RISC-V Volume I, 20240411, chapter 13), not from the core's.
 */
import type { BinaryOp, Expression } from "./expression.ts";

const WORD = 64;
const signed = (value: bigint): bigint => BigInt.asIntN(WORD, value);
const unsigned = (value: bigint): bigint => BigInt.asUintN(WORD, value);
const truth = (value: boolean): bigint => (value ? 1n : 0n);
const shift = (amount: bigint): bigint => amount & 63n;

/** Operands and results are signed; a result may lie outside of 64 bits, `evaluate` wraps it. */
const BINARY: Readonly<Record<BinaryOp, (a: bigint, b: bigint) => bigint>> = {
  "*": (a, b) => a * b,
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "<<": (a, b) => a << shift(b),
  ">>s": (a, b) => a >> shift(b),
  ">>u": (a, b) => unsigned(a) >> shift(b),
  "==": (a, b) => truth(a === b),
  "!=": (a, b) => truth(a !== b),
  "<s": (a, b) => truth(a < b),
  "<u": (a, b) => truth(unsigned(a) < unsigned(b)),
  ">=s": (a, b) => truth(a >= b),
  ">=u": (a, b) => truth(unsigned(a) >= unsigned(b)),
  "&": (a, b) => a & b,
  "^": (a, b) => a ^ b,
  "|": (a, b) => a | b,
};

/** The 64 binary digits of a word, the highest first. */
const bitsOf = (a: bigint): string => unsigned(a).toString(2).padStart(WORD, "0");
const groupsOf = (size: number, a: bigint): string[] => bitsOf(a).match(new RegExp(`.{${size}}`, "g")) ?? [];
const reversed = (digits: string): string => [...digits].reverse().join("");

/** The product of two polynomials whose coefficients are the bits: 0b11 times 0b11 is 0b101. */
const polynomialProduct = (a: bigint, b: bigint): bigint =>
  [...reversed(bitsOf(b))].reduce((sum, bit, index) => (bit === "1" ? sum ^ (unsigned(a) << BigInt(index)) : sum), 0n);

/** Each group of bits of `b` replaced by the group of `a` that it numbers, from the lowest; 0 where there is none. */
function permuted(size: number, a: bigint, b: bigint): bigint {
  const upwards = groupsOf(size, a).reverse();
  const chosen = groupsOf(size, b).map((group) => upwards[Number.parseInt(group, 2)] ?? "0".repeat(size));
  return BigInt(`0b${chosen.join("")}`);
}

/**
 * Division rounds towards zero; by zero it gives all ones and the dividend (section 13.2). The signed overflow of that table,
 * -2^63 / -1, needs no rule of its own: the quotient wraps to -2^63 and the remainder is 0.
 */
const FUNCTIONS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  sext8: (a) => BigInt.asIntN(8, a),
  sext16: (a) => BigInt.asIntN(16, a),
  sext32: (a) => BigInt.asIntN(32, a),
  zext32: (a) => BigInt.asUintN(32, a),
  mulh: (a, b) => (a * b) >> 64n,
  mulhu: (a, b) => (unsigned(a) * unsigned(b)) >> 64n,
  mulhsu: (a, b) => (a * unsigned(b)) >> 64n,
  divs: (a, b) => (b === 0n ? -1n : a / b),
  divu: (a, b) => (b === 0n ? -1n : unsigned(a) / unsigned(b)),
  rems: (a, b) => (b === 0n ? a : a % b),
  remu: (a, b) => (b === 0n ? a : unsigned(a) % unsigned(b)),
  clz: (a) => BigInt(WORD - unsigned(a).toString(2).replace(/^0+/, "").length),
  ctz: (a) => BigInt(bitsOf(a).length - bitsOf(a).replace(/0+$/, "").length),
  cpop: (a) => BigInt(bitsOf(a).replaceAll("0", "").length),
  rotl: (a, b) => (unsigned(a) << shift(b)) | (unsigned(a) >> (64n - shift(b))),
  rotr: (a, b) => (unsigned(a) >> shift(b)) | (unsigned(a) << (64n - shift(b))),
  rev8: (a) => BigInt(`0b${groupsOf(8, a).reverse().join("")}`),
  brev8: (a) => BigInt(`0b${groupsOf(8, a).map(reversed).join("")}`),
  orcb: (a) =>
    BigInt(
      `0b${groupsOf(8, a)
        .map((byte) => (byte.includes("1") ? "1" : "0").repeat(8))
        .join("")}`,
    ),
  clmul: (a, b) => polynomialProduct(a, b),
  clmulh: (a, b) => polynomialProduct(a, b) >> 64n,
  clmulr: (a, b) => polynomialProduct(a, b) >> 63n,
  xperm4: (a, b) => permuted(4, a, b),
  xperm8: (a, b) => permuted(8, a, b),
};

/**
 * @param operands values of x, y, i, m and pc as far as the expression uses them
 * @returns a word as a signed number; a truth value as 1 or 0
 */
export function evaluate(expression: Expression, operands: Readonly<Record<string, bigint>>): bigint {
  const value = (part: Expression): bigint => evaluate(part, operands);
  switch (expression.kind) {
    case "operand": {
      const operand = operands[expression.name];
      if (operand === undefined) throw new RangeError(`no value for the operand ${expression.name}`);
      return signed(operand);
    }
    case "constant":
      return expression.value;
    case "not":
      return ~value(expression.of);
    case "call": {
      const [a = 0n, b = 0n] = expression.args.map(value);
      const apply = FUNCTIONS[expression.name];
      if (!apply) throw new RangeError(`no function ${expression.name}`);
      return signed(apply(a, b));
    }
    case "binary":
      return signed(BINARY[expression.op](value(expression.left), value(expression.right)));
    case "choice":
      return value(expression.test) === 1n ? value(expression.yes) : value(expression.no);
  }
}
