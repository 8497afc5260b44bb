/**
 * A Komodo of the tests' own, written from the document (Komodo reference §1.6 to §1.9) with arrays and plain loops: enough to run
 * enclaves on the machine, and to hold the guest library and the loader to something else than the monitor that they come with.
 *
 * The operating system is trusted here: its calls are checked only as far as an enclave can see the errors. Registers: R0 to R8
 * are x10 to x18. Secure pages lie 8 MiB behind the start of RAM, hardware tables behind them.
 */
import { ECALL_FROM_U } from "../../../assembly/cause.ts";
import { MIE, PMPADDR0, PMPCFG0, SATP } from "../../../assembly/csr.gen.ts";
import { isSameKomodoMac, komodoMac, komodoStatement } from "../../../attest/komodo-mac.ts";
import { KomodoMeasurement } from "../../../attest/komodo-measurement.ts";
import { Machine } from "../../../core/machine.ts";
import { U_MODE } from "../../../core/platform.ts";
import { pa } from "../../../core/units.ts";
import type { BuildCall, EntryName, KomodoPort, KomodoResult } from "../../../host/komodo/komodo-abi.ts";

const SECURE_PAGES = 256;
const INSECURE_PAGES = 512;
const SECURE_OFFSET = 8 << 20;
const TABLES_OFFSET = SECURE_OFFSET + SECURE_PAGES * 4096;
const INTERRUPT = 1n << 63n;
const M_TIMER = 1n << 7n;
/** V, U, A, D. */
const LEAF = 0xd1n;

interface Addrspace {
  measurement: KomodoMeasurement;
  digest: Uint32Array;
  /** Physical address of the Sv39 root. */
  readonly root: number;
  /** Physical addresses of leaf tables by 2 MiB of virtual address; those of a slot exist when the L2 table does. */
  readonly leaves: Map<number, number>;
}

interface Dispatcher {
  readonly addrspace: number;
  readonly entry: number;
  context: { x: bigint[]; pc: bigint } | undefined;
  verifyWords: number[];
  verifyMeasurement: number[];
}

export class NaiveKomodo implements KomodoPort {
  readonly insecurePages = INSECURE_PAGES;
  readonly lastRefusal = undefined;
  retired = 0;
  readonly key = Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  /** Ticks after which the timer takes the hart away; none if 0. */
  sliceTicks = 0;
  /** State of the generator behind GetRandom. */
  random = 1;
  readonly #machine: Machine;
  readonly #addrspaces = new Map<number, Addrspace>();
  readonly #dispatchers = new Map<number, Dispatcher>();
  /** "data", "spare" or "table", with the owner. */
  readonly #pages = new Map<number, { kind: string; addrspace: number }>();
  #tables = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    machine.writeCsr(PMPADDR0, (1n << 54n) - 1n);
    machine.writeCsr(PMPCFG0, 0x1fn);
  }

  static async create(): Promise<NaiveKomodo> {
    return new NaiveKomodo(await Machine.create({ mode: "monitor", ramSize: 16 << 20 }));
  }

  load(page: number, offset: number, byteLen: number): Uint8Array {
    return this.#machine.readBytes(pa(this.#insecure(page) + offset), byteLen);
  }

  store(page: number, offset: number, bytes: Uint8Array): void {
    this.#machine.writeBytes(pa(this.#insecure(page) + offset), bytes);
  }

  beginSlice(): void {}

  enter(name: EntryName, dispatcher: number, ...args: readonly bigint[]): KomodoResult {
    return this.#enter(dispatcher, name === "ENTER" ? args.map(Number) : undefined);
  }

  goOn(): never {
    throw new Error("nothing pauses here");
  }

  call(name: BuildCall, ...args: readonly number[]): KomodoResult {
    const [a = 0, b = 0, c = 0, d = 0] = args;
    const done = left(0n, 0n);
    switch (name) {
      case "GET_PHYS_PAGES":
        return left(0n, BigInt(SECURE_PAGES));
      case "INIT_ADDRSPACE": {
        const root = this.#table();
        this.#addrspaces.set(a, {
          measurement: KomodoMeasurement.EMPTY,
          digest: new Uint32Array(8),
          root,
          leaves: new Map(),
        });
        this.#machine.write64(pa(root), pointer(this.#table()));
        return done;
      }
      case "INIT_DISPATCHER":
        this.#dispatchers.set(a, {
          addrspace: b,
          entry: c,
          context: undefined,
          verifyWords: zeros(),
          verifyMeasurement: zeros(),
        });
        this.#extend(b, [11, c]);
        return done;
      case "INIT_L2PTABLE":
        this.#addL2(b, c);
        return done;
      case "MAP_SECURE": {
        this.#pages.set(a, { kind: "data", addrspace: b });
        const bytes = d === 0 ? new Uint8Array(4096) : this.load(d, 0, 4096);
        this.#machine.writeBytes(pa(this.#secure(a)), bytes);
        this.#map(b, c, this.#secure(a));
        this.#extend(b, [13, c], new Uint32Array(bytes.slice().buffer));
        return done;
      }
      case "MAP_INSECURE":
        this.#map(a, c, this.#insecure(b));
        return done;
      case "ALLOC_SPARE":
        this.#pages.set(a, { kind: "spare", addrspace: b });
        return done;
      case "FINALISE": {
        const addrspace = this.#addrspaces.get(a)!;
        addrspace.digest = addrspace.measurement.digest();
        return done;
      }
      case "STOP":
      case "REMOVE":
        return done;
    }
  }

  #enter(page: number, args: readonly number[] | undefined): KomodoResult {
    const dispatcher = this.#dispatchers.get(page)!;
    const addrspace = this.#addrspaces.get(dispatcher.addrspace)!;
    const machine = this.#machine;
    const saved = args === undefined ? dispatcher.context : undefined;
    if ((args === undefined) !== (dispatcher.context !== undefined)) throw new Error("Enter and Resume are mixed up");
    for (let i = 1; i < 32; i++) machine.x[i] = saved?.x[i] ?? 0n;
    for (const [i, arg] of (args ?? []).entries()) machine.x[10 + i] = BigInt(arg);
    machine.pc = saved?.pc ?? BigInt(dispatcher.entry);
    dispatcher.context = undefined;
    machine.writeCsr(SATP, (8n << 60n) | BigInt(addrspace.root / 4096));
    machine.flushTlb();
    machine.writeCsr(MIE, this.sliceTicks > 0 ? M_TIMER : 0n);
    machine.timeCompare = machine.time + BigInt(this.sliceTicks);
    while (true) {
      machine.privilege = U_MODE;
      const stop = machine.run(10_000_000);
      if (stop.kind !== "trap") throw new Error(`the enclave stopped with "${stop.kind}"`);
      const { cause, epc } = stop.trap;
      if (cause >= INTERRUPT) {
        dispatcher.context = { x: [...machine.x], pc: epc };
        return left(9n, 0n);
      }
      if (cause !== BigInt(ECALL_FROM_U)) return left(10n, 0n);
      const words = Array.from({ length: 8 }, (_, i) => Number(BigInt.asUintN(32, machine.x[11 + i]!)));
      const number = Number(machine.x[10]);
      if (number === 0) return left(0n, machine.x[11]!);
      const [error, ...results] = this.#svc(number, words, dispatcher, addrspace);
      for (let i = 0; i < 9; i++) machine.x[10 + i] = BigInt([error, ...results][i] ?? 0);
      machine.pc = epc + 4n;
      machine.flushTlb();
    }
  }

  /** @returns R0 to R8 */
  #svc(number: number, words: number[], dispatcher: Dispatcher, addrspace: Addrspace): number[] {
    const [page = 0, word = 0] = words;
    const mine = this.#pages.get(page);
    const isMine = (kind: string): boolean => mine?.kind === kind && mine.addrspace === dispatcher.addrspace;
    switch (number) {
      case 1:
        return [0, ...komodoMac(this.key, komodoStatement(words, addrspace.digest))];
      case 2:
        dispatcher.verifyWords = words;
        return [0];
      case 3:
        dispatcher.verifyMeasurement = words;
        return [0];
      case 4: {
        const expected = komodoMac(this.key, komodoStatement(dispatcher.verifyWords, dispatcher.verifyMeasurement));
        return [0, isSameKomodoMac(expected, Uint32Array.from(words)) ? 1 : 0];
      }
      case 10: {
        if (!isMine("spare")) return [1];
        const slot = this.#slot(addrspace, word);
        if ((word & 1) === 0 || slot === undefined || this.#machine.read64(slot) !== 0n) return [6];
        this.#machine.zero(pa(this.#secure(page)), 4096);
        this.#map(dispatcher.addrspace, word, this.#secure(page));
        mine!.kind = "data";
        return [0];
      }
      case 11: {
        if (!isMine("data")) return [1];
        const slot = this.#slot(addrspace, word);
        if (slot === undefined || this.#machine.read64(slot) >> 10n !== BigInt(this.#secure(page) / 4096)) return [6];
        this.#machine.write64(slot, 0n);
        mine!.kind = "spare";
        return [0];
      }
      case 12:
        if (word >= 256) return [6];
        if (!isMine("spare")) return [1];
        if (addrspace.leaves.has(2 * word)) return [7];
        this.#addL2(dispatcher.addrspace, word);
        mine!.kind = "table";
        return [0];
      case 20:
        this.random = (Math.imul(this.random, 1664525) + 1013904223) >>> 0;
        return [0, this.random];
      default:
        return [0xffff_ffff];
    }
  }

  /** An L2 table is two Sv39 tables of 2 MiB each. */
  #addL2(owner: number, slot: number): void {
    const addrspace = this.#addrspaces.get(owner)!;
    const middle = Number(this.#machine.read64(pa(addrspace.root)) >> 10n) * 4096;
    for (const index of [2 * slot, 2 * slot + 1]) {
      const leaf = this.#table();
      addrspace.leaves.set(index, leaf);
      this.#machine.write64(pa(middle + 8 * index), pointer(leaf));
    }
  }

  #slot({ leaves }: Addrspace, word: number) {
    const leaf = leaves.get(word >>> 21);
    return leaf === undefined ? undefined : pa(leaf + 8 * ((word >>> 12) & 511));
  }

  #map(owner: number, word: number, to: number): void {
    const slot = this.#slot(this.#addrspaces.get(owner)!, word);
    if (slot === undefined) throw new Error(`there is no table for 0x${word.toString(16)}`);
    const isInsecure = to < this.#machine.ramBase + SECURE_OFFSET;
    const rights = (word & 1 ? 2n : 0n) | (word & 2 ? 4n : 0n) | (word & 4 && !isInsecure ? 8n : 0n);
    this.#machine.write64(slot, (BigInt(to / 4096) << 10n) | LEAF | rights);
  }

  #extend(owner: number, meta: number[], body?: Uint32Array): void {
    const addrspace = this.#addrspaces.get(owner)!;
    addrspace.measurement = addrspace.measurement.extend(meta, body);
  }

  #table(): number {
    return this.#machine.ramBase + TABLES_OFFSET + 4096 * this.#tables++;
  }

  #secure(page: number): number {
    return this.#machine.ramBase + SECURE_OFFSET + 4096 * page;
  }

  #insecure(page: number): number {
    if (page >= INSECURE_PAGES) throw new Error(`page ${page} is not insecure RAM`);
    return this.#machine.ramBase + 4096 * page;
  }
}

const left = (error: bigint, value: bigint): KomodoResult => ({ ok: true, error, value });
const zeros = (): number[] => new Array<number>(8).fill(0);
const pointer = (table: number): bigint => (BigInt(table / 4096) << 10n) | 1n;
