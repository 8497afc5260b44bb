/** Runs attacks one by one and prints what became of each as soon as it is known. */
import type { AttackOptions, AttackOutcome, CatalogueEntry } from "../../host/attack-catalogue.ts";
import { EXIT_REFUSED } from "../failure.ts";
import { Interruption } from "../interruption.ts";
import { Progress } from "../progress.ts";
import { formatCount } from "../quantities.ts";
import { print, printJson, say, styled, styledData, table } from "../terminal.ts";

export function printCatalogue(entries: readonly CatalogueEntry[], isJson: boolean): void {
  if (isJson) {
    printJson(entries.map(({ run: _run, ...entry }) => entry));
    return;
  }
  const rows = entries.map(({ name, kind, defences, about }) => [name, kind, defences.join(", ") || "-", about]);
  const heading = ["attack", "from", "stopped by", "what it does"];
  for (const row of table([heading, ...rows], (cell, r) => (r === 0 ? styledData("dim", cell) : cell))) print(row);
}

/** @returns the exit code: 0 if all were caught */
export async function runAttacks(
  entries: readonly CatalogueEntry[],
  options: Required<AttackOptions>,
  isJson: boolean,
): Promise<number> {
  const interruption = new Interruption();
  const nameWidth = Math.max(...entries.map(({ name }) => name.length));
  const outcomes: { name: string; outcome: AttackOutcome }[] = [];
  // The table shows by itself how far it has come.
  const progress = isJson ? new Progress("attacks", entries.length) : undefined;
  try {
    for (const entry of entries) {
      if (await interruption.isRequested())
        throw interruption.error(`${outcomes.length} of ${entries.length} attacks were carried out`);
      const outcome = await entry.run(options);
      outcomes.push({ name: entry.name, outcome });
      progress?.advance();
      if (!isJson) printOutcome(entry.name.padEnd(nameWidth), outcome);
    }
  } finally {
    progress?.end();
    interruption.close();
  }
  const succeeded = outcomes.filter(({ outcome }) => outcome.succeeded).length;
  if (isJson) printJson({ ...options, attacks: outcomes.map(({ name, outcome }) => ({ attack: name, ...outcome })) });
  else tellSummary(outcomes.length, succeeded, options.without);
  return succeeded === 0 ? 0 : EXIT_REFUSED;
}

/** Two lines: who caught it and when, and why; or what it got. */
function printOutcome(name: string, outcome: AttackOutcome): void {
  const verdict = outcome.succeeded ? styledData("red", "SUCCEEDED") : styledData("green", "caught   ");
  const moment = `${outcome.when}; ${formatCount(outcome.retired)} instructions`;
  print(`${name}  ${verdict}  ${outcome.succeeded ? moment : `${outcome.caughtBy} (${moment})`}`);
  const indent = " ".repeat(name.length + 2);
  print(`${indent}${styledData("dim", outcome.succeeded ? outcome.evidence : outcome.detail)}`);
}

function tellSummary(total: number, succeeded: number, without: readonly string[]): void {
  const setting = without.length === 0 ? "with every defence on" : `without ${without.join(", ")}`;
  const verdict =
    succeeded === 0
      ? styled("green", `caught ${total} of ${total} attacks`)
      : styled("red", `${succeeded} of ${total} attacks succeeded`);
  say(`${verdict} ${setting}`);
}
