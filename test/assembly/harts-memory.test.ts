/**
 * What harts see of each other's stores: litmus tests, whose outcomes have to be those of sequential consistency (harts
 * take turns, which RVWMO allows); code that another hart has written; page tables that another hart has changed.
 */
import { describe, expect, it } from "vitest";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { SHARED, sleep, together } from "./harts-program.ts";
import { CODE, openPmp, put } from "./place.ts";

const X = "0(s0)";
const Y = "64(s0)";

interface Litmus {
  readonly name: string;
  /** What each hart does; it leaves what it saw in a2 and a3. */
  readonly harts: readonly string[];
  /** a2, a3 of each hart that must never be seen together. */
  isForbidden(seen: readonly (readonly [bigint, bigint])[]): boolean;
}

const LITMUS: readonly Litmus[] = [
  {
    name: "store buffering",
    harts: [`sd s1, ${X}\n ld a2, ${Y}`, `sd s1, ${Y}\n ld a2, ${X}`],
    isForbidden: ([a, b]) => a![0] === 0n && b![0] === 0n,
  },
  {
    name: "message passing",
    harts: [`sd s1, ${X}\n sd s1, ${Y}`, `ld a2, ${Y}\n ld a3, ${X}`],
    isForbidden: ([, b]) => b![0] === 1n && b![1] === 0n,
  },
  {
    name: "load buffering",
    harts: [`ld a2, ${X}\n sd s1, ${Y}`, `ld a2, ${Y}\n sd s1, ${X}`],
    isForbidden: ([a, b]) => a![0] === 1n && b![0] === 1n,
  },
  {
    name: "independent reads of independent writes",
    harts: [`sd s1, ${X}`, `sd s1, ${Y}`, `ld a2, ${X}\n ld a3, ${Y}`, `ld a2, ${Y}\n ld a3, ${X}`],
    isForbidden: ([, , c, d]) => c![0] === 1n && c![1] === 0n && d![0] === 1n && d![1] === 0n,
  },
  {
    name: "coherence of two reads",
    harts: [`sd s1, ${X}`, `ld a2, ${X}\n ld a3, ${X}`],
    isForbidden: ([, b]) => b![0] === 1n && b![1] === 0n,
  },
];

/** Runs the shape with every delay before each hart's part; @returns how many different outcomes there were */
async function outcomes({ harts, isForbidden }: Litmus, quantum: number): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let delays = 0; delays < 3 ** harts.length; delays++) {
    // the first accesses fill the TLBs
    const parts = harts.map((body, index) => {
      const delay = "nop\n ".repeat(Math.floor(delays / 3 ** index) % 3);
      return `h${index}: li s1, 1\n ld t0, ${X}\n ld t0, ${Y}\n ${delay}${body}\n j park`;
    });
    const machine = await together("", harts.length, { quantum });
    const symbols = put(machine, CODE, `${parts.join("\n")}\n ${sleep}`);
    for (const hart of machine.harts) hart.pc = symbols.get(`h${hart.index}`)!;
    expect(machine.run(1000).kind).toBe("idle");
    const values = machine.harts.map(({ x }) => [x[12]!, x[13]!] as const);
    expect(isForbidden(values), `${values}`).toBe(false);
    seen.add(`${values}`);
  }
  return seen;
}

describe.each(LITMUS)("$name", (litmus) => {
  it("has no outcome but those of one order of all accesses, and more than one of them", async () => {
    const seen = [...(await outcomes(litmus, 1)), ...(await outcomes(litmus, 2))];
    expect(new Set(seen).size).toBeGreaterThan(1);
  });
});

describe("what one hart changes", () => {
  it("is executed by another after its fence.i", async () => {
    // hart 0 turns the function's li a2, 1 into li a2, 2 while hart 1 has executed it and waits
    const machine = await together(
      `la s2, function
       bnez a0, second
       first: ld t0, 0(s0)\n beqz t0, first
       li t0, 0x00200613\n sw t0, 0(s2)\n fence rw, rw\n sd s2, 8(s0)
       park: wfi\n j park
       second: jalr ra, 0(s2)\n mv a3, a2\n sd s2, 0(s0)
       again: ld t0, 8(s0)\n beqz t0, again
       fence.i\n jalr ra, 0(s2)\n j park
       .align 2
       function: li a2, 1\n ret`,
      2,
      { quantum: 7 },
    );
    expect(machine.run(10_000).kind).toBe("idle");
    expect([machine.harts[1]!.x[13], machine.harts[1]!.x[12]]).toEqual([1n, 2n]);
  });

  it.each(["the same page tables", "page tables of their own"])(
    "in a page table is seen after sfence.vma: %s",
    async (whose) => {
      const machine = await translated(whose === "the same page tables");
      expect(machine.run(10_000).kind).toBe("idle");
      const [, second] = machine.harts;
      expect([second!.x[12], second!.x[13]]).toEqual([0x11n, 0x22n]);
    },
  );
});

/** Hart 1 reads 0x4000_0000 in S-mode's view, waits until hart 0 has remapped it, fences and reads again. */
async function translated(isShared: boolean): Promise<Machine> {
  const [root, ownRoot, middle] = [SHARED + 0x2000, SHARED + 0x3000, SHARED + 0x4000];
  const leaf = (to: number): bigint => ((BigInt(to) >> 12n) << 10n) | 0xcfn;
  const machine = await together(
    `li t1, ${(8n << 60n) | BigInt(root / 4096)}
     ${isShared ? "" : `beqz a0, mine\n li t1, ${(8n << 60n) | BigInt(ownRoot / 4096)}\n mine:`}
     csrw satp, t1
     li t1, 0x21800\n csrrs zero, mstatus, t1\n li t1, 0x1000\n csrrc zero, mstatus, t1
     li s2, 0x40000000
     bnez a0, second
     ld t2, 0(s2)
     first: ld t0, 0(s0)\n beqz t0, first
     li t1, ${leaf(0x8020_0000)}\n li t2, ${middle}\n sd t1, 0(t2)\n sfence.vma zero, zero\n sd s2, 8(s0)
     ${sleep}
     second: ld a2, 0(s2)\n sd s2, 0(s0)
     again: ld t0, 8(s0)\n beqz t0, again
     sfence.vma zero, zero\n ld a3, 0(s2)\n j park`,
    2,
    { quantum: 9 },
  );
  for (const table of [root, ownRoot]) {
    machine.write64(pa(table + 8), ((BigInt(middle) >> 12n) << 10n) | 1n);
    machine.write64(pa(table + 16), leaf(0x8000_0000));
  }
  for (const hart of machine.harts) hart.select(() => openPmp(machine));
  machine.write64(pa(middle), leaf(0x8040_0000));
  machine.write64(pa(0x8040_0000), 0x11n);
  machine.write64(pa(0x8020_0000), 0x22n);
  return machine;
}
