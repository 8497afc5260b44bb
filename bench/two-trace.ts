/**
 * How many two-trace pairs a second: of each personality as a specification, and on the real machine. A rate is that of the
 * search alone; nothing may be found.
 */
import { MODEL_NAMES, modelNamed } from "../ni/models.ts";
import { type Detection, detect, detectOnMachine } from "../ni/spec/detect.ts";
import { type Summary, summarize } from "./statistics.ts";

const ON_SPECIFICATION = 3000;
const ON_MACHINE = 300;
const PROPERTIES = ["C-OS", "C-ENC", "KINT"] as const;

export interface TwoTraceResult {
  readonly unit: "pairs a second";
  /** By personality and property. */
  readonly specification: Readonly<Record<string, Summary>>;
  readonly machine: Readonly<Record<string, Summary>>;
}

function rateOf({ killed, afterPairs, ms, report }: Detection): number {
  if (killed) throw new Error(`a leak where none should be:\n${report}`);
  return (afterPairs / ms) * 1000;
}

export async function benchTwoTrace(rounds: number): Promise<TwoTraceResult> {
  const specification: Record<string, Summary> = {};
  const machine: Record<string, Summary> = {};
  for (const name of MODEL_NAMES) {
    const model = await modelNamed(name);
    for (const property of PROPERTIES) {
      const pure: number[] = [];
      const real: number[] = [];
      for (let seed = 1; seed <= rounds; seed++) {
        pure.push(rateOf(detect({ model, property, budget: ON_SPECIFICATION, seed })));
        real.push(rateOf(await detectOnMachine({ model, property, budget: ON_MACHINE, seed })));
      }
      specification[`${name} ${property}`] = summarize(pure);
      machine[`${name} ${property}`] = summarize(real);
    }
  }
  return { unit: "pairs a second", specification, machine };
}
