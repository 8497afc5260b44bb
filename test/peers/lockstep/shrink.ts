/**
 * Makes a program that differs short, as long as it still differs: fewer iterations, items and instructions, less in
 * memory, zeros in registers and immediates. An item that is taken out leaves an empty one, so transfers keep their goals.
 */
import type { Difference } from "./compare.ts";
import type { Code, Program } from "./program.ts";

type Differs = (program: Program) => Promise<boolean>;

/** Tries to do without runs of `list`, long ones first. `without` gives the program that lacks [from, to). */
async function drop(
  program: Program,
  countOf: (program: Program) => number,
  without: (program: Program, from: number, to: number) => Program | undefined,
  differs: Differs,
  finest = 1,
): Promise<Program> {
  let best = program;
  for (let size = countOf(best); size >= finest; size = Math.floor(size / 2)) {
    for (let from = countOf(best) - size; from > -size; from -= size) {
      const candidate = without(best, Math.max(from, 0), from + size);
      if (candidate && (await differs(candidate))) best = candidate;
    }
  }
  return best;
}

const outside = <T>(list: readonly T[], from: number, to: number): T[] =>
  list.filter((_, index) => index < from || index >= to);

const withoutIterations = (program: Program, from: number, to: number): Program | undefined => {
  const iterations = outside(program.iterations, from, to);
  return iterations.length === 0 ? undefined : { ...program, iterations };
};

const withoutItems = (program: Program, from: number, to: number): Program | undefined => {
  if (program.items.slice(from, to).every((item) => item.length === 0)) return undefined;
  return { ...program, items: program.items.map((item, index) => (index < from || index >= to ? item : [])) };
};

const codeCount = ({ items }: Program): number => items.reduce((sum, item) => sum + item.length, 0);

/** What a store needs behind it, or the machines may differ: only a whole item goes without. */
const isFence = (code: Code): boolean => "row" in code && /^(sfence|sinval|fence\.i)/.test(code.row.name);

function withoutCode(program: Program, from: number, to: number): Program {
  let at = 0;
  const items = program.items.map((item) =>
    item.filter((code) => {
      at++;
      return isFence(code) || at - 1 < from || at - 1 >= to;
    }),
  );
  return { ...program, items };
}

const withoutCsrs = (program: Program, from: number, to: number): Program => ({
  ...program,
  // without their vectors the handlers would never be reached
  csrs: Object.fromEntries(
    Object.entries(program.csrs).filter(([name], at) => at < from || at >= to || /^[ms]tvec$/.test(name)),
  ),
});

const withoutMemory = (program: Program, from: number, to: number): Program => ({
  ...program,
  memory: new Map(outside([...program.memory], from, to)),
});

const zeroed = (list: readonly bigint[], from: number, to: number): bigint[] =>
  list.map((value, index) => (index < from || index >= to ? value : 0n));

/** Every immediate that is not zero becomes zero if it may. */
async function simplifyFields(program: Program, differs: Differs): Promise<Program> {
  let best = program;
  for (const [index, item] of program.items.entries()) {
    for (const [number, code] of item.entries()) {
      if ("raw" in code || code.to || !code.fields.imm) continue;
      const simple: Code = { row: code.row, fields: { ...code.fields, imm: 0 } };
      const items = best.items.map((old, at) =>
        at === index ? old.map((known, k) => (k === number ? simple : known)) : old,
      );
      const candidate = { ...best, items };
      if (await differs(candidate).catch(() => false)) best = candidate;
    }
  }
  return best;
}

/**
 * Does a smaller program differ in the same way? Without this a shrunk program may end at a deviation that is known and
 * that the generator keeps away from.
 */
export const isSameKind = (before: Difference, after: Difference | undefined): boolean =>
  after !== undefined &&
  withoutNumber(before) === withoutNumber(after) &&
  (!/cause$/.test(before.what) || (before.ours === after.ours && before.theirs === after.theirs));

const withoutNumber = ({ what }: Difference): string => what.replace(/^(trap) \d+|(memory) .*|([xf])\d+/, "$1$2$3");

/**
 * @param differs runs both machines; a program that it cannot run does not differ
 * @param maxTrials how often it is asked; one trial takes a tenth of a second
 */
export async function shrink(program: Program, differs: Differs, maxTrials: number): Promise<Program> {
  let trials = 0;
  const safely: Differs = (candidate) =>
    trials++ < maxTrials ? differs(candidate).catch(() => false) : Promise.resolve(false);
  let best = program;
  best = await drop(best, ({ iterations }) => iterations.length, withoutIterations, safely);
  best = await drop(best, ({ items }) => items.length, withoutItems, safely);
  best = await drop(best, codeCount, withoutCode, safely);
  best = await drop(best, ({ csrs }) => Object.keys(csrs).length, withoutCsrs, safely);
  best = await drop(best, ({ memory }) => memory.size, withoutMemory, safely, 16);
  best = await drop(
    best,
    () => 32,
    (old, from, to) => ({ ...old, x: zeroed(old.x, from, to) }),
    safely,
    4,
  );
  best = await drop(
    best,
    () => 32,
    (old, from, to) => ({ ...old, f: zeroed(old.f, from, to) }),
    safely,
    8,
  );
  return simplifyFields(best, safely);
}
