/** PMP and its slow twin over random writes of all 16 entries and of mseccfg, and random accesses near their edges. */
import { beforeAll, describe, expect, it } from "vitest";
import { MSECCFG, PMPADDR0, PMPCFG0, PMPCFG2 } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "../../core/snapshot.ts";
import { va } from "../../core/units.ts";
import { Random } from "../../zoo/scene/random.ts";
import { place, RAM } from "../assembly/place.ts";
import { type Access, ENTRIES, type Mode, PmpModel } from "./pmp-model.ts";

const WINDOW = 0x2000;
const PRIVILEGE = { U: 0, S: 1, M: 3 } as const;

/** pmpaddr of something near the window: an edge, a power of two around it, or anything at all. */
function address(random: Random): bigint {
  const word = BigInt((RAM + 4 * random.between(0, WINDOW / 4)) / 4);
  const ones = (1n << BigInt(random.between(0, 12))) - 1n;
  if (random.chance(10)) return BigInt.asUintN(64, random.value());
  return random.chance(2) ? word : (word & ~((ones << 1n) | 1n)) | ones;
}

describe("Smepmp and PMP: the core and a model that looks at every byte", () => {
  let machine: Machine;
  let fresh: Snapshot;
  beforeAll(async () => {
    machine = await place("ecall", { mode: "firmware" });
    fresh = takeSnapshot(machine);
  });

  function write(random: Random, model: PmpModel): void {
    const what = random.between(0, 9);
    if (what < 5) {
      const index = random.between(0, ENTRIES - 1);
      const value = address(random);
      model.writeAddress(index, value);
      machine.writeCsr(PMPADDR0 + index, value);
    } else if (what < 9) {
      const first = random.pick([0, 8]);
      // a locked entry in one of eight, else everything is locked soon
      const bytes = Array.from({ length: 8 }, () => random.between(0, 0x7f) | (random.chance(8) ? 0x80 : 0));
      for (const [index, byte] of bytes.entries()) model.writeConfig(first + index, byte);
      machine.writeCsr(first === 0 ? PMPCFG0 : PMPCFG2, new BigUint64Array(Uint8Array.from(bytes).buffer)[0]!);
    } else {
      const value = random.chance(2) ? BigInt(random.between(0, 7)) : 4n;
      model.writeMseccfg(value);
      machine.writeCsr(MSECCFG, value);
    }
  }

  function compareRegisters(model: PmpModel, seed: number): void {
    const addresses = Array.from({ length: ENTRIES }, (_, index) => machine.readCsr(PMPADDR0 + index));
    const configs = [PMPCFG0, PMPCFG2].flatMap((csr) => [
      ...new Uint8Array(BigUint64Array.of(machine.readCsr(csr)).buffer),
    ]);
    expect({ addresses, configs, mseccfg: machine.readCsr(MSECCFG) }, `seed ${seed}`).toEqual({
      addresses: model.address,
      configs: model.cfg,
      mseccfg: model.mseccfg,
    });
  }

  function access(random: Random, model: PmpModel, seed: number): string {
    const mode = random.pick<Mode>(["M", "S", "U"]);
    const kind = random.pick<Access>(["r", "w", "x"]);
    const byteLen = kind === "x" ? 2 : random.pick([1, 2, 4, 8]);
    const aligned = RAM + random.between(0, WINDOW / 8 - 1) * 8;
    // misaligned too, within a page: an access across pages is two
    const at = kind === "x" || (aligned & 0xff8) === 0xff8 ? aligned : aligned + random.pick([0, 0, 4, 2, 1]);
    const expected = model.allows(BigInt(at), byteLen, kind, mode);
    const where = va(BigInt(at));
    const got =
      kind === "x"
        ? machine.fetchAs(PRIVILEGE[mode], where, byteLen)
        : kind === "r"
          ? machine.loadAs(PRIVILEGE[mode], where, byteLen)
          : machine.storeAs(PRIVILEGE[mode], where, new Uint8Array(byteLen));
    expect(got.ok, `seed ${seed}: ${mode} ${kind}${byteLen} at ${at.toString(16)}`).toBe(expected);
    const phase = (model.mseccfg & 1n) === 1n ? "MML" : "plain";
    return `${phase} ${mode} ${kind} ${expected}`;
  }

  it("keep the same registers and come to the same verdict on 18,000 accesses in 600 histories", () => {
    const met = new Map<string, number>();
    for (let seed = 1; seed <= 600; seed++) {
      const random = new Random(seed);
      restoreSnapshot(machine, fresh);
      const model = new PmpModel();
      for (let round = 0; round < 10; round++) {
        for (let count = 0; count < 4; count++) write(random, model);
        compareRegisters(model, seed);
        for (let count = 0; count < 3; count++) {
          const outcome = access(random, model, seed);
          met.set(outcome, (met.get(outcome) ?? 0) + 1);
        }
      }
    }
    for (const phase of ["plain", "MML"])
      for (const mode of ["M", "S", "U"])
        for (const kind of ["r", "w", "x"])
          for (const verdict of [true, false]) {
            const outcome = `${phase} ${mode} ${kind} ${verdict}`;
            expect(met.get(outcome) ?? 0, outcome).toBeGreaterThan(20);
          }
  });
});
