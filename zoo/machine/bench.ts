/**
 * A small machine for the zoo: 4 MiB of RAM in monitor mode, PMP open, a program where it is told, traps as stops.
 */
import { PMPADDR0, PMPCFG0, SATP } from "../../assembly/csr.gen.ts";
import { assembleProgram } from "../../core/assembler.ts";
import { Machine } from "../../core/machine.ts";
import type { Privilege } from "../../core/platform.ts";
import { pteOf } from "../../core/sv39.ts";
import { PAGE_SIZE, type Pa, pa } from "../../core/units.ts";

export const RAM = pa(0x8000_0000);
const RAM_SIZE = 4 * 2 ** 20;
/** Pages with a purpose; the rest is data. */
export const CODE = pa(RAM + PAGE_SIZE);
export const DATA = pa(RAM + 0x10_0000);
export const TABLES = pa(RAM + 0x20_0000);

export const [NAPOT, TOR, R, L] = [0x18, 0x08, 1, 0x80] as const;
/** RWX. */
const ALL = 7;
const EVERYTHING = (1n << 54n) - 1n;
/** pmpaddr of a naturally aligned power of two. */
export const napot = (at: number, byteLen: number): bigint => (BigInt(at) >> 2n) | (BigInt(byteLen) / 8n - 1n);

export class MachineBench {
  readonly machine: Machine;

  private constructor(machine: Machine) {
    this.machine = machine;
    this.pmp([15, NAPOT | ALL, EVERYTHING]);
  }

  static async create(defects: readonly string[]): Promise<MachineBench> {
    return new MachineBench(await Machine.create({ mode: "monitor", ramSize: RAM_SIZE, defects }));
  }

  /** Writes entries and leaves the others as they are. */
  pmp(...entries: readonly (readonly [index: number, config: number, address: bigint])[]): void {
    const { machine } = this;
    for (const [index, config, address] of entries) {
      machine.writeCsr(PMPADDR0 + index, address);
      const number = PMPCFG0 + 2 * (index >> 3);
      const shift = BigInt(8 * (index & 7));
      machine.writeCsr(number, (machine.readCsr(number) & ~(0xffn << shift)) | (BigInt(config) << shift));
    }
  }

  /** Gigabyte leaves at root entries. @returns satp */
  root(page: number, ...leaves: readonly (readonly [index: number, target: number, flags: bigint])[]): bigint {
    const at = pa(TABLES + page * PAGE_SIZE);
    for (const [index, target, flags] of leaves) this.machine.write64(pa(at + 8 * index), pteOf(pa(target), flags));
    return (8n << 60n) | BigInt(at / PAGE_SIZE);
  }

  set satp(value: bigint) {
    this.machine.writeCsr(SATP, value);
  }

  put(at: Pa, source: string): void {
    this.machine.writeBytes(at, assembleProgram(source, BigInt(at)).bytes);
  }

  /** Runs from an address until a trap into M-mode. @returns its cause */
  run(at: bigint | number, privilege: Privilege): bigint {
    const { machine } = this;
    machine.pc = BigInt(at);
    machine.privilege = privilege;
    const stop = machine.run(1000);
    if (stop.kind !== "trap") throw new Error(`the program stopped with ${stop.kind}`);
    return stop.trap.cause;
  }

  read(at: number): bigint {
    return this.machine.read64(pa(at));
  }
}
