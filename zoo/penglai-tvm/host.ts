/**
 * A host for the monitor's tests: 64 MiB of RAM, tables in pt_area, calls by register. Enclave code does not run; its
 * calls and traps are made for it.
 *
 *     0x8000_0000 monitor 2 MiB | 0x8020_0000 kernel data | 0x8040_0000 pt_area 1 MiB | 0x8050_0000 mbitmap 64 KiB
 *     0x8060_0000 free, 4 KiB leaves … 0x8380_0000 free, 2 MiB leaves … 0x8400_0000
 */
import { ECALL_FROM_S, ECALL_FROM_U, ILLEGAL_INSTRUCTION, M_TIMER } from "../../assembly/cause.ts";
import { SATP } from "../../assembly/csr.gen.ts";
import { PAGE_SIZE, type Pa, pa } from "../../core/units.ts";
import type { World } from "../../monitor/monitor.ts";
import { createPenglaiTvm, type PenglaiTvm, type PenglaiTvmOptions } from "../../monitor/penglai-tvm.ts";
import { FakePlatform } from "../scene/platform.ts";
import { type Access, translateAs } from "../scene/supervisor.ts";

export const FID = {
  SET_PTE: 101,
  SM_INIT: 100,
  CREATE_ENCLAVE: 99,
  ATTEST: 98,
  RUN: 97,
  STOP: 96,
  RESUME: 95,
  DESTROY: 94,
  MEMORY_EXTEND: 92,
  CREATE_SERVER: 90,
  DESTROY_SERVER: 89,
  RUN_SHADOW: 87,
  CREATE_SHADOW: 86,
  SCHRODINGER_INIT: 85,
  PRINT: 84,
  PT_AREA_SEPARATION: 83,
  MAP_PTE: 81,
  ATTEST_SHADOW: 80,
  DESTROY_SHADOW: 79,
} as const;
export const ENCLAVE_FID = {
  EXIT: 99,
  OCALL: 98,
  ACQUIRE_SERVER: 97,
  CALL_ENCLAVE: 96,
  ENCLAVE_RETURN: 95,
  GET_REPORT: 94,
  ASYN_CALL: 93,
  SPLIT_MEM_REGION: 92,
  GET_CALLER_ID: 91,
  GET_ENCLAVE_ID: 90,
  YIELD: 89,
  GET_KEY: 88,
  SHM_ATTACH: 84,
  SHM_STAT: 83,
} as const;

const RAM_SIZE = 64 * 1024 * 1024;
export const MONITOR = pa(0x8000_0000);
export const KERNEL = pa(0x8020_0000);
export const PT_AREA = pa(0x8040_0000);
export const PT_AREA_SIZE = 1024 * 1024;
export const PGD_ORDER = 2;
export const PMD_ORDER = 3;
export const PMD_BASE = pa(PT_AREA + 4 * PAGE_SIZE);
export const PTE_BASE = pa(PMD_BASE + 8 * PAGE_SIZE);
export const MBITMAP = pa(0x8050_0000);
export const MBITMAP_SIZE = 64 * 1024;
export const POOL = pa(0x8060_0000);
export const HUGE_POOL = pa(0x8380_0000);
export const RAM_END = pa(0x8400_0000);
/** A PGD entry that nobody uses, and a PTE page that is empty. */
export const SPARE_ROOT = pa(PT_AREA + PAGE_SIZE);
export const SPARE_PMD = pa(PMD_BASE + PAGE_SIZE);
export const SPARE_PTE = pa(PT_AREA + PT_AREA_SIZE - PAGE_SIZE);

/** Words of the host's that the monitor writes. */
export const PARAM = pa(0x8020_0000);
export const EID = pa(KERNEL + 0x200);
export const OCALL_ID = pa(KERNEL + 0x208);
export const ARG0 = pa(KERNEL + 0x210);
export const ARG1 = pa(KERNEL + 0x218);
export const RETVAL = pa(KERNEL + 0x228);
export const REPORT = pa(KERNEL + 0x400);
export const FLAG = pa(KERNEL + 0x800);
export const KBUFFER = pa(KERNEL + 0x1000);
export const SHM = pa(KERNEL + 0x2000);

export const V = 1n;
export const [R, W, X, U] = [2n, 4n, 8n, 16n];
const AD = 0xc0n;
export const pte = (address: number, flags: bigint): bigint => (BigInt(address / PAGE_SIZE) << 10n) | flags;
export const satp = (root: number): bigint => (8n << 60n) | BigInt(root / PAGE_SIZE);

/** A page of an image. */
export interface ImagePage {
  readonly va: bigint;
  readonly permissions: bigint;
  readonly fill?: number;
}

export const CODE: ImagePage = { va: 0x1000n, permissions: R | X, fill: 0xc0 };
export const DATA: ImagePage = { va: 0x2000n, permissions: R | W | X, fill: 0xda };

export class TestHost {
  readonly platform: FakePlatform;
  readonly monitor: PenglaiTvm;
  world: World = { kind: "host" };
  /** First address that no region was made from. */
  pool: number = POOL;

  constructor(options: PenglaiTvmOptions = {}, hartCount = 1) {
    this.platform = new FakePlatform(RAM_SIZE, hartCount);
    this.monitor = createPenglaiTvm(this.platform, options);
    this.monitor.boot();
  }

  /** A host whose memory is separated and that runs on tables of its own. */
  static booted(options: PenglaiTvmOptions = {}, hartCount = 1): TestHost {
    const host = new TestHost(options, hartCount);
    host.buildTables();
    for (const hart of host.platform.harts) hart.select(() => host.platform.writeCsr(SATP, satp(PT_AREA)));
    host.must(FID.SM_INIT, PT_AREA, PT_AREA_SIZE, MBITMAP, MBITMAP_SIZE, FLAG);
    host.must(FID.PT_AREA_SEPARATION, PGD_ORDER, PMD_ORDER);
    return host;
  }

  /** Identity map: 4 KiB leaves up to HUGE_POOL, 2 MiB leaves behind it; neither monitor nor mbitmap. */
  buildTables(): void {
    const { platform } = this;
    platform.write64(pa(PT_AREA + 2 * 8), pte(PMD_BASE, V));
    let table: number = PTE_BASE;
    for (let at: number = KERNEL; at < RAM_END; at += 512 * PAGE_SIZE) {
      const entry = pa(PMD_BASE + ((at >> 21) & 511) * 8);
      if (at >= HUGE_POOL) {
        platform.write64(entry, pte(at, V | R | W | X | AD));
        continue;
      }
      platform.write64(entry, pte(table, V));
      for (let i = 0; i < 512; i++) {
        const target = at + i * PAGE_SIZE;
        if (target >= MBITMAP && target < MBITMAP + MBITMAP_SIZE) continue;
        platform.write64(pa(table + i * 8), pte(target, V | R | W | X | AD));
      }
      table += PAGE_SIZE;
    }
  }

  /** Where the entry of an identity-mapped page stands. */
  entryOf(address: number): Pa {
    const pmd = this.platform.read64(pa(PMD_BASE + ((address >> 21) & 511) * 8));
    if ((pmd & 0b1110n) !== 0n) return pa(PMD_BASE + ((address >> 21) & 511) * 8);
    return pa(Number(pmd >> 10n) * PAGE_SIZE + ((address >> 12) & 511) * 8);
  }

  /** A call of the host, unfolded: what the monitor's handler returned. */
  call(fid: number, ...args: readonly (number | bigint)[]): bigint {
    const { x } = this.platform;
    x[17] = 0x100100n;
    x[16] = BigInt(fid);
    for (let i = 0; i < 6; i++) x[10 + i] = BigInt.asUintN(64, BigInt(args[i] ?? 0));
    const world = this.trap(BigInt(ECALL_FROM_S), 0n, 1);
    // An enclave that was entered has the registers now.
    return world.kind === "enclave" ? 0n : this.result();
  }

  /** a0 and a1 unfolded. */
  result(): bigint {
    const { x } = this.platform;
    return x[10] === 0n ? x[11]! : BigInt.asIntN(64, x[10]!);
  }

  /** A call that the test relies on. */
  must(fid: number, ...args: readonly (number | bigint)[]): void {
    const value = this.call(fid, ...args);
    if (value !== 0n) throw new Error(`call ${fid} gave ${value}: ${this.monitor.lastDenial?.explanation}`);
  }

  /** The guard that refused a call; the call must have changed nothing but its result. */
  refusal(fid: number, ...args: readonly (number | bigint)[]): string | undefined {
    const { state } = this.monitor;
    const value = this.call(fid, ...args);
    if (value >= 0n) throw new Error(`call ${fid} gave ${value}`);
    if (this.monitor.state !== state) throw new Error(`call ${fid} failed and changed the state`);
    return this.monitor.lastDenial?.guard;
  }

  /** Something of the kernel's, or of the enclave's, on another hart. */
  on<T>(hartId: number, body: () => T): T {
    return this.platform.harts[hartId]!.select(() => {
      this.world = this.monitor.worldOf(hartId);
      return body();
    });
  }

  trap(cause: bigint, tval: bigint, privilege: 0 | 1, epc = this.platform.pc): World {
    this.platform.privilege = privilege;
    this.world = this.monitor.handleTrap({ cause, epc, tval });
    return this.world;
  }

  /** An ecall of the enclave that runs. @returns its a0, or the host's result if it left */
  enclaveCall(fid: number, ...args: readonly (number | bigint)[]): bigint {
    const { x } = this.platform;
    x[16] = 0x100101n;
    x[17] = BigInt(fid);
    for (const [i, arg] of args.entries()) x[10 + i] = BigInt.asUintN(64, BigInt(arg));
    this.trap(BigInt(ECALL_FROM_U), 0n, 0);
    return this.world.kind === "host" ? this.result() : x[10]!;
  }

  timer(): World {
    return this.trap((1n << 63n) | BigInt(M_TIMER), 0n, this.world.kind === "host" ? 1 : 0);
  }

  /** csrw satp: t0 holds the value. */
  writeSatp(value: bigint, privilege: 0 | 1 = 1): void {
    this.platform.x[5] = value;
    this.trap(BigInt(ILLEGAL_INSTRUCTION), 0x18029073n, privilege);
  }

  /** A store of the host's own. @returns whether it went through */
  store(va: number, value: bigint): boolean {
    const at = this.access(va, "write");
    if (typeof at === "string") return false;
    this.platform.write64(at, value);
    return true;
  }

  access(va: number | bigint, access: Access): Pa | string {
    return translateAs(this.platform, this.world.kind === "host" ? 1 : 0, BigInt(va), access);
  }

  /** Fresh memory of the host's. */
  allocate(pageCount: number): Pa {
    const at = pa(this.pool);
    this.pool += pageCount * PAGE_SIZE;
    return at;
  }

  /**
   * Builds an image in a fresh region: page 0 records, 1 root, 2 reserved, tables, then the pages.
   * @returns region, its size and the first free page
   */
  buildImage(pages: readonly ImagePage[], pageCount = 32): { region: Pa; size: number; freeMem: number } {
    const region = this.allocate(pageCount);
    const { platform } = this;
    let next = region + 3 * PAGE_SIZE;
    const take = (): number => {
      next += PAGE_SIZE;
      return next - PAGE_SIZE;
    };
    for (const { va, permissions, fill = 0 } of pages) {
      let table = region + PAGE_SIZE;
      for (const shift of [30n, 21n]) {
        const at = pa(table + Number((va >> shift) & 511n) * 8);
        if (platform.read64(at) === 0n) platform.write64(at, pte(take(), V));
        table = Number(platform.read64(at) >> 10n) * PAGE_SIZE;
      }
      const page = take();
      platform.writeBytes(pa(page), new Uint8Array(PAGE_SIZE).fill(fill));
      platform.write64(pa(table + Number((va >> 12n) & 511n) * 8), pte(page, V | U | AD | permissions));
    }
    return { region, size: pageCount * PAGE_SIZE, freeMem: next };
  }

  /** Writes create_param for an image; `words` replaces some by offset. */
  createParam(
    image: { region: number; size: number; freeMem: number },
    words: Readonly<Record<number, bigint | number>> = {},
  ): Pa {
    const { region, size, freeMem } = image;
    const defaults = { 0: EID, 24: 0, 32: region, 40: size, 48: 0x1000, 56: freeMem, 64: KBUFFER, 72: PAGE_SIZE };
    const out = { 80: SHM, 88: PAGE_SIZE, 96: OCALL_ID, 104: ARG0, 112: ARG1, 120: 0, 128: RETVAL };
    return this.writeParam({ ...defaults, ...out, ...words });
  }

  /** Writes shadow_run_param. */
  forkParam(region: number, size: number, words: Readonly<Record<number, bigint | number>> = {}): Pa {
    const defaults = { 8: region, 16: size, 24: EID, 32: KBUFFER, 40: PAGE_SIZE, 48: SHM, 56: PAGE_SIZE };
    const out = { 64: 0, 72: 0, 80: OCALL_ID, 88: ARG0, 96: ARG1, 104: 0, 112: RETVAL };
    return this.writeParam({ ...defaults, ...out, ...words });
  }

  writeParam(words: Readonly<Record<number, bigint | number>>): Pa {
    this.platform.writeBytes(PARAM, new Uint8Array(136));
    for (const [offset, value] of Object.entries(words))
      this.platform.write64(pa(PARAM + Number(offset)), BigInt(value));
    return PARAM;
  }

  /** run_param, behind the others: relay pages, none by default. */
  runParam(relay = 0, relaySize = 0): Pa {
    const at = pa(KERNEL + 0x300);
    this.platform.write64(at, BigInt(relay));
    this.platform.write64(pa(at + 8), BigInt(relaySize));
    return at;
  }

  create(pages: readonly ImagePage[] = [CODE, DATA], pageCount = 32): { eid: number; region: Pa; size: number } {
    const image = this.buildImage(pages, pageCount);
    this.must(FID.CREATE_ENCLAVE, this.createParam(image));
    return { eid: this.eid(), region: image.region, size: image.size };
  }

  createShadow(pages: readonly ImagePage[] = [CODE, DATA]): { eid: number; region: Pa } {
    const image = this.buildImage(pages);
    this.must(FID.CREATE_SHADOW, this.createParam(image));
    return { eid: this.eid(), region: image.region };
  }

  /** @returns the fork's id; it has the hart */
  fork(shadow: number, pageCount = 40): { eid: number; region: Pa } {
    const region = this.allocate(pageCount);
    this.must(FID.RUN_SHADOW, shadow, this.forkParam(region, pageCount * PAGE_SIZE));
    return { eid: this.eid(), region };
  }

  run(eid: number): void {
    this.must(FID.RUN, eid, this.runParam());
  }

  eid(): number {
    return Number(this.platform.read64(EID) & 0xffff_ffffn);
  }
}
