/**
 * AssemblyScript for meanings: expressions, and the arms of the interpreter's switch. An arm is one instruction in one
 * form; the table's row stands above it.
 *
 * Within an arm: `rec` is the host address of the record, `bias + (rec >>> 3)` the pc, `budget` what is left after the
 * whole block was charged, `tlb` the base of the data TLB.
 */
import { bitsType, boxed, CHECK_ON, checkFloat, isFloatType, readFloats } from "./emit-float.ts";
import { type BinaryOp, type Expression, functionsOf, operandsOf } from "./expression.ts";
import { FLOAT_FUNCTIONS } from "./float-functions.ts";
import { byteSize, type FloatType, type MemoryType } from "./instruction.ts";
import type { Op } from "./op-ids.ts";

const BINARY: Readonly<Record<BinaryOp, (a: string, b: string) => string>> = {
  "*": (a, b) => `${a} * ${b}`,
  "+": (a, b) => `${a} + ${b}`,
  "-": (a, b) => `${a} - ${b}`,
  "<<": (a, b) => `${a} << ${b}`,
  ">>s": (a, b) => `${a} >> ${b}`,
  ">>u": (a, b) => `${a} >>> ${b}`,
  "==": (a, b) => `${a} == ${b}`,
  "!=": (a, b) => `${a} != ${b}`,
  "<s": (a, b) => `${a} < ${b}`,
  ">=s": (a, b) => `${a} >= ${b}`,
  "<u": (a, b) => `<u64>${a} < <u64>${b}`,
  ">=u": (a, b) => `<u64>${a} >= <u64>${b}`,
  "&": (a, b) => `${a} & ${b}`,
  "^": (a, b) => `${a} ^ ${b}`,
  "|": (a, b) => `${a} | ${b}`,
};

/** An expression as AssemblyScript; words are i64, truth values bool. */
export function assemblyScript(expression: Expression, isOutermost = true): string {
  switch (expression.kind) {
    case "operand":
      return expression.name;
    case "constant":
      return String(expression.value);
    case "not":
      return `~${assemblyScript(expression.of, false)}`;
    case "call":
      return callText(expression.name, expression.args);
    case "binary": {
      const left = assemblyScript(expression.left, false);
      // a number on the left would make the operation a 32-bit one
      const word = operandsOf(expression.left).size === 0 ? `(<i64>${left})` : left;
      const text = BINARY[expression.op](word, assemblyScript(expression.right, false));
      return isOutermost ? text : `(${text})`;
    }
    case "choice": {
      const { test, yes, no } = expression;
      const text = `${assemblyScript(test)} ? ${assemblyScript(yes, false)} : ${assemblyScript(no, false)}`;
      return isOutermost ? text : `(${text})`;
    }
  }
}

const CASTS: Readonly<Record<string, string>> = { sext8: "i8", sext16: "i16", sext32: "i32", zext32: "u32" };
const BUILTINS: Readonly<Record<string, string>> = {
  clz: "clz",
  ctz: "ctz",
  cpop: "popcnt",
  rotl: "rotl",
  rotr: "rotr",
};

function callText(name: string, args: readonly Expression[]): string {
  const words = args.map((arg) => assemblyScript(arg));
  const cast = CASTS[name];
  if (cast) return `<i64>(<${cast}>(${words[0]}))`;
  // what Wasm has an instruction for: the compiler's builtins, which want to be told the type
  const builtin = BUILTINS[name];
  if (builtin) return `${builtin}<i64>(${words.join(", ")})`;
  return `${FLOAT_FUNCTIONS.has(name) ? "fpu." : ""}${name}(${words.join(", ")})`;
}

const REGISTER: Readonly<Record<string, string>> = {
  x: "const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);",
  y: "const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);",
  i: "const i = <i64>load<i32>(rec, REC_IMM);",
  pc: "const pc = bias + <i64>(rec >>> 3);",
};

const read = (names: Iterable<string>): string[] =>
  ["x", "y", "i", "pc"].filter((name) => new Set(names).has(name)).map((name) => REGISTER[name] as string);
const writeRd = (value: string): string => `store<i64>(<usize>load<u16>(rec, REC_RD), ${value}, HART_X);`;

const isTwoBytes = (op: Op): boolean => op.form === "compressed" || op.form === "near compressed";
/** Records to the next instruction, in bytes. */
const step = (op: Op): number => (isTwoBytes(op) ? 16 : 32);
const length = (op: Op): number => (isTwoBytes(op) ? 2 : 4);
const onward = (op: Op): string[] => [`rec += ${step(op)};`, "continue;"];
/** The same behind an access to memory, whose stall may have used up what the rest of the block was charged for. */
const onwardFromMemory = (op: Op): string[] => [
  `rec += ${step(op)};`,
  "if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);",
  "continue;",
];
const charge = "budget -= <i64>load<u16>(rec, REC_LEFT);\nif (budget < 0) return leaveBudget(rec, bias, budget);";

const HIT = (table: string) => `va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK)${table})`;
const MASK = (type: MemoryType) => (byteSize(type) === 1 ? "TLB_MISS" : `(TLB_MISS | ${byteSize(type) - 1})`);

/** What an arm does before it calls out: the pc, and the budget as if the block stopped before this instruction. */
const SUSPEND = "suspend(rec, bias, budget);";

function loadArm(op: Op, type: MemoryType): string[] {
  const loaded = `<i64>load<${bitsType(type)}>(<usize>h)`;
  return [
    ...(isFloatType(type) ? CHECK_ON : []),
    ...read(["x", "i"]),
    "const va = x + i;",
    `let h = ${HIT("")};`,
    `if (h & ${MASK(type)}) {`,
    `  ${SUSPEND}`,
    `  h = <i64>loadMiss(va, ${byteSize(type)});`,
    "  if (!h) return load<u32>(EXIT_OUT);",
    "  if (TIMED) budget = resumed(rec);",
    "} else if (TIMED) budget -= readLine(va, tlb);",
    ...(isFloatType(type) ? [writeRd(boxed(type, loaded)), "dirtyFloats();"] : [writeRd(loaded)]),
    ...onwardFromMemory(op),
  ];
}

function storeArm(op: Op, type: MemoryType): string[] {
  return [
    ...(isFloatType(type) ? CHECK_ON : []),
    ...read(["x", "y", "i"]),
    "const va = x + i;",
    `const h = ${HIT(", TLB_WRITE")};`,
    `if (h & ${MASK(type)}) {`,
    `  ${SUSPEND}`,
    `  const out = storeMiss(va, ${byteSize(type)}, y);`,
    `  if (out != OUT_NEXT) return leaveStore(out, ${length(op)});`,
    "  if (TIMED) budget = resumed(rec);",
    "} else {",
    `  store<${bitsType(type)}>(<usize>h, <${bitsType(type)}>y);`,
    "  if (TIMED) budget -= writeLine(va, tlb);",
    "}",
    ...onwardFromMemory(op),
  ];
}

/** Memory operand of an AMO as a word: `m` and `y` both extended like the type. */
function amoArm(op: Op, type: MemoryType, value: Expression): string[] {
  const signed = type.replace("u", "i");
  return [
    ...amoAddress(type),
    ...(operandsOf(value).has("m") ? [`const m = <i64>load<${type}>(<usize>h);`] : []),
    `const y = <i64>(<${type}>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));`,
    `const old = <i64>load<${signed}>(<usize>h);`,
    `store<${type}>(<usize>h, <${type}>(${assemblyScript(value)}));`,
    writeRd("old"),
    `rec += ${step(op)};`,
    charge,
    "continue;",
  ];
}

const amoAddress = (type: MemoryType): string[] => [
  "const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);",
  `let h = ${HIT(", TLB_WRITE")};`,
  `if (h & ${MASK(type)}) {`,
  `  ${SUSPEND}`,
  `  h = <i64>amoMiss(va, ${byteSize(type)});`,
  "  if (!h) return load<u32>(EXIT_OUT);",
  "  if (TIMED) budget = resumed(rec);",
  "} else if (TIMED) budget -= writeLine(va, tlb);",
];

function lrArm(op: Op, type: MemoryType): string[] {
  return [
    "const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);",
    SUSPEND,
    `const h = reserve(va, ${byteSize(type)});`,
    "if (!h) return load<u32>(EXIT_OUT);",
    "budget = resumed(rec);",
    writeRd(`<i64>load<${type}>(h)`),
    `rec += ${step(op)};`,
    charge,
    "continue;",
  ];
}

function scArm(op: Op, type: MemoryType): string[] {
  return [
    "const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);",
    "const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);",
    SUSPEND,
    `const out = storeConditional(va, ${byteSize(type)}, y);`,
    "if (out > 1) return out;",
    "budget = resumed(rec);",
    writeRd("<i64>out"),
    `rec += ${step(op)};`,
    charge,
    "continue;",
  ];
}

/** "If a taken branch or unconditional jump is to a misaligned address", it is the transfer that traps, before it links. */
const MISALIGNED = ["if (target & 2) {", `  ${SUSPEND}`, "  return misaligned(target);", "}"];

function branchArm(op: Op, condition: Expression): string[] {
  const test = assemblyScript(condition);
  const operands = read(operandsOf(condition));
  if (op.form === "aligned")
    return [
      ...operands,
      `const target = bias + <i64>(rec >>> 3) + (${test} ? <i64>load<i32>(rec, REC_IMM) : 4);`,
      ...MISALIGNED,
      "pc = target;",
      "break;",
    ];
  if (op.form === "far")
    return [
      ...operands,
      `pc = bias + <i64>(rec >>> 3) + (${test} ? <i64>load<i32>(rec, REC_IMM) : <i64>load<u16>(rec, REC_LENGTH));`,
      "break;",
    ];
  return [...operands, `rec += ${test} ? load<u32>(rec, REC_IMM) : ${step(op)};`, charge, "continue;"];
}

function jumpArm(op: Op, target: Expression): string[] {
  const link = (bytes: string) => writeRd(`bias + <i64>(rec >>> 3) + ${bytes}`);
  if (op.form === "near" || op.form === "near compressed")
    return [link(String(length(op))), "rec += load<u32>(rec, REC_IMM);", charge, "continue;"];
  const names = [...operandsOf(target)].filter((name) => name !== "pc");
  const lengthText = op.form === "far" ? "<i64>load<u16>(rec, REC_LENGTH)" : String(length(op));
  const here = operandsOf(target).has("pc") ? ["pc = bias + <i64>(rec >>> 3);"] : [];
  return [
    ...read(names),
    ...here,
    `const target = ${assemblyScript(target)};`,
    ...(op.form === "aligned" ? MISALIGNED : []),
    link(lengthText),
    "pc = target;",
    "break;",
  ];
}

function systemArm(op: Op, routine: string): string[] {
  return [
    SUSPEND,
    `const out = ${routine}(rec, ${length(op)});`,
    "if (out > OUT_FAR) return out;",
    "budget = load<i64>(HART_BUDGET) - 1;",
    "if (out == OUT_NEXT) {",
    `  rec += ${step(op)};`,
    ...charge.split("\n").map((line) => `  ${line}`),
    "  continue;",
    "}",
    "pc = load<i64>(HART_PC);",
    "tlb = load<u32>(HART_TLB);",
    "execTlb = load<u32>(HART_EXEC_TLB);",
    "break;",
  ];
}

/** A result for rd leaves FS as it is unless a flag is new: compares and conversions to integers. */
function floatArm(op: Op, result: FloatType | "word", value: Expression): string[] {
  const names = operandsOf(value);
  const raises = [...functionsOf(value)].some((name) => FLOAT_FUNCTIONS.get(name)?.raises);
  const isWatched = result === "word" && raises;
  return [
    ...checkFloat(op.instruction.encoding),
    ...read(names),
    ...readFloats(names),
    ...(isWatched ? ["const raised = <u32>load<u8>(HART_FFLAGS);"] : []),
    writeRd(boxed(result, assemblyScript(value))),
    ...(isWatched ? ["if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();"] : []),
    ...onward(op),
  ];
}

/** The arm of one operation: the lines between `case N: {` and `}`. */
export function arm(op: Op): string[] {
  const { meaning } = op.instruction;
  const lines = (() => {
    switch (meaning.kind) {
      case "value": {
        const names = operandsOf(meaning.value);
        const text = assemblyScript(meaning.value);
        const value = meaning.value.type === "truth" ? `${text} ? 1 : 0` : text;
        return [...read(names), writeRd(value), ...onward(op)];
      }
      case "float":
        return floatArm(op, meaning.result, meaning.value);
      case "load":
        return loadArm(op, meaning.type);
      case "store":
        return storeArm(op, meaning.type);
      case "lr":
        return lrArm(op, meaning.type);
      case "sc":
        return scArm(op, meaning.type);
      case "amo":
        return amoArm(op, meaning.type, meaning.value);
      case "branch":
        return branchArm(op, meaning.condition);
      case "jump":
        return jumpArm(op, meaning.target);
      case "system":
        return systemArm(op, meaning.routine);
      case "hint":
        throw new Error(`${op.name} is a name, not an operation`);
    }
  })();
  return lines.flatMap((line) => line.split("\n"));
}
