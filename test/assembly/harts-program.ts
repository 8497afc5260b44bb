/** Machines whose harts run one bare-metal program; a0 is mhartid, as firmware boots. */
import { Machine, type MachineOptions } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { CODE, put, RAM } from "./place.ts";

/** Where programs of several harts keep what they share. */
export const SHARED = pa(RAM + 0x10_0000);

/** A machine in firmware mode whose harts are all about to run `source` with a0 = mhartid and s0 = SHARED. */
export async function together(
  source: string,
  harts: number,
  options: Partial<Omit<MachineOptions, "harts">> = {},
): Promise<Machine> {
  const machine = await Machine.create({ mode: "firmware", ramSize: 2 ** 24, harts, ...options });
  put(machine, CODE, source);
  for (const hart of machine.harts) {
    hart.pc = BigInt(CODE);
    hart.x[10] = BigInt(hart.index);
    hart.x[8] = BigInt(SHARED);
  }
  return machine;
}

/** Text that ends the machine with the exit code in `register`. */
export const exitWith = (register: string): string => `
  slli t6, ${register}, 16
  li t5, 0x3333
  or t6, t6, t5
  li t5, 0x100000
  sw t6, 0(t5)
  j .`;

/** Text that waits for good. */
export const sleep = "park: wfi\n j park";
