/** What `monitor explain` says of an access is what the machine does with it. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { MSECCFG, MSTATUS, PMPADDR0, PMPCFG0, SATP } from "../../assembly/csr.gen.ts";
import { Machine } from "../../core/machine.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "../../core/snapshot.ts";
import { pa, va } from "../../core/units.ts";
import { translate } from "../../debug/guest-memory.ts";
import { refusalOf } from "../../debug/verdict.ts";
import { Random } from "../../zoo/scene/random.ts";
import { RAM } from "../assembly/place.ts";

const [ROOT, MIDDLE, LAST, DATA] = [RAM + 0x1000, RAM + 0x2000, RAM + 0x3000, RAM + 0x4000];
const VA = va(0x4000_0010n);
let machine: Machine;
let empty: Snapshot;

beforeAll(async () => {
  machine = await Machine.create({ mode: "firmware", ramSize: 2 ** 20 });
  empty = takeSnapshot(machine);
});

/** Tables with a random leaf, PMP entries around tables and page, random status. */
function setUp(random: Random): void {
  restoreSnapshot(machine, empty);
  machine.write64(pa(ROOT + 8), (BigInt(MIDDLE) >> 2n) | 1n);
  machine.write64(pa(MIDDLE), (BigInt(LAST) >> 2n) | 1n);
  machine.write64(pa(LAST), (BigInt(DATA) >> 2n) | 0xc0n | BigInt(random.between(0, 31)) | 1n);
  if (random.chance(2)) machine.writeCsr(SATP, (8n << 60n) | BigInt(ROOT / 4096));
  machine.writeCsr(MSTATUS, BigInt(random.between(0, 3)) << 18n);
  machine.writeCsr(MSECCFG, BigInt(random.pick([0, 0, 4, 5, 6, 7])));
  // the tables stay readable and writable for the walker, else every answer would be the same
  const entries = [0x1f, random.word() & 0x9f, random.word() & 0x9f];
  machine.writeCsr(PMPADDR0, BigInt(random.chance(6) ? LAST : DATA) >> 2n);
  machine.writeCsr(PMPADDR0 + 1, BigInt(DATA + random.pick([0, 16, 4096])) >> 2n);
  machine.writeCsr(PMPADDR0 + 2, (BigInt(DATA) >> 2n) | BigInt(random.pick([0x1ff, 0x3, 0x7fff_ffff])));
  machine.writeCsr(PMPCFG0, BigInt((entries[1]! << 8) | (entries[2]! << 16) | 0x0f) & 0xffffffn);
}

describe("the verdict on an access", () => {
  it("is the machine's own, whatever tables, PMP and status say", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
        const random = new Random(seed);
        setUp(random);
        const privilege = random.pick([0, 1, 3] as const);
        const access = random.pick(["read", "write", "execute"] as const);
        machine.privilege = privilege;
        const isBare = machine.readCsr(SATP) === 0n;
        const address = privilege === 3 || isBare ? va(BigInt(DATA) + 0x10n) : VA;
        const hart = machine.harts[0]!;
        const told = refusalOf({ machine, hart }, translate(machine.memory, hart, address), privilege, access);
        const made =
          access === "read"
            ? machine.loadAs(privilege, address, 2)
            : access === "write"
              ? machine.storeAs(privilege, address, new Uint8Array(2))
              : machine.fetchAs(privilege, address, 2);
        expect(told === undefined, told).toBe(made.ok);
        if (!made.ok) expect(told?.startsWith("page")).toBe([12n, 13n, 15n].includes(made.cause));
        seen.add(`${privilege} ${access} ${made.ok}`);
      }),
      { numRuns: 2000, seed: 3 },
    );
    expect(seen.size).toBe(18);
  });
});
