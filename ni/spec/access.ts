/**
 * What S- and U-mode may access on a pure machine: Sv39 walk, PMP, and in GPT mode `paper` the walker's check. Written
 * apart from the monitors' own walks, so that one mistake does not hide in both.
 * RISC-V Privileged Architecture 20240411, §3.7.1 and §10.4; Penglai reference §2.1.
 *
 * Not modelled: mstatus.MPRV, SUM and MXR (all taken as 0), A and D bits (taken as preset), N and PBMT, Sv48.
 */
import * as cause from "../../assembly/cause.ts";
import { PMPADDR0, PMPCFG0, PMPCFG2, SATP } from "../../assembly/csr.gen.ts";
import type { AccessFault } from "../../core/guest-access.ts";
import { M_MODE, type Privilege, U_MODE } from "../../core/platform.ts";
import {
  indexAt,
  isLeaf,
  isValid,
  type Level,
  PTE_BYTE_LEN,
  PTE_HIGH,
  PTE_R,
  PTE_U,
  PTE_W,
  PTE_X,
  pageOf,
} from "../../core/sv39.ts";
import { PAGE_SIZE, type Pa, pa, paOfPage, type Va } from "../../core/units.ts";
import type { GptPort } from "../../monitor/kernel/gpt-port.ts";

export type Access = "read" | "write" | "execute";

/** A PMP entry that matches something: bytes [from, to) and the low bits of its pmpcfg. */
export interface PmpRange {
  readonly from: number;
  readonly to: number;
  readonly config: number;
}

/** What a walk reads of a machine. */
export interface Walkable {
  readonly pmp: readonly PmpRange[];
  readonly gpt?: GptPort;
  isRam(address: number): boolean;
  readCsr(number: number): bigint;
  read64(address: Pa): bigint;
}

const PMP_BIT: Readonly<Record<Access, number>> = { read: 1, write: 2, execute: 4 };
const PTE_BIT: Readonly<Record<Access, bigint>> = { read: PTE_R, write: PTE_W, execute: PTE_X };
const ACCESS_FAULT = { read: cause.LOAD_ACCESS, write: cause.STORE_ACCESS, execute: cause.FETCH_ACCESS };
const PAGE_FAULT = { read: cause.LOAD_PAGE_FAULT, write: cause.STORE_PAGE_FAULT, execute: cause.FETCH_PAGE_FAULT };
const [TOR, NA4, NAPOT] = [1, 2, 3];
const PMP_ENTRIES = 16;

/** All entries that match something, in order of priority. */
export function pmpRanges(readCsr: (number: number) => bigint): readonly PmpRange[] {
  const configs = [readCsr(PMPCFG0), readCsr(PMPCFG2)];
  const ranges: PmpRange[] = [];
  for (let index = 0; index < PMP_ENTRIES; index++) {
    const config = Number((configs[index >> 3]! >> BigInt(8 * (index & 7))) & 0xffn);
    const address = readCsr(PMPADDR0 + index);
    const mode = (config >> 3) & 3;
    if (mode === TOR) {
      const from = index === 0 ? 0n : readCsr(PMPADDR0 + index - 1);
      ranges.push({ from: Number(from) * 4, to: Number(address) * 4, config });
    } else if (mode === NA4) ranges.push({ from: Number(address) * 4, to: Number(address) * 4 + 4, config });
    else if (mode === NAPOT) {
      // n trailing ones of pmpaddr mean 2^(n + 3) bytes: 0x2003_ffff is 0x8000_0000 + 2 MiB.
      const low = address ^ (address + 1n);
      const from = Number(address & ~low) * 4;
      ranges.push({ from, to: from + (Number(low) + 1) * 4, config });
    }
  }
  return ranges;
}

/** "The lowest-numbered PMP entry that matches any byte of an access determines"; none that matches: S and U fail. */
function pmpAllows(machine: Walkable, at: number, access: Access): boolean {
  for (const { from, to, config } of machine.pmp) if (at >= from && at < to) return (config & PMP_BIT[access]) !== 0;
  return false;
}

/** @returns the physical address, or the trap that the access would take */
export function translate(machine: Walkable, privilege: Privilege, va: Va, access: Access): Pa | AccessFault {
  const fault = (number: number): AccessFault => ({ ok: false, cause: BigInt(number), tval: va });
  const allowed = (at: number): boolean =>
    machine.isRam(at) && (privilege === M_MODE || pmpAllows(machine, at, access));
  const satp = machine.readCsr(SATP);
  if (privilege === M_MODE || satp >> 60n === 0n) {
    const at = Number(va);
    return allowed(at) ? pa(at) : fault(ACCESS_FAULT[access]);
  }
  if (BigInt.asUintN(64, BigInt.asIntN(39, va)) !== va) return fault(PAGE_FAULT[access]);
  let table = paOfPage(Number(satp & ((1n << 44n) - 1n)) as never);
  for (let level: Level = 2; level >= 0; level--) {
    if (!gptAllows(machine, level, table)) return fault(cause.GPT_VIOLATION);
    const at = pa(table + indexAt(va, level as Level) * PTE_BYTE_LEN);
    if (!machine.isRam(at) || !pmpAllows(machine, at, "read")) return fault(ACCESS_FAULT[access]);
    const entry = machine.read64(at);
    if (!isValid(entry) || (entry & PTE_HIGH) !== 0n) return fault(PAGE_FAULT[access]);
    const target = paOfPage(pageOf(entry));
    if (!isLeaf(entry)) {
      table = target;
      continue;
    }
    const isUser = (entry & PTE_U) !== 0n;
    const size = PAGE_SIZE * 512 ** level;
    if ((entry & PTE_BIT[access]) === 0n || isUser !== (privilege === U_MODE) || target % size !== 0)
      return fault(PAGE_FAULT[access]);
    const found = target + Number(va & BigInt(size - 1));
    return allowed(found) ? pa(found) : fault(ACCESS_FAULT[access]);
  }
  return fault(PAGE_FAULT[access]);
}

/** In mode `paper` a host's table of each level lies in the sub-area of that level. */
function gptAllows({ gpt }: Walkable, level: number, table: number): boolean {
  if (gpt === undefined || gpt.mode !== "paper" || gpt.enclaveMode) return true;
  const [from, to] = [
    [gpt.pteBase, gpt.end],
    [gpt.pmdBase, gpt.pteBase],
    [gpt.hptBase, gpt.pmdBase],
  ][level]!;
  return table >= from! && table < to!;
}
