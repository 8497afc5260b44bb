/**
 * Time and interrupts of several harts: one mtime for all, a timer and a software interrupt for each, WFI, and what a hart
 * that never gives up can do to the others. SiFive FU540 manual, chapter 9; RISC-V Volume I, 20240411, section 8.1.
 */
import { describe, expect, it } from "vitest";
import { MIE, MSTATUS, MTVEC } from "../../assembly/csr.gen.ts";
import type { Hart } from "../../core/hart.ts";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { exitWith, SHARED, sleep, together } from "./harts-program.ts";

const CLINT = 0x200_0000;
const MSI = 3n;
const MTI = 7n;

/** Enables the machine interrupt on every hart; taken ones go to 0x1000 bytes behind SHARED, where they park. */
function enable(machine: Machine, interrupt: bigint): void {
  for (const hart of machine.harts) {
    hart.writeCsr(MTVEC, machine.harts[0]!.pc + 0x800n);
    hart.writeCsr(MIE, 1n << interrupt);
    hart.writeCsr(MSTATUS, 8n);
  }
}

describe("mtime", () => {
  it.each([1, 7, 1000])("is one for all harts and never goes back, with a quantum of %i", async (quantum) => {
    // each hart reads time under a lock and compares it with what the one before it read
    const machine = await together(
      `li s2, 300
       loop: li t0, 1
       lock: amoswap.w t1, t0, 8(s0)
       bnez t1, lock
       csrr t2, time\n ld t3, 0(s0)\n bltu t2, t3, back\n sd t2, 0(s0)
       amoswap.w zero, zero, 8(s0)
       addi s2, s2, -1\n bnez s2, loop
       ${sleep}
       back: li a1, 1\n ${exitWith("a1")}`
        .replaceAll("8(s0)", "(s3)")
        .replace("li s2", "addi s3, s0, 8\n li s2"),
      4,
      { quantum },
    );
    expect(machine.run(1_000_000).kind).toBe("idle");
    expect(machine.read64(SHARED)).toBeGreaterThan(100n);
    expect(machine.time).toBe(machine.cycles / 10n);
  });
});

describe("a timer", () => {
  // it rings in the midst of the stopped hart's turn: clock 580 of turns of 100 cycles, two harts, 10 cycles a tick
  it.each(["stopped", "waiting"] as const)("that rings for a hart that is %s holds nobody up", async (state) => {
    const machine = await together("wfi\n loop: addi s1, s1, 1\n j loop", 2, { quantum: 100 });
    const [first, second] = machine.harts as [Hart, Hart];
    first.pc += 4n;
    second.timeCompare = 29n;
    second.writeCsr(MIE, 1n << MTI);
    if (state === "stopped") second.stop();
    expect(machine.run(1000).kind).toBe("budget");
    expect([first.x[9], first.cycles, second.cycles]).toEqual([500n, 1000n, 1000n]);
    expect(second.retired > 0n).toBe(state === "waiting");
  });

  it("of each hart rings for that hart, when it is due", async () => {
    const source = `csrr s1, time\n wfi\n csrr s2, time\n ${sleep}`;
    const machine = await together(source, 3, { quantum: 50 });
    for (const hart of machine.harts) {
      hart.timeCompare = BigInt(1000 * (3 - hart.index));
      hart.writeCsr(MIE, 1n << MTI);
    }
    expect(machine.run(1_000_000).kind).toBe("budget");
    for (const { index, x } of machine.harts) {
      expect(x[18]).toBeGreaterThanOrEqual(BigInt(1000 * (3 - index)));
      expect(x[18]).toBeLessThan(BigInt(1000 * (3 - index) + 5));
    }
  });

  it("wakes its hart on time while another one computes", async () => {
    const machine = await together(`bnez a0, busy\n wfi\n csrr s2, time\n ${sleep}\n busy: j busy`, 2, {
      quantum: 100_000,
    });
    machine.harts[0]!.timeCompare = 12_345n;
    machine.harts[0]!.writeCsr(MIE, 1n << MTI);
    machine.run(300_000);
    expect(machine.harts[0]!.x[18]).toBe(12_345n);
  });

  it("that another hart sets", async () => {
    const machine = await together(
      `bnez a0, second\n wfi\n csrr s2, time\n j over\n second: li t0, ${CLINT + 0x4000}\n li t1, 500\n sd t1, 0(t0)\n over: csrw mie, zero\n ${sleep}`,
      2,
      { quantum: 5 },
    );
    machine.harts[0]!.writeCsr(MIE, 1n << MTI);
    expect(machine.run(100_000).kind).toBe("idle");
    expect(machine.harts[0]!.timeCompare).toBe(500n);
    expect([500n, 501n]).toContain(machine.harts[0]!.x[18]);
  });
});

describe("a software interrupt", () => {
  it("goes to the hart whose msip is written, and no other", async () => {
    const machine = await together(
      `bnez a0, wait\n li t0, ${CLINT}\n li t1, 1\n sw t1, 8(t0)\n lw s1, 8(t0)\n lw s2, 4(t0)\n wait: ${sleep}`,
      4,
      { quantum: 20 },
    );
    enable(machine, MSI);
    const handler = machine.harts[0]!.pc + 0x800n;
    machine.writeBytes(pa(Number(handler)), Uint8Array.of(0x6f, 0, 0, 0)); // j .
    machine.run(1000);
    expect(machine.harts.map(({ pc }) => pc === handler)).toEqual([false, false, true, false]);
    expect([machine.harts[0]!.x[9], machine.harts[0]!.x[18]]).toEqual([1n, 0n]);
  });

  it("of a hart that there is not reads as zero and is not written", async () => {
    const machine = await together(
      `li t0, ${CLINT}\n li t1, -1\n sd t1, 8(t0)\n ld s1, 8(t0)\n ld s2, 0(t0)\n li t0, ${CLINT + 0x4010}\n sd t1, 0(t0)\n ld s3, 0(t0)\n ${sleep}`,
      2,
    );
    machine.run(100);
    expect([9, 18, 19].map((register) => machine.harts[0]!.x[register])).toEqual([0n, 0n, 0n]);
  });

  it("comes through a storm: eight harts that do nothing but interrupt each other go on", async () => {
    // in M-mode with interrupts on: clear the own msip, count, set everybody's
    const machine = await together(
      `li t0, ${CLINT}\n la t1, handler\n csrw mtvec, t1\n li t1, 8\n csrw mie, t1\n csrrs zero, mstatus, t1
       li t2, 1
       storm: ${[0, 4, 8, 12, 16, 20, 24, 28].map((at) => `sw t2, ${at}(t0)`).join("\n")}
       j storm
       .align 2
       handler: slli t3, a0, 2\n add t3, t3, t0\n sw zero, 0(t3)\n addi s1, s1, 1\n mret`,
      8,
      { quantum: 33 },
    );
    expect(machine.run(20_000).kind).toBe("budget");
    for (const { x } of machine.harts) expect(x[9]).toBeGreaterThan(100n);
  });
});

describe("waiting", () => {
  it("is idle for good only when every hart waits for what cannot come, and says which hart was last", async () => {
    const machine = await together(
      `bnez a0, more\n ${sleep}\n more: li t0, 100\n spin: addi t0, t0, -1\n bnez t0, spin\n j park`,
      2,
    );
    expect(machine.run(100_000)).toEqual({ kind: "idle", hart: 1 });
    expect(machine.harts.map(({ state }) => state)).toEqual(["waiting", "running"]);
    expect(machine.run(100_000)).toEqual({ kind: "idle", hart: 1 });
  });

  it("costs no instructions, and its cycles are those of the others", async () => {
    const machine = await together(`bnez a0, busy\n ${sleep}\n busy: j busy`, 2, { quantum: 100 });
    expect(machine.run(100_000).kind).toBe("budget");
    expect(machine.harts.map(({ cycles }) => cycles)).toEqual([100_000n, 100_000n]);
    expect(machine.harts[0]!.retired).toBe(2n);
    expect(machine.current.index).toBe(1);
  });

  it("takes no longer than its fuel, whoever spins and however it is cut", async () => {
    const machine = await together("j .", 8, { quantum: 1 });
    for (let times = 0; times < 50; times++) expect(machine.run(13)).toEqual({ kind: "budget", hart: 7 });
    expect(machine.clock).toBe(50n * 13n * 8n);
  });

  it("of a stopped hart is ended by no interrupt", async () => {
    const machine = await together("addi s1, s1, 1\n j .", 2);
    machine.harts[1]!.stop();
    machine.harts[1]!.writeCsr(MIE, -1n);
    machine.harts[1]!.timeCompare = 0n;
    machine.run(1000);
    expect(machine.harts.map(({ x }) => x[9])).toEqual([1n, 0n]);
    for (const hart of machine.harts) hart.stop();
    expect(machine.run(1000).kind).toBe("idle");
  });
});
