/**
 * penglai-pmp written a second time, naively: mutable, page by page, from Penglai reference §6 and not from the monitor. It
 * knows results and what is where, no guards.
 */
import { createHash } from "node:crypto";
import { type Holder, Memory, PAGE } from "./memory.ts";
import { bytesAt, lookUp, type RefLeaf, type RefWindow, readTables } from "./tables.ts";

const SLAB_PAGES = 32;
const RECORDS_PER_SLAB = 128;
const MINUS = (value: bigint): bigint => BigInt.asUintN(64, -value);
const TIMER_CAUSE = (1n << 63n) | 7n;

/** What a world has of a hart. */
export interface Registers {
  x: bigint[];
  f: bigint[];
  pc: bigint;
  satp: bigint;
  sscratch: bigint;
  /** mie.MTIE. */
  timerOn: boolean;
}

export interface RefHart {
  now: Registers;
  /** The host's, while an enclave runs. */
  host: Registers | undefined;
  eid: number | undefined;
  /** mip.STIP. */
  timerPending: boolean;
  stvec: bigint;
}

interface RefEnclave {
  status: string;
  pending: string | undefined;
  readonly satp: bigint;
  readonly page: number;
  readonly pages: number;
  readonly windows: readonly RefWindow[];
  readonly untrusted: { readonly va: bigint; readonly size: bigint };
  readonly entry: bigint;
  readonly ocallId: bigint;
  readonly ocallArg: bigint;
  readonly measurement: string;
  registers: Registers;
}

/** What stands for attestation on both sides: quick, and as telling as the real one. */
export const digest = (...parts: readonly (bigint | Uint8Array | string)[]): Uint8Array => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(typeof part === "bigint" ? `${part};` : part);
  return new Uint8Array(hash.digest());
};
export const reportOf = (hash: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(328);
  bytes.set(hash);
  return bytes;
};

const fresh = (satp: bigint): Registers => ({
  x: new Array<bigint>(32).fill(0n),
  f: new Array<bigint>(32).fill(0n),
  pc: 0n,
  satp,
  sscratch: 0n,
  timerOn: true,
});

const copyOf = (registers: Registers): Registers => ({
  ...registers,
  x: [...registers.x],
  f: [...registers.f],
});

/** What every call and trap comes to; says that a path is complete. */
type Done = "done";
const DONE: Done = "done";

export class Reference {
  readonly memory = new Memory();
  /** First page and pages of each region. */
  readonly regions: (readonly [page: number, pages: number] | undefined)[] = new Array(13).fill(undefined);
  readonly grants: (readonly [page: number, pages: number] | undefined)[] = [undefined, undefined];
  readonly slabs: number[] = [];
  readonly enclaves = new Map<number, RefEnclave>();
  readonly harts: readonly RefHart[];
  nextEid = 1;

  constructor(harts: readonly RefHart[]) {
    this.harts = harts;
  }

  host(index: number, fid: bigint, args: readonly bigint[]): Done {
    const hart = this.harts[index]!;
    const [a, b, c] = args as [bigint, bigint, bigint];
    const satp = hart.now.satp;
    switch (Number(fid)) {
      case 100:
      case 92:
        return this.#reply(hart, this.#addRegion(a, b));
      case 99:
        return this.#reply(hart, this.#create(index, a, b));
      case 98:
        return this.#reply(hart, this.#attest(a, b, c, satp));
      case 97: {
        const enclave = this.#own(a, satp);
        if (enclave?.status !== "fresh") return this.#reply(hart, MINUS(1n));
        Object.assign(enclave.registers, { pc: enclave.entry });
        const { x } = enclave.registers;
        x[2] = 0x40_0000_0000n;
        [x[11], x[12], x[13]] = [enclave.entry, enclave.untrusted.va, enclave.untrusted.size];
        return this.#enter(index, Number(a));
      }
      case 96: {
        const enclave = this.#own(a, satp);
        if (enclave?.status === "runnable") enclave.status = "stopped";
        else if (enclave?.status === "running" && enclave.pending === undefined) enclave.pending = "stop";
        else return this.#reply(hart, MINUS(1n));
        return this.#reply(hart, 0n);
      }
      case 95:
        return this.#resume(index, a, b, satp);
      case 94: {
        const enclave = this.#own(a, satp);
        if (enclave === undefined || enclave.status === "destroyed" || enclave.pending === "destroy")
          return this.#reply(hart, MINUS(1n));
        if (enclave.status === "fresh") this.#free(Number(a));
        else if (enclave.status === "running") enclave.pending = "destroy";
        else enclave.status = "destroyed";
        return this.#reply(hart, 0n);
      }
      case 93:
        return this.#reply(hart, this.#alloc(index, a));
      case 91:
        return this.#reply(hart, this.#give(index, a, 2n));
      case 90:
        return this.#reply(hart, this.#give(index, a, b));
      default:
        return this.#reply(hart, MINUS(2n));
    }
  }

  enclave(index: number, extension: bigint, fid: bigint, args: readonly bigint[]): Done {
    const hart = this.harts[index]!;
    const eid = hart.eid!;
    const enclave = this.enclaves.get(eid)!;
    if (enclave.pending === "destroy") return this.#end(index, 0n, false);
    const answer = (value: bigint): Done => {
      hart.now.x[10] = value;
      hart.now.pc = BigInt.asUintN(64, hart.now.pc + 4n);
      return DONE;
    };
    if (extension !== 0x100101n) return answer(MINUS(2n));
    if (fid === 99n) {
      const before = this.#busyRegions();
      this.#end(index, 0n, false);
      for (const number of before) if (this.#isIdle(number)) this.#openRegion(number);
      return DONE;
    }
    if (fid === 98n) {
      const [id, size] = args as [bigint, bigint];
      if (id !== 3n && id !== 9n) return answer(MINUS(1n));
      this.#tell(enclave.ocallId, id);
      if (id === 9n) this.#tell(enclave.ocallArg, size);
      hart.now.pc = BigInt.asUintN(64, hart.now.pc + 4n);
      return this.#leave(index, 2n, false);
    }
    if (fid !== 88n) return answer(MINUS(2n));
    const [saltVa, saltSize, keyVa, keySize] = args as [bigint, bigint, bigint, bigint];
    if (saltSize > 32n || keySize > 32n) return answer(MINUS(1n));
    const salt = bytesAt(this.memory, enclave.page, saltVa, Number(saltSize), "r");
    const key = bytesAt(this.memory, enclave.page, keyVa, Number(keySize), "w");
    if (salt === undefined || key === undefined) return answer(MINUS(1n));
    const bytes = digest(enclave.measurement, Uint8Array.from(salt.flatMap((at) => [...this.memory.read(at, 1)])));
    for (const [i, at] of key.entries()) this.memory.write(at, [bytes[i]!]);
    return answer(0n);
  }

  trap(index: number, cause: bigint): Done {
    const hart = this.harts[index]!;
    if (hart.eid !== undefined) {
      const isInterrupt = cause >= 1n << 63n;
      if (this.enclaves.get(hart.eid)!.pending === "destroy") return this.#end(index, 0n, isInterrupt);
      if (isInterrupt) return this.#leave(index, 1n, true);
      return this.#end(index, MINUS(1n), false);
    }
    if (cause === TIMER_CAUSE) {
      hart.timerPending = true;
      hart.now.timerOn = false;
    } else if (cause < 1n << 63n) hart.now.pc = hart.stvec & ~3n;
    return DONE;
  }

  /** Where a store of whoever has the hart goes; undefined if it traps. */
  target(index: number, va: bigint, access: "r" | "w" | "x" = "w"): number | undefined {
    const { eid } = this.harts[index]!;
    if (eid === undefined) {
      const page = Number(va / 4096n);
      const grant = this.grants[index];
      const isGranted = grant !== undefined && page >= grant[0] && page < grant[0] + grant[1];
      return this.memory.holder(page) === "host" || isGranted ? Number(va) : undefined;
    }
    const { page: root } = this.enclaves.get(eid)!;
    const found = lookUp(this.memory, root, va);
    const needed = 16n | { r: 2n, w: 4n, x: 8n }[access];
    return found !== undefined && (found.pte & needed) === needed ? found.at : undefined;
  }

  isShared(page: number): boolean {
    for (const { windows } of this.enclaves.values())
      if (windows.some(({ at, size }) => page >= at / PAGE && page < (at + size) / PAGE)) return true;
    return false;
  }

  #reply(hart: RefHart, value: bigint): Done {
    hart.now.x[10] = value;
    hart.now.x[11] = value;
    hart.now.pc = BigInt.asUintN(64, hart.now.pc + 4n);
    return DONE;
  }

  #own(eid: bigint, satp: bigint): RefEnclave | undefined {
    const enclave = eid < 1n << 30n ? this.enclaves.get(Number(eid)) : undefined;
    return enclave?.satp === satp ? enclave : undefined;
  }

  #addRegion(at: bigint, size: bigint): bigint {
    const isPower = size >= 4096n && (size & (size - 1n)) === 0n;
    if (!isPower || at % size !== 0n || !this.memory.isHosts(at, size, 4096n)) return MINUS(1n);
    const [page, pages] = [Number(at / 4096n), Number(size / 4096n)];
    for (let i = 0; i < pages; i++) if (this.isShared(page + i)) return MINUS(1n);
    const slot = this.regions.indexOf(undefined);
    if (slot < 0) return MINUS(1n);
    this.regions[slot] = [page, pages];
    this.memory.give(page, pages, "free");
    return 0n;
  }

  #take(pages: number, holder: Holder): number | undefined {
    for (const region of this.regions) {
      const page = region && this.memory.findFree(region[0], region[1], pages);
      if (page === undefined) continue;
      this.memory.give(page, pages, holder);
      return page;
    }
    return undefined;
  }

  #alloc(index: number, arg: bigint): bigint {
    if (!this.memory.isHosts(arg, 24n, 8n)) return MINUS(1n);
    const wanted = this.memory.read64(Number(arg));
    let pages = 1;
    while (BigInt(pages * PAGE) < wanted && pages < 1 << 20) pages *= 2;
    if (wanted === 0n || BigInt(pages * PAGE) < wanted) return MINUS(2n);
    const page = this.#take(pages, "grant");
    if (page === undefined) return MINUS(2n);
    if (this.grants[index] !== undefined) {
      this.memory.give(page, pages, "free");
      return MINUS(1n);
    }
    this.grants[index] = [page, pages];
    this.memory.zero(page, pages);
    this.memory.write64(Number(arg) + 8, BigInt(page * PAGE));
    this.memory.write64(Number(arg) + 16, BigInt(pages * PAGE));
    return 0n;
  }

  #isIdle(number: number): boolean {
    const [page, pages] = this.regions[number]!;
    for (let i = 0; i < pages; i++) if (this.memory.holder(page + i) !== "free") return false;
    return true;
  }

  #busyRegions(): number[] {
    return [...this.regions.keys()].filter((number) => this.regions[number] !== undefined && !this.#isIdle(number));
  }

  #openRegion(number: number): void {
    this.memory.give(...this.regions[number]!, "host");
    this.regions[number] = undefined;
  }

  #give(index: number, sizeAt: bigint, flag: bigint): bigint {
    if (!this.memory.isHosts(sizeAt, 8n, 8n)) return MINUS(1n);
    let gone: readonly [number, number] | undefined;
    if (flag === 2n) {
      const number = [...this.regions.keys()].reverse().find((n) => this.regions[n] !== undefined && this.#isIdle(n));
      gone = number === undefined ? undefined : this.regions[number];
      if (number !== undefined) this.#openRegion(number);
    } else if (flag === 3n) {
      gone = this.grants[index];
      if (gone !== undefined) {
        this.memory.zero(...gone);
        this.memory.give(...gone, "free");
        this.grants[index] = undefined;
      }
    }
    this.memory.write64(Number(sizeAt), BigInt((gone?.[1] ?? 0) * PAGE));
    return BigInt((gone?.[0] ?? 0) * PAGE);
  }

  #create(index: number, param: bigint, retry: bigint): bigint {
    if (!this.memory.isHosts(param, 120n, 8n)) return MINUS(1n);
    const w = Array.from({ length: 15 }, (_, i) => this.memory.read64(Number(param) + 8 * i));
    const grant = this.grants[index];
    if (grant === undefined || w[1] !== BigInt(grant[0] * PAGE) || w[2] !== BigInt(grant[1] * PAGE)) return MINUS(1n);
    const needsSlab = this.enclaves.size === this.slabs.length * RECORDS_PER_SLAB;
    const slab = needsSlab ? this.#take(SLAB_PAGES, "slab") : undefined;
    if (needsSlab && slab === undefined) {
      if (retry !== 0n) {
        this.memory.zero(...grant);
        this.memory.give(...grant, "free");
        this.grants[index] = undefined;
      }
      return MINUS(2n);
    }
    const made = this.#makeEnclave(index, w, grant);
    if (made === undefined) {
      if (slab !== undefined) this.memory.give(slab, SLAB_PAGES, "free");
      return MINUS(1n);
    }
    if (slab !== undefined) this.slabs.push(slab);
    const eid = this.nextEid++;
    this.enclaves.set(eid, made);
    this.memory.give(...grant, eid);
    this.grants[index] = undefined;
    this.memory.write(Number(w[0]), new Uint8Array(Uint32Array.of(eid).buffer));
    return 0n;
  }

  #makeEnclave(index: number, w: readonly bigint[], [page, pages]: readonly [number, number]): RefEnclave | undefined {
    if (!this.memory.isHosts(w[0]!, 4n, 4n)) return undefined;
    const windows: RefWindow[] = [];
    for (const [va, at, size] of [
      [w[4]!, w[5]!, w[6]!],
      [w[8]!, w[9]!, w[10]!],
    ] as const) {
      if (size === 0n) continue;
      const low = BigInt.asUintN(39, va);
      if (va % 4096n !== 0n || size > 16n << 20n || low + size > 1n << 39n) return undefined;
      if (!this.memory.isHosts(at, size, 4096n)) return undefined;
      windows.push({ va: low, at: Number(at), size: Number(size) });
    }
    for (const word of [w[11]!, w[12]!]) if (word !== 0n && !this.memory.isHosts(word, 8n, 8n)) return undefined;
    const leaves = readTables(this.memory, page, pages, windows);
    if (leaves === undefined) return undefined;
    const parameters = [w[3]!, w[4]!, w[6]!, w[8]!, w[10]!];
    return {
      status: "fresh",
      pending: undefined,
      satp: this.harts[index]!.now.satp,
      page,
      pages,
      windows,
      untrusted: { va: w[4]!, size: w[6]! },
      entry: w[3]!,
      ocallId: w[11]!,
      ocallArg: w[12]!,
      measurement: this.#measure(parameters, leaves),
      registers: fresh((8n << 60n) | BigInt(page)),
    };
  }

  #measure(parameters: readonly bigint[], leaves: readonly RefLeaf[]): string {
    const parts = leaves.flatMap(({ va, level, pte, page }) => [
      va,
      BigInt(level),
      pte,
      this.memory.read(page * PAGE, level === 1 ? 512 * PAGE : PAGE),
    ]);
    return digest(...parameters, ...parts).toString();
  }

  #attest(eid: bigint, at: bigint, nonce: bigint, satp: bigint): bigint {
    const enclave = this.#own(eid, satp);
    if (enclave === undefined || !this.memory.isHosts(at, 328n, 8n)) return MINUS(1n);
    this.memory.write(Number(at), reportOf(digest(enclave.measurement, nonce)));
    return 0n;
  }

  #resume(index: number, eid: bigint, from: bigint, satp: bigint): Done {
    const hart = this.harts[index]!;
    if (from !== 2000n && from !== 2n && from !== 2003n) return this.#reply(hart, 0n);
    const enclave = this.#own(eid, satp);
    const status = enclave?.status;
    if (from === 2003n) {
      if (status !== "stopped") return this.#reply(hart, MINUS(1n));
      enclave!.status = "runnable";
      return this.#reply(hart, 0n);
    }
    if (status === "runnable") return this.#enter(index, Number(eid));
    if (status === "stopped") return this.#reply(hart, 1n);
    if (status !== "destroyed") return this.#reply(hart, MINUS(1n));
    this.#free(Number(eid));
    return this.#reply(hart, 0n);
  }

  #enter(index: number, eid: number): Done {
    const hart = this.harts[index]!;
    const enclave = this.enclaves.get(eid)!;
    hart.now.pc = BigInt.asUintN(64, hart.now.pc + 4n);
    hart.host = hart.now;
    hart.now = copyOf(enclave.registers);
    hart.now.timerOn = true;
    hart.eid = eid;
    hart.timerPending = false;
    enclave.status = "running";
    return DONE;
  }

  /** The enclave pauses. */
  #leave(index: number, value: bigint, timer: boolean): Done {
    const hart = this.harts[index]!;
    const enclave = this.enclaves.get(hart.eid!)!;
    enclave.registers = copyOf(hart.now);
    enclave.status = enclave.pending === "stop" ? "stopped" : "runnable";
    enclave.pending = undefined;
    return this.#backToHost(index, value, timer);
  }

  #backToHost(index: number, value: bigint, timer: boolean): Done {
    const hart = this.harts[index]!;
    hart.now = hart.host!;
    hart.host = undefined;
    hart.eid = undefined;
    hart.now.x[10] = timer ? 0n : value;
    hart.now.x[11] = value;
    if (timer) {
      hart.timerPending = true;
      hart.now.timerOn = false;
    }
    return DONE;
  }

  #end(index: number, value: bigint, timer: boolean): Done {
    this.#free(this.harts[index]!.eid!);
    return this.#backToHost(index, value, timer);
  }

  #free(eid: number): void {
    const { page, pages } = this.enclaves.get(eid)!;
    this.enclaves.delete(eid);
    this.memory.zero(page, pages);
    this.memory.give(page, pages, "free");
    if (this.enclaves.size <= (this.slabs.length - 1) * RECORDS_PER_SLAB)
      this.memory.give(this.slabs.pop()!, SLAB_PAGES, "free");
  }

  #tell(at: bigint, value: bigint): void {
    if (this.memory.isHosts(at, 8n, 8n)) this.memory.write64(Number(at), value);
  }
}
