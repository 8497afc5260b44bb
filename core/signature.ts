/**
 * The signature of an architecture test: what the test has left between its symbols `begin_signature` and
 * `end_signature`, as text that reference models write too. A line is one word of `granularity` bytes, in hexadecimal
 * with its most significant byte first. Source: RISC-V architecture test framework, "signature"; Spike, +signature.
 */
import type { ElfImage } from "./elf.ts";
import type { Machine } from "./machine.ts";
import { pa } from "./units.ts";
import { UserError } from "./user-error.ts";

export const GRANULARITIES = [1, 2, 4, 8, 16] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** Physical addresses [from, to) of the signature. */
export interface SignatureExtent {
  readonly from: number;
  readonly to: number;
}

/** @throws UserError if the program has no signature, or one that does not lie in RAM as whole words */
export function signatureExtent(
  { name, symbols }: ElfImage,
  { ramBase, ramSize }: Pick<Machine, "ramBase" | "ramSize">,
  granularity: Granularity,
): SignatureExtent {
  const [from, to] = [symbols.get("begin_signature"), symbols.get("end_signature")];
  if (from === undefined || to === undefined)
    throw new UserError(
      `${name}: there is no signature`,
      "a test has the symbols begin_signature and end_signature around it: do not strip them",
    );
  const isWhole = from <= to && (to - from) % BigInt(granularity) === 0n;
  if (isWhole && from >= BigInt(ramBase) && to <= BigInt(ramBase + ramSize))
    return { from: Number(from), to: Number(to) };
  throw new UserError(
    `${name}: the signature 0x${from.toString(16)} to 0x${to.toString(16)} is no range of ${granularity}-byte words in RAM`,
    "choose a --signature-granularity that divides it, and let it lie in RAM",
  );
}

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

/** @returns the text, every line with its end */
export function signatureText(machine: Machine, { from, to }: SignatureExtent, granularity: Granularity): string {
  const bytes = machine.readBytes(pa(from), to - from);
  const lines = Array.from({ length: bytes.length / granularity }, (_, index) => {
    const word = bytes.subarray(index * granularity, (index + 1) * granularity);
    return `${[...word.toReversed()].map(hex).join("")}\n`;
  });
  return lines.join("");
}
