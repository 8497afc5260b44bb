/**
 * A line of a trace, read back: Spike's commit log, with or without what its option -l adds (disassembly, exceptions:
 * lines that say nothing retired), or JSON lines (json-trace.ts). Effects become text that is equal when they are equal.
 */

/** A retired instruction as far as two traces are compared. */
export interface TracedInstruction {
  readonly pc: bigint;
  /** Opcode bits; Spike prints as many digits as the instruction has. */
  readonly word: number;
  /** "hart", "privilege", "x10", "c768_mstatus", "read 0", "written 0", … -> its value as text. */
  readonly effects: ReadonlyMap<string, string>;
}

const SPIKE = /^core +(\d+): (\d) 0x([0-9a-f]+) \(0x([0-9a-f]+)\)(.*)$/;
const NUMBERS: Readonly<Record<string, string>> = { U: "0", S: "1", M: "3" };
const hex = (text: string): string => `0x${BigInt(text).toString(16)}`;

/** @returns undefined for a line that tells of no retired instruction */
export function readTraceLine(line: string): TracedInstruction | undefined {
  return line.startsWith("{") ? readJson(line) : readSpike(line);
}

function readSpike(line: string): TracedInstruction | undefined {
  const [, hart, privilege, pc, word, rest] = SPIKE.exec(line) ?? [];
  if (hart === undefined || privilege === undefined) return undefined;
  const effects = new Map([
    ["hart", String(Number(hart))],
    ["privilege", privilege],
  ]);
  // older versions of Spike pad a register's number on the left: "x 5"
  const words = (rest as string)
    .trim()
    .replaceAll(/\b([xf]) (\d)\b/g, "$1$2")
    .split(/ +/);
  for (let at = 0, accesses = 0; at < words.length && words[at] !== ""; ) {
    const name = words[at++] as string;
    const value = words[at++];
    if (!isHex(value)) return undefined;
    if (name !== "mem") {
      effects.set(name.replace(/^c\d+_/, ""), hex(value));
    } else {
      const stored = isHex(words[at]) ? words[at++] : undefined;
      effects.set(`memory ${accesses++}`, stored === undefined ? hex(value) : `${hex(value)} becomes ${hex(stored)}`);
    }
  }
  return { pc: BigInt(`0x${pc}`), word: Number(`0x${word}`), effects };
}

const isHex = (text: unknown): text is string => typeof text === "string" && /^0x[0-9a-f]+$/.test(text);

type JsonObject = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null;

function readJson(line: string): TracedInstruction | undefined {
  const value = parsed(line);
  if (!value || !isHex(value.pc) || !isHex(value.word)) return undefined;
  const { registers, read, written } = value;
  const accesses = [
    ...(isHex(read) ? [hex(read)] : []),
    ...(isObject(written) && isHex(written.address) && isHex(written.value)
      ? [`${hex(written.address)} becomes ${hex(written.value)}`]
      : []),
  ];
  const effects = new Map([
    ["hart", String(value.hart)],
    ["privilege", NUMBERS[String(value.privilege)] ?? ""],
    ...Object.entries(isObject(registers) ? registers : {}).map(([name, text]): [string, string] => [
      name,
      String(text),
    ]),
    ...accesses.map((text, index): [string, string] => [`memory ${index}`, text]),
  ]);
  return { pc: BigInt(value.pc), word: Number(value.word), effects };
}

/** What a line says is its writer's allegation: each value is looked at before it is used. */
function parsed(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What two instructions differ in, as "name: one, other"; empty if nothing. */
export function differencesOf(one: TracedInstruction, other: TracedInstruction): string[] {
  const told = (name: string, a: string | undefined, b: string | undefined): string[] =>
    a === b ? [] : [`${name}: ${a ?? "nothing"}, ${b ?? "nothing"}`];
  const names = new Set([...one.effects.keys(), ...other.effects.keys()]);
  return [
    ...told("pc", `0x${one.pc.toString(16)}`, `0x${other.pc.toString(16)}`),
    ...told("word", `0x${one.word.toString(16)}`, `0x${other.word.toString(16)}`),
    ...[...names].flatMap((name) => told(name, one.effects.get(name), other.effects.get(name))),
  ];
}
