/** Searches property by property and prints what each came to as soon as it is known. */

import { UserError } from "../../core/user-error.ts";
import { isMonitorPath, userMonitor } from "../../host/user-monitor.ts";
import { type ModelledMonitor, modelOf } from "../../ni/default-model.ts";
import { type AnyModel, modelNamed } from "../../ni/models.ts";
import { type Detection, detect, detectOnMachine } from "../../ni/spec/detect.ts";
import { type NiProperty, PROPERTIES } from "../../ni/spec/property.ts";
import { checkHarness } from "../../ni/spec/self-check.ts";
import { EXIT_REFUSED } from "../failure.ts";
import { Interruption } from "../interruption.ts";
import { formatCount } from "../quantities.ts";
import { print, printJson, say, styledData } from "../terminal.ts";

export interface NiChoice {
  readonly monitor: string;
  readonly observer: "all" | "os" | "enclave" | "victim";
  readonly runs: number;
  readonly seed: number;
  readonly where: "spec" | "machine";
  readonly defects: readonly string[];
}

const OF_OBSERVER: Readonly<Record<NiChoice["observer"], readonly NiProperty[]>> = {
  all: PROPERTIES,
  os: ["C-OS", "WT"],
  enclave: ["C-ENC"],
  victim: ["KINT", "LR"],
};
/** A whole trace is as long as twenty pairs; on the machine a single run says nothing that the specification does not. */
const WHOLE_TRACE_SHARE = 20;
const ON_MACHINE: readonly NiProperty[] = ["C-OS", "C-ENC", "KINT", "WT"];

/** @returns the exit code: 0 if nothing was found */
export async function runSearches(choice: NiChoice, isJson: boolean): Promise<number> {
  const complaints = checkHarness();
  if (complaints.length > 0) throw new Error(`the tester fails its own test: ${complaints.join("; ")}`);
  const model = await modelFor(choice.monitor);
  const stated = model.properties ?? PROPERTIES;
  const properties = OF_OBSERVER[choice.observer].filter(
    (property) => stated.includes(property) && (choice.where === "spec" || ON_MACHINE.includes(property)),
  );
  if (properties.length === 0)
    throw new UserError(
      `nothing is said about --observer ${choice.observer} here`,
      `${model.name} has statements about: ${stated.join(", ")} (docs/noninterference.md)`,
    );
  const interruption = new Interruption();
  const results: { property: NiProperty; detection: Detection }[] = [];
  for (const property of properties) {
    if (await interruption.isRequested())
      throw interruption.error(`${results.length} of ${properties.length} properties were tried`);
    const budget = property === "WT" ? Math.ceil(choice.runs / WHOLE_TRACE_SHARE) : choice.runs;
    const options = { model, property, budget, seed: choice.seed, defects: choice.defects };
    const detection = choice.where === "spec" ? detect(options) : await detectOnMachine(options);
    results.push({ property, detection });
    if (!isJson) printResult(property, detection);
  }
  if (isJson) printJson({ ...choice, results: results.map(({ property, detection }) => jsonOf(property, detection)) });
  const found = results.filter(({ detection }) => detection.killed);
  if (found.length > 0)
    say(`${found.map(({ property }) => property).join(", ")} ${found.length === 1 ? "does" : "do"} not hold`);
  return found.length > 0 ? EXIT_REFUSED : 0;
}

async function modelFor(monitor: string): Promise<AnyModel> {
  if (!isMonitorPath(monitor)) return await modelNamed(monitor);
  return modelOf((await userMonitor(monitor)) as ModelledMonitor<unknown>) as unknown as AnyModel;
}

function printResult(property: NiProperty, { killed, afterPairs, ms, worth, report }: Detection): void {
  const kinds = Object.keys(worth.outcomes).length;
  const accepted = Object.entries(worth.outcomes).reduce(
    (sum, [outcome, n]) => sum + (outcome.endsWith(" ok") ? n : 0),
    0,
  );
  const isPair = property !== "LR" && property !== "INV";
  const verdict = killed ? styledData("red", "fails") : styledData("green", "holds");
  const rate = formatCount(Math.round((afterPairs / Math.max(ms, 1)) * 1000));
  print(
    `${property.padEnd(6)}${verdict}  ${formatCount(afterPairs)} ${isPair ? "pairs" : "steps"} (${rate}/s)` +
      `${isPair ? `, secret used in ${formatCount(worth.pairsThatUsedTheSecret)}` : ""}` +
      `, ${formatCount(accepted)} calls and accesses accepted, ${kinds} different outcomes`,
  );
  if (report !== undefined) print(`\n${report}`);
}

const jsonOf = (property: NiProperty, { killed, afterPairs, ms, worth, finding, report }: Detection) => ({
  property,
  holds: !killed,
  pairs: afterPairs,
  milliseconds: Math.round(ms),
  worth,
  ...(finding && { difference: finding.difference, actions: finding.actions, report }),
});
