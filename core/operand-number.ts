/** Numbers and addresses as an assembly source writes them. */

/** Where an instruction stands, and what its names mean. */
export interface Scope {
  /** Address of the instruction. Without one a transfer's target is written as its distance in bytes. */
  readonly pc?: bigint;
  /** Addresses of labels. */
  readonly symbols?: ReadonlyMap<string, bigint>;
}

/** Reads `12`, `-0x1f` or `0b101`. @returns undefined for anything else */
export function readNumber(text: string): bigint | undefined {
  const match = /^(-?)(0x[0-9a-f]+|0b[01]+|[0-9]+)$/i.exec(text);
  if (!match) return undefined;
  const value = BigInt((match[2] as string).toLowerCase());
  return match[1] ? -value : value;
}

/** Reads a number, a label, `.` for the instruction's own address, or one of these `+` or `-` a number. */
export function readAddress(text: string, { pc, symbols }: Scope): bigint | undefined {
  const number = readNumber(text);
  if (number !== undefined) return number;
  const match = /^([a-z_.$][\w.$]*)(?:\s*([+-])\s*(\w+))?$/i.exec(text);
  if (!match) return undefined;
  const base = match[1] === "." ? pc : symbols?.get(match[1] as string);
  const distance = match[3] === undefined ? 0n : readNumber(match[3]);
  if (base === undefined || distance === undefined) return undefined;
  return match[2] === "-" ? base - distance : base + distance;
}
