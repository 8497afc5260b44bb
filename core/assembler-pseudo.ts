/**
 * Pseudoinstructions: names that stand for other instructions. RISC-V Volume I, 20191213, tables 25.2 and 25.3 (later
 * versions leave them out). Those that take an address (`la`, `call`) always have two instructions, so that sizes are
 * known before addresses are.
 */
import { AssemblyError, type Token } from "./assembly-error.ts";
import { readAddress, readNumber, type Scope } from "./operand-number.ts";

/** An instruction that stands for another one: a name, and operands that point back to the source for errors. */
export interface Expanded {
  readonly name: Token;
  readonly args: readonly Token[];
}

interface Pseudo {
  /** Operands as they are written, for error messages. */
  readonly operands: string;
  /** Number of instructions. */
  length(args: readonly Token[]): number;
  /** Each line is a name and operands between spaces; `$1` is the first operand as it stands in the source. */
  expand(args: readonly Token[], scope: Scope): readonly string[];
}

const alias = (operands: string, line: string): Pseudo => ({ operands, length: () => 1, expand: () => [line] });

/** Bits 11 to 0 as a signed number, and what is left above them. Worked example: 0x1fff is 0x2000 - 1. */
function splitLow(value: bigint): [high: bigint, low: bigint] {
  const low = BigInt.asIntN(12, value);
  return [value - low, low];
}

/**
 * Instructions that build a 64-bit constant: `lui` and `addiw` up to 32 bits; above, the upper part first, which is
 * shifted into place as far as its trailing zeros go, and then the low 12 bits.
 */
function constantLines(value: bigint): string[] {
  if (value === BigInt.asIntN(12, value)) return [`addi $1 zero ${value}`];
  const [high, low] = splitLow(value);
  if (value === BigInt.asIntN(32, value)) {
    const lui = `lui $1 ${BigInt.asUintN(20, high >> 12n)}`;
    return low === 0n ? [lui] : [lui, `addiw $1 $1 ${low}`];
  }
  const trailing = high.toString(2).length - high.toString(2).replace(/0+$/, "").length;
  const shifted = BigInt.asIntN(64 - trailing, high >> BigInt(trailing));
  const lines = [...constantLines(shifted), `slli $1 $1 ${trailing}`];
  return low === 0n ? lines : [...lines, `addi $1 $1 ${low}`];
}

function constantOf(token: Token | undefined): bigint {
  const value = token && readNumber(token.text);
  if (value !== undefined && value >= -(2n ** 63n) && value < 2n ** 64n) return BigInt.asIntN(64, value);
  const at = token as Token;
  throw new AssemblyError(
    at,
    `'${at.text}' is no 64-bit number`,
    "write a number such as -1 or 0x80000000; la takes a label",
  );
}

/** Upper 20 and lower 12 bits of the distance to an address, as `auipc` and the instruction behind it take them. */
function distanceTo(token: Token, scope: Scope): [high: bigint, low: bigint] {
  const address = readAddress(token.text, scope);
  if (address === undefined)
    throw new AssemblyError(
      token,
      `'${token.text}' is neither a label nor an address`,
      "define the label in this source",
    );
  const [high, low] = splitLow(BigInt.asIntN(64, address - (scope.pc ?? 0n)));
  if (high !== BigInt.asIntN(32, high))
    throw new AssemblyError(token, `'${token.text}' is more than 2 GiB away`, "load the address with li and use jalr");
  return [BigInt.asUintN(20, high >> 12n), low];
}

const PSEUDOS: Readonly<Record<string, Pseudo>> = {
  nop: alias("", "addi zero zero 0"),
  mv: alias("rd, rs", "addi $1 $2 0"),
  j: alias("label", "jal zero $1"),
  jr: alias("rs", "jalr zero 0($1)"),
  ret: alias("", "jalr zero 0(ra)"),
  beqz: alias("rs, label", "beq $1 zero $2"),
  bnez: alias("rs, label", "bne $1 zero $2"),
  csrr: alias("rd, csr", "csrrs $1 $2 zero"),
  csrw: alias("csr, rs", "csrrw zero $1 $2"),
  li: {
    operands: "rd, number",
    length: ([, value]) => constantLines(constantOf(value)).length,
    expand: ([, value]) => constantLines(constantOf(value)),
  },
  la: {
    operands: "rd, label",
    length: () => 2,
    expand([, label], scope) {
      const [high, low] = distanceTo(label as Token, scope);
      return [`auipc $1 ${high}`, `addi $1 $1 ${low}`];
    },
  },
  call: {
    operands: "label",
    length: () => 2,
    expand([label], scope) {
      const [high, low] = distanceTo(label as Token, scope);
      return [`auipc ra ${high}`, `jalr ra ${low}(ra)`];
    },
  },
};

export const PSEUDO_NAMES: readonly string[] = Object.keys(PSEUDOS);

function pseudoOf(name: Token, args: readonly Token[]): Pseudo | undefined {
  const pseudo = Object.hasOwn(PSEUDOS, name.text) ? PSEUDOS[name.text] : undefined;
  if (!pseudo) return undefined;
  const count = pseudo.operands === "" ? 0 : pseudo.operands.split(", ").length;
  if (args.length === count) return pseudo;
  const usage = `write: ${name.text} ${pseudo.operands}`.trimEnd();
  throw new AssemblyError(name, `${name.text} takes ${count} operands, not ${args.length}`, usage);
}

/** Instructions that a pseudoinstruction has, or undefined if it is none. @throws AssemblyError */
export const pseudoLength = (name: Token, args: readonly Token[]): number | undefined =>
  pseudoOf(name, args)?.length(args);

/** @returns undefined if the name is no pseudoinstruction. @throws AssemblyError */
export function expandPseudo(name: Token, args: readonly Token[], scope: Scope): readonly Expanded[] | undefined {
  return pseudoOf(name, args)
    ?.expand(args, scope)
    .map((line) => {
      const [instruction = "", ...operands] = line.split(" ");
      return {
        name: { ...name, text: instruction },
        args: operands.map((operand) => {
          const source = args[Number(/\$([0-9])/.exec(operand)?.[1]) - 1];
          return { ...(source ?? name), text: operand.replace(/\$[0-9]/, () => source?.text ?? "") };
        }),
      };
    });
}
