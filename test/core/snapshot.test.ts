import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MTVEC } from "../../assembly/csr.gen.ts";
import * as layout from "../../assembly/layout.ts";
import { Machine } from "../../core/machine.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "../../core/snapshot.ts";
import { describeDifference, diffSnapshots } from "../../core/snapshot-diff.ts";
import { type PageNo, pa } from "../../core/units.ts";
import { loadRandom, newMachine } from "../assembly/random-machine.ts";

const differences = (a: Snapshot, b: Snapshot): string[] => diffSnapshots(a, b).map(describeDifference);
const RAM = pa(0x8000_0000);
const RAM_PAGE = 0x80000 as PageNo;

describe.each(["functional", "timed"] as const)("snapshots of a %s machine", (flavour) => {
  it("run N, snapshot, run M ends as restore, run M does, on this machine and on another", async () => {
    const [machine, other] = [await newMachine(flavour), await newMachine(flavour)];
    const empty = takeSnapshot(machine);
    fc.assert(
      fc.property(fc.nat(), fc.nat(3000), fc.nat(3000), (seed, n, m) => {
        restoreSnapshot(machine, empty);
        loadRandom(machine, seed);
        machine.run(n);
        const middle = takeSnapshot(machine);
        machine.run(m);
        const end = takeSnapshot(machine);
        for (const replayed of [machine, other]) {
          restoreSnapshot(replayed, middle);
          expect(differences(middle, takeSnapshot(replayed))).toEqual([]);
          replayed.run(m);
          expect(differences(end, takeSnapshot(replayed))).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("a snapshot", () => {
  it("does not change when its machine runs on", async () => {
    const machine = await newMachine();
    loadRandom(machine, 7);
    const snapshot = takeSnapshot(machine);
    const copy = structuredClone(snapshot);
    machine.run(3000);
    expect(differences(snapshot, copy)).toEqual([]);
    expect(differences(snapshot, takeSnapshot(machine))).not.toEqual([]);
  });

  it("gives back pages that were written after it, and frames that pages shared", async () => {
    const machine = await newMachine();
    machine.write64(RAM, 1n);
    machine.copyPage((RAM_PAGE + 1) as PageNo, RAM_PAGE);
    machine.copyPage((RAM_PAGE + 2) as PageNo, RAM_PAGE);
    const [snapshot, frames] = [takeSnapshot(machine), machine.framesInUse];
    for (const page of [1, 2, 9]) machine.write64(pa(RAM + 4096 * page), 5n);
    expect(machine.framesInUse).toBe(frames + 3);
    restoreSnapshot(machine, snapshot);
    expect([0, 1, 2, 9].map((page) => machine.read64(pa(RAM + 4096 * page)))).toEqual([1n, 1n, 1n, 0n]);
    expect(machine.framesInUse).toBe(frames);
  });

  it("holds characters that nobody has read yet", async () => {
    const [machine, other] = [await newMachine(), await newMachine()];
    machine.type(new TextEncoder().encode("typed"));
    restoreSnapshot(other, takeSnapshot(machine));
    expect(takeSnapshot(other).typed).toEqual(new TextEncoder().encode("typed"));
  });

  it("turns HTIF on where it was on", async () => {
    const [machine, other] = [await newMachine(), await newMachine()];
    machine.setHtif(RAM, 0);
    machine.writeBytes(pa(RAM + 0x1000), Uint8Array.of(0x23, 0x30, 0x55, 0x00)); // sd t0, 0(a0)
    machine.pc = BigInt(RAM + 0x1000);
    machine.x[10] = BigInt(RAM);
    machine.x[5] = 7n;
    restoreSnapshot(other, takeSnapshot(machine));
    expect(other.run(10)).toEqual({ kind: "exit", code: 3 });
  });

  it.each([
    ["flavour", { flavour: "timed" }],
    ["mode", { mode: "monitor" }],
    ["ramSize", { ramSize: 2 ** 25 }],
    ["ramBase", { ramBase: pa(0x8000_1000) }],
    ["harts", { harts: 2 }],
  ] as const)("is refused by a machine with another %s", async (name, options) => {
    const snapshot = takeSnapshot(await newMachine());
    const other = await Machine.create({ mode: "firmware", ramSize: 2 ** 24, ...options });
    expect(() => restoreSnapshot(other, snapshot)).toThrow(name);
    expect(differences(snapshot, takeSnapshot(other))[0]).toContain(`configuration ${name}`);
  });

  it("is refused when it is of another version", async () => {
    const machine = await newMachine();
    expect(() => restoreSnapshot(machine, { ...takeSnapshot(machine), version: 0 })).toThrow("version 0");
  });
});

describe("differences", () => {
  it("name registers, CSRs, and the first byte of each page", async () => {
    const machine = await newMachine();
    const before = takeSnapshot(machine);
    machine.x[10] = 0x2an;
    machine.pc = 0x8000_1234n;
    machine.writeCsr(MTVEC, 0x8000_0100n);
    machine.writeBytes(pa(RAM + 0x5008), Uint8Array.of(0, 7, 8));
    expect(differences(before, takeSnapshot(machine))).toEqual([
      "register x10: 0x0 and 0x2a",
      "register pc: 0x80000000 and 0x80001234",
      "csr mtvec: 0x0 and 0x80000100",
      "byte 0x80005009: 0x0 and 0x7",
    ]);
  });

  it("name registers and flags of the floating-point unit", async () => {
    const machine = await newMachine();
    const before = takeSnapshot(machine);
    const memory = new DataView(machine.core.memory.buffer);
    memory.setBigUint64(layout.HART_F + 8 * 31, 0x3ff0_0000_0000_0000n, true);
    memory.setUint8(layout.HART_FFLAGS, 0x11);
    memory.setUint8(layout.HART_FRM, 4);
    expect(differences(before, takeSnapshot(machine))).toEqual([
      "register f31: 0x0 and 0x3ff0000000000000",
      "csr fflags: 0x0 and 0x11",
      "csr frm: 0x0 and 0x4",
    ]);
  });

  it("ignore a page of zeros", async () => {
    const machine = await newMachine();
    const before = takeSnapshot(machine);
    machine.write64(RAM, 0n);
    expect(differences(before, takeSnapshot(machine))).toEqual([]);
  });

  it("name lines of the caches", async () => {
    const machine = await newMachine("timed");
    const before = takeSnapshot(machine);
    machine.core.exports.touchLine(BigInt(RAM + 64), 0);
    const named = differences(before, takeSnapshot(machine));
    expect(named.filter((line) => line.startsWith("cache")).map((line) => line.split(":")[0])).toEqual([
      "cache L1D set 1 line 0",
      "cache L2 set 1 line 0",
      "cache cost or count at 0x40a010",
      "cache cost or count at 0x40a018",
    ]);
  });

  it("miss no field of the hart state", async () => {
    const machine = await newMachine();
    const snapshot = takeSnapshot(machine);
    // what restoring derives anew, or what two machines must have in common
    const unnamed = [
      "STATE_END",
      "HART_BUDGET",
      "HART_TLB",
      "HART_EXEC_TLB",
      "HART_FIRMWARE",
      "RAM_BASE",
      "RAM_SIZE",
      "HART_ID",
      "TURN_HARTS",
      "TURN_HART",
    ];
    const isField = /^(HART_|CSR_(?!VALUE)|PMP_|CLINT_|UART_REGS|HTIF_|RAM_|TURN_)/;
    const fields = Object.entries(layout).filter(([name]) => isField.test(name) && !unnamed.includes(name));
    expect(fields.length).toBeGreaterThan(35);
    for (const [name, at] of fields) {
      const hart = snapshot.hart.slice();
      hart[at - layout.HART]! ^= 1;
      expect(differences(snapshot, { ...snapshot, hart }), name).toHaveLength(1);
    }
  });
});
