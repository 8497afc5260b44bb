/**
 * One hart of a machine: registers, CSRs, timer, counters, whether it executes. The hart whose turn it is lies in HART of
 * linear memory, every other one in its block of HARTS (assembly/harts.ts); this face is the same for both.
 */
import {
  CLINT_TIMECMP,
  CSR_VALUE,
  HART,
  HART_BUDGET,
  HART_DEADLINE,
  HART_F,
  HART_PC,
  HART_PRIV,
  HART_STALLS,
  HART_STATE,
  HART_X,
  HARTS,
  HARTS_STRIDE,
  STATE_RUNNING,
  STATE_STOPPED,
  STATE_WAITING,
  TURN_HART,
} from "../assembly/layout.ts";
import { checkCount, checkPrivilege, checkWord } from "./argument.ts";
import type { CoreInstance } from "./core-module.ts";
import type { Privilege } from "./platform.ts";

/** `waiting`: in WFI. `stopped`: executes nothing, and no interrupt wakes it, until it is started. */
export type HartState = "running" | "waiting" | "stopped";

const LAST_CSR = 0xfff;

export class Hart {
  /** mhartid. */
  readonly index: number;
  readonly #core: CoreInstance;
  readonly #view: DataView;
  readonly #pcMask: bigint;
  /** Registers where they lie during the hart's turn, and else. */
  readonly #xHere: BigUint64Array;
  readonly #xThere: BigUint64Array;
  readonly #fHere: BigUint64Array;
  readonly #fThere: BigUint64Array;

  /** @param pcMask bits of pc that may be set: instructions lie at 2 or at 4 bytes */
  constructor(core: CoreInstance, index: number, pcMask: bigint) {
    this.index = index;
    this.#core = core;
    this.#pcMask = pcMask;
    this.#view = new DataView(core.memory.buffer);
    const registers = (at: number) => new BigUint64Array(core.memory.buffer, at, 32);
    const there = HARTS + index * HARTS_STRIDE - HART;
    this.#xHere = registers(HART_X);
    this.#xThere = registers(there + HART_X);
    this.#fHere = registers(HART_F);
    this.#fThere = registers(there + HART_F);
  }

  /** Has it the turn? Then the machine's registers are its own. */
  get isCurrent(): boolean {
    return this.#view.getUint32(TURN_HART, true) === this.index;
  }

  /** x0 to x31, live until the machine runs on. */
  get x(): BigUint64Array {
    return this.isCurrent ? this.#xHere : this.#xThere;
  }

  /** f0 to f31, NaN-boxed, as `x`. */
  get f(): BigUint64Array {
    return this.isCurrent ? this.#fHere : this.#fThere;
  }

  get pc(): bigint {
    return this.#read(HART_PC);
  }

  set pc(value: bigint) {
    checkWord("pc", value);
    this.#write(HART_PC, value & this.#pcMask);
  }

  get privilege(): Privilege {
    return this.#view.getUint32(this.#at(HART_PRIV), true) as Privilege;
  }

  /** @throws RangeError for a level that the hart does not have */
  set privilege(value: Privilege) {
    checkPrivilege(value);
    this.#view.setUint32(this.#at(HART_PRIV), value, true);
  }

  /** As M-mode reads it. @throws RangeError for a CSR that there is not */
  readCsr(csr: number): bigint {
    checkCount("csr", csr, LAST_CSR);
    return this.select(() => {
      if (!this.#core.exports.hostReadCsr(csr)) throw new RangeError(`there is no CSR 0x${csr.toString(16)}`);
      return this.#view.getBigUint64(CSR_VALUE, true);
    });
  }

  /** As M-mode writes it. @throws RangeError as `readCsr`, and for a CSR that is read-only */
  writeCsr(csr: number, value: bigint): void {
    this.readCsr(csr);
    checkWord("value", value);
    if (csr >>> 10 === 3) throw new RangeError(`CSR 0x${csr.toString(16)} is read-only`);
    this.select(() => this.#core.exports.hostWriteCsr(csr, BigInt.asIntN(64, value)));
  }

  /** `mtimecmp`. */
  get timeCompare(): bigint {
    return this.#read(CLINT_TIMECMP);
  }

  set timeCompare(value: bigint) {
    checkWord("timeCompare", value);
    this.#write(CLINT_TIMECMP, value);
  }

  /** Cycles since reset, those included in which it waited while others executed. */
  get cycles(): bigint {
    // the budget is below zero after an instruction that stalled beyond its end
    return BigInt.asUintN(64, this.#read(HART_DEADLINE) - this.#read(HART_BUDGET));
  }

  /** Instructions retired since reset. */
  get retired(): bigint {
    return this.cycles - this.#read(HART_STALLS);
  }

  get state(): HartState {
    const state = this.#view.getUint32(this.#at(HART_STATE), true);
    return state === STATE_WAITING ? "waiting" : state === STATE_STOPPED ? "stopped" : "running";
  }

  /** Executes from its turn on, at its pc. */
  start(): void {
    this.#view.setUint32(this.#at(HART_STATE), STATE_RUNNING, true);
  }

  stop(): void {
    this.#view.setUint32(this.#at(HART_STATE), STATE_STOPPED, true);
  }

  /**
   * Does something as if it were the hart's turn: meanwhile the machine's registers, CSRs and views of memory are its own.
   * Whose turn it is and what is left of it does not change. The machine must not run in between.
   */
  select<T>(body: () => T): T {
    const before = this.#view.getUint32(TURN_HART, true);
    if (before === this.index) return body();
    this.#core.exports.enter(this.index);
    try {
      return body();
    } finally {
      this.#core.exports.enter(before);
    }
  }

  #at(field: number): number {
    return this.isCurrent ? field : HARTS + this.index * HARTS_STRIDE + (field - HART);
  }

  #read(field: number): bigint {
    return this.#view.getBigUint64(this.#at(field), true);
  }

  #write(field: number, value: bigint): void {
    this.#view.setBigUint64(this.#at(field), value, true);
  }
}
