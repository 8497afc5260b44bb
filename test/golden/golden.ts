/**
 * Golden traces: what the machine did once, line by line, in data/. A golden that is missing fails; `npm run golden`
 * writes them anew, to be read in the diff like any other change.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { disassemble } from "../../core/disassembler.ts";

const CONTEXT = 5;
const WORD = /^core {3}0: \d 0x([0-9a-f]+) \(0x([0-9a-f]+)\)/;

/** @throws Error that shows the first divergence, or says that there is no golden */
export function compareGolden(
  name: string,
  lines: readonly string[],
  isUpdate = process.env.GOLDEN_UPDATE !== undefined,
): void {
  const file = join(import.meta.dirname, "data", `${name}.trace`);
  if (isUpdate) writeFileSync(file, `${lines.join("\n")}\n`);
  if (!existsSync(file)) throw new Error(`there is no golden ${name}: npm run golden writes it`);
  const divergence = firstDivergence(readFileSync(file, "utf8").trimEnd().split("\n"), lines);
  if (divergence) throw new Error(`golden ${name}: ${divergence}`);
}

/** Describes the first line in which the two differ, with what comes before; undefined if they are equal. */
export function firstDivergence(golden: readonly string[], lines: readonly string[]): string | undefined {
  const length = Math.max(golden.length, lines.length);
  const at = Array.from({ length }, (_, index) => index).find((index) => golden[index] !== lines[index]);
  if (at === undefined) return undefined;
  return [
    `line ${at + 1} differs`,
    ...golden.slice(Math.max(0, at - CONTEXT), at).map((line) => `    ${explained(line)}`),
    `  - ${explained(golden[at])}`,
    `  + ${explained(lines[at])}`,
  ].join("\n");
}

function explained(line: string | undefined): string {
  if (line === undefined) return "(ends)";
  const [, pc, word] = WORD.exec(line) ?? [];
  const text = pc && word ? disassemble(Number.parseInt(word, 16), BigInt(`0x${pc}`))?.text : undefined;
  return text ? `${line}  ${text}` : line;
}
