/** The shape of the generated instruction data (core/isa.gen.ts). */

/** `count` consecutive bits of an operand: operand bits from `operandLow` are word bits from `wordLow`. */
export interface SliceRow {
  readonly operandLow: number;
  readonly wordLow: number;
  readonly count: number;
}

export interface OperandRow {
  readonly name: string;
  readonly slices: readonly SliceRow[];
  /** A three-bit field that names x8 to x15. */
  readonly isPrime: boolean;
  readonly isSigned: boolean;
  /** Values that the encoding does not allow. */
  readonly forbidden: readonly number[];
}

export interface EncodingRow {
  /** `(word & mask) === match`, both unsigned. */
  readonly mask: number;
  readonly match: number;
  readonly operands: readonly OperandRow[];
}

export type InstructionKind =
  | "value"
  | "float"
  | "load"
  | "store"
  | "lr"
  | "sc"
  | "amo"
  | "branch"
  | "jump"
  | "system"
  | "hint";

export interface InstructionRow {
  readonly name: string;
  /** Extensions of which one has to be there, and one that has to be there besides. */
  readonly extensions: readonly string[];
  readonly besides?: string;
  /** Operands as they are written, for example `rd, imm(rs1)`; see core/operand-syntax.ts. */
  readonly assembly: string;
  readonly kind: InstructionKind;
  readonly memory?: "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "f16" | "f32" | "f64";
  readonly encoding: EncodingRow;
}

export interface CompressedRow {
  readonly name: string;
  /** As an instruction's; what the expansion needs has to be there, too. */
  readonly extensions: readonly string[];
  readonly besides?: string;
  readonly assembly: string;
  readonly encoding: EncodingRow;
  /** The instruction that it stands for; a source is a constant or the name of an operand of the compressed word. */
  readonly expansion: { readonly name: string; readonly sources: Readonly<Record<string, number | string>> };
}

/** An extension of the instruction set, from isa/extensions.isa. */
export interface ExtensionRow {
  readonly name: string;
  readonly version: { readonly major: number; readonly minor: number };
  /** Its bit of the word EXTENSIONS of the machine's state; none if it demands only what the machine always does. */
  readonly bit?: number;
  /** `on` unless the user says otherwise, `option` only if the user asks, `none`: known by name and not there. */
  readonly presence: "on" | "option" | "none";
  /** Extensions that come with it, if all of `given` are there too. */
  readonly implies: readonly { readonly name: string; readonly given: readonly string[] }[];
}

export interface CsrRow {
  readonly name: string;
  readonly number: number;
  readonly about: string;
}
