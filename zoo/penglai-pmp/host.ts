/**
 * A host for the tests of penglai-pmp: 64 MiB of RAM, two harts, an untranslated kernel, calls by register. Enclave code does
 * not run; its calls and traps are made for it.
 *
 *     0x8000_0000 monitor 2 MiB | 0x8020_0000 kernel data | 0x8100_0000 region 8 MiB | 0x8200_0000 … for more regions
 */
import { ECALL_FROM_S, ECALL_FROM_U, M_TIMER } from "../../assembly/cause.ts";
import { SATP } from "../../assembly/csr.gen.ts";
import { PAGE_SIZE, type Pa, pa } from "../../core/units.ts";
import type { World } from "../../monitor/monitor.ts";
import type { DefectId } from "../../monitor/penglai-pmp/defects.ts";
import type { Enclave } from "../../monitor/penglai-pmp/state.ts";
import { createPenglaiPmp, type PenglaiPmp, type PenglaiPmpOptions } from "../../monitor/penglai-pmp.ts";
import { FakePlatform } from "../scene/platform.ts";
import { type Access, translateAs } from "../scene/supervisor.ts";

export const FID = {
  MM_INIT: 100,
  CREATE: 99,
  ATTEST: 98,
  RUN: 97,
  STOP: 96,
  RESUME: 95,
  DESTROY: 94,
  ALLOC: 93,
  EXTEND: 92,
  RECLAIM: 91,
  FREE: 90,
} as const;
export const ENCLAVE_FID = { EXIT: 99, OCALL: 98, GET_KEY: 88 } as const;
export const [TIMER, STOP, OCALL] = [2000, 2003, 2] as const;

export const MIB = 1024 * 1024;
const RAM_SIZE = 64 * MIB;
export const MONITOR = pa(0x8000_0000);
export const KERNEL = pa(0x8020_0000);
export const REGION = pa(0x8100_0000);
export const REGION_SIZE = 8 * MIB;
export const MORE = pa(0x8200_0000);

/** Words and pages of the host's. */
export const PARAM = pa(KERNEL + 0x80);
export const ARG = pa(KERNEL + 0x100);
export const EID = pa(KERNEL + 0x200);
export const OCALL_ID = pa(KERNEL + 0x208);
export const ARG0 = pa(KERNEL + 0x210);
export const SIZE = pa(KERNEL + 0x220);
export const REPORT = pa(KERNEL + 0x400);
export const UNTRUSTED = pa(KERNEL + 0x1000);
export const UNTRUSTED_SIZE = 2 * PAGE_SIZE;
export const KBUFFER = pa(KERNEL + 0x4000);
export const UNTRUSTED_VA = 0x10_0000_0000n;
export const KBUFFER_VA = 0xffff_ffe0_0000_0000n;

export const V = 1n;
const R = 2n;
export const W = 4n;
const X = 8n;
export const U = 16n;
const AD = 0xc0n;
export const RWXU = V | R | W | X | U | AD;
export const pte = (address: number, flags: bigint): bigint => (BigInt(address / PAGE_SIZE) << 10n) | flags;

export interface Block {
  readonly paddr: Pa;
  readonly size: number;
}

/** A leaf that the kernel makes; without `page` it takes one of the block and fills it. */
export interface Mapped {
  readonly va: bigint;
  readonly flags?: bigint;
  readonly page?: number;
  readonly fill?: number;
}

export const CODE: Mapped = { va: 0x1000n, fill: 0xc0 };
export const DATA: Mapped = { va: 0x2000n, fill: 0xda };
const STACK: Mapped = { va: 0x3f_ffff_f000n };
export const WINDOWS: readonly Mapped[] = [
  { va: UNTRUSTED_VA, page: UNTRUSTED },
  { va: UNTRUSTED_VA + 0x1000n, page: UNTRUSTED + PAGE_SIZE },
  { va: KBUFFER_VA, page: KBUFFER },
];
export const IMAGE: readonly Mapped[] = [CODE, DATA, STACK, ...WINDOWS];

export type Options = PenglaiPmpOptions;
export const withDefect = (id: DefectId): Options => ({ defects: [id] });

export class PmpHost {
  readonly platform = new FakePlatform(RAM_SIZE, 2);
  readonly monitor: PenglaiPmp;
  world: World = { kind: "host" };

  constructor(options: Options = {}) {
    this.monitor = createPenglaiPmp(this.platform, options);
    this.monitor.boot();
  }

  /** A host that has given one region away. */
  static ready(options: Options = {}): PmpHost {
    const host = new PmpHost(options);
    host.must(FID.MM_INIT, REGION, REGION_SIZE);
    return host;
  }

  /** A call of the host. @returns a0, which a1 equals; 0 if an enclave has the hart now */
  call(fid: number, ...args: readonly (number | bigint)[]): bigint {
    const { x } = this.platform;
    x[17] = 0x100100n;
    x[16] = BigInt(fid);
    for (let i = 0; i < 6; i++) x[10 + i] = BigInt.asUintN(64, BigInt(args[i] ?? 0));
    const world = this.trap(BigInt(ECALL_FROM_S), 0n, 1);
    return world.kind === "enclave" ? 0n : this.result();
  }

  /** What the host reads. @throws Error unless a0 and a1 agree, or a0 is 0 as the timer leaves it */
  result(): bigint {
    const { x } = this.platform;
    if (x[10] !== x[11] && x[10] !== 0n) throw new Error(`a0 is ${x[10]}, a1 is ${x[11]}`);
    return BigInt.asIntN(64, x[11]!);
  }

  /** A call that the test relies on. */
  must(fid: number, ...args: readonly (number | bigint)[]): void {
    const value = this.call(fid, ...args);
    if (value !== 0n) throw new Error(`call ${fid} gave ${value}: ${this.monitor.lastDenial?.explanation}`);
  }

  /** The guard that refused a call; the call must have changed nothing but its result. */
  refusal(fid: number, ...args: readonly (number | bigint)[]): string | undefined {
    const { state } = this.monitor;
    const before = this.monitor.lastDenial;
    this.call(fid, ...args);
    if (this.monitor.state !== state) throw new Error(`call ${fid} changed the state`);
    return this.monitor.lastDenial === before ? undefined : this.monitor.lastDenial?.guard;
  }

  trap(cause: bigint, tval: bigint, privilege: 0 | 1, epc = this.platform.pc): World {
    this.platform.privilege = privilege;
    this.world = this.monitor.handleTrap({ cause, epc, tval });
    return this.world;
  }

  /** An ecall of the enclave that runs. @returns its a0, or the host's result if it left */
  enclaveCall(fid: number, ...args: readonly (number | bigint)[]): bigint {
    return this.ecall(0x100101n, fid, ...args);
  }

  ecall(extension: bigint, fid: number, ...args: readonly (number | bigint)[]): bigint {
    const { x } = this.platform;
    x[17] = extension;
    x[16] = BigInt(fid);
    for (const [i, arg] of args.entries()) x[10 + i] = BigInt.asUintN(64, BigInt(arg));
    this.trap(BigInt(ECALL_FROM_U), 0n, 0);
    return this.world.kind === "host" ? this.result() : BigInt.asIntN(64, x[10]!);
  }

  timer(): bigint {
    this.trap((1n << 63n) | BigInt(M_TIMER), 0n, this.world.kind === "host" ? 1 : 0);
    return this.result();
  }

  fault(cause = 13, tval = 0x1234n): World {
    return this.trap(BigInt(cause), tval, 0);
  }

  /** Does something on another hart. */
  onHart<T>(hart: number, body: () => T): T {
    const before = this.world;
    return this.platform.harts[hart]!.select(() => {
      this.world = this.monitor.worldOf(hart);
      try {
        return body();
      } finally {
        this.world = before;
      }
    });
  }

  /** The process that calls from now on. */
  set process(satp: bigint) {
    this.platform.writeCsr(SATP, satp);
  }

  /** What S-mode or, in the enclave world, U-mode may do. @returns the physical address, or why it traps */
  access(va: number | bigint, access: Access): Pa | string {
    return translateAs(this.platform, this.world.kind === "host" ? 1 : 0, BigInt(va), access);
  }

  reads(address: number): boolean {
    return typeof this.access(address, "read") === "number";
  }

  /** ALLOC_ENCLAVE_MM. */
  alloc(byteLen: number | bigint): Block {
    this.platform.write64(ARG, BigInt(byteLen));
    this.must(FID.ALLOC, ARG);
    return {
      paddr: pa(Number(this.platform.read64(pa(ARG + 8)))),
      size: Number(this.platform.read64(pa(ARG + 16))),
    };
  }

  /** Builds tables and pages in a block: root table first. */
  build({ paddr }: Block, pages: readonly Mapped[] = IMAGE): void {
    const { platform } = this;
    let next = paddr + PAGE_SIZE;
    const take = (): number => {
      next += PAGE_SIZE;
      return next - PAGE_SIZE;
    };
    for (const { va, flags = RWXU, page, fill = 0 } of pages) {
      let table: number = paddr;
      for (const shift of [30n, 21n]) {
        const at = pa(table + Number((va >> shift) & 511n) * 8);
        if (platform.read64(at) === 0n) platform.write64(at, pte(take(), V));
        table = Number(platform.read64(at) >> 10n) * PAGE_SIZE;
      }
      const target = page ?? take();
      if (page === undefined && fill !== 0) platform.writeBytes(pa(target), new Uint8Array(PAGE_SIZE).fill(fill));
      platform.write64(pa(table + Number((va >> 12n) & 511n) * 8), pte(target, flags));
    }
  }

  /** The leaf entry of an address in a block's tables. */
  leafAt({ paddr }: Block, va: bigint): Pa {
    let table: number = paddr;
    for (const shift of [30n, 21n])
      table = Number(this.platform.read64(pa(table + Number((va >> shift) & 511n) * 8)) >> 10n) * PAGE_SIZE;
    return pa(table + Number((va >> 12n) & 511n) * 8);
  }

  /** Writes enclave_sbi_param; `words` replaces some by offset. */
  param({ paddr, size }: Block, words: Readonly<Record<number, bigint | number>> = {}): Pa {
    const all = {
      0: EID,
      8: paddr,
      16: size,
      24: 0x1000,
      32: UNTRUSTED_VA,
      40: UNTRUSTED,
      48: UNTRUSTED_SIZE,
      56: paddr,
      64: KBUFFER_VA,
      72: KBUFFER,
      80: PAGE_SIZE,
      88: OCALL_ID,
      96: ARG0,
      104: 0,
      112: 0,
      ...words,
    };
    for (const [offset, value] of Object.entries(all))
      this.platform.write64(pa(PARAM + Number(offset)), BigInt.asUintN(64, BigInt(value)));
    return PARAM;
  }

  /** ALLOC, image, CREATE. */
  create(pages: readonly Mapped[] = IMAGE, byteLen = 64 * 1024): Block & { readonly eid: number } {
    const block = this.alloc(byteLen);
    this.build(block, pages);
    this.must(FID.CREATE, this.param(block), 0);
    return { ...block, eid: this.eid() };
  }

  /** A fresh enclave, entered. */
  start(pages: readonly Mapped[] = IMAGE): Block & { readonly eid: number } {
    const enclave = this.create(pages);
    this.must(FID.RUN, enclave.eid);
    return enclave;
  }

  eid(): number {
    return Number(this.platform.read64(EID) & 0xffff_ffffn);
  }

  record(eid: number): Enclave | undefined {
    return this.monitor.state.enclaves.get(eid);
  }
}
