/** A program of the scene that the two worlds share, and where in it the secret goes. */
import type { ElfImage } from "../core/elf.ts";
import { type Va, va } from "../core/units.ts";
import { DEFAULT_STACK, STACK_TOP } from "../host/enclave-image.ts";

export interface Program {
  /** By which actions call it. */
  readonly name: string;
  readonly elf: ElfImage;
  /** Program arguments, in memory that the host shares. */
  readonly args?: readonly string[];
  /** Where the secret goes. Default: the symbol `secret`, else the lowest bytes of the stack, which nobody reads. */
  readonly secret?: Va;
}

/** @returns virtual address of the secret's first byte */
export const secretOf = ({ elf, secret }: Program): Va =>
  secret ?? va(elf.symbols.get("secret") ?? STACK_TOP - BigInt(DEFAULT_STACK));
