/**
 * AssemblyScript for what floating-point arms have in common: is the unit on and the rounding mode legal, what a register
 * holds as a number of a format, and the boxed result. The routines are in assembly/float-state.ts and assembly/fpu/.
 *
 *     fadd.s    is FS Dirty and rm legal, a32 := frs1 unboxed, b32 := frs2 unboxed, frd := add32(a32, b32, rm) boxed
 */
import type { Encoding } from "./encoding.ts";
import type { FloatType, MemoryType } from "./instruction.ts";

/** Where a record has the register that an operand's first letter names. */
const RECORD_FIELDS: Readonly<Record<string, string>> = { a: "REC_RS1", b: "REC_RS2", c: "REC_RS3" };

/** Reads the numbers that a meaning uses: "a32" is frs1 as f32. */
export const readFloats = (names: ReadonlySet<string>): string[] =>
  [...names]
    .filter((name) => /^[abc](16|32|64)$/.test(name))
    .sort()
    .map((name) => {
      const raw = `load<i64>(<usize>load<u16>(rec, ${RECORD_FIELDS[name[0] as string]}), HART_X)`;
      return `const ${name} = ${name.endsWith("64") ? raw : `unbox${name.slice(1)}(${raw})`};`;
    });

/** A value as the register of its format holds it. */
export function boxed(type: FloatType | "word", value: string): string {
  return type === "f16" || type === "f32" ? `(${value}) | BOX_${type.slice(1)}` : value;
}

export const isFloatType = (type: MemoryType): type is FloatType => type.startsWith("f");

/** The integer type of the same width: what memory holds. */
export const bitsType = (type: MemoryType): MemoryType =>
  isFloatType(type) ? (`u${type.slice(1)}`.replace("u64", "i64") as MemoryType) : type;

/** Floating-point instructions are illegal while FS is Off. */
export const CHECK_ON = ["if (areFloatsOff()) {", "  suspend(rec, bias, budget);", "  return illegal();", "}"];

/**
 * The same and the rounding mode; an instruction that writes a register of f also makes FS Dirty, so that from the second
 * one on a comparison is all that is left.
 */
export function checkFloat({ operands }: Encoding): string[] {
  const hasRounding = operands.some(({ name }) => name === "rm" || name === "rmx");
  const isWriting = operands.some(({ name }) => name === "frd");
  const rounding = ["let rm = <u32>load<u16>(rec, REC_RM);", "if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);"];
  const illegalRounding = hasRounding ? "rm > RM_LAST || " : "";
  const check = isWriting
    ? [
        `if (${illegalRounding}!areFloatsDirty()) {`,
        "  suspend(rec, bias, budget);",
        `  if (!mayWriteFloats(${hasRounding ? "rm" : "0"})) return illegal();`,
        "}",
      ]
    : [`if (${illegalRounding}areFloatsOff()) {`, ...CHECK_ON.slice(1)];
  return [...(hasRounding ? rounding : []), ...check];
}
