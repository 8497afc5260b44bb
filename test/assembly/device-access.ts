/** Registers of devices as M-mode software reads and writes them: by one instruction of the machine each. */
import type { Machine } from "../../core/machine.ts";
import { CODE, put, setRegisters, x } from "./place.ts";

export interface Device {
  /** Loads `size` bytes, sign-extended. @param size default 4 */
  load(address: number, size?: Size): bigint;
  /** Stores the low `size` bytes. @param size default 4 */
  store(address: number, value: number | bigint, size?: Size): void;
}

type Size = 1 | 2 | 4 | 8;

const LETTER = { 1: "b", 2: "h", 4: "w", 8: "d" } as const;
const SIZES = [1, 2, 4, 8] as const;

/** @param machine one in firmware mode; its registers t0, t1 and its pc are used */
export function access(machine: Machine): Device {
  const loads = CODE + 0x100;
  const stores = CODE + 0x200;
  put(machine, loads as typeof CODE, SIZES.map((size) => `l${LETTER[size]} t1, 0(t0)\n nop`).join("\n"));
  put(machine, stores as typeof CODE, SIZES.map((size) => `s${LETTER[size]} t1, 0(t0)\n nop`).join("\n"));
  const one = (at: number, size: Size): void => {
    const before = machine.retired;
    machine.pc = BigInt(at + 8 * SIZES.indexOf(size));
    machine.privilege = 3;
    machine.step();
    if (machine.retired !== before + 1n) throw new Error(`an access of ${size} bytes trapped`);
  };
  return {
    load(address, size = 4) {
      setRegisters(machine, { t0: address });
      one(loads, size);
      return x(machine, "t1");
    },
    store(address, value, size = 4) {
      setRegisters(machine, { t0: address, t1: value });
      one(stores, size);
    },
  };
}
