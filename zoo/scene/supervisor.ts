/**
 * What S-mode and U-mode may access on a FakePlatform: Sv39 walk, PMP, and in GPT mode `paper` the walker's check.
 * Written apart from the monitor's own walk, so that one mistake does not hide in both.
 */
import { PMPADDR0, PMPCFG0, PMPCFG2, SATP } from "../../assembly/csr.gen.ts";
import { type Pa, pa } from "../../core/units.ts";
import type { FakePlatform } from "./platform.ts";

export type Access = "read" | "write" | "execute";

/** @returns the physical address, or why the access traps */
export function translateAs(platform: FakePlatform, privilege: 0 | 1, va: bigint, access: Access): Pa | string {
  const satp = platform.readCsr(SATP);
  if (satp >> 60n === 0n) return pmpAllows(platform, pa(Number(va)), access) ? pa(Number(va)) : "access fault";
  let table = Number(satp & ((1n << 44n) - 1n)) * 4096;
  for (let level = 2; level >= 0; level--) {
    if (!gptAllows(platform, level, table)) return "gpt violation";
    const at = pa(table + Number((va >> BigInt(12 + 9 * level)) & 511n) * 8);
    if (!isRam(platform, at) || !pmpAllows(platform, at, "read")) return "access fault";
    const entry = platform.read64(at);
    if ((entry & 1n) === 0n || entry >> 54n !== 0n) return "page fault";
    const target = Number((entry >> 10n) & ((1n << 44n) - 1n)) * 4096;
    if ((entry & 0b1110n) === 0n) {
      table = target;
      continue;
    }
    const needed = { read: 0b10n, write: 0b100n, execute: 0b1000n }[access];
    const isUser = (entry & 16n) !== 0n;
    if ((entry & needed) === 0n || isUser !== (privilege === 0)) return "page fault";
    const size = 2 ** (12 + 9 * level);
    if (target % size !== 0) return "page fault";
    const found = pa(target + Number(va % BigInt(size)));
    return isRam(platform, found) && pmpAllows(platform, found, access) ? found : "access fault";
  }
  return "page fault";
}

const isRam = (platform: FakePlatform, at: Pa): boolean =>
  at >= platform.ramBase && at < platform.ramBase + platform.ramSize;

function pmpAllows(platform: FakePlatform, at: Pa, access: Access): boolean {
  for (let index = 0; index < 16; index++) {
    const config = Number((platform.readCsr(index < 8 ? PMPCFG0 : PMPCFG2) >> BigInt(8 * (index % 8))) & 0xffn);
    const address = platform.readCsr(PMPADDR0 + index);
    if ((config & 0x18) === 0x08) {
      const from = index === 0 ? 0n : platform.readCsr(PMPADDR0 + index - 1);
      if (BigInt(at) >> 2n < from || BigInt(at) >> 2n >= address) continue;
      return (config & { read: 1, write: 2, execute: 4 }[access]) !== 0;
    }
    if ((config & 0x18) !== 0x18) continue;
    // Trailing ones of pmpaddr: n of them mean 2^(n + 3) bytes.
    const size = (address ^ (address + 1n)) + 1n;
    const base = (address & ~(size / 2n - 1n)) << 2n;
    if (BigInt(at) < base || BigInt(at) >= base + size * 4n) continue;
    return (config & { read: 1, write: 2, execute: 4 }[access]) !== 0;
  }
  return false;
}

function gptAllows({ gpt }: FakePlatform, level: number, table: number): boolean {
  if (gpt.mode !== "paper" || gpt.enclaveMode) return true;
  const [from, to] = [
    [gpt.pteBase, gpt.end],
    [gpt.pmdBase, gpt.pteBase],
    [gpt.hptBase, gpt.pmdBase],
  ][level]!;
  return table >= from! && table < to!;
}
