/**
 * Ids of the bug zoo as a user writes them, sorted by who is to make the mistake: the monitor, the machine (H…) or the
 * memory encryption engine (X…). Case does not matter; `house:id`, as `atoll zoo` prints it, is taken, too.
 */
import { MACHINE_DEFECTS, type MachineDefectId } from "../core/machine-defects.ts";
import { nearestName } from "../core/nearest-name.ts";
import { UserError } from "../core/user-error.ts";
import { MMT_DEFECTS, type MmtDefectId } from "../hw-model/mmt-defects.ts";

export interface SortedDefects<Id> {
  readonly monitor: readonly Id[];
  readonly machine: readonly MachineDefectId[];
  readonly memory: readonly MmtDefectId[];
}

/**
 * @param name of the personality
 * @param own its table of mistakes
 * @param hasMemoryEncryption whether there is an engine that could make mistakes
 * @throws UserError for an id that none of them has
 */
export function sortDefects<Id extends string>(
  name: string,
  own: Readonly<Record<Id, unknown>>,
  ids: readonly string[],
  hasMemoryEncryption = false,
): SortedDefects<Id> {
  const memory = hasMemoryEncryption ? MMT_DEFECTS : {};
  const sorted = { monitor: [] as Id[], machine: [] as MachineDefectId[], memory: [] as MmtDefectId[] };
  for (const id of ids) {
    const house = id.includes(":") ? id.slice(0, id.indexOf(":")) : undefined;
    const is = (table: Readonly<Record<string, unknown>>, of: string): string | undefined =>
      house === undefined || house === of ? idIn(table, id.slice(id.indexOf(":") + 1)) : undefined;
    const [monitorId, machineId, memoryId] = [is(own, name), is(MACHINE_DEFECTS, "machine"), is(memory, "memory")];
    if (monitorId !== undefined) sorted.monitor.push(monitorId as Id);
    else if (machineId !== undefined) sorted.machine.push(machineId as MachineDefectId);
    else if (memoryId !== undefined) sorted.memory.push(memoryId as MmtDefectId);
    else throw unknown(name, id, [...Object.keys(own), ...Object.keys(MACHINE_DEFECTS), ...Object.keys(memory)]);
  }
  return sorted;
}

const idIn = (table: Readonly<Record<string, unknown>>, written: string): string | undefined =>
  Object.keys(table).find((id) => id.toLowerCase() === written.toLowerCase());

function unknown(name: string, id: string, known: readonly string[]): UserError {
  const nearest = nearestName(id, known);
  const mend = nearest === undefined ? "atoll zoo lists them" : `did you mean ${nearest}? atoll zoo lists them`;
  return new UserError(`${name} has no defect "${id}"`, mend);
}
