/**
 * Komodo once more, naively: arrays, plain loops, numbers as Komodo reference §1 writes them, and nothing of the monitor's
 * source. It holds the page database, the bytes of all pages, and one core with its registers; the fast monitor must agree
 * with it after every trap (lock-step.ts).
 */
import {
  ADDRSPACE,
  bigEndian,
  blank,
  type Core,
  DATA,
  DISPATCHER,
  type Entry,
  FINAL,
  FREE,
  INIT,
  L1,
  L2,
  low,
  type RefPage,
  SPARE,
  STOPPED,
  sha,
  toWords,
} from "./reference-page.ts";

/** What the platform gives Komodo. */
export interface Given {
  readonly pages: number;
  readonly insecurePages: number;
  readonly key: readonly number[];
  readonly random: (draw: number) => number;
}

export class Reference {
  readonly given: Given;
  readonly pages: RefPage[] = [];
  readonly insecure = new Map<number, Uint8Array>();
  core: Core = { x: new Array<bigint>(32).fill(0n), f: new Array<bigint>(32).fill(0n), fcsr: 0n, pc: 0n, user: false };
  /** Of the OS, while a thread runs. */
  host: Core | undefined;
  running = -1;
  draws = 0;
  /** Whether the OS's timer fired while a thread ran. */
  timerFired = false;

  constructor(given: Given) {
    this.given = given;
    for (let i = 0; i < given.pages; i++) this.pages.push(blank());
  }

  /** An ecall of whoever has the core. */
  ecall(): void {
    if (this.running >= 0) this.svc();
    else this.smc();
  }

  insecureBytes(page: number): Uint8Array {
    let bytes = this.insecure.get(page);
    if (!bytes) {
      bytes = new Uint8Array(4096);
      this.insecure.set(page, bytes);
    }
    return bytes;
  }

  measurement(as: number): number[] {
    return toWords(sha(bigEndian(this.pages[as]!.words)));
  }

  /** What the thread that runs reaches at an address. */
  entryAt(va: bigint): Entry | undefined {
    if (this.running < 0 || va >= 0x4000_0000n) return undefined;
    const space = this.pages[this.pages[this.running]!.owner]!;
    const table = this.pages[space.l1]!.l1Table.get(Number(va / 0x40_0000n));
    return table === undefined ? undefined : this.pages[table]!.l2Table.get(Number((va / 4096n) % 1024n));
  }

  // --- the OS

  private smc(): void {
    const [nr, a, b, c, d] = this.core.x.slice(10, 15) as [bigint, bigint, bigint, bigint, bigint];
    let error = 0;
    let value = 0;
    switch (nr) {
      case 1n:
        error = 0x4b6d646f;
        break;
      case 2n:
        value = this.pages.length;
        break;
      case 10n:
        error = this.initAddrspace(a, b);
        break;
      case 11n:
        error = this.initDispatcher(a, b, c);
        break;
      case 12n:
        error = this.initL2(a, b, c);
        break;
      case 13n:
        error = this.mapSecure(a, b, c, d);
        break;
      case 14n:
        error = this.mapInsecure(a, b, c);
        break;
      case 15n:
        error = this.allocSpare(a, b);
        break;
      case 20n:
        error = this.remove(a);
        break;
      case 21n:
        error = this.finalise(a);
        break;
      case 22n:
        if (this.enter(a, [b, c, d])) return;
        error = this.enterError(a, false);
        break;
      case 23n:
        if (this.resume(a)) return;
        error = this.enterError(a, true);
        break;
      case 29n:
        error = this.stop(a);
        break;
      default:
        error = 0xffff_ffff;
    }
    this.core.pc = (this.core.pc + 4n) % 2n ** 64n;
    this.core.x.splice(10, 4, BigInt(error), BigInt(value), 0n, 0n);
  }

  private page(nr: bigint): RefPage | undefined {
    return nr < BigInt(this.pages.length) ? this.pages[Number(nr)] : undefined;
  }

  private addrspace(nr: bigint): RefPage | undefined {
    const page = this.page(nr);
    return page?.type === ADDRSPACE ? page : undefined;
  }

  private initAddrspace(as: bigint, l1: bigint): number {
    const one = this.page(as);
    const two = this.page(l1);
    if (!one || !two || as === l1) return 1;
    if (l1 % 4n !== 0n) return 1;
    if (one.type !== FREE || two.type !== FREE) return 2;
    this.pages[Number(as)] = {
      ...blank(),
      bytes: one.bytes,
      type: ADDRSPACE,
      owner: Number(as),
      l1: Number(l1),
      refcount: 1,
    };
    this.pages[Number(l1)] = {
      ...blank(),
      bytes: two.bytes,
      type: L1,
      owner: Number(as),
    };
    return 0;
  }

  private alloc(nr: bigint, as: number, becomesSpare: boolean): number {
    const page = this.page(nr);
    if (!page) return 1;
    if (page.type !== FREE) return 2;
    if (this.pages[as]!.state === STOPPED) return 13;
    if (this.pages[as]!.state === FINAL && !becomesSpare) return 4;
    return 0;
  }

  private become(nr: bigint, as: number, change: Partial<RefPage>): void {
    const { bytes } = this.pages[Number(nr)]!;
    this.pages[Number(nr)] = { ...blank(), bytes, owner: as, ...change };
    this.pages[as]!.refcount++;
  }

  private initDispatcher(nr: bigint, as: bigint, entry: bigint): number {
    const space = this.addrspace(as);
    if (!space) return 3;
    const error = this.alloc(nr, Number(as), false);
    if (error !== 0) return error;
    this.become(nr, Number(as), { type: DISPATCHER, entry: low(entry) });
    space.words.push(11, low(entry), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    return 0;
  }

  private initL2(nr: bigint, as: bigint, index: bigint): number {
    if (index >= 256n) return 6;
    const space = this.addrspace(as);
    if (!space) return 3;
    if (space.state === STOPPED) return 13;
    if (this.pages[space.l1]!.l1Table.has(Number(index))) return 7;
    const error = this.alloc(nr, Number(as), false);
    if (error !== 0) return error;
    this.become(nr, Number(as), { type: L2 });
    this.pages[space.l1]!.l1Table.set(Number(index), Number(nr));
    return 0;
  }

  /** The table and index that a mapping word means, or why it cannot be mapped. */
  private target(space: RefPage, map: bigint): { readonly table: RefPage; readonly index: number } | number {
    if (map % 2n === 0n) return 6;
    const top = map / 0x40_0000n;
    if (top >= 256n) return 6;
    const nr = this.pages[space.l1]!.l1Table.get(Number(top));
    if (nr === undefined) return 6;
    const table = this.pages[nr]!;
    const index = Number((map / 4096n) % 1024n);
    return table.l2Table.has(index) ? 6 : { table, index };
  }

  private mapSecure(nr: bigint, as: bigint, map: bigint, source: bigint): number {
    const space = this.addrspace(as);
    if (!space) return 3;
    if (space.state !== INIT) return 4;
    const target = this.target(space, map);
    if (typeof target === "number") return target;
    if (source !== 0n && source >= BigInt(this.given.insecurePages)) return 1;
    const error = this.alloc(nr, Number(as), false);
    if (error !== 0) return error;
    const bytes = source === 0n ? new Uint8Array(4096) : this.insecureBytes(Number(source)).slice();
    this.become(nr, Number(as), { type: DATA, bytes });
    target.table.l2Table.set(target.index, {
      secure: true,
      page: Number(nr),
      w: (map & 2n) !== 0n,
      x: (map & 4n) !== 0n,
    });
    space.words.push(13, low(map), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    for (let i = 0; i < 4096; i += 4)
      space.words.push((bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)) >>> 0);
    return 0;
  }

  private mapInsecure(as: bigint, page: bigint, map: bigint): number {
    const space = this.addrspace(as);
    if (!space) return 3;
    if (space.state !== INIT) return 4;
    const target = this.target(space, map);
    if (typeof target === "number") return target;
    if (page >= BigInt(this.given.insecurePages)) return 1;
    target.table.l2Table.set(target.index, { secure: false, page: Number(page), w: (map & 2n) !== 0n, x: false });
    return 0;
  }

  private allocSpare(nr: bigint, as: bigint): number {
    if (!this.addrspace(as)) return 3;
    const error = this.alloc(nr, Number(as), true);
    if (error !== 0) return error;
    this.become(nr, Number(as), { type: SPARE });
    return 0;
  }

  private remove(nr: bigint): number {
    const page = this.page(nr);
    if (!page) return 1;
    if (page.type === FREE) return 0;
    if (page.type === ADDRSPACE) {
      if (page.refcount !== 0) return 2;
    } else {
      const space = this.pages[page.owner]!;
      if (space.state === INIT) return 8;
      if (space.state === FINAL && page.type !== SPARE) return 8;
      space.refcount--;
    }
    this.pages[Number(nr)] = { ...blank(), bytes: page.bytes };
    return 0;
  }

  private finalise(as: bigint): number {
    const space = this.addrspace(as);
    if (!space) return 3;
    if (space.state !== INIT) return 4;
    space.state = FINAL;
    return 0;
  }

  private stop(as: bigint): number {
    const space = this.addrspace(as);
    if (!space) return 3;
    space.state = STOPPED;
    return 0;
  }

  private enterError(nr: bigint, isResume: boolean): number {
    const thread = this.page(nr);
    if (thread?.type !== DISPATCHER) return 1;
    if (this.pages[thread.owner]!.state !== FINAL) return 5;
    if (!isResume && thread.entered) return 11;
    return isResume && !thread.entered ? 12 : 0;
  }

  private enter(nr: bigint, args: readonly bigint[]): boolean {
    if (this.enterError(nr, false) !== 0) return false;
    const x = new Array<bigint>(32).fill(0n);
    x.splice(10, 3, ...args);
    const pc = BigInt(this.pages[Number(nr)]!.entry);
    this.run(Number(nr), { x, f: new Array<bigint>(32).fill(0n), fcsr: 0n, pc, user: true });
    return true;
  }

  private resume(nr: bigint): boolean {
    if (this.enterError(nr, true) !== 0) return false;
    this.run(Number(nr), structuredClone(this.pages[Number(nr)]!.saved!));
    return true;
  }

  private run(nr: number, core: Core): void {
    this.host = this.core;
    this.running = nr;
    this.core = core;
  }

  // --- enclaves

  private leave(error: number, value: bigint): void {
    this.core = this.host!;
    this.host = undefined;
    this.running = -1;
    this.core.pc = (this.core.pc + 4n) % 2n ** 64n;
    this.core.x.splice(10, 4, BigInt(error), value, 0n, 0n);
  }

  fault(): void {
    this.pages[this.running]!.entered = false;
    this.pages[this.running]!.saved = undefined;
    this.leave(10, 0n);
  }

  /** @param isTimer M's timer, which the OS set */
  interrupt(isTimer: boolean): void {
    this.pages[this.running]!.entered = true;
    this.pages[this.running]!.saved = structuredClone(this.core);
    this.timerFired ||= isTimer;
    this.leave(9, 0n);
  }

  private svc(): void {
    const nr = this.core.x[10]!;
    const args = this.core.x.slice(11, 19);
    const thread = this.pages[this.running]!;
    if (nr === 0n) {
      thread.entered = false;
      thread.saved = undefined;
      this.leave(0, args[0]!);
      return;
    }
    const results = this.handled(nr, args, thread);
    while (results.length < 9) results.push(0);
    this.core.pc = (this.core.pc + 4n) % 2n ** 64n;
    this.core.x.splice(10, 9, ...results.map(BigInt));
  }

  private handled(nr: bigint, args: readonly bigint[], thread: RefPage): number[] {
    const words = args.map(low);
    switch (nr) {
      case 1n:
        return [0, ...this.mac(words, this.measurement(thread.owner))];
      case 2n:
        thread.data = words;
        return [0];
      case 3n:
        thread.meas = words;
        return [0];
      case 4n: {
        const right = this.mac(thread.data, thread.meas);
        return [0, right.every((word, i) => word === words[i]) ? 1 : 0];
      }
      case 10n:
        return [this.mapData(args[0]!, args[1]!, thread.owner)];
      case 11n:
        return [this.unmapData(args[0]!, args[1]!, thread.owner)];
      case 12n:
        return [this.svcInitL2(args[0]!, args[1]!, thread.owner)];
      case 20n:
        return [0, this.given.random(this.draws++)];
      default:
        return [0xffff_ffff];
    }
  }

  private mac(data: readonly number[], measurement: readonly number[]): number[] {
    const { key } = this.given;
    const pad = (word: number) => bigEndian(key.map((k) => (k ^ word) >>> 0));
    const message = bigEndian([...data, ...measurement, 0, 0, 0, 0, 0, 0, 0, 0]);
    return toWords(sha(pad(0x5c5c5c5c), sha(pad(0x36363636), message)));
  }

  private ownSpare(nr: bigint, as: number): boolean {
    const page = this.page(nr);
    return page?.type === SPARE && page.owner === as;
  }

  private mapData(nr: bigint, map: bigint, as: number): number {
    if (!this.ownSpare(nr, as)) return 1;
    const target = this.target(this.pages[as]!, map);
    if (typeof target === "number") return target;
    this.pages[Number(nr)] = { ...blank(), type: DATA, owner: as };
    target.table.l2Table.set(target.index, {
      secure: true,
      page: Number(nr),
      w: (map & 2n) !== 0n,
      x: (map & 4n) !== 0n,
    });
    return 0;
  }

  private unmapData(nr: bigint, map: bigint, as: number): number {
    const page = this.page(nr);
    if (page?.type !== DATA || page.owner !== as) return 1;
    const top = map / 0x40_0000n;
    const l2 = this.pages[this.pages[as]!.l1]!.l1Table.get(Number(top));
    if (l2 === undefined) return 6;
    const index = Number((map / 4096n) % 1024n);
    const entry = this.pages[l2]!.l2Table.get(index);
    if (!entry?.secure || entry.page !== Number(nr)) return 6;
    this.pages[l2]!.l2Table.delete(index);
    page.type = SPARE;
    return 0;
  }

  private svcInitL2(nr: bigint, index: bigint, as: number): number {
    if (index >= 256n) return 6;
    if (!this.ownSpare(nr, as)) return 1;
    const { l1Table } = this.pages[this.pages[as]!.l1]!;
    if (l1Table.has(Number(index))) return 7;
    const { bytes } = this.pages[Number(nr)]!;
    this.pages[Number(nr)] = {
      ...blank(),
      bytes,
      type: L2,
      owner: as,
    };
    l1Table.set(Number(index), Number(nr));
    return 0;
  }
}
