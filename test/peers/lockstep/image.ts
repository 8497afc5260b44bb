/** An image of RAM with the runtime and many programs, each with a block and a space of its own. */
import { SETUP_CSRS, SETUP_VALUES } from "./csrs.ts";
import { LEVELS } from "./fields.ts";
import {
  ALIAS,
  BLOCK,
  BLOCK_SIZE,
  blockOf,
  ITERATION,
  MAX_ANCHORS,
  MAX_ITERATIONS,
  MAX_PROGRAMS,
  MAX_RECORDS,
  RAM_BASE,
  RECORD,
  SPACE_SIZE,
  spaceOf,
} from "./place.ts";
import { type Program, placeCode } from "./program.ts";
import { runtime } from "./runtime.ts";

/** Bytes at an address. */
export interface Piece {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** @param programs with ascending indices, without a gap. @throws RangeError for an index that has no room */
export function imageOf(programs: readonly Program[]): Piece[] {
  const first = programs[0]?.index ?? 0;
  const last = first + programs.length - 1;
  if (last >= MAX_PROGRAMS) throw new RangeError(`there is no room for program ${last}`);
  return [
    { address: RAM_BASE, bytes: runtime(first, last) },
    ...programs.flatMap((program) => [
      { address: blockOf(program.index), bytes: blockBytes(program) },
      { address: spaceOf(program.index), bytes: spaceBytes(program) },
    ]),
  ];
}

/** Does the level of an iteration see the code at its alias? */
const isAliased = (program: Program, level: string): boolean =>
  level === "U" && (program.csrs.satp ?? 0n) >> 60n !== 0n;

function blockBytes(program: Program): Uint8Array {
  const bytes = new Uint8Array(BLOCK_SIZE);
  const view = new DataView(bytes.buffer);
  const set = (offset: number, value: bigint | number): void =>
    view.setBigUint64(offset, BigInt.asUintN(64, BigInt(value)), true);
  const block = blockOf(program.index);
  const space = spaceOf(program.index);
  const { bytes: code, offsets, end } = placeCode(program);
  for (let register = 1; register < 32; register++) set(BLOCK.X + 8 * register, program.x[register] as bigint);
  for (let register = 0; register < 32; register++) set(BLOCK.F + 8 * register, program.f[register] as bigint);
  set(BLOCK.LOG_NEXT, block + BLOCK.LOG);
  set(BLOCK.LOG_END, block + BLOCK.LOG + MAX_RECORDS * RECORD.SIZE);
  set(BLOCK.ITERATION_NEXT, block + BLOCK.ITERATIONS);
  set(BLOCK.ITERATIONS_END, block + BLOCK.ITERATIONS + program.iterations.length * ITERATION.SIZE);
  const anchors = [...offsets, end].filter((_, item) => item % Math.ceil((offsets.length + 1) / MAX_ANCHORS) === 0);
  set(BLOCK.ANCHOR_NEXT, block + BLOCK.ANCHORS);
  set(BLOCK.ANCHORS_END, block + BLOCK.ANCHORS + 8 * anchors.length);
  for (const [anchor, offset] of anchors.entries()) set(BLOCK.ANCHORS + 8 * anchor, space + offset);
  set(BLOCK.CODE, space);
  set(BLOCK.CODE_END, end);
  for (const [csr, name] of SETUP_CSRS.entries())
    set(BLOCK.CSRS + 8 * csr, program.csrs[name] ?? SETUP_VALUES[name] ?? 0n);
  if (program.iterations.length > MAX_ITERATIONS) throw new RangeError(`${program.iterations.length} iterations`);
  for (const [number, iteration] of program.iterations.entries()) {
    const at = BLOCK.ITERATIONS + number * ITERATION.SIZE;
    const delta = isAliased(program, iteration.level) ? ALIAS : 0n;
    set(at + ITERATION.PC, BigInt(space + (offsets[0] ?? end)) + delta);
    set(at + ITERATION.MSTATUS, iteration.mstatus | (LEVELS[iteration.level] << 11n));
    set(at + ITERATION.SP, iteration.sp);
    set(at + ITERATION.GP, iteration.gp);
    set(at + ITERATION.S0, iteration.s0);
    set(at + ITERATION.S1, iteration.s1);
    set(at + ITERATION.DELTA, delta);
  }
  bytes.set(code, BLOCK.SHADOW);
  return bytes;
}

function spaceBytes(program: Program): Uint8Array {
  const bytes = new Uint8Array(SPACE_SIZE);
  const view = new DataView(bytes.buffer);
  for (const [offset, value] of program.memory) view.setBigUint64(offset, BigInt.asUintN(64, value), true);
  bytes.set(placeCode(program).bytes, 0);
  return bytes;
}
