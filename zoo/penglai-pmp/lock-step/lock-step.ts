/**
 * The monitor on harts that execute nothing, and the naive reference, one action at a time: registers, records, owners, bytes
 * of all pages, what the world that runs may access, and the invariants must agree. Coverage counts what happened: "CREATE_ENCLAVE
 * NOT_USER", "RUN success".
 */
import { ECALL_FROM_S, ECALL_FROM_U } from "../../../assembly/cause.ts";
import * as csr from "../../../assembly/csr.gen.ts";
import { MTI, STI } from "../../../core/registers.ts";
import { type PageNo, pa, paOfPage } from "../../../core/units.ts";
import type { Attestation } from "../../../monitor/penglai-pmp/attestation.ts";
import type { DefectId } from "../../../monitor/penglai-pmp/defects.ts";
import { createPenglaiPmp, type PenglaiPmp } from "../../../monitor/penglai-pmp.ts";
import { FakePlatform } from "../../scene/platform.ts";
import { translateAs } from "../../scene/supervisor.ts";
import type { Action } from "./action.ts";
import { END, FIRST, PAGE, RAM_BYTES } from "./memory.ts";
import { digest, Reference, type RefHart, reportOf } from "./reference.ts";

const HOST_PC = 0x8020_0000n;
const STVEC = 0x8030_0000n;

/** As the reference's: the bytes that matter, and quickly. */
const ATTESTATION: Attestation = {
  measure: ({ entry, untrustedVa, untrustedSize, kbufferVa, kbufferSize }, leaves) => {
    const parts = [...leaves].flatMap(({ va, level, pte, bytes }) => [
      BigInt.asUintN(64, BigInt.asIntN(39, va)),
      BigInt(level),
      pte,
      bytes,
    ]);
    return digest(entry, untrustedVa, untrustedSize, kbufferVa, kbufferSize, ...parts);
  },
  bind: (measurement, nonce) => digest(measurement.toString(), nonce),
  report: (hash) => reportOf(hash),
  sealKey: (measurement, salt, byteLen) => digest(measurement.toString(), salt).slice(0, byteLen),
};

export interface LockStepOptions {
  readonly defects?: readonly DefectId[];
  /** Actions between two comparisons of all bytes, owners and invariants. Default 1. */
  readonly deepEvery?: number;
}

export class LockStep {
  readonly platform = new FakePlatform(RAM_BYTES, 2);
  readonly monitor: PenglaiPmp;
  readonly reference: Reference;
  /** How often each outcome of each call was seen. */
  readonly coverage = new Map<string, number>();
  readonly #deepEvery: number;
  #actions = 0;

  constructor({ defects = [], deepEvery = 1 }: LockStepOptions = {}) {
    this.#deepEvery = deepEvery;
    this.monitor = createPenglaiPmp(this.platform, {
      defects,
      attestation: ATTESTATION,
      observe: ({ name, denial, caller }) => {
        const outcome = `${name ?? `trap of ${caller.kind}`} ${denial?.guard ?? "success"}`;
        this.coverage.set(outcome, (this.coverage.get(outcome) ?? 0) + 1);
      },
    });
    this.monitor.boot();
    const harts = this.platform.harts.map((hart): RefHart => {
      hart.select(() => {
        this.platform.writeCsr(csr.MIE, MTI);
        this.platform.writeCsr(csr.STVEC, STVEC);
        this.platform.pc = HOST_PC;
      });
      const zeros = () => new Array<bigint>(32).fill(0n);
      const now = { x: zeros(), f: zeros(), pc: HOST_PC, satp: 0n, sscratch: 0n, timerOn: true };
      return { now, host: undefined, eid: undefined, timerPending: false, stvec: STVEC };
    });
    this.reference = new Reference(harts);
  }

  /** @returns the first difference, as a clause; undefined if both agree */
  act(action: Action): string | undefined {
    const isInEnclave = this.reference.harts[action.hart]!.eid !== undefined;
    if ((action.kind === "host" || action.kind === "process") && isInEnclave) return undefined;
    if (action.kind === "enclave" && !isInEnclave) return undefined;
    this.#actions++;
    try {
      const difference = this.platform.harts[action.hart]!.select(() => this.#perform(action));
      return difference ?? this.#difference(this.#actions % this.#deepEvery === 0);
    } catch (error) {
      return `the monitor throws: ${error instanceof Error ? error.stack : error}`;
    }
  }

  #perform(action: Action): string | undefined {
    const { platform, reference } = this;
    const hart = reference.harts[action.hart]!;
    const { x } = hart.now;
    const setArguments = (extension: bigint, fid: bigint, args: readonly bigint[]): void => {
      for (let i = 0; i < 6; i++) x[10 + i] = args[i] ?? 0n;
      [x[16], x[17]] = [fid, extension];
      platform.x.set(x);
    };
    switch (action.kind) {
      case "host":
        setArguments(0x100100n, action.fid, action.args);
        this.#trap(BigInt(ECALL_FROM_S), 0n, 1);
        reference.host(action.hart, action.fid, x.slice(10, 16));
        return undefined;
      case "enclave":
        setArguments(action.extension, action.fid, action.args);
        this.#trap(BigInt(ECALL_FROM_U), 0n, 0);
        reference.enclave(action.hart, action.extension, action.fid, x.slice(10, 16));
        return undefined;
      case "trap":
        this.#trap(action.cause, action.tval, hart.eid === undefined ? 1 : 0);
        reference.trap(action.hart, action.cause);
        return undefined;
      case "store":
        return this.#store(action.hart, action.words);
      case "process":
        platform.writeCsr(csr.SATP, action.satp);
        hart.now.satp = action.satp;
        return undefined;
      case "compute": {
        for (let i = 1; i < 32; i++) x[i] = BigInt.asUintN(64, action.salt * 0x9e37_79b9_7f4a_7c15n + BigInt(i));
        hart.now.f = x.map((value) => value ^ 0xffn);
        hart.now.sscratch = hart.eid === undefined ? action.salt : 0n;
        platform.x.set(x);
        platform.f.set(hart.now.f);
        platform.writeCsr(csr.SSCRATCH, hart.now.sscratch);
        return undefined;
      }
    }
  }

  #trap(cause: bigint, tval: bigint, privilege: 0 | 1): void {
    this.platform.privilege = privilege;
    this.monitor.handleTrap({ cause, epc: this.platform.pc, tval });
  }

  #store(hart: number, words: readonly (readonly [at: bigint, value: bigint])[]): string | undefined {
    const { platform, reference } = this;
    const privilege = reference.harts[hart]!.eid === undefined ? 1 : 0;
    for (const [va, value] of words) {
      // Without page tables an address outside of RAM is a device's, or nobody's.
      if (privilege === 1 && (va < BigInt(FIRST * PAGE) || va >= BigInt(END * PAGE))) continue;
      const at = translateAs(platform, privilege, va, "write");
      const expected = reference.target(hart, va);
      if ((typeof at === "string" ? undefined : at) !== expected)
        return `a store to 0x${va.toString(16)} goes to ${at}`;
      if (expected === undefined) continue;
      platform.write64(pa(expected), value);
      reference.memory.write64(expected, value);
    }
    return undefined;
  }

  #difference(isDeep: boolean): string | undefined {
    for (const [index, hart] of this.platform.harts.entries()) {
      const found = hart.select(() => this.#hartDifference(index)) ?? hart.select(() => this.#accessDifference(index));
      if (found !== undefined) return `hart ${index}: ${found}`;
    }
    return this.#recordDifference() ?? (isDeep ? this.#deepDifference() : undefined);
  }

  #hartDifference(index: number): string | undefined {
    const { platform } = this;
    const { now, timerPending, eid } = this.reference.harts[index]!;
    for (let i = 1; i < 32; i++) {
      if (platform.x[i] !== now.x[i]) return `x${i} is ${platform.x[i]}, not ${now.x[i]}`;
      if (platform.f[i] !== now.f[i]) return `f${i} is ${platform.f[i]}, not ${now.f[i]}`;
    }
    if (platform.pc !== now.pc) return `pc is ${platform.pc}, not ${now.pc}`;
    if (platform.privilege !== (eid === undefined ? 1 : 0)) return `privilege ${platform.privilege}`;
    if (platform.readCsr(csr.SATP) !== now.satp) return `satp is ${platform.readCsr(csr.SATP)}`;
    if (platform.readCsr(csr.SSCRATCH) !== now.sscratch) return `sscratch is ${platform.readCsr(csr.SSCRATCH)}`;
    if (((platform.readCsr(csr.MIE) & MTI) !== 0n) !== now.timerOn) return "mie.MTIE";
    if (((platform.readCsr(csr.MIP) & STI) !== 0n) !== timerPending) return "mip.STIP";
    if ((platform.readCsr(csr.MEDELEG) === 0n) !== (eid !== undefined)) return "medeleg";
    return undefined;
  }

  /** What the hart may access: a page of each region, of each enclave, the monitor's, and where enclaves have something. */
  #accessDifference(index: number): string | undefined {
    const { reference } = this;
    const isEnclave = reference.harts[index]!.eid !== undefined;
    const physical = [
      BigInt(FIRST * PAGE),
      HOST_PC,
      ...reference.regions.flatMap((region) => (region ? [BigInt(region[0] * PAGE)] : [])),
      ...[...reference.enclaves.values()].slice(-2).map(({ page }) => BigInt(page * PAGE)),
    ];
    const virtual = [0x1000n, 0x2000n, 0x10_0000_0000n, 0xffff_ffe0_0000_0000n];
    for (const va of isEnclave ? virtual : physical)
      for (const [access, letter] of [
        ["read", "r"],
        ["write", "w"],
        ["execute", "x"],
      ] as const) {
        const at = translateAs(this.platform, isEnclave ? 0 : 1, va, access);
        const expected = reference.target(index, va, letter);
        if ((typeof at === "string" ? undefined : at) !== expected) return `${access} of 0x${va.toString(16)}: ${at}`;
      }
    return undefined;
  }

  #recordDifference(): string | undefined {
    const { state } = this.monitor;
    const { enclaves, grants, slabs, regions } = this.reference;
    if (state.records !== enclaves.size) return `${state.records} records, not ${enclaves.size}`;
    if (state.slabs.length !== slabs.length) return `${state.slabs.length} slabs, not ${slabs.length}`;
    for (const [eid, expected] of enclaves) {
      const found = state.enclaves.get(eid);
      if (found === undefined) return `enclave ${eid} is gone`;
      if (found.status !== expected.status || found.pending !== expected.pending)
        return `enclave ${eid} is ${found.status} ${found.pending}, not ${expected.status} ${expected.pending}`;
      if (found.measurement.toString() !== expected.measurement) return `measurement of enclave ${eid}`;
    }
    for (const hart of [0, 1])
      if (state.grants[hart]?.page !== grants[hart]?.[0]) return `grant of hart ${hart}: ${state.grants[hart]?.page}`;
    for (let i = 0; i < 14; i++)
      if (state.regions[i]?.page !== regions[i]?.[0]) return `region ${i}: ${state.regions[i]?.page}`;
    return undefined;
  }

  #deepDifference(): string | undefined {
    const { memory } = this.reference;
    const { first, owners } = this.monitor.personality.ownership(this.monitor.state);
    for (const { from, to, value } of owners.runs())
      for (let page = first + from; page < first + to; page++) {
        const holder = memory.holder(page)!;
        const expected = typeof holder === "number" ? 8 + holder : OWNERS.indexOf(holder);
        if (value !== expected) return `page 0x${page.toString(16)} belongs to ${value}, not ${holder}`;
      }
    const backed = new Set([...memory.backedPages(), ...this.platform.backedPages(FIRST as PageNo, END as PageNo)]);
    for (const page of backed) {
      const bytes = this.platform.readBytes(paOfPage(page as PageNo), PAGE);
      if (Buffer.compare(bytes, memory.page(page)) !== 0) return `bytes of page 0x${page.toString(16)}`;
    }
    const violation = this.monitor.violation();
    return violation === undefined ? undefined : `invariant ${violation}`;
  }
}

/** By number of the owner. */
const OWNERS = ["host", "monitor", "free", "grant", "slab"];
