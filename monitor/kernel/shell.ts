/**
 * The thin shell between the specification and the machine: reads the hart, asks `step`, carries out its effects in order,
 * writes the hart. It decides nothing. `ecall -> Stop -> shell -> spec -> effects -> resume`.
 *
 * A monitor-mode machine stops before the trap has changed anything, or after it has entered M-mode; `trappedFrom` reads
 * the privilege the hart came from in either case.
 */

import { MIE, MIP, MSTATUS, PMPADDR0, PMPCFG0, PMPCFG2 } from "../../assembly/csr.gen.ts";
import { M_MODE, type Platform, type Privilege, type Trap } from "../../core/platform.ts";
import { MPP_SHIFT, MSTATUS_MPP, MSTATUS_TVM } from "../../core/registers.ts";
import { PAGE_SIZE, paOfPage } from "../../core/units.ts";
import type { Effect } from "./effects.ts";
import type { GptPlatform } from "./gpt-port.ts";
import { advanced, type Csrs, type Hart, SWITCHED_CSRS, withPreviousPrivilege } from "./hart.ts";
import type { Next, Outcome } from "./outcome.ts";
import { type PmpEntry, pmpAddress, pmpConfig, pmpRegisters } from "./pmp.ts";
import { pagesOf, type Span } from "./span.ts";
import type { TrapEntry } from "./trap-entry.ts";

/** Register and the first of its eight entries. */
const PMP_CONFIGS = [
  [PMPCFG0, 0],
  [PMPCFG2, 8],
] as const;
const switchedCsrs = Object.keys(SWITCHED_CSRS) as readonly (keyof Csrs)[];

/** The hart as it was when it trapped. */
export function readEntry(platform: Platform, trap: Trap): TrapEntry {
  const csrs = readCsrs(platform);
  const hart: Hart = {
    x: platform.x.slice(0, 32),
    f: platform.f.slice(0, 32),
    pc: trap.epc,
    privilege: trappedFrom(platform.privilege, csrs.mstatus),
    csrs,
  };
  return { hartId: platform.hartId, cause: trap.cause, tval: trap.tval, hart };
}

/** Field by field: an object that is built from a list costs a null call a microsecond. */
const readCsrs = (platform: Platform): Csrs => ({
  mstatus: platform.readCsr(SWITCHED_CSRS.mstatus),
  satp: platform.readCsr(SWITCHED_CSRS.satp),
  stvec: platform.readCsr(SWITCHED_CSRS.stvec),
  mie: platform.readCsr(SWITCHED_CSRS.mie),
  mideleg: platform.readCsr(SWITCHED_CSRS.mideleg),
  medeleg: platform.readCsr(SWITCHED_CSRS.medeleg),
  sscratch: platform.readCsr(SWITCHED_CSRS.sscratch),
  sepc: platform.readCsr(SWITCHED_CSRS.sepc),
  scause: platform.readCsr(SWITCHED_CSRS.scause),
  stval: platform.readCsr(SWITCHED_CSRS.stval),
  scounteren: platform.readCsr(SWITCHED_CSRS.scounteren),
  fcsr: platform.readCsr(SWITCHED_CSRS.fcsr),
});

function trappedFrom(privilege: Privilege, mstatus: bigint): Privilege {
  return privilege === M_MODE ? (Number((mstatus & MSTATUS_MPP) >> MPP_SHIFT) as Privilege) : privilege;
}

/** Carries out an outcome. @returns the one that holds: another than `outcome` if the cache refused to lock a line */
export function carryOut<S>(platform: GptPlatform, entry: TrapEntry, outcome: Outcome<S>): Outcome<S> {
  const refused = outcome.effects.some((effect) => !apply(platform, effect));
  if (refused) {
    if (outcome.ifLockRefused === undefined) throw new Error("the cache refused a lock that the specification needs");
    return carryOut(platform, entry, outcome.ifLockRefused);
  }
  proceed(platform, entry.hart, outcome.next);
  return outcome;
}

/** @returns false if the hardware refused */
function apply(platform: GptPlatform, effect: Effect): boolean {
  switch (effect.kind) {
    case "write32":
      platform.writeBytes(effect.pa, new Uint8Array(new Uint32Array([effect.value]).buffer));
      return true;
    case "write64":
      platform.write64(effect.pa, effect.value);
      return true;
    case "writeBytes":
      platform.writeBytes(effect.pa, effect.bytes);
      return true;
    case "zero":
      zero(platform, effect);
      return true;
    case "copyPage":
      platform.copyPage(effect.destination, effect.source);
      return true;
    case "setPmp":
      onHarts(platform, effect, () => setPmp(platform, effect.entries));
      return true;
    case "setTvm":
      onHarts(platform, effect, () => platform.writeCsr(MSTATUS, platform.readCsr(MSTATUS) | MSTATUS_TVM));
      return true;
    case "setGpt":
      onHarts(platform, { everyHart: true }, () => {
        if (platform.gpt) Object.assign(platform.gpt, effect.bounds, { mode: "paper" });
      });
      return true;
    case "enclaveMode":
      if (platform.gpt) platform.gpt.enclaveMode = effect.on;
      return true;
    case "writeCsr":
      platform.writeCsr(effect.csr, effect.value);
      return true;
    case "pending":
      platform.writeCsr(MIP, (platform.readCsr(MIP) & ~effect.clear) | effect.set);
      return true;
    case "enable":
      platform.writeCsr(MIE, (platform.readCsr(MIE) & ~effect.clear) | effect.set);
      return true;
    case "timeCompare":
      platform.timeCompare = effect.time;
      return true;
    case "flushTlb":
      platform.flushTlb();
      return true;
    case "shootDown":
      platform.shootDown();
      return true;
    // of the monitor's making: personal-monitor.ts
    case "interrupt":
      return true;
    case "lockLines":
      return platform.lockLines(effect.pa, effect.byteLen);
    case "unlockLines":
      platform.unlockLines(effect.pa, effect.byteLen);
      return true;
  }
}

function onHarts(platform: Platform, { everyHart = false }: { readonly everyHart?: boolean }, body: () => void): void {
  if (everyHart) for (const hart of platform.harts) hart.select(body);
  else body();
}

/** Whole pages cost what is backed and not what is zeroed: a region may be as large as RAM. */
function zero(platform: Platform, span: Span): void {
  const { from, to } = pagesOf(span);
  if (span.pa % PAGE_SIZE !== 0 || span.byteLen % PAGE_SIZE !== 0) platform.zero(span.pa, span.byteLen);
  else for (const page of platform.backedPages(from, to)) platform.zero(paOfPage(page), PAGE_SIZE);
}

/** pmpcfg0 holds the bytes of entries 0 to 7, pmpcfg2 those of 8 to 15; entries that are not listed keep theirs. */
function setPmp(platform: Platform, entries: readonly PmpEntry[]): void {
  for (const [csr, first] of PMP_CONFIGS) {
    const own = entries.flatMap(pmpRegisters).filter(({ index }) => index >= first && index < first + 8);
    if (own.length === 0) continue;
    let config = platform.readCsr(csr);
    for (const entry of own) {
      platform.writeCsr(PMPADDR0 + entry.index, pmpAddress(entry));
      const shift = BigInt((entry.index - first) * 8);
      config = (config & ~(0xffn << shift)) | (BigInt(pmpConfig(entry)) << shift);
    }
    platform.writeCsr(csr, config);
  }
}

/** mret: the hart leaves M-mode. */
function proceed(platform: Platform, trapped: Hart, next: Next): void {
  if (next.kind === "advance") {
    for (const [register, value] of next.writes) if (register !== 0) platform.x[register] = BigInt.asUintN(64, value);
    platform.pc = advanced(trapped).pc;
    platform.privilege = trapped.privilege;
    return;
  }
  const { hart } = next;
  platform.x.set(hart.x);
  platform.f.set(hart.f);
  for (const name of switchedCsrs) platform.writeCsr(SWITCHED_CSRS[name], hart.csrs[name]);
  // behind the write of fcsr, which makes FS Dirty
  platform.writeCsr(MSTATUS, withPreviousPrivilege(hart.csrs.mstatus, hart.privilege));
  platform.pc = hart.pc;
  platform.privilege = hart.privilege;
  if (next.kind === "switch") platform.flushTlb();
}
