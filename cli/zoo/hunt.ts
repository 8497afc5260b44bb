/** Runs the detectors and prints what they found: the whole report for a few mistakes, a line each for many. */
import { type Cell, isKilled, killMatrix, type Row } from "../../zoo/matrix.ts";
import { EXIT_REFUSED } from "../failure.ts";
import { Progress } from "../progress.ts";
import { formatCount } from "../quantities.ts";
import { print, printJson, say, styledData, table } from "../terminal.ts";
import type { Inmates } from "./choice.ts";

export interface HuntChoice {
  readonly seed: number;
  readonly effort: number;
  /** Empty for all. */
  readonly detectors: readonly string[];
  readonly isMatrix: boolean;
  readonly isJson: boolean;
}

/** @returns the exit code. @throws FalseAlarm */
export async function hunt(inmates: readonly Inmates[], choice: HuntChoice): Promise<number> {
  const { seed, effort, detectors, isMatrix, isJson } = choice;
  const count = inmates.reduce((sum, { ids }) => sum + ids.length, 0);
  const progress = isJson ? undefined : new Progress("mistakes hunted", count);
  const rows: Row[] = [];
  try {
    for (const { house, ids } of inmates) {
      const only = detectors.length > 0 ? { detectors } : {};
      const found = await killMatrix(house, ids, { seed, effort, ...only, onRow: () => progress?.advance() });
      rows.push(...found);
    }
  } finally {
    progress?.end();
  }
  if (isJson) printJson(rows.map(plain));
  else if (isMatrix) printMatrix(rows);
  else for (const row of rows) printRow(row);
  const survivors = rows.filter((row) => !isKilled(row));
  if (!isJson) {
    print(`${formatCount(rows.length - survivors.length)} of ${formatCount(rows.length)} killed`);
    if (survivors.length > 0) say(`survivors: ${survivors.map(({ house, id }) => `${house}:${id}`).join(", ")}`);
  }
  return survivors.length === 0 ? 0 : EXIT_REFUSED;
}

const plain = ({ house, id, defect, cells }: Row) => ({
  house,
  id,
  ...defect,
  killed: cells.filter(({ kill }) => kill).map(({ detector }) => detector),
  cells: cells.map(({ detector, kill, unit, ms }) => ({ detector, after: kill?.after, unit, ms: Math.round(ms) })),
});

function printRow({ house, id, defect, cells }: Row): void {
  print(
    `${styledData("bold", `${house}:${id}`)} ${defect.what} (${defect.source}); ${defect.killedBy.join(", ")} must catch it`,
  );
  for (const row of table(cells.map(cellLine))) print(row);
  const told = cells.filter(({ kill, detector }) => kill && detector !== "witness");
  for (const { detector, kill } of told.slice(0, 1)) print(`\n${detector}:\n${kill!.report}`);
}

const cellLine = ({ detector, kill, unit, ms }: Cell): string[] => [
  `  ${detector}`,
  kill ? styledData("green", `killed after ${formatCount(kill.after)} ${unit}`) : "nothing found",
  `${formatCount(Math.round(ms))} ms`,
];

/** A table a house: a column each detector, the steps until the kill in it. */
function printMatrix(rows: readonly Row[]): void {
  for (const house of new Set(rows.map((row) => row.house))) {
    const own = rows.filter((row) => row.house === house);
    const names = own[0]!.cells.map(({ detector, unit }) => `${detector} (${unit})`);
    print(styledData("bold", house));
    const lines = own.map(({ id, defect, cells }) => [
      `  ${id}`,
      defect.killedBy.join(" "),
      ...cells.map(({ kill, ms }) => (kill ? `${formatCount(kill.after)}, ${formatCount(Math.round(ms))} ms` : "-")),
    ]);
    for (const line of table([["", "named", ...names], ...lines])) print(line);
    print();
  }
}
