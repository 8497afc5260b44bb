/** Each mistake of core/machine-defects.ts, played. */
import { ECALL_FROM_S } from "../../assembly/cause.ts";
import { MSTATUS } from "../../assembly/csr.gen.ts";
import type { MachineDefectId } from "../../core/machine-defects.ts";
import { M_MODE, S_MODE, U_MODE } from "../../core/platform.ts";
import { PTE_A, PTE_D, PTE_R, PTE_U, PTE_V, PTE_W, PTE_X } from "../../core/sv39.ts";
import { PAGE_SIZE, va } from "../../core/units.ts";
import type { Witness } from "../witness.ts";
import { CODE, DATA, L, MachineBench, NAPOT, napot, R, RAM, TABLES, TOR } from "./bench.ts";

type Play = (bench: MachineBench) => boolean;

const witness =
  (id: MachineDefectId, play: Play): Witness =>
  async (isOn) =>
    play(await MachineBench.create(isOn ? [id] : []));

const reads = ({ machine }: MachineBench, at: number, byteLen = 1, privilege: 0 | 1 | 3 = S_MODE): boolean =>
  machine.loadAs(privilege, va(BigInt(at)), byteLen).ok;
const LEAF = PTE_V | PTE_R | PTE_A | PTE_D;
const NOTHING = NAPOT;

/** The first gigabyte of virtual addresses is RAM, mapped as `flags` say. */
const mapped = (bench: MachineBench, flags: bigint): void => {
  bench.satp = bench.root(0, [0, RAM, flags]);
};
/** Loads a0 from DATA. */
const LOAD = `li t0, ${DATA}\nld a0, 0(t0)\necall`;

export const MACHINE_WITNESSES: Readonly<Record<MachineDefectId, Witness>> = {
  H1: witness("H1", (bench) => {
    bench.pmp([0, 0, 0n], [1, TOR | R, 0n], [2, NOTHING, napot(DATA, PAGE_SIZE)]);
    return reads(bench, DATA);
  }),
  H2: witness("H2", (bench) => {
    bench.pmp([0, NOTHING, napot(DATA, PAGE_SIZE)]);
    return reads(bench, DATA);
  }),
  H3: witness("H3", (bench) => {
    bench.pmp([0, NAPOT | R, napot(DATA, 8)], [1, NOTHING, napot(DATA, PAGE_SIZE)]);
    return reads(bench, DATA + 4, 8);
  }),
  H4: witness("H4", (bench) => {
    bench.pmp([0, L | NOTHING, napot(DATA, PAGE_SIZE)]);
    return reads(bench, DATA, 1, M_MODE);
  }),
  H5: witness("H5", (bench) => {
    mapped(bench, LEAF);
    bench.pmp([0, NOTHING, napot(TABLES, PAGE_SIZE)]);
    return reads(bench, 0);
  }),
  H6: witness("H6", (bench) => {
    bench.put(CODE, LOAD);
    bench.run(CODE, S_MODE);
    bench.pmp([0, NOTHING, napot(DATA, PAGE_SIZE)]);
    return bench.run(CODE, S_MODE) === BigInt(ECALL_FROM_S);
  }),
  H7: witness("H7", (bench) => {
    bench.put(CODE, `li t0, ${DATA}\nld a0, 0(t0)\nld a1, 8(t0)\necall`);
    bench.pmp([0, NOTHING, napot(DATA + 8, 8)]);
    return bench.run(CODE, S_MODE) === BigInt(ECALL_FROM_S);
  }),
  H8: witness("H8", (bench) => {
    bench.pmp([15, 0, 0n]);
    return reads(bench, DATA);
  }),
  H9: witness("H9", (bench) => {
    const flags = LEAF | PTE_X | PTE_W;
    const [one, other] = [bench.root(0, [2, RAM, flags], [0, RAM, flags]), bench.root(1, [2, RAM, flags])];
    bench.put(CODE, `li t0, ${DATA - RAM}\nld a0, 0(t0)\necall`);
    bench.satp = one;
    bench.run(CODE, S_MODE);
    bench.satp = other;
    return bench.run(CODE, S_MODE) === BigInt(ECALL_FROM_S);
  }),
  H10: witness("H10", (bench) => {
    bench.put(DATA, "ecall");
    bench.pmp([0, NAPOT | R, napot(DATA, PAGE_SIZE)]);
    return bench.run(DATA, S_MODE) === BigInt(ECALL_FROM_S);
  }),
  H11: witness("H11", (bench) => {
    // stores "li a0, 2" over its own "li a0, 1", which it has executed before
    bench.put(CODE, "li a0, 1\nbeqz a1, end\nsw a2, 0(a3)\nfence.i\nli a1, 0\njalr zero, 0(a3)\nend: ecall");
    bench.machine.x[11] = 0n;
    bench.run(CODE, S_MODE);
    bench.machine.x.set([1n, 0x00200513n, BigInt(CODE)], 11);
    bench.run(CODE, S_MODE);
    return bench.machine.x[10] === 1n;
  }),
  H12: witness("H12", (bench) => {
    bench.put(CODE, "li a0, 1\necall");
    bench.run(CODE, S_MODE);
    bench.put(CODE, "li a0, 2\necall");
    bench.run(CODE, S_MODE);
    return bench.machine.x[10] === 1n;
  }),
  H19: witness("H19", (bench) => {
    mapped(bench, LEAF | PTE_U);
    bench.machine.writeCsr(MSTATUS, 0n);
    return reads(bench, 0);
  }),
  H20: witness("H20", (bench) => {
    mapped(bench, LEAF);
    return reads(bench, 0, 1, U_MODE);
  }),
  H21: witness("H21", (bench) => {
    mapped(bench, LEAF);
    return bench.machine.storeAs(S_MODE, va(0n), Uint8Array.of(1)).ok;
  }),
};
