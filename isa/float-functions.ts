/**
 * Functions of the meanings of floating-point instructions, by name and format: `add32` adds two f32. Arguments are the
 * bits of numbers (a32, b32, c32: what frs1, frs2, frs3 hold as f32), integers (x) and the rounding mode rm. The core has
 * them under the same names (assembly/fpu/operations.ts).
 */

interface FloatFunction {
  /** How many arguments it takes. */
  readonly arity: number;
  /** May it raise a floating-point exception, that is change `fflags`? */
  readonly raises: boolean;
}

const FORMATS = [16, 32, 64];
/** To and from i32, u32, i64, u64 under the letters of fcvt.w.s, fcvt.wu.s, fcvt.l.s, fcvt.lu.s. */
const INTEGERS = ["w", "wu", "l", "lu"];

const each = (names: readonly string[], arity: number, raises = true): (readonly [string, FloatFunction])[] =>
  names.flatMap((name) => FORMATS.map((format) => [`${name}${format}`, { arity, raises }] as const));

const named = (prefix: string): string[] => INTEGERS.map((integer) => prefix + integer);
const between = FORMATS.flatMap((from) =>
  FORMATS.filter((to) => to !== from).map((to) => [`cvt${from}to${to}`, { arity: 2, raises: true }] as const),
);

export const FLOAT_FUNCTIONS: ReadonlyMap<string, FloatFunction> = new Map([
  ...each(["add", "sub", "mul", "div"], 3),
  ...each(["sqrt"], 2),
  ...each(["fma"], 4),
  ...each(["min", "max", "eq", "lt", "le"], 2),
  ...each(["class"], 1, false),
  ...each([...named("to"), ...named("from")], 2),
  ...between,
]);
