/**
 * Which interrupt is taken, and where to: random mip, mie, mideleg, mstatus, privilege and vectors against a model. RISC-V
 * Privileged Architecture 20240411, §3.1.6.1, §3.1.8, §3.1.9 and §10.1.3.
 */
import { beforeAll, describe, expect, it } from "vitest";
import * as csr from "../../assembly/csr.gen.ts";
import { CSR_MIP } from "../../assembly/layout.ts";
import type { Machine } from "../../core/machine.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "../../core/snapshot.ts";
import { Random } from "../../zoo/scene/random.ts";
import { CODE, openPmp, place, RAM } from "../assembly/place.ts";

/** Interrupts "are handled in the following decreasing priority order: MEI, MSI, MTI, SEI, SSI, STI" */
const ORDER = [11n, 3n, 7n, 9n, 1n, 5n];
const SUPERVISOR = 0x222n;
const [SIE, MIE] = [2n, 8n];
const [MTVEC, STVEC] = [BigInt(RAM + 0x4000), BigInt(RAM + 0x5000)];

interface State {
  readonly privilege: 0 | 1 | 3;
  readonly mip: bigint;
  readonly mie: bigint;
  readonly mideleg: bigint;
  readonly mstatus: bigint;
}

/** "An interrupt i will trap to M-mode [...] if all of the following are true", and for S-mode alike. */
function model({ privilege, mip, mie, mideleg, mstatus }: State): { to: "M" | "S"; number: bigint } | undefined {
  for (const to of ["M", "S"] as const) {
    const level = to === "M" ? 3 : 1;
    const isEnabled = privilege < level || (privilege === level && (mstatus & (to === "M" ? MIE : SIE)) !== 0n);
    const mine = mip & mie & (to === "M" ? ~mideleg : mideleg);
    const number = ORDER.find((candidate) => (mine >> candidate) & 1n);
    if (isEnabled && number !== undefined) return { to, number };
  }
  return undefined;
}

describe("Machine-level ISA: 3.1.9 interrupts against a model", () => {
  let machine: Machine;
  let fresh: Snapshot;
  beforeAll(async () => {
    machine = await place("loop: j loop", { mode: "firmware" });
    openPmp(machine);
    fresh = takeSnapshot(machine);
  });

  const some = (random: Random, of: bigint): bigint => BigInt(random.word()) & of;

  it("are taken as it says, with cause, pc, previous state and vector, in 4,000 states", () => {
    const met = new Map<string, number>();
    for (let seed = 1; seed <= 4000; seed++) {
      const random = new Random(seed);
      restoreSnapshot(machine, fresh);
      const state: State = {
        privilege: random.pick([0, 1, 3] as const),
        mip: some(random, 0xaaan),
        mie: some(random, 0xaaan),
        mideleg: some(random, SUPERVISOR),
        mstatus: some(random, SIE | MIE),
      };
      const vectored = some(random, 3n);
      machine.writeCsr(csr.MTVEC, MTVEC | (vectored & 1n));
      machine.writeCsr(csr.STVEC, STVEC | (vectored >> 1n));
      machine.writeCsr(csr.MIE, state.mie);
      machine.writeCsr(csr.MIDELEG, state.mideleg);
      machine.writeCsr(csr.MSTATUS, state.mstatus);
      machine.privilege = state.privilege;
      // lines of the CLINT and the PLIC: software cannot write them
      new DataView(machine.core.memory.buffer).setBigUint64(CSR_MIP, state.mip & ~0x80n, true);
      machine.timeCompare = (state.mip & 0x80n) === 0n ? (1n << 64n) - 1n : 0n;
      expect(machine.readCsr(csr.MIP)).toBe(state.mip);
      machine.step();

      const expected = model(state);
      const outcome = expected === undefined ? "none" : `${expected.to}${expected.number}`;
      met.set(outcome, (met.get(outcome) ?? 0) + 1);
      if (expected === undefined) {
        expect([machine.pc, machine.privilege], `seed ${seed}`).toEqual([BigInt(CODE), state.privilege]);
        continue;
      }
      const isM = expected.to === "M";
      const [tvec, isVectored] = isM ? [MTVEC, vectored & 1n] : [STVEC, vectored >> 1n];
      const [cause, epc, tval] = isM ? [csr.MCAUSE, csr.MEPC, csr.MTVAL] : [csr.SCAUSE, csr.SEPC, csr.STVAL];
      expect([machine.pc, machine.privilege], `seed ${seed}`).toEqual([
        tvec + isVectored * 4n * expected.number,
        isM ? 3 : 1,
      ]);
      expect([cause, epc, tval].map((number) => machine.readCsr(number))).toEqual([
        (1n << 63n) | expected.number,
        BigInt(CODE),
        0n,
      ]);
      const enable = isM ? MIE : SIE;
      const stack = isM ? (state.mstatus & MIE) << 4n : (state.mstatus & SIE) << 4n;
      const previous = isM ? BigInt(state.privilege) << 11n : BigInt(state.privilege) << 8n;
      expect(machine.readCsr(csr.MSTATUS) & (isM ? 0x1888n : 0x122n)).toBe(stack | previous);
      expect(machine.readCsr(csr.MSTATUS) & enable).toBe(0n);
    }
    for (const outcome of ["none", "M11", "M3", "M7", "M9", "M1", "M5", "S9", "S1", "S5"])
      expect(met.get(outcome) ?? 0, outcome).toBeGreaterThan(20);
  });
});
