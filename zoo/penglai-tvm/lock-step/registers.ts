/**
 * What registers hold on either side of a world switch, whatever was called: the host goes on behind its ecall with its own,
 * an enclave behind its own with its own, and neither finds anything of the other's. Penglai reference §6.10.
 */
import * as csr from "../../../assembly/csr.gen.ts";
import { SSI, STI } from "../../../core/registers.ts";
import type { TestHost } from "../host.ts";
import type { Action } from "./action.ts";
import type { Reference } from "./reference.ts";

/** Registers of the host that nobody else changes, with values to tell them by. */
const OF_HOST = [csr.STVEC, csr.SSCRATCH, csr.SCOUNTEREN, csr.MEDELEG, csr.MIDELEG, csr.FCSR];
/** What an enclave finds in them, and in others that are the host's. */
const OF_ENCLAVE = [
  [csr.MEDELEG, 0n],
  [csr.MIDELEG, 0n],
  [csr.SSCRATCH, 0n],
  [csr.SCOUNTEREN, 7n],
] as const;
const SUM = 1n << 18n;
/** s1: a register that calls preserve. */
const S1 = 9;
const MARK = 0x4057n;
const INSTRUCTION = 4n;

export class RegisterContract {
  readonly #host: TestHost;
  /** Where each enclave that does not run goes on. */
  readonly #pcs = new Map<number, bigint>();
  #hostPc = 0n;
  #pc = 0n;
  #wasRunning: number | undefined;

  constructor(host: TestHost) {
    this.#host = host;
    const { platform } = host;
    for (const [i, name] of OF_HOST.entries()) platform.writeCsr(name, BigInt(0x100 + 8 * i));
    platform.writeCsr(csr.MSTATUS, platform.readCsr(csr.MSTATUS) | SUM);
    platform.x[S1] = MARK;
  }

  before({ do: what }: Action, { running }: Reference): void {
    const { platform } = this.#host;
    this.#pc = platform.pc;
    this.#wasRunning = running?.eid;
    if (running !== undefined) {
      platform.x[S1] = BigInt(0x1000 + running.eid);
      platform.f[S1] = BigInt(0x1000 + running.eid);
    } else if (what !== "satp" && what !== "hostFault") this.#hostPc = platform.pc;
    if (running === undefined) platform.writeCsr(csr.MIP, SSI);
  }

  /** @returns what is wrong, as a clause */
  after(action: Action, { running }: Reference): string | undefined {
    const { platform } = this.#host;
    if (action.do === "hostFault" && platform.pc !== platform.readCsr(csr.STVEC))
      return `the host's handler does not run: pc is 0x${platform.pc.toString(16)}`;
    if (action.do === "hostFault" || action.do === "satp" || action.do === "bare") return undefined;
    const wasEnclave = this.#wasRunning;
    const isCall = action.do === "enclave";
    if (wasEnclave !== undefined && running === undefined)
      this.#pcs.set(wasEnclave, isCall ? this.#pc + INSTRUCTION : this.#pc);
    return running === undefined ? this.#inHost(action) : this.#inEnclave(running.eid, wasEnclave);
  }

  #inHost({ do: what }: Action): string | undefined {
    const { platform } = this.#host;
    if (platform.pc !== this.#hostPc + INSTRUCTION) return `the host goes on at 0x${platform.pc.toString(16)}`;
    if (platform.x[S1] !== MARK) return `s1 of the host is 0x${platform.x[S1]!.toString(16)}`;
    if (platform.f[S1] !== 0n) return `f9 of the host is 0x${platform.f[S1]!.toString(16)}`;
    for (const [i, name] of OF_HOST.entries())
      if (platform.readCsr(name) !== BigInt(0x100 + 8 * i)) return `CSR 0x${name.toString(16)} of the host changed`;
    if (what === "timer" && (platform.readCsr(csr.MIP) & STI) === 0n) return "the host's timer is not pending";
    return platform.gpt.enclaveMode ? "the walker is in enclave mode" : undefined;
  }

  #inEnclave(eid: number, was: number | undefined): string | undefined {
    const { platform } = this.#host;
    for (const [name, value] of OF_ENCLAVE)
      if (platform.readCsr(name) !== value)
        return `CSR 0x${name.toString(16)} of enclave ${eid} is not 0x${value.toString(16)}`;
    if ((platform.readCsr(csr.MSTATUS) & SUM) !== 0n) return "the host's SUM is set in the enclave";
    if (was === eid) return undefined;
    if ((platform.readCsr(csr.MIP) & SSI) !== 0n) return "an interrupt of the host is pending in the enclave";
    const pc = this.#pcs.get(eid) ?? 0x1000n;
    return platform.pc === pc ? undefined : `enclave ${eid} goes on at 0x${platform.pc.toString(16)}`;
  }
}
