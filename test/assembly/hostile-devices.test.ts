/** Random accesses to devices and to the holes between them: each is done or an access fault, and nothing else happens. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MCAUSE } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { takeSnapshot } from "../../core/snapshot.ts";
import { CODE, place, put, setRegisters } from "./place.ts";

const LOADS = ["lb", "lhu", "lw", "ld"];
const STORES = ["sb", "sh", "sw", "sd"];
const ATOMICS = ["amoadd.w", "amoswap.d"];
const source = [
  ...LOADS.map((load) => `${load} t1, 0(t0)`),
  ...STORES.map((store) => `${store} t1, 0(t0)`),
  ...ATOMICS.map((atomic) => `${atomic} t1, t1, (t0)`),
].join("\n");
const COUNT = LOADS.length + STORES.length + ATOMICS.length;
const LOAD_FAULT = 5n;
const STORE_FAULT = 7n;

const base = fc.constantFrom(0, 0x10_0000, 0x200_0000, 0xc00_0000, 0x1000_0000, 0x1000_1000, 0x1010_0000, 0x7f00_0000);
const offset = fc.oneof(
  fc.nat(0x20),
  fc.nat(0x1_0000),
  fc.nat(0x60_0000),
  fc.constantFrom(0x4000, 0xbff8, 0x1000, 0x2000, 0x2080, 0x20_0000, 0x20_0004, 0x20_1004),
);
const step = fc.record({
  which: fc.nat(COUNT - 1),
  address: fc.tuple(base, offset).map(([from, by]) => from + by),
  value: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 255n })),
  typed: fc.uint8Array({ maxLength: 3 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** @returns kinds of ends: "done", "exit", or a cause */
function perform(machine: Machine, steps: readonly Step[]): Set<string> {
  const ends = new Set<string>();
  for (const { which, address, value, typed } of steps) {
    machine.type(typed);
    machine.pc = BigInt(CODE + 4 * which);
    machine.privilege = 3;
    setRegisters(machine, { t0: address, t1: value });
    const before = machine.retired;
    const { kind } = machine.step();
    if (kind === "exit") ends.add("exit");
    else if (machine.retired > before) ends.add("done");
    else ends.add(`${machine.readCsr(MCAUSE)}`);
  }
  return ends;
}

describe("random accesses to devices", () => {
  it("are done, or an access fault, and are the same on every machine", async () => {
    const met = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 200, maxLength: 400 }), async (steps) => {
        const machines = [await place("", { mode: "firmware" }), await place("", { mode: "firmware" })];
        const [one, other] = machines as [Machine, Machine];
        for (const machine of machines) put(machine, CODE, source);
        const frames = one.framesInUse;
        for (const end of perform(one, steps)) met.add(end);
        perform(other, steps);
        expect(one.framesInUse).toBe(frames);
        expect(takeSnapshot(one)).toEqual(takeSnapshot(other));
      }),
      { seed: 12, numRuns: 10, endOnFailure: true },
    );
    expect([...met].filter((end) => !["done", "exit", `${LOAD_FAULT}`, `${STORE_FAULT}`].includes(end))).toEqual(["6"]);
    expect(met.size).toBeGreaterThanOrEqual(4);
  });
});
