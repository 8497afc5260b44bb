/**
 * The walker and its slow twin over random trees: every field of every entry on the way may be wrong, tables overlap and
 * point at themselves, satp, SUM, MXR, PBMTE and ADUE vary.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { MENVCFG, SATP, SSTATUS } from "../../assembly/csr.gen.ts";
import type { AccessFault } from "../../core/guest-access.ts";
import type { Machine } from "../../core/machine.ts";
import { pa, va } from "../../core/units.ts";
import { Random } from "../../zoo/scene/random.ts";
import { place, RAM } from "../assembly/place.ts";
import { type Kind, type Outcome, type Translation, translate } from "./walk-model.ts";

const TABLES = RAM + 0x10_0000;
const TABLE_COUNT = 5;
const [SUM, MXR] = [1n << 18n, 1n << 19n];
const [ADUE, PBMTE] = [1n << 61n, 1n << 62n];
const RAM_END = RAM + 2 ** 28;

const below = (random: Random, end: number): number => random.between(0, end - 1);

const page = (random: Random): bigint =>
  random.chance(12)
    ? random.pick([0n, 0xfff_ffff_ffffn, 0x80000n - 1n, BigInt(RAM_END) >> 12n, 0x8_0000_0000n])
    : BigInt(TABLES / 4096 + below(random, TABLE_COUNT));

/** An entry that is right often enough for walks to come to an end, and wrong in each way often enough. */
function entry(random: Random): bigint {
  const flags = random.chance(2) ? 0x01n : random.pick([0xcfn, 0xdfn, 0xd7n, 0xc9n, 0x0fn, 0x1fn, 0x4fn, 0x43n, 0x59n]);
  let pte = (page(random) << 10n) | flags;
  if (flags !== 1n && random.chance(3)) {
    // superpages of every level, aligned and not, and the form of Svnapot
    const low = BigInt(random.pick([9, 18, 27, 4]));
    pte = (((page(random) >> low) << low) << 10n) | flags | (random.chance(4) ? 1n << (10n + low - 1n) : 0n);
    if (low === 4n && random.chance(2)) pte |= 1n << 63n;
  }
  if (random.chance(8)) pte ^= 1n << BigInt(below(random, 64));
  if (random.chance(8)) pte |= BigInt(random.between(1, 3)) << 61n;
  return BigInt.asUintN(64, pte);
}

const FLIPPED = 1n << 47n;

function address(random: Random): bigint {
  const index = (): bigint => BigInt(random.pick([0, 1, 2, 256, 511]));
  const low =
    (index() << 39n) | (index() << 30n) | (index() << 21n) | (index() << 12n) | BigInt(8 * below(random, 512));
  const canonical = BigInt.asUintN(64, BigInt.asIntN(random.pick([39, 48]), low));
  return random.chance(10) ? canonical ^ (FLIPPED << BigInt(below(random, 16))) : canonical;
}

describe("Sv39 and Sv48: the walker and a step-by-step model of §10.3.2", () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await place("ecall");
  });

  function access(kind: Kind, privilege: 0 | 1, at: bigint): { ok: true } | AccessFault {
    if (kind === "fetch") return machine.fetchAs(privilege, va(at), 4);
    return kind === "load"
      ? machine.loadAs(privilege, va(at), 8)
      : machine.storeAs(privilege, va(at), new Uint8Array(8).fill(0xa5));
  }

  const isRam = (at: bigint): boolean => at >= BigInt(RAM) && at + 8n <= BigInt(RAM_END);
  const read64 = (at: bigint): bigint | undefined => (isRam(at) ? machine.read64(pa(Number(at))) : undefined);

  function newTables(random: Random): void {
    for (let table = 0; table < TABLE_COUNT; table++)
      for (const index of [0, 1, 2, 256, 511]) machine.write64(pa(TABLES + table * 4096 + 8 * index), entry(random));
  }

  function check(seed: number): string {
    const random = new Random(seed);
    newTables(random);
    const t: Translation = {
      satp: (random.chance(2) ? 8n << 60n : 9n << 60n) | (BigInt(below(random, 4)) << 44n) | BigInt(TABLES / 4096),
      privilege: random.chance(2) ? 0 : 1,
      sum: random.chance(2),
      mxr: random.chance(2),
      pbmte: random.chance(2),
      adue: random.chance(2),
      read64,
    };
    machine.writeCsr(SATP, t.satp);
    machine.writeCsr(SSTATUS, (t.sum ? SUM : 0n) | (t.mxr ? MXR : 0n));
    machine.writeCsr(MENVCFG, (t.pbmte ? PBMTE : 0n) | (t.adue ? ADUE : 0n));
    const kind = random.pick<Kind>(["load", "store", "fetch"]);
    const at = address(random);
    const expected: Outcome = translate(t, at, kind);
    const got = access(kind, t.privilege, at);
    if (!expected.ok) {
      expect(got, `seed ${seed}`).toEqual({ ok: false, cause: expected.cause, tval: at });
      return `${kind} ${expected.cause}`;
    }
    if (!isRam(expected.pa)) {
      expect(got, `seed ${seed}`).toMatchObject({ ok: false, cause: { load: 5n, store: 7n, fetch: 1n }[kind] });
      return `${kind} outside`;
    }
    expect(got.ok, `seed ${seed}`).toBe(true);
    expect(machine.core.exports.translatedAddress(), `seed ${seed}`).toBe(expected.pa);
    // the store itself may have gone over the entry
    if (kind !== "store" || expected.pa !== expected.pteAt)
      expect(machine.read64(pa(Number(expected.pteAt))), `seed ${seed}`).toBe(expected.pte);
    return `${kind} ok`;
  }

  it("come to the same address, cause and entry on 20,000 random translations", () => {
    const met = new Map<string, number>();
    for (let seed = 1; seed <= 20_000; seed++) {
      const outcome = check(seed);
      met.set(outcome, (met.get(outcome) ?? 0) + 1);
    }
    // the generator is not blind: each outcome of each kind of access was met often
    for (const kind of ["load", "store", "fetch"])
      for (const outcome of ["ok", { load: 13, store: 15, fetch: 12 }[kind], { load: 5, store: 7, fetch: 1 }[kind]])
        expect(met.get(`${kind} ${outcome}`), `${kind} ${outcome}`).toBeGreaterThan(50);
  });
});
