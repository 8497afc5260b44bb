/**
 * Runs every test of a folder, one after the other, and says which pass; docs/suites.md tells which folders.
 *
 * Usage: node scripts/run-suite.ts DIR [--timed] [--harts N] [--isa STRING] [--fuel N] [--json]
 *
 * Exit code 1 if a test failed.
 */
import { parseArgs } from "node:util";
import { UserError } from "../core/user-error.ts";
import { faultOf, testsOf } from "./suite/suite.ts";

const DEFAULT_FUEL = 100_000_000;
/** More than any of the public tests uses. */
const RAM_SIZE = 2 ** 28;

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UserError(`--${option} ${text} is not a whole number from 1 on`, `for example: --${option} 2`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      timed: { type: "boolean", default: false },
      harts: { type: "string", default: "1" },
      isa: { type: "string" },
      fuel: { type: "string", default: String(DEFAULT_FUEL) },
      json: { type: "boolean", default: false },
    },
  });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1)
    throw new UserError("which folder?", "node scripts/run-suite.ts DIR");
  const options = {
    flavour: values.timed ? "timed" : "functional",
    harts: numberOf("harts", values.harts),
    fuel: numberOf("fuel", values.fuel),
    ramSize: RAM_SIZE,
    ...(values.isa !== undefined && { isa: values.isa }),
  } as const;
  const results: { name: string; fault?: string }[] = [];
  for (const test of testsOf(folder)) {
    const fault = await faultOf(test, options);
    results.push({ name: test.name, ...(fault !== undefined && { fault }) });
    if (!values.json) console.log(fault === undefined ? `pass  ${test.name}` : `FAIL  ${test.name}: ${fault}`);
  }
  const failed = results.filter(({ fault }) => fault !== undefined).length;
  const totals = { passed: results.length - failed, failed };
  if (values.json) console.log(JSON.stringify({ ...totals, results }, null, 2));
  else console.log(`${totals.passed} passed, ${totals.failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  const isOption = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  if (!(error instanceof UserError) && !isOption) throw error;
  console.error(`run-suite: ${error.message}`);
  if (error instanceof UserError) console.error(error.mend);
  process.exitCode = 2;
}
