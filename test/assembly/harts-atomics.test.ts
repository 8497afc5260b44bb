/**
 * LR/SC and AMOs of several harts. RISC-V Volume I, 20240411, sections 14.2 and 14.3. A store of another hart between LR
 * and SC is observed whatever it stores, and loops of LR/SC make progress for any quantum.
 */
import { describe, expect, it } from "vitest";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { SHARED, sleep, together } from "./harts-program.ts";
import { openPmp } from "./place.ts";

const TIMES = 50;

/** Each hart adds 1 to the word at SHARED, TIMES times. */
const COUNTERS: Readonly<Record<string, string>> = {
  "lr.w and sc.w": "again: lr.w t0, (s0)\n addi t0, t0, 1\n sc.w t1, t0, (s0)\n bnez t1, again",
  "lr.d and sc.d": "again: lr.d t0, (s0)\n addi t0, t0, 1\n sc.d t1, t0, (s0)\n bnez t1, again",
  "amoadd.w": "li t0, 1\n amoadd.w zero, t0, (s0)",
  "amocas.d": "ld t0, 0(s0)\n again: mv t2, t0\n addi t1, t0, 1\n amocas.d t0, t1, (s0)\n bne t0, t2, again",
  "a lock by amoswap.w.aq":
    "li t0, 1\n again: amoswap.w.aq t1, t0, 8(s0)\n bnez t1, again\n ld t2, 0(s0)\n addi t2, t2, 1\n sd t2, 0(s0)\n amoswap.w.rl zero, zero, 8(s0)",
  "a ticket lock":
    "addi t3, s0, 16\n li t0, 1\n amoadd.w t1, t0, (t3)\n wait: lw t2, 20(s0)\n bne t2, t1, wait\n ld t4, 0(s0)\n addi t4, t4, 1\n sd t4, 0(s0)\n addi t2, t2, 1\n sw t2, 20(s0)",
};

async function count(body: string, harts: number, quantum: number): Promise<Machine> {
  const source = `li s2, ${TIMES}\n loop:\n ${body.replaceAll("8(s0)", "(s3)")}\n addi s2, s2, -1\n bnez s2, loop\n ${sleep}`;
  const machine = await together(source.replace("li s2", "addi s3, s0, 8\n li s2"), harts, { quantum });
  expect(machine.run(1_000_000).kind).toBe("idle");
  return machine;
}

describe.each(Object.entries(COUNTERS))("a counter by %s", (_, body) => {
  it.each([1, 2, 3, 5, 7, 64, 10_000])("loses nothing with 8 harts and a quantum of %i", async (quantum) => {
    const machine = await count(body, 8, quantum);
    expect(machine.read64(SHARED)).toBe(BigInt(8 * TIMES));
  });
});

/** Text that takes 2 * times + 1 cycles. */
const spin = (label: string, times: number): string =>
  `li t0, ${times}\n ${label}: addi t0, t0, -1\n bnez t0, ${label}`;

/**
 * Hart 0 reserves in cycle 27 or so and tries to store in cycle 69, hart 1 does something in cycle 47. What hart 1 has
 * written before has filled its write TLB; turns of 10 cycles, and addresses that mean the same to both, keep it filled.
 */
async function between(
  other: string,
  { reserve = "lr.d a2, (s0)", conditional = "sc.d a1, s2, (s0)" } = {},
): Promise<Machine> {
  const machine = await together(
    `li s2, 7
     ld s4, 0(s0)
     sd s4, 0(s0)
     bnez a0, second
     ${spin("before", 10)}
     ${reserve}
     ${spin("between", 20)}
     ${conditional}
     ${sleep}
     second: ${spin("until", 20)}
     ${other}
     j park`,
    2,
    { quantum: 10 },
  );
  machine.write64(SHARED, 5n);
  for (const hart of machine.harts) hart.select(() => openPmp(machine));
  expect(machine.run(1000).kind).toBe("idle");
  return machine;
}

describe("a reservation", () => {
  it.each([
    ["the same value", "sd s4, 0(s0)"],
    ["a byte", "sb s4, 7(s0)"],
    ["a doubleword that covers its first byte only", "sd s4, -7(s0)"],
    ["over the end of the page before", "sd s4, -4(s0)"],
    ["by an AMO", "amoor.d zero, zero, (s0)"],
    ["by a store-conditional", "lr.d t1, (s0)\n sc.d t1, t1, (s0)"],
    ["by cbo.zero", "cbo.zero (s0)"],
  ])("is broken by another hart's store: %s", async (_, other) => {
    const machine = await between(other);
    expect(machine.harts[0]!.x[11]).toBe(1n);
  });

  it.each([
    ["elsewhere in the page", "sd s4, 8(s0)\n sd s4, -8(s0)"],
    ["nowhere: it loads", "ld t1, 0(s0)\n lr.d t1, (s0)"],
    ["nowhere: its own store-conditional fails", "sc.d t1, s2, (s0)"],
    ["nowhere: its compare-and-swap finds something else", "li t1, 99\n amocas.d t1, s2, (s0)"],
  ])("survives another hart that stores %s", async (_, other) => {
    const machine = await between(other);
    expect([machine.harts[0]!.x[11], machine.read64(SHARED)]).toEqual([0n, 7n]);
  });

  it("is broken by the walker of another hart, which sets accessed and dirty bits", async () => {
    const root = SHARED + 0x1000;
    // hart 1 loads through a leaf of 1 GiB for 0x8000_0000, the third entry of its root, with A and D clear
    const machine = await between(
      `li t1, ${(8n << 60n) | BigInt(root / 4096)}\n csrw satp, t1\n li t1, 0x21800\n csrrs zero, mstatus, t1\n li t1, 0x1000\n csrrc zero, mstatus, t1\n ld t1, 0(s0)`,
      {
        reserve: `li s5, ${root + 16}\n li s6, 0x20000007\n sd s6, 0(s5)\n lr.d a2, (s5)`,
        conditional: "sc.d a1, s2, (s5)",
      },
    );
    expect([machine.harts[0]!.x[11], machine.read64(pa(root + 16))]).toEqual([1n, 0x2000_0047n]);
  });

  it("is broken by the host, whosever turn it is", async () => {
    const machine = await together("lr.d t0, (s0)\n li t1, 9\n nop\n sc.d a1, t1, (s0)\n j .", 2, { quantum: 2 });
    machine.run(2);
    machine.write64(SHARED, 5n);
    machine.run(10);
    expect([machine.harts[0]!.x[11], machine.harts[1]!.x[11], machine.read64(SHARED)]).toEqual([1n, 1n, 5n]);
  });
});
