/**
 * Numbers the operations of the interpreter. An instruction has one operation for each length in which it occurs, and
 * transfers to an address have three: within the page (4 and 2 bytes) and anywhere.
 *
 * Order carries meaning: from the first transfer on an operation ends its block, and the forms of a transfer follow
 * each other (far, near, near compressed, aligned), which fetch.ts relies on. The aligned form looks whether its target
 * is a multiple of four; a machine without compressed instructions executes it where that is not certain.
 */
import type { Instruction } from "./instruction.ts";
import type { Isa } from "./isa.ts";

type Form = "whole" | "compressed" | "far" | "near" | "near compressed" | "aligned";

export interface Op {
  readonly name: string;
  readonly id: number;
  readonly instruction: Instruction;
  readonly form: Form;
}

/** Operations that no instruction stands behind; they come first, DECODE is 0. */
const PSEUDO_OPS = ["DECODE", "PAGE_END"] as const;
/** Operations that no instruction stands behind and that end a block. */
const PSEUDO_TRANSFERS = ["STRADDLE", "ILLEGAL"] as const;

const constantName = (instruction: Instruction): string => instruction.name.toUpperCase().replaceAll(".", "_");

const isNearTransfer = ({ meaning }: Instruction): boolean =>
  meaning.kind === "branch" ||
  (meaning.kind === "jump" && meaning.target.kind === "binary" && isPcRelative(meaning.target));

const isPcRelative = (target: { left: { kind: string; name?: string } }): boolean => target.left.name === "pc";

/** AMOs end a block because their slow path may drop the records that it came from. */
const endsBlock = ({ meaning }: Instruction): boolean => !["value", "float", "load", "store"].includes(meaning.kind);

export interface OpIds {
  readonly ops: readonly Op[];
  /** Names and numbers of all operations, pseudo ones too. */
  readonly names: readonly (readonly [name: string, id: number])[];
  readonly firstTransfer: number;
}

export function numberOps(isa: Isa): OpIds {
  const compressed = new Set(isa.compressed.map((row) => row.expansion.name));
  const forms = (instruction: Instruction): [string, Form][] => {
    const name = constantName(instruction);
    if (isNearTransfer(instruction))
      return [
        [`${name}_FAR`, "far"],
        [name, "near"],
        [`C_${name}`, "near compressed"],
        [`${name}_ALIGNED`, "aligned"],
      ];
    if (instruction.meaning.kind === "jump")
      return [
        [name, "whole"],
        [`C_${name}`, "compressed"],
        [`${name}_ALIGNED`, "aligned"],
      ];
    return compressed.has(instruction.name)
      ? [
          [name, "whole"],
          [`C_${name}`, "compressed"],
        ]
      : [[name, "whole"]];
  };
  const named = (instructions: readonly Instruction[], from: number): Op[] =>
    instructions
      .flatMap((instruction) => forms(instruction).map(([name, form]) => ({ name, form, instruction })))
      .map((op, index) => ({ ...op, id: from + index }));

  const straight = named(
    isa.instructions.filter((instruction) => !endsBlock(instruction)),
    PSEUDO_OPS.length,
  );
  const firstTransfer = PSEUDO_OPS.length + straight.length;
  const transfers = named(isa.instructions.filter(endsBlock), firstTransfer + PSEUDO_TRANSFERS.length);
  const ops = [...straight, ...transfers];
  const names = [
    ...PSEUDO_OPS.map((name, id) => [name, id] as const),
    ...straight.map((op) => [op.name, op.id] as const),
    ...PSEUDO_TRANSFERS.map((name, index) => [name, firstTransfer + index] as const),
    ...transfers.map((op) => [op.name, op.id] as const),
  ];
  return { ops, names, firstTransfer };
}

/** The operation for an instruction of 2 or 4 bytes before its target is known to be near. */
export function opFor(ids: OpIds, instruction: Instruction, byteLen: 2 | 4): Op {
  const wanted: Form[] = ["far", byteLen === 2 ? "compressed" : "whole"];
  const op = ids.ops.find((candidate) => candidate.instruction === instruction && wanted.includes(candidate.form));
  if (!op) throw new Error(`${instruction.name} has no form of ${byteLen} bytes`);
  return op;
}
