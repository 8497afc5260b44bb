/**
 * A pure machine with several harts: registers and CSRs of each, one memory, and of each hart what it remembers of
 * translations. Loads and stores of a hart go by its TLB, so a translation that nobody shot down is used (B11).
 *
 * The TLB has room for everything, and PMP is asked when an entry is made, not when it is used.
 */
import type { Platform, PlatformHart, Privilege } from "../../core/platform.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, pageNoOf, paOfPage, type Va, va } from "../../core/units.ts";
import type { GptPlatform, GptPort } from "../../monitor/kernel/gpt-port.ts";
import { PagedMemory } from "../spec/paged-memory.ts";
import { MACHINE_CSRS, PureMachine } from "../spec/pure-machine.ts";

/** Page of an address, by privilege. */
type Tlb = Map<string, PageNo>;

export class PureHarts implements GptPlatform {
  readonly harts: readonly PlatformHart[];
  readonly #memory: PagedMemory;
  readonly #each: readonly PureMachine[];
  readonly #tlbs: readonly Tlb[];
  #current = 0;

  private constructor(memory: PagedMemory, each: readonly PureMachine[], tlbs: readonly Tlb[]) {
    this.#memory = memory;
    this.#each = each;
    this.#tlbs = tlbs;
    this.harts = each.map((_, index) => ({ index, select: (body) => this.#as(index, body) }));
  }

  /** In the state of another platform, TLBs empty. */
  static of(platform: Platform): PureHarts {
    const memory = PagedMemory.empty();
    const first = pageNoOf(platform.ramBase);
    for (const page of platform.backedPages(first, (first + platform.ramSize / PAGE_SIZE) as PageNo))
      memory.write(paOfPage(page), platform.readBytes(paOfPage(page), PAGE_SIZE));
    const each = platform.harts.map((hart) => {
      const own = new PureMachine(platform.ramSize, memory);
      hart.select(() => {
        own.x.set(platform.x.subarray(0, 32));
        own.f.set(platform.f.subarray(0, 32));
        own.pc = platform.pc;
        own.privilege = platform.privilege;
        own.timeCompare = platform.timeCompare;
        for (const csr of MACHINE_CSRS) own.writeCsr(csr, platform.readCsr(csr));
        const { gpt } = platform as GptPlatform;
        if (gpt) Object.assign(own.gpt, gptOf(gpt));
      });
      return own;
    });
    return new PureHarts(
      memory,
      each,
      each.map(() => new Map()),
    );
  }

  copy(): PureHarts {
    const memory = this.#memory.copy();
    const each = this.#each.map((hart) => hart.copy(memory));
    return new PureHarts(
      memory,
      each,
      this.#tlbs.map((tlb) => new Map(tlb)),
    );
  }

  #as<T>(index: number, body: () => T): T {
    const before = this.#current;
    this.#current = index;
    try {
      return body();
    } finally {
      this.#current = before;
    }
  }

  /** Where an access of the hart goes. @returns undefined if it traps */
  translate(privilege: Privilege, address: Va, access: "read" | "write"): Pa | undefined {
    const tlb = this.#tlbs[this.#current]!;
    const key = `${privilege} ${access} ${address >> 12n}`;
    const known = tlb.get(key);
    const offset = Number(address & 0xfffn);
    if (known !== undefined) return pa(paOfPage(known) + offset);
    const at = this.#hart.accessedBy(privilege, va(address), access);
    if (at !== undefined) tlb.set(key, pageNoOf(at));
    return at;
  }

  get #hart(): PureMachine {
    return this.#each[this.#current]!;
  }

  // --- the hart that is selected ---

  get hartId(): number {
    return this.#current;
  }

  get x(): BigUint64Array {
    return this.#hart.x;
  }

  get f(): BigUint64Array {
    return this.#hart.f;
  }

  get gpt(): GptPort {
    return this.#hart.gpt;
  }

  get pc(): bigint {
    return this.#hart.pc;
  }

  set pc(value: bigint) {
    this.#hart.pc = value;
  }

  get privilege(): Privilege {
    return this.#hart.privilege;
  }

  set privilege(value: Privilege) {
    this.#hart.privilege = value;
  }

  get timeCompare(): bigint {
    return this.#hart.timeCompare;
  }

  set timeCompare(value: bigint) {
    this.#hart.timeCompare = value;
  }

  readCsr = (csr: number): bigint => this.#hart.readCsr(csr);
  writeCsr = (csr: number, value: bigint): void => this.#hart.writeCsr(csr, value);
  lockLines = (address: Pa, byteLen: number): boolean => this.#hart.lockLines(address, byteLen);
  unlockLines = (address: Pa, byteLen: number): void => this.#hart.unlockLines(address, byteLen);

  flushTlb(): void {
    this.#tlbs[this.#current]!.clear();
  }

  shootDown(): void {
    for (const tlb of this.#tlbs) tlb.clear();
  }

  // --- what all harts have in common ---

  readonly time = 0n;

  get ramBase(): Pa {
    return this.#hart.ramBase;
  }

  get ramSize(): number {
    return this.#hart.ramSize;
  }

  read64 = (address: Pa): bigint => this.#hart.read64(address);
  write64 = (address: Pa, value: bigint): void => this.#hart.write64(address, value);
  readBytes = (address: Pa, byteLen: number): Uint8Array => this.#hart.readBytes(address, byteLen);
  writeBytes = (address: Pa, bytes: Uint8Array): void => this.#hart.writeBytes(address, bytes);
  zero = (address: Pa, byteLen: number): void => this.#hart.zero(address, byteLen);
  copyPage = (destination: PageNo, source: PageNo): void => this.#hart.copyPage(destination, source);
  backedPages = (from: PageNo, to: PageNo): PageNo[] => this.#hart.backedPages(from, to);
  verify = (): boolean => true;
}

const gptOf = ({ mode, hptBase, pmdBase, pteBase, end, enclaveMode }: GptPort): GptPort => ({
  mode,
  hptBase,
  pmdBase,
  pteBase,
  end,
  enclaveMode,
});
