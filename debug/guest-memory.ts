/**
 * Memory as a debugger reads and writes it: at the addresses that the hart's own instructions have now, so virtual ones
 * while satp translates and the privilege is below M; otherwise physical. "What is there": neither permissions of the
 * entries nor PMP nor the Guarded Page Table are asked, and looking leaves no accessed bit, no watch and no device register
 * behind. Writes are seen by fetches. RISC-V Privileged Architecture 20240411, §10.3 to §10.5 and chapter 11 (Svnapot).
 */
import { SATP } from "../assembly/csr.gen.ts";
import type { PhysicalMemory } from "../core/physical-memory.ts";
import { IntegrityError, M_MODE } from "../core/platform.ts";
import { canonical, isLeaf, isValid, pageOf, rootLevelOf, rootOf } from "../core/sv39.ts";
import { PAGE_SIZE, type Pa, pa, pageNoOf, paOfPage, type Va, va } from "../core/units.ts";
import { UserError } from "../core/user-error.ts";
import type { DebugHart } from "./debug-hart.ts";
import { type Entry, isRam, walk } from "./page-walk.ts";

/** Where an address leads, with the page-table entries on the way, or why it leads nowhere. */
export type Translation =
  | { readonly ok: true; readonly pa: Pa; readonly entries: readonly Entry[] }
  | { readonly ok: false; readonly why: string; readonly entries: readonly Entry[] };

const NAPOT = 1n << 63n;
/** 64 KiB: "NAPOT" entries give the low four bits of the page number to the virtual address. */
const NAPOT_PAGES = 16;

/** @param address as the hart's next instruction would use it */
export function translate(memory: PhysicalMemory, hart: DebugHart, address: Va): Translation {
  const satp = hart.readCsr(SATP);
  const root = rootLevelOf(satp);
  if (hart.privilege === M_MODE || root === undefined) {
    return address <= BigInt(Number.MAX_SAFE_INTEGER)
      ? { ok: true, pa: pa(Number(address)), entries: [] }
      : { ok: false, why: "no physical address is as large", entries: [] };
  }
  if (canonical(address, root) !== address)
    return { ok: false, why: "its upper bits do not repeat the highest one that is translated", entries: [] };
  return leafOf(walk(memory, rootOf(satp), address, root), address);
}

function leafOf(entries: readonly Entry[], address: Va): Translation {
  const last = entries.at(-1);
  if (last === undefined) return { ok: false, why: "the root table that satp names is not RAM", entries };
  const { level, pte } = last;
  if (!isValid(pte)) return { ok: false, why: `the entry at level ${level} is not valid`, entries };
  if (!isLeaf(pte)) return { ok: false, why: "the tables end without a leaf", entries };
  const span = 512 ** level * PAGE_SIZE;
  const napot = level === 0 && (pte & NAPOT) !== 0n ? NAPOT_PAGES * PAGE_SIZE : span;
  const first = Math.floor(paOfPage(pageOf(pte)) / napot) * napot;
  if (napot === span && first !== paOfPage(pageOf(pte)))
    return { ok: false, why: `the superpage of level ${level} is not aligned`, entries };
  return { ok: true, pa: pa(first + Number(address & BigInt(napot - 1))), entries };
}

/** @returns as many of the bytes as are there, from the first on */
export function readGuest(memory: PhysicalMemory, hart: DebugHart, address: Va, byteLen: number): Uint8Array {
  const bytes = new Uint8Array(byteLen);
  for (let done = 0; done < byteLen; ) {
    const at = va(address + BigInt(done));
    const length = Math.min(byteLen - done, PAGE_SIZE - Number(at & 0xfffn));
    const target = translate(memory, hart, at);
    if (!target.ok || !isRam(memory, target.pa)) return bytes.subarray(0, done);
    bytes.set(readPhysical(memory, target.pa, length), done);
    done += length;
  }
  return bytes;
}

/** @param address in RAM, with all bytes in its page */
export function readPhysical(memory: PhysicalMemory, address: Pa, byteLen: number): Uint8Array {
  const offset = address % PAGE_SIZE;
  return memory.peek(pageNoOf(address)).subarray(offset, offset + byteLen);
}

/** All of the bytes or none. @returns false if one of them has no place, or its page does not verify */
export function writeGuest(memory: PhysicalMemory, hart: DebugHart, address: Va, bytes: Uint8Array): boolean {
  const pieces: { readonly at: Pa; readonly bytes: Uint8Array }[] = [];
  for (let done = 0; done < bytes.length; ) {
    const at = va(address + BigInt(done));
    const length = Math.min(bytes.length - done, PAGE_SIZE - Number(at & 0xfffn));
    const target = translate(memory, hart, at);
    if (!target.ok || !isRam(memory, target.pa) || !memory.verify(pageNoOf(target.pa))) return false;
    pieces.push({ at: target.pa, bytes: bytes.subarray(done, done + length) });
    done += length;
  }
  try {
    for (const piece of pieces) memory.writeBytes(piece.at, piece.bytes);
    return true;
  } catch (error) {
    // no frame of host memory is left, or the page has been tampered with
    if (error instanceof UserError || error instanceof IntegrityError) return false;
    throw error;
  }
}
