/**
 * A small line assembler for tests and for users' experiments: the instructions of the tables in the syntax of the
 * disassembler, labels, data directives and the common pseudoinstructions.
 *
 * Every instruction has the length of its name: `addi` is never shortened to `c.addi`. Not modelled: sections,
 * expressions beyond `label + number`, relocations, macros.
 *
 * ```ts
 * const { bytes, symbols } = assembleProgram("loop: addi a0, a0, -1\n bnez a0, loop\n ebreak", 0x8000_0000n);
 * ```
 */

import { DIRECTIVE_NAMES, directiveOf } from "./assembler-directive.ts";
import { assembleInstruction, INSTRUCTION_NAMES, lengthOfName, type Word } from "./assembler-instruction.ts";
import { expandPseudo, PSEUDO_NAMES, pseudoLength } from "./assembler-pseudo.ts";
import { readLine, readSource } from "./assembler-source.ts";
import { AssemblyError, type Token } from "./assembly-error.ts";
import { nearestName } from "./nearest-name.ts";
import type { Scope } from "./operand-number.ts";

export interface Program {
  readonly bytes: Uint8Array;
  /** Addresses of the labels. */
  readonly symbols: ReadonlyMap<string, bigint>;
}

/** Something that takes bytes: its size is known from the start, its content when every label is. */
interface Piece {
  readonly at: bigint;
  readonly byteLen: number;
  bytes(scope: Scope): Uint8Array;
}

function unknownName(name: Token): AssemblyError {
  const nearest = nearestName(name.text, [...INSTRUCTION_NAMES, ...PSEUDO_NAMES, ...DIRECTIVE_NAMES]);
  const mend = nearest ? `did you mean '${nearest}'?` : "docs/isa.md lists the instructions";
  return new AssemblyError(name, `'${name.text}' is neither an instruction nor a directive`, mend);
}

function wordOf(name: Token, args: readonly Token[], scope: Scope): Word {
  const word = assembleInstruction(name, args, scope);
  if (!word) throw unknownName(name);
  return word;
}

/**
 * Assembles one instruction.
 * @param pc its address: a transfer's target is then an address, else a distance in bytes
 * @returns the word; a compressed instruction in the low 16 bits
 * @throws AssemblyError
 */
export function assemble(text: string, pc?: bigint): number {
  const { labels, name, args } = readLine(text, 1);
  const first = labels[0] ?? name;
  if (!name || first !== name)
    throw new AssemblyError(first ?? { text, line: 1, column: 1 }, "one instruction expected", "write: addi a0, a0, 1");
  const scope = pc === undefined ? {} : { pc };
  const expanded = expandPseudo(name, args, scope) ?? [{ name, args }];
  const [instruction, second] = expanded;
  if (!instruction || second)
    throw new AssemblyError(
      name,
      `${name.text} stands for ${expanded.length} instructions here`,
      "use assembleProgram",
    );
  return wordOf(instruction.name, instruction.args, scope).word;
}

function instructionBytes(name: Token, args: readonly Token[], scope: Scope & { readonly pc: bigint }): number[] {
  const instructions = expandPseudo(name, args, scope) ?? [{ name, args }];
  let { pc } = scope;
  return instructions.flatMap((instruction) => {
    const { word, byteLen } = wordOf(instruction.name, instruction.args, { ...scope, pc });
    pc += BigInt(byteLen);
    return Array.from({ length: byteLen }, (_, index) => (word >>> (8 * index)) & 0xff);
  });
}

function pieceOf(name: Token, args: readonly Token[], at: bigint): Piece {
  const directive = directiveOf(name, args);
  if (directive) return { at, byteLen: directive.byteLen(args, at), bytes: (scope) => directive.bytes(args, scope) };
  const count = pseudoLength(name, args);
  const byteLen = count === undefined ? lengthOfName(name.text) : 4 * count;
  if (byteLen === undefined) throw unknownName(name);
  return { at, byteLen, bytes: (scope) => Uint8Array.from(instructionBytes(name, args, { ...scope, pc: at })) };
}

/**
 * Assembles a source.
 * @param base address of its first byte
 * @throws AssemblyError for the first mistake
 */
export function assembleProgram(source: string, base: bigint): Program {
  const symbols = new Map<string, bigint>();
  const pieces: Piece[] = [];
  let at = base;
  for (const { labels, name, args } of readSource(source)) {
    for (const label of labels) {
      if (symbols.has(label.text))
        throw new AssemblyError(label, `the label '${label.text}' stands twice`, "rename one of them");
      symbols.set(label.text, at);
    }
    if (!name) continue;
    const piece = pieceOf(name, args, at);
    pieces.push(piece);
    at += BigInt(piece.byteLen);
  }
  const bytes = new Uint8Array(Number(at - base));
  for (const piece of pieces) bytes.set(piece.bytes({ pc: piece.at, symbols }), Number(piece.at - base));
  return { bytes, symbols };
}
