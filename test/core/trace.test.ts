import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { restoreSnapshot, takeSnapshot } from "../../core/snapshot.ts";
import { describeDifference, diffSnapshots } from "../../core/snapshot-diff.ts";
import { spikeLine } from "../../core/spike-log.ts";
import { attachTracer, traceRun } from "../../core/trace.ts";
import { place } from "../assembly/place.ts";
import { loadRandom, newMachine } from "../assembly/random-machine.ts";

describe("a traced run", () => {
  it("ends in the state of an untraced one, with a line for each instruction that retired", async () => {
    const machine = await newMachine();
    const empty = takeSnapshot(machine);
    fc.assert(
      fc.property(fc.nat(), fc.nat(2000), (seed, budget) => {
        restoreSnapshot(machine, empty);
        loadRandom(machine, seed);
        const start = takeSnapshot(machine);
        const before = machine.retired;
        machine.run(budget);
        const retired = Number(machine.retired - before);
        const plain = takeSnapshot(machine);
        restoreSnapshot(machine, start);
        let lines = 0;
        traceRun(machine, budget, () => lines++);
        expect(diffSnapshots(plain, takeSnapshot(machine)).map(describeDifference)).toEqual([]);
        expect(lines).toBe(retired);
      }),
      { numRuns: 15 },
    );
  });

  it("has no line for an instruction that trapped, and stops where a run stops", async () => {
    const machine = await place("li a0, 1\n ecall");
    const lines: string[] = [];
    attachTracer(machine, (line) => lines.push(line));
    expect(machine.run(10)).toMatchObject({ kind: "trap", trap: { cause: 9n } });
    expect(lines).toEqual(["core   0: 1 0x0000000080001000 (0x00100513) x10 0x0000000000000001"]);
  });

  it("shows what floating point does as Spike does: flags that are raised again, FS that becomes Dirty", async () => {
    const machine = await place(
      `li t0, 0x2000
       csrrs zero, sstatus, t0
       fcvt.d.w ft0, t0, rne
       fdiv.d ft1, ft0, ft2
       fdiv.d ft1, ft0, ft2
       feq.d a0, ft1, ft1
       fmv.x.d a1, ft0
       csrrwi zero, fcsr, 1
       csrr a2, fflags
       csrw sstatus, t0
       fdiv.d ft1, ft2, ft2
       fcvt.w.d a3, ft1
       ecall`,
    );
    const registers: string[] = [];
    attachTracer(machine, (line) => registers.push(line.match(/\) (.*)$/)?.[1]?.replaceAll(/0x0+(?=.)/g, "0x") ?? ""));
    machine.run(100);
    expect(registers).toEqual([
      "x5  0x2000",
      "c768_mstatus 0xa00002000",
      "f0  0x40c0000000000000 c768_mstatus 0x8000000a00006000",
      "f1  0x7ff0000000000000 c1_fflags 0x8",
      "f1  0x7ff0000000000000 c1_fflags 0x8",
      "x10 0x1",
      "x11 0x40c0000000000000",
      "c1_fflags 0x1 c2_frm 0x0",
      "x12 0x1",
      "c768_mstatus 0xa00002000",
      "f1  0x7ff8000000000000 c1_fflags 0x11 c768_mstatus 0x8000000a00006000",
      "c1_fflags 0x11 x13 0x7fffffff",
    ]);
  });

  it("ends when the tracer is taken off", async () => {
    const machine = await place("j .");
    const lines: string[] = [];
    const detach = attachTracer(machine, (line) => lines.push(line));
    machine.run(3);
    detach();
    machine.run(3);
    expect(lines).toHaveLength(3);
    expect(machine.retired).toBe(6n);
  });

  it("delivers the console and goes on when its ring is full", async () => {
    const machine = await place(
      "li t0, 0x10000000\n li t1, 33000\n loop: sb t1, 0(t0)\n addi t1, t1, -1\n bnez t1, loop\n ecall",
    );
    let characters = 0;
    machine.onConsole((bytes) => {
      characters += bytes.length;
    });
    expect(traceRun(machine, 200_000, () => {}).kind).toBe("trap");
    expect(characters).toBe(33000);
  });
});

describe("a line of Spike's commit log", () => {
  const base = { hart: 0, registers: [], privilege: 3, pc: 0x8000_0000n, word: 0x297, byteLen: 4 } as const;

  it.each([
    ["a register", { registers: [{ file: "x", number: 5, value: 0x8000_0000n }] }, " x5  0x0000000080000000"],
    ["a register of two digits", { registers: [{ file: "x", number: 10, value: 1n }] }, " x10 0x0000000000000001"],
    ["a CSR", { registers: [{ file: "csr", number: 768, value: 0xa_0000_0000n }] }, " c768_mstatus 0x0000000a00000000"],
    ["a load", { read: 0x1018n }, " mem 0x0000000000001018"],
    ["a store of a byte", { written: { address: 16n, value: -1n, byteLen: 1 } }, " mem 0x0000000000000010 0xff"],
    ["a store of a word", { written: { address: 16n, value: 1n, byteLen: 4 } }, " mem 0x0000000000000010 0x00000001"],
  ] as const)("shows %s", (_, effect, text) => {
    expect(spikeLine({ ...base, ...effect })).toBe(`core   0: 3 0x0000000080000000 (0x00000297)${text}`);
  });

  it("shows registers in the order of Spike's map: by number, then x, f, CSR", () => {
    const registers = [
      { file: "csr", number: 768, value: 0n },
      { file: "f", number: 4, value: 2n },
      { file: "csr", number: 1, value: 16n },
      { file: "x", number: 1, value: 1n },
    ] as const;
    const names = spikeLine({ ...base, registers }).match(/ [xfc]\d+/g);
    expect(names).toEqual([" x1", " c1", " f4", " c768"]);
  });

  it("names the hart in four places", () => {
    expect(spikeLine({ ...base, hart: 7 })).toMatch(/^core {3}7: 3 /);
  });

  it("shows a compressed instruction in four digits", () => {
    expect(spikeLine({ ...base, word: 0x4505, byteLen: 2 })).toBe("core   0: 3 0x0000000080000000 (0x4505)");
  });
});
