/**
 * Random state for a machine, as hostile as it comes: instruction words at every privilege, page tables that lead into
 * themselves, to devices and out of RAM, PMP and every other CSR with any value, registers that point to all of it.
 */
import { COMPRESSED, CSRS, INSTRUCTIONS } from "../../core/isa.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import type { Random } from "../../zoo/scene/random.ts";
import { openPmp, RAM } from "../assembly/place.ts";
import { wordOf } from "../core/legal-words.ts";

export const RAM_BYTES = 2 ** 22;
const PAGE = 4096;
const PAGES = RAM_BYTES / PAGE;
/** Code lies in the first pages, tables behind it; the last page is never given a frame by us. */
const CODE_PAGES = 6;
const TABLE_PAGES = 8;
const TABLES = RAM + CODE_PAGES * PAGE;
const SATP = 0x180;
const STVEC = 0x105;
const MTVEC = 0x305;
const GPT_FIRST = 0x7c0;
const GPT_LAST = 0x7c4;

/** Where something other than RAM may answer, and where nothing does. */
const DEVICES = [0x10_0000n, 0x200_0000n, 0x200_4000n, 0x200_bff8n, 0xc00_0000n, 0x1000_0000n, 0x1000_1000n, 0n, -8n];

const word64 = (random: Random): bigint => (BigInt(random.word()) << 32n) | BigInt(random.word());
const inRam = (random: Random): bigint => BigInt(RAM + random.between(0, RAM_BYTES - 1));

/** An address that means something to somebody, or nothing to anybody. */
function address(random: Random): bigint {
  switch (random.between(0, 5)) {
    case 0:
      return random.pick(DEVICES) + BigInt(random.between(0, 64));
    case 1:
      return word64(random);
    case 2:
      // the edge of a page
      return (inRam(random) & ~0xfffn) - BigInt(random.between(0, 8));
    case 3:
      return BigInt(TABLES + random.between(0, TABLE_PAGES * PAGE - 1));
    default:
      return inRam(random);
  }
}

/** What computes goes on; what transfers, traps soon. */
const CALM = INSTRUCTIONS.filter(({ kind }) => kind === "value");

/** One halfword stream: legal words of the tables, words with a bit flipped, and noise. */
function hostilePage(random: Random): Uint8Array {
  const halves = new Uint16Array(PAGE / 2);
  for (let at = 0; at < halves.length; ) {
    if (random.chance(3)) {
      halves[at++] = random.chance(4) ? random.word() : wordOf(random.pick(COMPRESSED), random.word());
      continue;
    }
    const row = random.pick(random.chance(2) ? CALM : INSTRUCTIONS);
    let word = random.chance(30) ? random.word() : wordOf(row, random.word());
    if (random.chance(30)) word ^= 1 << random.between(0, 31);
    halves[at++] = word;
    if (at < halves.length) halves[at++] = word >>> 16;
  }
  return new Uint8Array(halves.buffer);
}

/** A page-table entry: to a table, to a leaf of any size and permission, or noise. */
function hostilePte(random: Random): bigint {
  if (random.chance(8)) return word64(random);
  const target = random.chance(2) ? BigInt(TABLES + PAGE * random.between(0, TABLE_PAGES - 1)) : address(random);
  const bits = random.pick([0x01, 0x01, 0xcf, 0xdf, 0xcb, 0x0f, 0x5f, random.word() & 0x3ff]);
  const reserved = random.chance(16) ? BigInt(random.word()) << 54n : 0n;
  return BigInt.asUintN(64, (((target & 0xff_ffff_ffff_ffffn) >> 12n) << 10n) | BigInt(bits) | reserved);
}

function writeTables(machine: Machine, random: Random): void {
  for (let page = 0; page < TABLE_PAGES; page++) {
    const entries = BigUint64Array.from({ length: PAGE / 8 }, () => (random.chance(6) ? 0n : hostilePte(random)));
    machine.writeBytes(pa(TABLES + page * PAGE), new Uint8Array(entries.buffer));
  }
  if (random.chance(3)) return;
  // RAM where it is, so that the guest gets on: the third gigabyte as one leaf, below a first entry in Sv48
  const user = random.chance(2) ? 0x10n : 0n;
  for (let page = 0; page < TABLE_PAGES; page++) {
    const table = TABLES + page * PAGE;
    machine.write64(pa(table + 16), (BigInt(RAM) >> 2n) | 0xcfn | user);
    machine.write64(pa(table), (BigInt(TABLES) >> 2n) | 1n);
  }
}

function writeCsrs(machine: Machine, random: Random): void {
  for (const { number } of CSRS) {
    // the monitor's own registers are not the guest's to write
    const isReadOnly = number >>> 10 === 3 || (number >= GPT_FIRST && number <= GPT_LAST);
    // one that --isa leaves out is not there
    if (!isReadOnly && random.chance(3) && machine.core.exports.hostReadCsr(number))
      machine.writeCsr(number, random.chance(2) ? word64(random) : BigInt.asUintN(64, random.value()));
  }
  if (!random.chance(3)) openPmp(machine);
  if (!random.chance(3)) for (const vector of [MTVEC, STVEC]) machine.writeCsr(vector, codeAddress(random));
  const mode = random.pick([0n, 8n, 8n, 9n, 9n, 10n]);
  if (random.chance(3)) return;
  machine.writeCsr(SATP, (mode << 60n) | BigInt((TABLES >>> 12) + random.between(0, TABLE_PAGES - 1)));
}

/** Fills a machine that is empty. @param machine RAM of RAM_BYTES at RAM */
export function makeHostile(machine: Machine, random: Random): void {
  for (let page = 0; page < CODE_PAGES; page++) machine.writeBytes(pa(RAM + page * PAGE), hostilePage(random));
  writeTables(machine, random);
  if (random.chance(4)) machine.writeBytes(pa(RAM + (PAGES - 1) * PAGE), hostilePage(random));
  for (const hart of machine.harts) hart.select(() => makeHartHostile(machine, random));
}

function makeHartHostile(machine: Machine, random: Random): void {
  writeCsrs(machine, random);
  for (let register = 1; register < 32; register++)
    machine.x[register] = BigInt.asUintN(64, random.chance(3) ? random.value() : address(random));
  for (let register = 0; register < 32; register++) machine.f[register] = word64(random);
  machine.privilege = random.pick([0, 1, 3] as const);
  machine.pc = codeAddress(random);
}

/** Mostly of code. */
export const codeAddress = (random: Random): bigint =>
  random.chance(8)
    ? BigInt.asUintN(64, address(random))
    : BigInt(RAM + (random.between(0, CODE_PAGES * PAGE - 1) & ~1));
