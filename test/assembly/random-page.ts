/**
 * Pages of random instructions that keep meeting: loads, stores and jumps go through pointers (x16 to x31) that nothing
 * overwrites, so a program reads, overwrites and executes the same few pages under several addresses.
 */
import { INSTRUCTIONS } from "../../core/isa.gen.ts";
import type { Random } from "../../zoo/scene/random.ts";
import { wordOf } from "../core/legal-words.ts";

const LOAD = 0x03;
const STORE = 0x23;
const BRANCH = 0x63;
const AMO = 0x2f;
const FLOAT_LOAD = 0x07;
const FLOAT_STORE = 0x27;
const SYSTEM = 0x73;
const SSTATUS = 0x100;
const [FFLAGS, FCSR] = [1, 3];
const SFENCE_VMA = 0x1200_0073;
const ECALL = 0x73;

/** Registers that results go to; x14 and x15 hold bits of sstatus and an instruction. */
const result = (random: Random): number => random.between(1, 13);
const value = (random: Random): number => random.between(0, 15);
const pointer = (random: Random): number => random.between(16, 31);

const fields = (opcode: number, rd: number, funct3: number, rs1: number): number =>
  opcode | (rd << 7) | (funct3 << 12) | (rs1 << 15);
const load = (random: Random): number =>
  fields(LOAD, result(random), random.between(0, 6), pointer(random)) | (random.between(-16, 16) << 20);
const store = (random: Random): number => {
  const offset = random.between(-16, 16);
  const low = fields(STORE, offset & 31, random.between(0, 3), pointer(random));
  return low | (value(random) << 20) | ((offset >> 5) << 25);
};
/** Forwards by 2 to 30 bytes, so that programs get on and enter instructions in their middle. */
const branch = (random: Random): number =>
  fields(BRANCH, random.between(1, 15) << 1, random.pick([0, 1, 4, 5, 6, 7]), value(random)) | (value(random) << 20);
const atomic = (random: Random): number =>
  fields(AMO, result(random), random.between(2, 3), pointer(random)) |
  (value(random) << 20) |
  (random.pick([0, 1, 2, 3, 3, 4, 8]) << 27);
const immediate = (random: Random): number =>
  fields(0x13, result(random), random.pick([0, 2, 3, 4, 6, 7]), value(random)) | (random.word() << 20);
const sstatus = (random: Random): number => fields(SYSTEM, result(random), random.between(2, 3), 14) | (SSTATUS << 20);
const FLOATS = INSTRUCTIONS.filter(({ kind }) => kind === "float");
/** Any registers of f, any rounding mode. */
const float = (random: Random): number => {
  const row = random.pick(FLOATS);
  const word = wordOf(row, random.word());
  return row.assembly.startsWith("rd") ? (word & ~(31 << 7)) | (result(random) << 7) : word;
};
const floatAccess = (random: Random): number =>
  fields(random.pick([FLOAT_LOAD, FLOAT_STORE]), random.between(0, 31), random.between(1, 3), pointer(random)) |
  (random.between(0, 31) << 20);
const floatCsr = (random: Random): number =>
  fields(SYSTEM, result(random), random.between(1, 7), value(random)) | (random.between(FFLAGS, FCSR) << 20);
const jump = (random: Random): number => fields(0x67, result(random), 0, pointer(random));
/** c.addi of result registers, twice. */
const compressed = (random: Random): number => {
  const one = (): number => 0x0001 | (result(random) << 7) | (random.between(0, 31) << 2);
  return one() | (one() << 16);
};

const MIX: readonly (readonly [weight: number, instruction: (random: Random) => number])[] = [
  [24, load],
  [24, store],
  [14, immediate],
  [14, compressed],
  [10, branch],
  [6, atomic],
  [14, float],
  [6, floatAccess],
  [1, floatCsr],
  [3, sstatus],
  [3, jump],
  [1, () => SFENCE_VMA],
  [1, () => ECALL],
  [1, (random) => random.word()],
];
const TABLE = MIX.flatMap(([weight, instruction]) => Array.from({ length: weight }, () => instruction));

export function randomInstruction(random: Random): number {
  return random.pick(TABLE)(random) >>> 0;
}

export function randomPage(random: Random): Uint8Array {
  return new Uint8Array(Uint32Array.from({ length: 1024 }, () => randomInstruction(random)).buffer);
}
