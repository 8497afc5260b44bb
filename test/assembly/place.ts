/** Machines with a few instructions in RAM, for directed tests. */
import { Machine, type MachineOptions } from "../../core/machine.ts";
import type { Trap } from "../../core/platform.ts";
import { type Pa, pa } from "../../core/units.ts";
import { bytesOf } from "./encode.ts";

export const RAM = 0x8000_0000;
/** Where directed tests put their code. */
export const CODE = pa(RAM + 0x1000);
/** PMP entry 15 as NAPOT over everything, all permissions: what S and U need to do anything at all. */
const EVERYTHING = 0x1fn << 56n;
const PMPCFG2 = 0x3a2;
const PMPADDR15 = 0x3bf;

/** A machine at `CODE`, in M-mode (firmware) or in S-mode with all of memory open (monitor). */
export async function place(words: readonly number[], options: Partial<MachineOptions> = {}): Promise<Machine> {
  const machine = await Machine.create({ mode: "monitor", ramSize: 2 ** 28, ...options });
  putCode(machine, CODE, words);
  machine.pc = BigInt(CODE);
  if (machine.mode === "monitor") {
    machine.writeCsr(PMPADDR15, (1n << 54n) - 1n);
    machine.writeCsr(PMPCFG2, EVERYTHING);
    machine.privilege = 1;
  }
  return machine;
}

export function putCode(machine: Machine, address: Pa, words: readonly number[]): void {
  machine.writeBytes(address, bytesOf(words));
}

/** Runs until a trap enters M-mode. @throws Error if something else ends the run */
export function trapOf(machine: Machine, budget = 1000): Trap {
  const stop = machine.run(budget);
  if (stop.kind !== "trap")
    throw new Error(`expected a trap, met ${JSON.stringify(stop)} at 0x${machine.pc.toString(16)}`);
  return stop.trap;
}

/** Registers from a list of numbers and values. */
export function setRegisters(machine: Machine, values: Readonly<Record<number, bigint | number>>): void {
  for (const [register, value] of Object.entries(values))
    machine.x[Number(register)] = BigInt.asUintN(64, BigInt(value));
}
