/**
 * Komodo's RISC-V retrofit once more, naively: arrays and plain loops, as Komodo reference §3.1 writes it. Bytes of all pages
 * are kept as the machine has them, page tables among them.
 */

export const FREE = 0;
export const ADDRSPACE = 1;
export const DISPATCHER = 2;
export const L1 = 3;
export const L2 = 4;
export const L3 = 5;
const DATA = 6;

export const INIT = 0;
export const FINAL = 1;
export const STOPPED = 2;

/** A hart's registers; the last are sscratch, stvec, sepc, scause, stval, scounteren. */
export interface Core {
  x: bigint[];
  f: bigint[];
  fcsr: bigint;
  pc: bigint;
  csrs: bigint[];
}

export interface RefPage {
  type: number;
  owner: number;
  bytes: DataView;
  l1: number;
  refcount: number;
  state: number;
  entered: boolean;
  context: Core;
}

const ENOSYS = 2n ** 64n - 38n;

const blankCore = (pc = 0n): Core => ({
  x: new Array<bigint>(32).fill(0n),
  f: new Array<bigint>(32).fill(0n),
  fcsr: 0n,
  pc,
  csrs: new Array<bigint>(6).fill(0n),
});

const zeros = (): DataView => new DataView(new ArrayBuffer(4096));

export class Reference {
  readonly pages: RefPage[] = [];
  readonly insecure: DataView[] = [];
  /** Physical page numbers of the first secure and of the first insecure page. */
  readonly secureBase: number;
  readonly insecureBase: number;
  core = blankCore();
  host: Core | undefined;
  running = -1;
  timerFired = false;

  constructor(securePages: number, insecurePages: number, secureBase: number, insecureBase: number) {
    for (let i = 0; i < securePages; i++)
      this.pages.push({
        type: FREE,
        owner: -1,
        bytes: zeros(),
        l1: -1,
        refcount: 0,
        state: 0,
        entered: false,
        context: blankCore(),
      });
    for (let i = 0; i < insecurePages; i++) this.insecure.push(zeros());
    this.secureBase = secureBase;
    this.insecureBase = insecureBase;
  }

  ecall(): void {
    const nr = this.core.x[17]!;
    if (this.running >= 0) {
      if (nr === 30n) {
        const value = this.core.x[10]!;
        this.core.pc = (this.core.pc + 4n) % 2n ** 64n;
        this.leave(false, 0n, value);
        return;
      }
      this.core.x[10] = ENOSYS;
      this.core.pc = (this.core.pc + 4n) % 2n ** 64n;
      return;
    }
    const result = this.smc(nr, this.core.x.slice(10, 15));
    if (result === "entered") return;
    this.core.x[10] = result;
    this.core.pc = (this.core.pc + 4n) % 2n ** 64n;
  }

  trap(cause: bigint): void {
    const isInterrupt = cause >> 63n === 1n;
    this.timerFired ||= cause === ((1n << 63n) | 7n);
    this.leave(true, isInterrupt ? 9n : 10n, cause);
  }

  private leave(entered: boolean, a0: bigint, a1: bigint): void {
    const thread = this.pages[this.running]!;
    thread.context = this.core;
    thread.entered = entered;
    this.core = this.host!;
    this.running = -1;
    this.core.x[10] = a0;
    this.core.x[11] = a1;
    this.core.pc = (this.core.pc + 4n) % 2n ** 64n;
  }

  private smc(nr: bigint, a: readonly bigint[]): bigint | "entered" {
    switch (nr) {
      case 10n:
        return 0x4b6d646fn;
      case 11n:
        return BigInt(this.pages.length);
      case 12n:
        return this.initAddrspace(a[0]!, a[1]!);
      case 13n:
        return this.initDispatcher(a[0]!, a[1]!, a[2]!);
      case 14n:
        return this.initTable(a[0]!, a[1]!, a[2]!, L1, L2);
      case 15n:
        return this.initTable(a[0]!, a[1]!, a[2]!, L2, L3);
      case 16n:
        return this.mapSecure(a[0]!, a[1]!, a[2]!, a[3]!, a[4]!);
      case 17n:
        return this.mapInsecure(a[0]!, a[1]!, a[2]!, a[3]!);
      case 20n:
        return this.remove(a[0]!);
      case 21n: {
        const space = this.typed(a[0]!, ADDRSPACE);
        if (!space) return 3n;
        if (space.state !== INIT) return 4n;
        space.state = FINAL;
        return 0n;
      }
      case 22n:
      case 23n: {
        const thread = this.typed(a[0]!, DISPATCHER);
        if (!thread) return 1n;
        if (this.pages[thread.owner]!.state !== FINAL) return 5n;
        if (nr === 22n && thread.entered) return 11n;
        if (nr === 23n && !thread.entered) return 12n;
        this.host = this.core;
        this.running = Number(a[0]);
        this.core = structuredClone(thread.context);
        if (nr === 22n) this.core.x.splice(10, 3, a[1]!, a[2]!, a[3]!);
        return "entered";
      }
      case 29n: {
        const space = this.typed(a[0]!, ADDRSPACE);
        if (!space) return 3n;
        space.state = STOPPED;
        return 0n;
      }
      default:
        return ENOSYS;
    }
  }

  private typed(nr: bigint, type: number): RefPage | undefined {
    const page = nr < BigInt(this.pages.length) ? this.pages[Number(nr)] : undefined;
    return page?.type === type ? page : undefined;
  }

  private initAddrspace(as: bigint, l1: bigint): bigint {
    const count = BigInt(this.pages.length);
    if (as === l1 || as >= count || l1 >= count) return 1n;
    if (!this.typed(as, FREE) || !this.typed(l1, FREE)) return 2n;
    this.become(Number(as), ADDRSPACE, Number(as));
    this.become(Number(l1), L1, Number(as));
    Object.assign(this.pages[Number(as)]!, { l1: Number(l1), refcount: 2, state: INIT });
    return 0n;
  }

  private become(nr: number, type: number, owner: number): void {
    this.pages[nr] = {
      type,
      owner,
      bytes: zeros(),
      l1: -1,
      refcount: 0,
      state: 0,
      entered: false,
      context: blankCore(),
    };
  }

  private allocate(nr: bigint, owner: number, type: number): bigint {
    if (nr >= BigInt(this.pages.length)) return 1n;
    if (this.pages[Number(nr)]!.type !== FREE) return 2n;
    if (this.pages[owner]!.state !== INIT) return 4n;
    this.become(Number(nr), type, owner);
    this.pages[owner]!.refcount++;
    return 0n;
  }

  private initDispatcher(nr: bigint, as: bigint, entry: bigint): bigint {
    if (!this.typed(as, ADDRSPACE)) return 3n;
    const error = this.allocate(nr, Number(as), DISPATCHER);
    if (error === 0n) this.pages[Number(nr)]!.context = blankCore(entry);
    return error;
  }

  private initTable(nr: bigint, parent: bigint, index: bigint, parentType: number, type: number): bigint {
    if (index >= 512n) return 6n;
    const table = this.typed(parent, parentType);
    if (!table) return 1n;
    const at = Number(index) * 8;
    if (table.bytes.getBigUint64(at, true) !== 0n) return 7n;
    const error = this.allocate(nr, table.owner, type);
    if (error === 0n) table.bytes.setBigUint64(at, (BigInt(this.secureBase + Number(nr)) << 10n) + 1n, true);
    return error;
  }

  private mapSecure(nr: bigint, l3: bigint, index: bigint, mapping: bigint, source: bigint): bigint {
    if (index >= 512n) return 6n;
    if (source >= BigInt(this.insecure.length)) return 1n;
    const table = this.typed(l3, L3);
    if (!table) return 1n;
    const at = Number(index) * 8;
    if (table.bytes.getBigUint64(at, true) !== 0n) return 7n;
    const error = this.allocate(nr, table.owner, DATA);
    if (error !== 0n) return error;
    const { buffer } = this.insecure[Number(source)]!;
    this.pages[Number(nr)]!.bytes = new DataView(buffer.slice(0));
    // R, W, X of the mapping; V, A, D
    table.bytes.setBigUint64(at, (BigInt(this.secureBase + Number(nr)) << 10n) + (mapping & 14n) + 193n, true);
    return 0n;
  }

  private mapInsecure(l3: bigint, index: bigint, mapping: bigint, page: bigint): bigint {
    if (page >= BigInt(this.insecure.length)) return 1n;
    if (index >= 512n) return 6n;
    const table = this.typed(l3, L3);
    if (!table) return 1n;
    const at = Number(index) * 8;
    if (table.bytes.getBigUint64(at, true) !== 0n) return 7n;
    if (this.pages[table.owner]!.state !== INIT) return 4n;
    table.bytes.setBigUint64(at, (BigInt(this.insecureBase + Number(page)) << 10n) + (mapping & 14n) + 193n, true);
    return 0n;
  }

  private remove(nr: bigint): bigint {
    if (nr >= BigInt(this.pages.length)) return 1n;
    const page = this.pages[Number(nr)]!;
    if (page.type === FREE) return 0n;
    if (page.type === ADDRSPACE && page.refcount !== 1) return 2n;
    const space = this.pages[page.owner]!;
    if (space.state !== STOPPED) return 8n;
    space.refcount--;
    page.type = FREE;
    page.owner = -1;
    return 0n;
  }
}
