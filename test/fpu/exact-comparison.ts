/** Comparisons, minimum, maximum and fclass by their definition, on exact numbers. Volume I, 20240411, chapter 20. */
import { FLAG_NV } from "../../assembly/fpu/codes.ts";
import { canonicalNaNOf, type Datum, decode, type Outcome } from "./exact-number.ts";
import type { FormatShape } from "./hard-operands.ts";

type Ordered = Exclude<Datum, { kind: "nan" }>;
/** How two data compare: their difference has this sign. */
type Relation = (difference: number) => boolean;

/** -1, 0 or 1, as x is less than, equal to or greater than y; the zeros are equal. */
function compare(x: Ordered, y: Ordered): number {
  const rank = (z: Ordered): number => (z.kind === "infinity" ? (z.isNegative ? -1 : 1) : 0);
  if (x.kind === "infinity" || y.kind === "infinity") return Math.sign(rank(x) - rank(y));
  const exponent = Math.min(x.exponent, y.exponent);
  const [left, right] = [x, y].map((z) => (z.isNegative ? -z.units : z.units) << BigInt(z.exponent - exponent));
  return left! < right! ? -1 : left! > right! ? 1 : 0;
}

/** @param isQuiet a quiet NaN is no reason to raise NV: feq, not flt and fle (section 20.8) */
export function exactCompare(shape: FormatShape, a: bigint, b: bigint, holds: Relation, isQuiet: boolean): Outcome {
  const [x, y] = [decode(shape, a), decode(shape, b)];
  if (x.kind === "nan" || y.kind === "nan") {
    const isInvalid = !isQuiet || [x, y].some((z) => z.kind === "nan" && z.isSignaling);
    return { bits: 0n, flags: isInvalid ? FLAG_NV : 0 };
  }
  return { bits: holds(compare(x, y)) ? 1n : 0n, flags: 0 };
}

/** minimumNumber (`wanted` -1) and maximumNumber (1) of IEEE 754-2019, section 9.6, as section 20.6 adopts them. */
export function exactExtremum(shape: FormatShape, a: bigint, b: bigint, wanted: -1 | 1): Outcome {
  const [x, y] = [decode(shape, a), decode(shape, b)];
  const flags = [x, y].some((z) => z.kind === "nan" && z.isSignaling) ? FLAG_NV : 0;
  if (x.kind === "nan") return { bits: y.kind === "nan" ? canonicalNaNOf(shape) : b, flags };
  if (y.kind === "nan") return { bits: a, flags };
  const order = compare(x, y) || Number(y.isNegative) - Number(x.isNegative);
  return { bits: order === wanted ? a : b, flags };
}

/** Section 20.9, from bit 0 on: negative infinity, normal, subnormal, zero; the same ascending; signaling, quiet NaN. */
export function exactClass(shape: FormatShape, a: bigint): Outcome {
  const x = decode(shape, a);
  if (x.kind === "nan") return { bits: x.isSignaling ? 1n << 8n : 1n << 9n, flags: 0 };
  const isSubnormal = x.kind === "number" && x.units < 1n << BigInt(shape.fractionBits);
  const size = x.kind === "infinity" ? 3 : x.units === 0n ? 0 : isSubnormal ? 1 : 2;
  return { bits: 1n << BigInt(x.isNegative ? 3 - size : 4 + size), flags: 0 };
}
