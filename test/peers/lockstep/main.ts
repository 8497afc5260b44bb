/**
 * Random programs in lock step with QEMU, by hand:
 * `node test/peers/lockstep/main.ts --instructions 10000000 --seed 1 [--out bench/results/lockstep-qemu.json]`.
 * It ends with 1 if a program differs or a row or cause did not occur; `--seed` goes on where an earlier run ended.
 */
import { spawnSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { campaign, type Report } from "./campaign.ts";
import { extensionCounts } from "./coverage.ts";
import { DEVIATIONS } from "./deviations.ts";
import { Qemu } from "./qemu.ts";

/** How often each row and each cause has to occur. */
const TIMES = 5;
/** Every how many images are stepped through. */
const STEP_EVERY = 8;

const { values } = parseArgs({
  options: {
    instructions: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    /** Stop at so many programs that differ. */
    mismatches: { type: "string", default: "5" },
    /** How often a program may be run while it is shrunk. */
    trials: { type: "string", default: "150" },
    out: { type: "string" },
  },
});

const qemu = new Qemu();
const version = qemu.version();
const started = performance.now();
const report = await campaign(qemu, {
  seed: Number(values.seed),
  instructions: Number(values.instructions),
  stepEvery: STEP_EVERY,
  maxMismatches: Number(values.mismatches),
  maxTrials: Number(values.trials),
  onProgress: (instructions, nextSeed, mismatches) =>
    process.stderr.write(`${instructions} instructions, next seed ${nextSeed}, ${mismatches} mismatches\n`),
});
qemu.dispose();

for (const { text } of report.mismatches) process.stdout.write(`${text}\n`);
const missing = report.coverage.missing(TIMES);
process.stdout.write(`${JSON.stringify(summary(report), undefined, 2)}\n`);
if (values.out) {
  writeFileSync(`${values.out}.part`, `${JSON.stringify(summary(report), undefined, 2)}\n`);
  renameSync(`${values.out}.part`, values.out);
}
process.exitCode = report.mismatches.length > 0 || missing.length > 0 ? 1 : 0;

function summary({ programs, instructions, nextSeed, mismatches, coverage }: Report): object {
  // a copy of the sources has none
  const git = spawnSync("git", ["rev-parse", "HEAD"], { cwd: import.meta.dirname, encoding: "utf8" });
  const commit = git.status === 0 ? git.stdout.trim() : "none";
  const sorted = (counts: ReadonlyMap<string, number>): object =>
    Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    peer: version,
    commit,
    node: process.version,
    seconds: Math.round((performance.now() - started) / 1000),
    seeds: { from: Number(values.seed), to: nextSeed - 1 },
    programs,
    instructions,
    mismatches: mismatches.map(({ seed, difference }) => ({ seed, what: difference.what })),
    // one image in eight is stepped through, which counts what it executes
    counted: {
      programs: coverage.programs,
      instructions: coverage.completed,
      missing,
      byExtension: sorted(extensionCounts(coverage)),
      byInstruction: sorted(coverage.instructions),
      traps: sorted(coverage.traps),
    },
    deviations: DEVIATIONS.map(({ name }) => name),
  };
}
