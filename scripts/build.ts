/**
 * Builds the Wasm cores. With `--if-stale` only when a source is newer than what was built, so that `npm start` is quick.
 * Usage: node scripts/build.ts [--if-stale]
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const TARGETS = { release: "build/atoll.wasm", timed: "build/atoll-timed.wasm" } as const;

const sources = globSync(["assembly/**/*.ts", "asconfig.json"], { cwd: root }).map((file) => join(root, file));
const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs));
const isStale = (output: string): boolean => {
  const file = join(root, output);
  return !existsSync(file) || statSync(file).mtimeMs < newest;
};

const onlyStale = process.argv.includes("--if-stale");
mkdirSync(join(root, "build"), { recursive: true });
for (const [target, output] of Object.entries(TARGETS)) {
  if (onlyStale && !isStale(output)) continue;
  const asc = join(root, "node_modules/assemblyscript/bin/asc.js");
  const { status } = spawnSync(process.execPath, [asc, "--config", "asconfig.json", "--target", target], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
