/**
 * Random page tables in a program's space. S sees its code, tables and data where they are; U sees code and data one
 * gibibyte above; superpages of both sizes show RAM elsewhere; the rest of the root is anything.
 */
import type { Random } from "../../../zoo/scene/random.ts";
import { PTE } from "./fields.ts";
import { ALIAS, GIGAPAGE, PAGE, RAM_BASE, SPACE, SPACE_SIZE, spaceOf, WILD_VA, WINDOW } from "./place.ts";

const { V, R, W, X, U, G, A, D } = PTE;

const N = 1n << 63n;
const PBMT_NC = 1n << 61n;
const PBMT_IO = 2n << 61n;

const pteOf = (pa: bigint, bits: bigint): bigint => ((pa >> 12n) << 10n) | bits;
const slot = (va: bigint, level: number): number => Number((va >> BigInt(12 + 9 * level)) & 0x1ffn) * 8;

/** Permissions of a leaf: mostly useful, sometimes reserved. */
function leafBits(random: Random): bigint {
  if (!random.chance(3)) return V | R | W | A | D;
  const permissions = random.pick([R | W, R | W, R | W | X, R, R | X, X, W, W | X, 0n, R | W]);
  const accessed = random.pick([A | D, A | D, A | D, A, D, 0n]);
  return permissions | accessed | (random.chance(12) ? 0n : V) | (random.chance(4) ? G : 0n);
}

const userBit = (random: Random, isUsers: boolean): bigint => (random.chance(6) !== isUsers ? U : 0n);

/**
 * Svnapot: a leaf of 64 KiB, which is a whole space, so each of its entries may be one. Svpbmt: a memory type, which means
 * nothing to a machine without caches; the reserved one is in deviations.ts.
 */
function kindOf(random: Random, pte: bigint): bigint {
  const napot = (pte & ~(0xfn << 10n)) | (8n << 10n) | N;
  const kind = random.chance(6) ? napot : pte;
  return random.chance(8) ? kind | random.pick([PBMT_NC, PBMT_IO]) : kind;
}

/** An entry that a walk finds on a path that nobody keeps in order. */
function wildEntry(random: Random, space: bigint): bigint {
  // not to the data, whose words would lead to tables where nothing is: "walk-nothing" in deviations.ts
  const table = space + BigInt(random.pick([SPACE.ROOT, SPACE.S_L1, SPACE.S_L0]));
  return random.pick([
    () => 0n,
    () => pteOf(table, V),
    () => pteOf(table, V | random.pick([A, D, U, G])),
    () => superpage(random, space, space, true),
    () => pteOf(BigInt(RAM_BASE), R | V | A | D | userBit(random, false)),
    // bits 60 to 54: see "reserved-pte-bits" in deviations.ts
    () => pteOf(table, V) | (1n << BigInt(random.between(61, 63))),
  ])();
}

/** An entry for `target`; should it come out as no leaf, it leads to a table, not to code: "reserved-pte-bits". */
function superpage(random: Random, space: bigint, target: bigint, isUsers: boolean): bigint {
  const bits = leafBits(random);
  const isLeaf = (bits & (R | W | X)) !== 0n;
  return pteOf(isLeaf ? target : space + BigInt(SPACE.S_L0), bits | userBit(random, isUsers));
}

/** Doublewords of the tables by their offset in the space. */
export function randomTables(random: Random, index: number): Map<number, bigint> {
  const memory = new Map<number, bigint>();
  const space = BigInt(spaceOf(index));
  const base = BigInt(RAM_BASE);
  const table = (offset: number): bigint => pteOf(space + BigInt(offset), V);
  // Sv48 has one level more, whose first entry leads to the root of Sv39
  memory.set(SPACE.ROOT48, table(SPACE.ROOT));
  memory.set(SPACE.ROOT48 + 8, wildEntry(random, space));
  memory.set(SPACE.ROOT + slot(base, 2), table(SPACE.S_L1));
  memory.set(SPACE.ROOT + slot(base + ALIAS, 2), table(SPACE.U_L1));
  const isUsers = random.chance(2);
  const giga = random.chance(6) ? 0x8020_0000n : base;
  memory.set(SPACE.ROOT + slot(GIGAPAGE, 2), superpage(random, space, giga, isUsers));
  memory.set(SPACE.ROOT + slot(WINDOW, 2), table(SPACE.WINDOW_L1));
  for (let va = WILD_VA; va < WILD_VA + 8n * 0x4000_0000n; va += 0x4000_0000n)
    memory.set(SPACE.ROOT + slot(va, 2), wildEntry(random, space));
  // the upper half
  for (const entry of [508, 511]) memory.set(SPACE.ROOT + 8 * entry, wildEntry(random, space));

  // the trampoline's superpage
  memory.set(SPACE.S_L1 + slot(base, 1), pteOf(base, V | R | X | A | D));
  memory.set(SPACE.S_L1 + slot(space, 1), table(SPACE.S_L0));
  memory.set(SPACE.U_L1 + slot(space, 1), table(SPACE.U_L0));
  for (let way = 0n; way < 4n; way++) {
    const megapage = (space & ~0x1f_ffffn) + (random.chance(8) ? 0x1000n : 0n);
    memory.set(SPACE.WINDOW_L1 + slot(WINDOW, 1) + Number(way) * 8, superpage(random, space, megapage, way < 2n));
  }
  const codeBits = V | R | X | A | D | (random.chance(2) ? W : 0n);
  for (let offset = 0; offset < SPACE_SIZE; offset += PAGE) {
    const pa = space + BigInt(offset);
    const isCode = offset < SPACE.ROOT;
    const isTable = !isCode && offset < SPACE.DATA;
    const dataOrNot = (pte: bigint): bigint => (isCode || isTable ? pte : kindOf(random, pte));
    const own = isCode ? codeBits : isTable ? V | R | W | A | D : leafBits(random);
    memory.set(SPACE.S_L0 + slot(pa, 0), dataOrNot(pteOf(pa, own | (isCode || isTable ? 0n : userBit(random, false)))));
    const users = isCode ? codeBits | U : isTable ? 0n : leafBits(random) | userBit(random, true);
    memory.set(SPACE.U_L0 + slot(pa, 0), dataOrNot(pteOf(pa, users)));
  }
  return memory;
}
