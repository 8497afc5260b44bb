/**
 * A program as text, and back: assembly that a person reads and the assembler understands, with what stands around it in
 * lines that begin with `#!`.
 */
import { assembleProgram } from "../../../core/assembler.ts";
import { disassemble } from "../../../core/disassembler.ts";
import type { Level } from "./fields.ts";
import { spaceOf } from "./place.ts";
import { byteLenOf, type Code, type Item, type Iteration, type Program, placeCode } from "./program.ts";

const hex = (value: bigint | number): string => `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;

/** The program's text; `why` goes to its head. */
export function textOf(program: Program, why: readonly string[] = []): string {
  const { bytes, offsets } = placeCode(program);
  const view = new DataView(bytes.buffer);
  const space = spaceOf(program.index);
  const body = program.items.flatMap((item, number) => {
    if (item.length === 0) return [];
    let at = offsets[number] as number;
    return [
      `item_${number}:`,
      ...item.map((code) => {
        const byteLen = byteLenOf(code);
        const word = byteLen === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
        const text = disassemble(word, BigInt(space + at))?.text;
        at += byteLen;
        return `  ${"raw" in code || text === undefined ? `.${byteLen === 2 ? "half" : "word"} ${hex(word)}` : text}`;
      }),
    ];
  });
  const listed = (name: string, values: readonly bigint[]): string[] =>
    values.flatMap((value, index) => (value === 0n ? [] : [`#! ${name} ${index} ${hex(value)}`]));
  return [
    ...why.map((line) => `# ${line}`),
    `#! program ${program.seed} ${program.index} ${program.lead}`,
    ...Object.entries(program.csrs).map(([name, value]) => `#! csr ${name} ${hex(value)}`),
    ...program.iterations.map(
      ({ level, mstatus, sp, gp, s0, s1 }) => `#! iteration ${level} ${[mstatus, sp, gp, s0, s1].map(hex).join(" ")}`,
    ),
    ...listed("x", program.x),
    ...listed("f", program.f),
    ...[...program.memory]
      .filter(([, value]) => value !== 0n)
      .map(([at, value]) => `#! memory ${hex(at)} ${hex(value)}`),
    ...body,
    "",
  ].join("\n");
}

/** @throws AssemblyError, SyntaxError or Error for a text that `textOf` did not write */
export function programOf(text: string): Program {
  const told = (what: string): string[][] =>
    [...text.matchAll(new RegExp(`^#! ${what} (.*)$`, "gm"))].map(([, words]) => (words as string).split(" "));
  const values = (what: string): bigint[] => {
    const list = Array.from({ length: 32 }, () => 0n);
    for (const [index, value] of told(what)) list[Number(index)] = BigInt(value as string);
    return list;
  };
  const [seed, index, lead] = (told("program")[0] ?? []).map(Number);
  if (seed === undefined || index === undefined || lead === undefined) throw new Error("the text names no program");
  const start = spaceOf(index) + 0x1000 - lead;
  const { bytes } = assembleProgram(text, BigInt(start));
  const labels = [...text.matchAll(/^item_(\d+):\n((?: {2}.*\n)*)/gm)];
  let at = 0;
  const items = labels.map(([, , lines]) => {
    const item: Code[] = [];
    for (const _ of (lines as string).split("\n").slice(0, -1)) {
      const [code, byteLen] = codeAt(bytes, at);
      item.push(code);
      at += byteLen;
    }
    return item as Item;
  });
  return {
    seed,
    index,
    lead,
    x: values("x"),
    f: values("f"),
    csrs: Object.fromEntries(told("csr").map(([name, value]) => [name as string, BigInt(value as string)])),
    iterations: told("iteration").map(([level, ...rest]): Iteration => {
      const [mstatus = 0n, sp = 0n, gp = 0n, s0 = 0n, s1 = 0n] = rest.map(BigInt);
      return { level: level as Level, mstatus, sp, gp, s0, s1 };
    }),
    items,
    memory: new Map(told("memory").map(([offset, value]) => [Number(offset), BigInt(value as string)])),
  };
}

function codeAt(bytes: Uint8Array, at: number): [Code, 2 | 4] {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  if ((low & 3) !== 3) return [{ raw: low, byteLen: 2 }, 2];
  const high = (bytes[at + 2] as number) | ((bytes[at + 3] as number) << 8);
  return [{ raw: ((high << 16) | low) >>> 0, byteLen: 4 }, 4];
}
