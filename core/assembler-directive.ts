/** Directives: data in an assembly source. `.align n` is to a multiple of 2^n, as GNU as has it for RISC-V. */
import { AssemblyError, type Token } from "./assembly-error.ts";
import { readAddress, readNumber, type Scope } from "./operand-number.ts";

interface Directive {
  /** Operands as they are written, for error messages. */
  readonly operands: string;
  readonly count: "one" | "any";
  /** Bytes that it takes at the address `at`. */
  byteLen(args: readonly Token[], at: bigint): number;
  /** What they hold; a short answer is filled up with zeros. */
  bytes(args: readonly Token[], scope: Scope): Uint8Array;
}

const MAX_ALIGN = 16n;
const MAX_ZEROS = 0x100_0000n;

function numbers(size: number): Directive {
  const bits = BigInt(size * 8);
  return {
    operands: "number, ...",
    count: "any",
    byteLen: (args) => args.length * size,
    bytes(args, scope) {
      const bytes = new Uint8Array(args.length * size);
      for (const [index, token] of args.entries()) {
        const value = readAddress(token.text, scope);
        if (value === undefined)
          throw new AssemblyError(
            token,
            `'${token.text}' is neither a number nor a label`,
            "write a number, or a label of this source",
          );
        if (value < -(2n ** (bits - 1n)) || value >= 2n ** bits)
          throw new AssemblyError(
            token,
            `${token.text} does not fit ${size} bytes`,
            `write at most 0x${(2n ** bits - 1n).toString(16)}`,
          );
        for (let at = 0; at < size; at++) bytes[index * size + at] = Number((value >> BigInt(8 * at)) & 0xffn);
      }
      return bytes;
    },
  };
}

function amount(token: Token, max: bigint): number {
  const value = readNumber(token.text);
  if (value !== undefined && value >= 0n && value <= max) return Number(value);
  throw new AssemblyError(token, `'${token.text}' is not a possible amount`, `write a number from 0 to ${max}`);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0", "\\": "\\", '"': '"' };

function textBytes(token: Token): Uint8Array {
  const quoted = /^"(.*)"$/.exec(token.text);
  if (!quoted) throw new AssemblyError(token, `'${token.text}' is no text`, 'write it in quotes: "text"');
  const text = (quoted[1] as string).replaceAll(/\\(.)/g, (whole: string, letter: string) => {
    const meant = ESCAPES[letter];
    if (meant !== undefined) return meant;
    throw new AssemblyError(token, `'${whole}' is no escape`, 'write \\n, \\t, \\r, \\0, \\\\ or \\"');
  });
  return new TextEncoder().encode(`${text}\0`);
}

const zeros = (operands: string, byteLen: Directive["byteLen"]): Directive => ({
  operands,
  count: "one",
  byteLen,
  bytes: () => new Uint8Array(),
});

const DIRECTIVES: Readonly<Record<string, Directive>> = {
  ".byte": numbers(1),
  ".half": numbers(2),
  ".word": numbers(4),
  ".dword": numbers(8),
  ".asciz": {
    operands: '"text"',
    count: "one",
    byteLen: ([text]) => textBytes(text as Token).length,
    bytes: ([text]) => textBytes(text as Token),
  },
  ".zero": zeros("bytes", ([count]) => amount(count as Token, MAX_ZEROS)),
  // filled with zeros, which are an illegal instruction: execution that runs into them is noticed
  ".align": zeros("power of two", ([power], at) => Number(BigInt.asUintN(amount(power as Token, MAX_ALIGN), -at))),
};

export const DIRECTIVE_NAMES: readonly string[] = Object.keys(DIRECTIVES);

/** @throws AssemblyError if it has no operands where it needs some, or too many */
export function directiveOf(name: Token, args: readonly Token[]): Directive | undefined {
  const directive = Object.hasOwn(DIRECTIVES, name.text) ? DIRECTIVES[name.text] : undefined;
  if (!directive || (directive.count === "one" ? args.length === 1 : args.length > 0)) return directive;
  const usage = `write: ${name.text} ${directive.operands}`;
  throw new AssemblyError(
    name,
    `${name.text} takes ${directive.count === "one" ? "one operand" : "operands"}, not ${args.length}`,
    usage,
  );
}
