/**
 * The monitor on a machine (without a hart, or the real one), and the naive reference, one action at a time: registers, database, bytes of all
 * pages, what the world that runs may access, and the invariants must agree. Coverage counts what happened: "MapSecure
 * VA_FREE", "Enter success".
 */
import { ECALL_FROM_S, ECALL_FROM_U } from "../../../assembly/cause.ts";
import * as csr from "../../../assembly/csr.gen.ts";
import type { Machine } from "../../../core/machine.ts";
import type { Platform } from "../../../core/platform.ts";
import { MSTATUS_FS_INITIAL, MTI, STI } from "../../../core/registers.ts";
import { PAGE_SIZE, type Pa, pa, paOfPage } from "../../../core/units.ts";
import { insecureCount, insecurePage, pageCount, physicalOf } from "../../../monitor/komodo/state.ts";
import { createKomodo, type KomodoMonitor, type KomodoOptions } from "../../../monitor/komodo.ts";
import { FakePlatform } from "../../scene/platform.ts";
import { type Access, translateAs } from "../../scene/supervisor.ts";
import { accessOn } from "./access.ts";
import type { Action } from "./action.ts";
import { comparePages } from "./compare-pages.ts";
import { Reference } from "./reference.ts";

const RAM_BYTES = 1024 * 1024;
const OS_PC = 0x8020_0000n;
const INTERRUPT = 1n << 63n;

/** Registers of the OS that no run may change, with values to tell them by. */
const OS_CSRS = [csr.STVEC, csr.SSCRATCH, csr.SEPC, csr.SCAUSE, csr.STVAL, csr.SCOUNTEREN];
/** Status of the OS: MXR, SUM, SPP, SPIE, SIE. Nobody's SIE or MXR gets into an enclave. */
const OS_STATUS = (1n << 19n) | (1n << 18n) | (1n << 8n) | (1n << 5n) | (1n << 1n);

/** Addresses whose accessibility is asked for. */
const PROBES = [0n, 0x1000n, 0x2000n, 0x3000n, 0x3f_f000n, 0x40_0000n, 0x3fff_f000n, 0x4000_0000n];
const ACCESSES: readonly Access[] = ["read", "write", "execute"];

export interface LockStepOptions extends KomodoOptions {
  /** Actions between two comparisons of all bytes and machine tables. Default 1. */
  readonly deepEvery?: number;
  /** In monitor mode, with 1 MiB of RAM. Default a machine without a hart. */
  readonly machine?: Machine;
}

export class LockStep {
  readonly platform: Platform;
  readonly monitor: KomodoMonitor;
  readonly reference: Reference;
  /** How often each outcome of each call was seen. */
  readonly coverage = new Map<string, number>();
  readonly #deepEvery: number;
  /** What the OS keeps in registers of its own, as the machine takes it. */
  readonly #osCsrs = new Map<number, bigint>();
  /** What an access of S- or U-mode finds: an address, or why it traps. */
  readonly #access: (privilege: 0 | 1, va: bigint, access: Access) => Pa | string;
  #actions = 0;
  #outcome = "";

  constructor({ deepEvery = 1, machine, ...options }: LockStepOptions = {}) {
    this.#deepEvery = deepEvery;
    const fake = new FakePlatform(RAM_BYTES);
    this.platform = machine ?? fake;
    this.#access = machine ? accessOn(machine) : (...access) => translateAs(fake, ...access);
    this.monitor = createKomodo(this.platform, {
      securePages: 16,
      ...options,
      observe: ({ name, denial }) => {
        this.#outcome = `${name ?? "trap"} ${denial?.guard ?? "success"}`;
      },
    });
    this.monitor.boot();
    const { config } = this.monitor.state;
    this.reference = new Reference({
      pages: pageCount(config),
      insecurePages: insecureCount(config),
      key: [...config.attestKey],
      random: config.random,
    });
    for (const name of OS_CSRS) {
      this.platform.writeCsr(name, 0x1000n + BigInt(name));
      this.#osCsrs.set(name, this.platform.readCsr(name));
    }
    this.platform.writeCsr(csr.MSTATUS, OS_STATUS | MSTATUS_FS_INITIAL | (1n << 11n));
    this.platform.writeCsr(csr.MIE, MTI);
    this.platform.pc = OS_PC;
    this.reference.core.pc = OS_PC;
  }

  /** @returns the first difference, as a clause; undefined if both agree */
  act(action: Action): string | undefined {
    if (!this.#isPossible(action)) return undefined;
    this.#actions++;
    this.#outcome = "";
    try {
      this.#perform(action);
    } catch (error) {
      return `the monitor throws: ${error}`;
    }
    if (this.#outcome !== "") this.coverage.set(this.#outcome, (this.coverage.get(this.#outcome) ?? 0) + 1);
    return this.#difference(this.#actions % this.#deepEvery === 0);
  }

  /** Whether whoever would act has the hart; dropped actions may have changed that. */
  #isPossible({ kind }: Action): boolean {
    const runs = this.reference.running >= 0;
    if (kind === "os" || kind === "fill") return !runs;
    return kind === "compute" || runs;
  }

  #perform(action: Action): void {
    const { reference } = this;
    switch (action.kind) {
      case "os":
      case "enclave": {
        for (const [i, value] of [action.nr, ...action.args].entries()) this.#setX(10 + i, BigInt.asUintN(64, value));
        this.#trap(BigInt(action.kind === "os" ? ECALL_FROM_S : ECALL_FROM_U), 0n);
        reference.ecall();
        return;
      }
      case "trap":
        this.#trap(action.cause, action.tval);
        if (action.cause >= INTERRUPT) reference.interrupt(action.cause === (INTERRUPT | 7n));
        else reference.fault();
        return;
      case "store":
        this.#store(action.va, action.value);
        return;
      case "fill": {
        const bytes = new Uint8Array(new Uint32Array(PAGE_SIZE / 4).fill(action.word).buffer);
        this.platform.writeBytes(paOfPage(insecurePage(this.monitor.state.config, action.page)), bytes);
        reference.insecureBytes(action.page).set(bytes);
        return;
      }
      case "compute":
        for (let i = 1; i < 32; i++) this.#setX(i, action.salt * 1000n + BigInt(i));
        for (let i = 0; i < 32; i++) this.platform.f[i] = reference.core.f[i] = action.salt * 2000n + BigInt(i);
        this.platform.writeCsr(csr.FCSR, action.salt % 256n);
        reference.core.fcsr = action.salt % 256n;
    }
  }

  #setX(register: number, value: bigint): void {
    this.platform.x[register] = value;
    this.reference.core.x[register] = value;
  }

  #trap(cause: bigint, tval: bigint): void {
    this.monitor.handleTrap({ cause, epc: this.platform.pc, tval });
  }

  #store(va: bigint, value: bigint): void {
    const { reference, platform } = this;
    const at = this.#access(0, va, "write");
    if (typeof at === "number") platform.write64(at, value);
    const entry = reference.entryAt(va);
    if (!entry?.w) return;
    const bytes = entry.secure ? reference.pages[entry.page]!.bytes : reference.insecureBytes(entry.page);
    new DataView(bytes.buffer).setBigUint64(Number(va % 4096n), value, true);
  }

  #difference(deep: boolean): string | undefined {
    return (
      this.#registers() ??
      this.#osState() ??
      comparePages(this.monitor.state, this.reference) ??
      this.#accesses() ??
      (deep ? (this.#bytes() ?? this.monitor.violation()) : undefined)
    );
  }

  #registers(): string | undefined {
    const { platform, reference } = this;
    const { core } = reference;
    for (let i = 0; i < 32; i++) {
      if (platform.x[i] !== core.x[i])
        return `x${i} is 0x${platform.x[i]!.toString(16)}, not 0x${core.x[i]!.toString(16)}`;
      if (platform.f[i] !== core.f[i])
        return `f${i} is 0x${platform.f[i]!.toString(16)}, not 0x${core.f[i]!.toString(16)}`;
    }
    // a pc is even: the machine keeps no lowest bit
    if ((platform.pc ^ core.pc) >> 1n !== 0n)
      return `pc is 0x${platform.pc.toString(16)}, not 0x${core.pc.toString(16)}`;
    if (platform.privilege !== (core.user ? 0 : 1)) return `the privilege is ${platform.privilege}`;
    const fcsr = platform.readCsr(csr.FCSR);
    return fcsr === core.fcsr ? undefined : `fcsr is ${fcsr}, not ${core.fcsr}`;
  }

  /** The OS's own CSRs, and whether its timer reached it; an enclave has none of them. */
  #osState(): string | undefined {
    const { platform } = this;
    const status = platform.readCsr(csr.MSTATUS) & OS_STATUS;
    if (this.reference.running >= 0) {
      if (status !== 0n) return `status bits 0x${status.toString(16)} of the OS in an enclave`;
      const delegated = platform.readCsr(csr.MIDELEG) | platform.readCsr(csr.MEDELEG);
      return delegated === 0n ? undefined : "traps of an enclave are delegated";
    }
    if (status !== OS_STATUS) return `the status of the OS is 0x${status.toString(16)}`;
    for (const name of OS_CSRS)
      if (platform.readCsr(name) !== this.#osCsrs.get(name)) return `CSR 0x${name.toString(16)} of the OS has changed`;
    if (platform.readCsr(csr.MIDELEG) === 0n || platform.readCsr(csr.MEDELEG) === 0n)
      return "nothing is delegated to the OS";
    const fired = this.reference.timerFired;
    if ((platform.readCsr(csr.MIE) & MTI) !== (fired ? 0n : MTI)) return "the machine timer of the OS";
    if ((platform.readCsr(csr.MIP) & STI) !== (fired ? STI : 0n)) return "the supervisor timer of the OS";
    this.reference.timerFired = false;
    platform.writeCsr(csr.MIE, MTI);
    platform.writeCsr(csr.MIP, 0n);
    return undefined;
  }

  /** What the world that has the hart may access, by the machine's tables and PMP. */
  #accesses(): string | undefined {
    const { reference } = this;
    const { config } = this.monitor.state;
    if (reference.running < 0) {
      const secure = paOfPage(physicalOf(config, this.#actions % pageCount(config)));
      for (const at of [secure, paOfPage(config.tables.from), pa(paOfPage(config.isolated.to) - 8)])
        if (this.#access(1, BigInt(at), "read") !== "access fault") return `the OS reads 0x${at.toString(16)}`;
      const own = paOfPage(insecurePage(config, this.#actions % insecureCount(config)));
      return this.#access(1, BigInt(own), "write") === own ? undefined : "the OS cannot write its own memory";
    }
    for (const va of PROBES)
      for (const access of ACCESSES) {
        const entry = reference.entryAt(va);
        const may = entry !== undefined && { read: true, write: entry.w, execute: entry.x }[access];
        const page = may && (entry.secure ? physicalOf(config, entry.page) : insecurePage(config, entry.page));
        const found = this.#access(0, va, access);
        if (found !== (may ? paOfPage(page as ReturnType<typeof physicalOf>) : "page fault"))
          return `${access} at 0x${va.toString(16)} finds ${found}, the reference ${may ? "allows" : "denies"} it`;
      }
    return undefined;
  }

  /** Every byte of every page: what a call does not name stays. */
  #bytes(): string | undefined {
    const { platform, reference } = this;
    const { config } = this.monitor.state;
    const differs = (page: number, bytes: Uint8Array): boolean =>
      Buffer.compare(platform.readBytes(pa(page * PAGE_SIZE), PAGE_SIZE), bytes) !== 0;
    for (const [nr, { bytes }] of reference.pages.entries())
      if (differs(physicalOf(config, nr), bytes)) return `bytes of secure page ${nr}`;
    for (const [page, bytes] of reference.insecure)
      if (differs(insecurePage(config, page), bytes)) return `bytes of insecure page ${page}`;
    return undefined;
  }
}
