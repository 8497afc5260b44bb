/** Builds Sv39 and Sv48 page tables in a machine's RAM, entry by entry as the test wants them. Tables lie from 0x8010_0000 on. */
import { SATP } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import type { Level } from "../../core/sv39.ts";
import { type Pa, pa } from "../../core/units.ts";
import { RAM } from "./place.ts";

/** Bits of a leaf, V included. */
export const leaf = {
  r: 0x03n,
  w: 0x05n,
  x: 0x09n,
  rw: 0x07n,
  rx: 0x0bn,
  rwx: 0x0fn,
  u: 0x10n,
  g: 0x20n,
  a: 0x40n,
  d: 0x80n,
} as const;
/** A leaf that lets S do everything without the walker having to write. */
export const ALL = leaf.rwx | leaf.a | leaf.d;

export interface Tables {
  readonly root: Pa;
  /** Maps the page (level 0), megapage (1), gigapage (2) or terapage (3) of `address`. @param bits what `leaf` names */
  map(address: bigint, target: Pa, bits: bigint, level?: Level): void;
  /** Address of the entry that a walk for `address` reads at `level`; tables above it are made. */
  entryAt(address: bigint, level: Level): Pa;
  /** The table that holds the level's entry of `address` moves to `page`; of its entries only that one comes along. */
  placeTable(address: bigint, level: 0 | 1 | 2, page: Pa): void;
  use(): void;
}

const indexOf = (address: bigint, level: number): number => Number((address >> BigInt(12 + 9 * level)) & 0x1ffn);

export const sv39 = (machine: Machine): Tables => pageTables(machine, 2, 8n << 60n);
export const sv48 = (machine: Machine): Tables => pageTables(machine, 3, 9n << 60n);

function pageTables(machine: Machine, rootLevel: Level, mode: bigint): Tables {
  let tables = 0;
  const newTable = (): Pa => pa(RAM + 0x10_0000 + 4096 * tables++);
  const root = newTable();
  const entryAt = (address: bigint, level: Level): Pa => {
    let table = root;
    for (let at = rootLevel; at > level; at--) {
      const entry = pa(table + 8 * indexOf(address, at));
      if (machine.read64(entry) === 0n) machine.write64(entry, (BigInt(newTable()) >> 2n) | 1n);
      table = pa(Number((machine.read64(entry) >> 10n) << 12n));
    }
    return pa(table + 8 * indexOf(address, level));
  };
  return {
    root,
    entryAt,
    map(address, target, bits, level = 0) {
      machine.write64(entryAt(address, level), (BigInt(target) >> 2n) | bits);
    },
    placeTable(address, level, page) {
      const entry = entryAt(address, level);
      machine.write64(pa(page + (entry % 4096)), machine.read64(entry));
      machine.write64(entryAt(address, (level + 1) as Level), (BigInt(page) >> 2n) | 1n);
    },
    use() {
      machine.writeCsr(SATP, mode | BigInt(root / 4096));
    },
  };
}
