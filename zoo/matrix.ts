/**
 * The kill matrix: which detector catches which mistake, and after how long. A detector that finds harm in the system as it
 * is would make its column worthless, so that is tried first.
 */
import type { Defect } from "../monitor/kernel/defect.ts";
import type { Detector, House, Kill } from "./house.ts";

/** One detector against one mistake. */
export interface Cell {
  readonly detector: string;
  readonly kill: Kill | undefined;
  readonly unit: string;
  /** Wall clock of the hunt, shortening included. */
  readonly ms: number;
}

export interface Row {
  readonly house: string;
  readonly id: string;
  readonly defect: Defect;
  readonly cells: readonly Cell[];
}

export interface MatrixOptions {
  readonly seed: number;
  /** Multiplies every detector's own budget. */
  readonly effort: number;
  /** Names of detectors; all if absent. */
  readonly detectors?: readonly string[];
  /** Stop at the first detector that kills. */
  readonly isFirstKillEnough?: boolean;
  /** Hears of each row as it is done. */
  readonly onRow?: (row: Row) => void;
}

/** A false alarm: a detector that finds harm where none is. */
export class FalseAlarm extends Error {
  override readonly name = "FalseAlarm";
}

/** @throws FalseAlarm if a detector kills the house as it is */
export async function killMatrix(
  house: House,
  ids: readonly string[],
  options: MatrixOptions,
): Promise<readonly Row[]> {
  const chosen = house.detectors.filter(({ name }) => options.detectors?.includes(name) ?? true);
  for (const detector of chosen) {
    const { kill } = await hunt(detector, [], options);
    if (kill) throw new FalseAlarm(`${detector.name} finds harm in ${house.name} as it is:\n${kill.report}`);
  }
  const rows: Row[] = [];
  for (const id of ids) {
    const cells: Cell[] = [];
    for (const detector of chosen) {
      cells.push(await hunt(detector, [id], options));
      if (cells.at(-1)!.kill && options.isFirstKillEnough) break;
    }
    const row = { house: house.name, id, defect: house.defects[id]!, cells };
    rows.push(row);
    options.onRow?.(row);
  }
  return rows;
}

async function hunt(detector: Detector, ids: readonly string[], { seed, effort }: MatrixOptions): Promise<Cell> {
  const began = performance.now();
  const kill = await detector.hunt(ids, { seed, budget: Math.max(1, Math.round(detector.budget * effort)) });
  return { detector: detector.name, kill, unit: detector.unit, ms: performance.now() - began };
}

export const isKilled = ({ cells }: Row): boolean => cells.some(({ kill }) => kill !== undefined);
