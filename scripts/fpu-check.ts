/**
 * `node scripts/fpu-check.ts [--cases N] [--seed S] [--save]`: the floating-point unit, soft-float and fast paths, beside
 * the exact model, all operations in turn, a case being one set of hard operands in one rounding mode. With --save the
 * count goes to bench/results/fpu-check.json. Ends at the first fault, with exit code 1 and the case to try again.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { environment } from "../bench/environment.ts";
import { instantiateCore } from "../core/core-module.ts";
import { UserError } from "../core/user-error.ts";
import { Checker } from "../test/fpu/check.ts";
import { twinsOf } from "../test/fpu/fast-operations.ts";
import { operationsOf } from "../test/fpu/operations.ts";
import { Random } from "../zoo/scene/random.ts";

const ROUNDING_MODES = 5;

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UserError(`--${option} ${text} is not a whole number from 1 on`, `for example: --${option} 5000000`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      cases: { type: "string", default: "1000000" },
      seed: { type: "string", default: "1" },
      save: { type: "boolean", default: false },
    },
  });
  const cases = numberOf("cases", values.cases);
  const seed = numberOf("seed", values.seed);
  const where = environment();
  const random = new Random(seed);
  const operations = [...operationsOf(random), ...twinsOf(random).map(({ fast }) => fast)];
  const checker = new Checker(await instantiateCore("functional"), random);
  const counts = new Map<string, number>();
  for (let done = 0; done < cases; ) {
    for (const operation of operations) {
      const operands = operation.operands(random);
      for (let rm = 0; rm < ROUNDING_MODES; rm++) {
        const fault = checker.fault(operation, operands, rm);
        if (fault !== undefined) {
          console.error(`after ${done} cases of seed ${seed}: ${fault}`);
          process.exitCode = 1;
          return;
        }
        done++;
        if (done % 1_000_000 === 0) console.error(`${done} cases, no fault`);
      }
      counts.set(operation.name, (counts.get(operation.name) ?? 0) + ROUNDING_MODES);
    }
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const result = { check: "fpu", environment: where, seed, total, faults: 0, cases: Object.fromEntries(counts) };
  console.log(JSON.stringify(result, null, 2));
  if (values.save)
    writeFileSync(new URL("../bench/results/fpu-check.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`fpu-check: ${error.message}\n${error.mend}`);
  process.exitCode = error.exitCode;
}
