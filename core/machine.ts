/**
 * The machine: harts, memory and devices. Registers, CSRs and views of memory of the machine are those of the hart whose
 * turn it is, which after a stop is the one that met it; `harts` has them all. In monitor mode a trap into M-mode is a `Stop` that a monitor
 * handles through the `Platform` face; in firmware mode the guest's own M-mode code runs.
 *
 * ```ts
 * const machine = await Machine.create({ mode: "firmware" });
 * machine.writeBytes(machine.ramBase, Uint8Array.of(0x73, 0, 0x10, 0)); // ebreak
 * const stop = machine.run(1_000_000);
 * ```
 */
import { COUNT_CLOCK, COUNT_RETIRED, COUNT_TICKS } from "../assembly/access.ts";
import { INTEGRITY_FAULT } from "../assembly/cause.ts";
import {
  CSR_VALUE,
  EXIT_CAUSE,
  EXIT_EPC,
  EXIT_TVAL,
  EXIT_VALUE,
  FRAMES,
  HART_F,
  HART_X,
  HOST_SIZE,
  HTIF_FROMHOST,
  HTIF_TOHOST,
  MAX_HARTS,
  POOL_USED,
  TIME_LIMIT,
  TURN_HART,
  TURN_QUANTUM,
} from "../assembly/layout.ts";
import * as code from "../assembly/stop.ts";
import { checkChoice, checkCount, checkRange } from "./argument.ts";
import { Console } from "./console.ts";
import { type CoreInstance, type Flavour, instantiateCore } from "./core-module.ts";
import { DebugPoints } from "./debug-points.ts";
import { GptRegisters } from "./gpt-registers.ts";
import { type AccessFault, GuestAccess, type LoadOutcome, type StoreOutcome } from "./guest-access.ts";
import { Hart } from "./hart.ts";
import { serveHtif } from "./htif.ts";
import { DEFAULT_ISA, type IsaSet, parseIsaString } from "./isa-string.ts";
import { defectWord } from "./machine-defects.ts";
import { outOfFrames, PhysicalMemory, type Refill } from "./physical-memory.ts";
import type { Platform, Privilege, Trap } from "./platform.ts";
import type { Stop } from "./stop.ts";
import { DEFAULT_RAM_BASE, PAGE_SIZE, type Pa, type PageNo, pa, type Va } from "./units.ts";

/** The machine at reset. What is absent has the default that it names. */
export interface MachineOptions {
  /** Who plays M-mode: the TypeScript monitor, or the guest's own code. */
  readonly mode: "monitor" | "firmware";
  /** Bytes of RAM, whole pages, at most 4 TiB. Default 1 GiB. */
  readonly ramSize?: number;
  /** First byte of RAM. Default 0x8000_0000. */
  readonly ramBase?: Pa;
  /** `timed` charges caches; `functional` counts one cycle an instruction. Default functional. */
  readonly flavour?: Flavour;
  /** Extensions of the instruction set, as an ISA naming string: `rv64imac_zicsr`. Default all that there are. */
  readonly isa?: string;
  /** Off: a lock of cache lines succeeds and does nothing. Default on. */
  readonly lineLock?: boolean;
  /** How many, 1 to 8. In monitor mode all but the first are stopped until the host starts them. Default 1. */
  readonly harts?: number;
  /** Cycles that a hart executes before the next one has its turn, 1 to 2^32. Default 10,000. */
  readonly quantum?: number;
  /** Ids of machine-defects.ts: mistakes that the machine is to make. Default none. */
  readonly defects?: Iterable<string>;
}

/** Turns of fewer cycles cost speed, longer ones let harts wait for each other (bench/results/harts.json). */
export const DEFAULT_QUANTUM = 10_000;
export const MAX_QUANTUM = 2 ** 32;

/** Bytes of RAM that a machine may have. */
export const MAX_RAM_BYTES = 2 ** 42;

/** Harts with their RAM and devices. Everything that it is lies in one linear memory; two machines share nothing. */
export class Machine implements Platform {
  readonly ramBase: Pa;
  readonly ramSize: number;
  readonly flavour: Flavour;
  readonly mode: "monitor" | "firmware";
  /** The extensions that the machine has. */
  readonly isa: IsaSet;
  readonly harts: readonly Hart[];
  /** x0 to x31 of the hart whose turn it is. */
  readonly x: BigUint64Array;
  /** f0 to f31, all 64 bits: a narrower number has ones above it. mstatus.FS does not guard them here. */
  readonly f: BigUint64Array;
  readonly memory: PhysicalMemory;
  readonly gpt: GptRegisters;
  /** Break- and watchpoints, of which a guest sees nothing. */
  readonly debugPoints: DebugPoints;
  /** The compiled core under the machine, for snapshots and tests. */
  readonly core: CoreInstance;
  readonly #view: DataView;
  readonly #access: GuestAccess;
  readonly #console: Console;
  readonly #lineLock: boolean;

  private constructor(core: CoreInstance, options: Required<Omit<MachineOptions, "isa">> & { readonly isa: IsaSet }) {
    this.core = core;
    this.ramBase = options.ramBase;
    this.ramSize = options.ramSize;
    this.flavour = options.flavour;
    this.mode = options.mode;
    this.isa = options.isa;
    this.#lineLock = options.lineLock;
    this.memory = new PhysicalMemory(core, options.ramBase, options.ramSize);
    this.gpt = new GptRegisters(this);
    this.debugPoints = new DebugPoints(core);
    this.x = new BigUint64Array(core.memory.buffer, HART_X, 32);
    this.f = new BigUint64Array(core.memory.buffer, HART_F, 32);
    this.#view = new DataView(core.memory.buffer);
    this.#access = new GuestAccess(core, this.memory);
    this.#console = new Console(core.memory);
    const pcMask = this.isa.extensions.has("Zca") ? ~1n : ~3n;
    this.harts = Array.from({ length: options.harts }, (_, index) => new Hart(core, index, pcMask));
    core.exports.reset(
      BigInt(this.ramBase),
      BigInt(this.ramSize),
      HOST_SIZE - FRAMES,
      this.mode === "firmware" ? 1 : 0,
      this.isa.word,
      options.harts,
      BigInt(options.quantum),
      defectWord(options.defects),
    );
    for (const hart of this.harts) hart.pc = BigInt(this.ramBase);
  }

  /**
   * @throws RangeError for RAM, harts, a quantum or a defect that the machine cannot have; TypeError for a mode or flavour that there
   * is not; UserError for an ISA string that cannot be
   */
  static async create(options: MachineOptions): Promise<Machine> {
    const { mode, ramSize = 2 ** 30, ramBase = DEFAULT_RAM_BASE, flavour = "functional", lineLock = true } = options;
    const { harts = 1, quantum = DEFAULT_QUANTUM, defects = [] } = options;
    const isa = options.isa === undefined ? DEFAULT_ISA : parseIsaString(options.isa);
    checkChoice("mode", mode, ["monitor", "firmware"]);
    checkChoice("flavour", flavour, ["functional", "timed"]);
    if (!(ramSize > 0 && ramSize <= MAX_RAM_BYTES && ramSize % PAGE_SIZE === 0))
      throw new RangeError(`ramSize ${ramSize} is not a multiple of ${PAGE_SIZE} up to ${MAX_RAM_BYTES}`);
    if (!(ramBase >= DEFAULT_RAM_BASE && ramBase % PAGE_SIZE === 0 && ramBase + ramSize <= 2 * MAX_RAM_BYTES))
      throw new RangeError(`ramBase ${ramBase} is not a page address from 0x80000000 on`);
    checkRange("harts", harts, 1, MAX_HARTS);
    checkRange("quantum", quantum, 1, MAX_QUANTUM);
    const core = await instantiateCore(flavour);
    return new Machine(core, { mode, ramSize, ramBase, flavour, lineLock, isa, harts, quantum, defects });
  }

  // --- running ---

  /**
   * Executes up to `budget` cycles of every hart: instructions in the functional flavour, in the timed one those and
   * stalls, where the last instruction may go beyond. Console output is delivered before it returns.
   * @param budget 0 to 2^53 - 1. @throws RangeError for anything else
   */
  run(budget: number): Stop {
    checkCount("budget", budget);
    return this.runClock(BigInt(budget) * BigInt(this.harts.length));
  }

  /** As `run`, by the machine's clock. @param budget cycles of all harts together */
  runClock(budget: bigint): Stop {
    const end = this.clock + budget;
    return this.#untilStop(() => this.#serve(this.core.exports.run(end - this.clock)));
  }

  /**
   * Lets up to `budget` cycles of the clock pass in which no hart executes, until the hart whose turn it is (`current`)
   * does with the next `step`. @returns undefined then, else as `run`
   */
  settle(budget: bigint): Stop | undefined {
    const stop = this.core.exports.settle(budget);
    return stop === code.STOP_NONE ? undefined : this.#stopOf(stop);
  }

  /** One instruction, or one trap entry in its stead (`retired` tells which), of the hart that is next. @returns as `run`, budget if all is well */
  step(): Stop {
    return this.#untilStop(() => {
      const stop = this.#serve(this.core.exports.step());
      return stop === code.STOP_CONSOLE ? code.STOP_BUDGET : stop;
    });
  }

  /** Goes on through the stops that only the host has to know of: a full console ring, a page to fill from DRAM. */
  #untilStop(go: () => number): Stop {
    // the host may have written x0 like any other register
    for (const { x } of this.harts) x[0] = 0n;
    while (true) {
      const stop = go();
      this.#console.deliver();
      if (stop === code.STOP_WATCH && this.memory.hasRefill) {
        const page = this.#stopPage();
        if (!this.memory.verify(page)) return this.#atHart({ kind: "trap", trap: this.#integrityFault(page) });
      } else if (stop !== code.STOP_CONSOLE) {
        return this.#stopOf(stop);
      }
    }
  }

  /** A request over HTIF that is served leaves only text for the console behind. */
  #serve(stop: number): number {
    if (stop !== code.STOP_HTIF) return stop;
    const mailboxes = { tohost: this.#address(HTIF_TOHOST), fromhost: this.#address(HTIF_FROMHOST) };
    const text = serveHtif(this.memory, mailboxes, this.#view.getBigUint64(EXIT_VALUE, true));
    if (!text) return stop;
    this.#console.print(text);
    return code.STOP_CONSOLE;
  }

  #address(at: number): Pa {
    return pa(Number(this.#view.getBigUint64(at, true)));
  }

  #stopPage(): PageNo {
    return Number(this.#view.getBigUint64(EXIT_VALUE, true)) as PageNo;
  }

  #integrityFault(page: PageNo): Trap {
    return { cause: BigInt(INTEGRITY_FAULT), epc: this.pc, tval: BigInt(page) * BigInt(PAGE_SIZE) };
  }

  /** Says which hart it was, if there are others. */
  #atHart(stop: Stop): Stop {
    return this.harts.length === 1 ? stop : { ...stop, hart: this.current.index };
  }

  #stopOf(stop: number): Stop {
    return this.#atHart(this.#stopNamed(stop));
  }

  #stopNamed(stop: number): Stop {
    const value = this.#view.getBigUint64(EXIT_VALUE, true);
    switch (stop) {
      case code.STOP_BUDGET:
        return { kind: "budget" };
      case code.STOP_TRAP:
        return { kind: "trap", trap: this.#trap() };
      case code.STOP_EXIT:
        return { kind: "exit", code: Number(value & 0xffff_ffffn) };
      case code.STOP_IDLE:
        return { kind: "idle" };
      case code.STOP_WAITING:
        return { kind: "waiting", ticks: value };
      case code.STOP_WATCH:
        return { kind: "watch", page: Number(value) as PageNo };
      case code.STOP_NO_FRAME:
        return { kind: "out of memory", page: Number(value) as PageNo };
      case code.STOP_HTIF:
        return { kind: "htif", request: value };
      case code.STOP_BREAKPOINT:
        return { kind: "breakpoint" };
      case code.STOP_WATCHPOINT:
        return { kind: "watchpoint", ...this.debugPoints.hit };
      default:
        throw new Error(`the core stopped with the unknown code ${stop}`);
    }
  }

  #trap(): Trap {
    return {
      cause: this.#view.getBigUint64(EXIT_CAUSE, true),
      epc: this.#view.getBigUint64(EXIT_EPC, true),
      tval: this.#view.getBigUint64(EXIT_TVAL, true),
    };
  }

  // --- the hart whose turn it is ---

  get current(): Hart {
    return this.harts[this.#view.getUint32(TURN_HART, true)]!;
  }

  get hartId(): number {
    return this.current.index;
  }

  get pc(): bigint {
    return this.current.pc;
  }

  set pc(value: bigint) {
    this.current.pc = value;
  }

  get privilege(): Privilege {
    return this.current.privilege;
  }

  set privilege(value: Privilege) {
    this.current.privilege = value;
  }

  readCsr(csr: number): bigint {
    return this.current.readCsr(csr);
  }

  writeCsr(csr: number, value: bigint): void {
    this.current.writeCsr(csr, value);
  }

  get timeCompare(): bigint {
    return this.current.timeCompare;
  }

  set timeCompare(value: bigint) {
    this.current.timeCompare = value;
  }

  flushTlb(): void {
    this.core.exports.flushHart();
  }

  shootDown(): void {
    this.core.exports.flushAll();
  }

  // --- time, which is all harts' ---

  /** Cycles of all harts together since reset. */
  get clock(): bigint {
    return this.#count(COUNT_CLOCK);
  }

  /** Cycles of a hart since reset: of each one alike, but for what its turn is ahead. */
  get cycles(): bigint {
    return this.clock / BigInt(this.harts.length);
  }

  /** Instructions retired since reset, by all harts together. */
  get retired(): bigint {
    return this.#count(COUNT_RETIRED);
  }

  get time(): bigint {
    return this.#count(COUNT_TICKS);
  }

  /** Lets a machine that waits for a timer skip time up to here and no further; `undefined`, as at reset: to the timer. */
  limitTime(time: bigint | undefined): void {
    // 0 stands for none
    this.#view.setBigUint64(TIME_LIMIT, time === 0n ? 1n : (time ?? 0n), true);
  }

  /** Cycles of a turn. */
  get quantum(): number {
    return Number(this.#view.getBigUint64(TURN_QUANTUM, true));
  }

  #count(which: number): bigint {
    this.core.exports.hostCount(which);
    return this.#view.getBigUint64(CSR_VALUE, true);
  }

  // --- physical memory, as M-mode ---

  read64(address: Pa): bigint {
    return this.memory.read64(address);
  }

  write64(address: Pa, value: bigint): void {
    this.memory.write64(address, value);
  }

  readBytes(address: Pa, byteLen: number): Uint8Array {
    return this.memory.readBytes(address, byteLen);
  }

  writeBytes(address: Pa, bytes: Uint8Array): void {
    this.memory.writeBytes(address, bytes);
  }

  zero(address: Pa, byteLen: number): void {
    this.memory.zero(address, byteLen);
  }

  copyPage(destination: PageNo, source: PageNo): void {
    this.memory.copyPage(destination, source);
  }

  backedPages(from: PageNo, to: PageNo): PageNo[] {
    return this.memory.backedPages(from, to);
  }

  /** Guest pages, tables included, that host memory backs now. */
  get framesInUse(): number {
    return this.#view.getUint32(POOL_USED, true);
  }

  verify(page: PageNo): boolean {
    return this.memory.verify(page);
  }

  /** Announces the next access to a page: to the refill of `onRefill`, else as a Stop; until it is turned off again. */
  watch(page: PageNo, isOn: boolean): void {
    this.memory.watch(page, isOn);
  }

  /** Who fills watched pages from DRAM. A page that does not verify is the trap INTEGRITY_FAULT with its address. */
  onRefill(refill: Refill): void {
    this.memory.setRefill(refill);
  }

  // --- memory as a privilege sees it ---

  /** A load as `privilege`, through satp, PMP and GPT. @throws RangeError if the range crosses a page */
  loadAs(privilege: Privilege, address: Va, byteLen: number): LoadOutcome {
    return this.#access.load(privilege, address, byteLen);
  }

  /** A store as `privilege`, as `loadAs`. */
  storeAs(privilege: Privilege, address: Va, bytes: Uint8Array): StoreOutcome {
    return this.#access.store(privilege, address, bytes);
  }

  /** Where an instruction fetch as `privilege` would go. */
  fetchAs(privilege: Privilege, address: Va, byteLen: number): { readonly ok: true; readonly pa: Pa } | AccessFault {
    return this.#access.fetch(privilege, address, byteLen);
  }

  // --- devices ---

  /** Where console output goes: UART and HTIF characters, in order. */
  onConsole(listener: (bytes: Uint8Array) => void): void {
    this.#console.listen(listener);
  }

  /** Types into the UART. @returns how many bytes it took; the ring holds 32 KiB */
  type(bytes: Uint8Array): number {
    return this.#console.type(bytes);
  }

  /** Does the guest wait for what is typed? It has told the UART to interrupt it then. */
  get isListening(): boolean {
    return this.#console.isListening;
  }

  /** Turns HTIF on. @param fromhost 0 if the program has none. @throws RangeError for a place that is no RAM */
  setHtif(tohost: Pa, fromhost: number): void {
    this.memory.read64(tohost);
    if (fromhost !== 0) this.memory.read64(pa(fromhost));
    if (!this.core.exports.setHtif(BigInt(tohost), BigInt(fromhost))) throw outOfFrames();
  }

  /** As `Platform` says. @throws RangeError if the range is not RAM */
  lockLines(address: Pa, byteLen: number): boolean {
    this.memory.check(address, byteLen);
    return !this.#lineLock || this.core.exports.lockLines(BigInt(address), BigInt(byteLen)) !== 0;
  }

  unlockLines(address: Pa, byteLen: number): void {
    this.memory.check(address, byteLen);
    this.core.exports.unlockLines(BigInt(address), BigInt(byteLen));
  }
}
