/**
 * Every defence of the whole system by the name that a user gives to switch it off: the monitor's, the memory
 * encryption engine's, and cache-line locking.
 */
import { UserError } from "../core/user-error.ts";
import { ALL_DEFENCES as DRAM_DEFENCES, type Defences as DramDefences } from "../hw-model/mmt.ts";
import { ALL_DEFENCES as MONITOR_DEFENCES, type Defences as MonitorDefences } from "../monitor/penglai-tvm/defences.ts";

export interface DefenceSwitches {
  readonly monitor: Partial<MonitorDefences>;
  readonly dram: Partial<DramDefences>;
  readonly lineLock: boolean;
}

const LINE_LOCK = "line-lock";
const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const namesOf = <T extends object>(defences: T) =>
  new Map((Object.keys(defences) as (keyof T & string)[]).map((key) => [kebab(key), key]));

const MONITOR = namesOf(MONITOR_DEFENCES);
const DRAM = namesOf(DRAM_DEFENCES);

/** All names, in kebab case: `pmp-on-page-table-area`, `mac`, `line-lock`, … */
export const DEFENCE_NAMES: readonly string[] = [...MONITOR.keys(), ...DRAM.keys(), LINE_LOCK];

/** @throws UserError for a name that is none */
export function switchOff(names: readonly string[]): DefenceSwitches {
  const unknown = names.find((name) => !DEFENCE_NAMES.includes(name));
  if (unknown !== undefined)
    throw new UserError(`there is no defence "${unknown}"`, `name one of: ${DEFENCE_NAMES.join(", ")}`);
  const off = <T>(keys: ReadonlyMap<string, T>): T[] => names.flatMap((name) => keys.get(name) ?? []);
  return {
    monitor: Object.fromEntries(off(MONITOR).map((key) => [key, false])),
    dram: Object.fromEntries(off(DRAM).map((key) => [key, false])),
    lineLock: !names.includes(LINE_LOCK),
  };
}
