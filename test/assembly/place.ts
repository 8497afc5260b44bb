/** Machines with a few lines of assembly in RAM, for directed tests. */
import { PMPADDR15, PMPCFG2 } from "../../assembly/csr.gen.ts";
import { assembleProgram } from "../../core/assembler.ts";
import { Machine, type MachineOptions } from "../../core/machine.ts";
import type { Trap } from "../../core/platform.ts";
import { type Pa, pa } from "../../core/units.ts";

export const RAM = 0x8000_0000;
/** Where directed tests put their code. */
export const CODE = pa(RAM + 0x1000);
/** PMP entry 15 as NAPOT over everything, all permissions: what S and U need to do anything at all. */
const EVERYTHING = 0x1fn << 56n;

/**
 * A machine about to run `source` at CODE: in monitor mode (the default) in S-mode with all of memory open, in firmware
 * mode in M-mode as it comes out of reset.
 */
export async function place(source: string, options: Partial<MachineOptions> = {}): Promise<Machine> {
  const machine = await Machine.create({ mode: "monitor", ramSize: 2 ** 28, ...options });
  put(machine, CODE, source);
  machine.pc = BigInt(CODE);
  if (machine.mode === "monitor") {
    openPmp(machine);
    machine.privilege = 1;
  }
  return machine;
}

/** Puts assembled code into RAM. @returns addresses of its labels */
export function put(machine: Machine, address: Pa, source: string): ReadonlyMap<string, bigint> {
  const { bytes, symbols } = assembleProgram(source, BigInt(address));
  machine.writeBytes(address, bytes);
  return symbols;
}

export function openPmp(machine: Machine): void {
  machine.writeCsr(PMPADDR15, (1n << 54n) - 1n);
  machine.writeCsr(PMPCFG2, EVERYTHING);
}

/** Runs until a trap enters M-mode. @throws Error if something else ends the run */
export function trapOf(machine: Machine, budget = 1000): Trap {
  const stop = machine.run(budget);
  if (stop.kind === "trap") return stop.trap;
  throw new Error(`expected a trap, met ${stop.kind} at 0x${machine.pc.toString(16)}`);
}

const ABI_NAMES =
  "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6".split(" ");

/** A register by its ABI name. */
export function x(machine: Machine, name: string): bigint {
  const value = machine.x[ABI_NAMES.indexOf(name)];
  if (value === undefined) throw new Error(`no register ${name}`);
  return value;
}

export function setRegisters(machine: Machine, values: Readonly<Record<string, bigint | number>>): void {
  for (const [name, value] of Object.entries(values))
    machine.x[ABI_NAMES.indexOf(name)] = BigInt.asUintN(64, BigInt(value));
}
