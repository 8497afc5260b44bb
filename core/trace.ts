/**
 * Tracing: runs a machine by single steps and tells what each retired instruction did. A trap retires nothing and has no
 * line, as in Spike. The machine ends in the state in which `run` would have left it.
 *
 * What an instruction did is read off its word, the registers before it and the state after it, so the core pays nothing
 * for being traceable. Where Spike logs writes under another name, so do we: sstatus is mstatus, sie is mie, sip is mip.
 * Not logged: accesses of the page-table walker.
 */
import {
  FCSR,
  FFLAGS,
  FRM,
  MHARTID,
  MHPMCOUNTER3,
  MHPMCOUNTER31,
  MHPMEVENT3,
  MHPMEVENT31,
  MIE,
  MIP,
  MSTATUS,
  SIE,
  SIP,
  SSTATUS,
} from "../assembly/csr.gen.ts";
import { HART_X, SCRATCH_WORD, STEP_FLAGS, X_SINK } from "../assembly/layout.ts";
import { type Decoded, decode } from "./decoder.ts";
import type { Machine } from "./machine.ts";
import type { Privilege } from "./platform.ts";
import { MSTATUS_FS } from "./registers.ts";
import { type Commit, type RegisterWrite, spikeLine } from "./spike-log.ts";
import type { Stop } from "./stop.ts";
import { va } from "./units.ts";

const MSTATUS_MPRV = 1n << 17n;
/** Registers that are views of others: Spike logs what is behind. */
const BEHIND: ReadonlyMap<number, readonly number[]> = new Map([
  [SSTATUS, [MSTATUS]],
  [SIE, [MIE]],
  [SIP, [MIP]],
  [FCSR, [FFLAGS, FRM]],
]);
const WIDTH = { i8: 1, u8: 1, i16: 2, u16: 2, f16: 2, i32: 4, u32: 4, f32: 4, i64: 8, f64: 8 } as const;

/** As `machine.run(budget)`, announcing each instruction that retires. */
export function traceRun(machine: Machine, budget: number, onCommit: (commit: Commit) => void): Stop {
  const end = machine.clock + BigInt(budget) * BigInt(machine.harts.length);
  const x = new BigUint64Array(machine.x.length);
  while (machine.clock < end) {
    // makes the hart current that the step will be of
    const met = machine.settle(end - machine.clock);
    if (met) return met;
    x.set(machine.x);
    const before = { pc: machine.pc, privilege: machine.privilege, x, mstatus: machine.readCsr(MSTATUS) };
    const { retired } = machine;
    const stop = machine.step();
    if (machine.retired > retired) onCommit(commitOf(machine, before));
    if (stop.kind !== "budget") return stop;
  }
  return { kind: "budget" };
}

/**
 * Makes every `run` of the machine a traced one, whoever calls it.
 * @param write takes a line of Spike's commit log, without its end
 * @returns turns tracing off again
 */
export function attachTracer(machine: Machine, write: (line: string) => void): () => void {
  return observeCommits(machine, (commit) => write(spikeLine(commit)));
}

/** The same for who wants values. */
export function observeCommits(machine: Machine, onCommit: (commit: Commit) => void): () => void {
  const plainRun = machine.run.bind(machine);
  machine.run = (budget) => traceRun(machine, budget, onCommit);
  return () => {
    machine.run = plainRun;
  };
}

interface Before {
  readonly pc: bigint;
  readonly privilege: Privilege;
  readonly x: BigUint64Array;
  readonly mstatus: bigint;
}

function commitOf(machine: Machine, { pc, privilege, x, mstatus }: Before): Commit {
  const memory = new DataView(machine.core.memory.buffer);
  const word = memory.getUint32(SCRATCH_WORD, true);
  const decoded = decode(word);
  if (!decoded) throw new Error(`0x${word.toString(16)} retired and is no instruction`);
  const { rd = 0, frd } = decoded.operands;
  return {
    hart: Number(machine.readCsr(MHARTID)),
    privilege,
    pc,
    word,
    byteLen: decoded.byteLen,
    registers: [
      ...(rd !== 0 ? [{ file: "x", number: rd, value: machine.x[rd]! } as const] : []),
      ...(frd !== undefined ? [{ file: "f", number: frd, value: machine.f[frd]! } as const] : []),
      ...csrWrites(machine, decoded, mstatus),
    ],
    ...memoryEffect(machine, decoded, x, memory.getBigUint64(HART_X + (rd === 0 ? X_SINK : 8 * rd), true)),
  };
}

/** CSRs that an instruction writes, by itself or with what it does to the floating-point state. */
function csrWrites(machine: Machine, decoded: Decoded, before: bigint): RegisterWrite[] {
  const written = (number: number): RegisterWrite => ({ file: "csr", number, value: machine.readCsr(number) });
  const numbers = new Set(csrsWritten(decoded));
  if (new DataView(machine.core.memory.buffer).getUint8(STEP_FLAGS) !== 0) numbers.add(FFLAGS);
  const isDirtied = (machine.readCsr(MSTATUS) & MSTATUS_FS) === MSTATUS_FS && (before & MSTATUS_FS) !== MSTATUS_FS;
  if (isDirtied) numbers.add(MSTATUS);
  return [...numbers].map(written);
}

function csrsWritten({ row, operands }: Decoded): readonly number[] {
  if (row.name === "mret" || row.name === "sret") return [MSTATUS];
  const number = operands.csr;
  if (number === undefined) return [];
  // "if rs1=x0, then the instruction will not write to the CSR at all"
  const isWrite = row.name.startsWith("csrrw") || (operands.rs1 ?? operands.zimm) !== 0;
  if (!isWrite || isConstant(number)) return [];
  return BEHIND.get(number) ?? [number];
}

/** Counters that read as zero whatever is written: Spike logs no write. */
function isConstant(csr: number): boolean {
  return (csr >= MHPMCOUNTER3 && csr <= MHPMCOUNTER31) || (csr >= MHPMEVENT3 && csr <= MHPMEVENT31);
}

/** @param result what the instruction put into rd, also where that is x0 */
function memoryEffect(
  machine: Machine,
  { row, operands }: Decoded,
  x: BigUint64Array,
  result: bigint,
): Pick<Commit, "read" | "written"> {
  if (!row.memory) return {};
  const address = va((x[operands.rs1!] as bigint) + BigInt(operands.imm ?? 0));
  const byteLen = WIDTH[row.memory];
  // a store leaves f as it is
  const source = operands.frs2 === undefined ? x[operands.rs2 ?? 0]! : machine.f[operands.frs2]!;
  const stored = { address, value: source, byteLen };
  switch (row.kind) {
    case "load":
    case "lr":
      return { read: address };
    case "store":
      return { written: stored };
    case "sc":
      return result === 0n ? { written: stored } : {};
    case "amo":
      return { read: address, written: { ...stored, value: valueAt(machine, address, byteLen) } };
    default:
      return {};
  }
}

/** What an AMO left in memory, read as the hart's own access: all its checks have just passed. */
function valueAt(machine: Machine, address: bigint, byteLen: number): bigint {
  const mstatus = machine.readCsr(MSTATUS);
  const isLent = machine.privilege === 3 && (mstatus & MSTATUS_MPRV) !== 0n;
  const privilege = isLent ? (Number((mstatus >> 11n) & 3n) as Privilege) : machine.privilege;
  const access = machine.loadAs(privilege, va(address), byteLen);
  if (!access.ok) throw new Error(`an AMO wrote 0x${address.toString(16)}, which cannot be read`);
  return access.bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
