/** Prebuilt guests as programs of a scene. */
import { readFileSync } from "node:fs";
import { parseElf } from "../../core/elf.ts";
import type { Program } from "../../ni/program.ts";

/** @param words name of the guest and its arguments: `leak yield` */
export function program(words: string): Program {
  const [guest, ...args] = words.split(" ");
  const bytes = readFileSync(new URL(`../../guest/prebuilt/${guest}.elf`, import.meta.url));
  return { name: words, elf: parseElf(bytes, guest), args };
}
