/**
 * A copy of the machine with a mistake planted in its source, built and run against QEMU as the real one is: lock step
 * that does not find it would be worth nothing.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");
const SOURCES = ["assembly", "core", "scripts", "test/peers/lockstep", "zoo/scene/random.ts"];

/** Of the shrinker: half of what a campaign may take, which is enough for these. */
const TRIALS = 80;

/** One replacement in one file of assembly/. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Builds the mutant and runs `instructions` of random programs on it and on QEMU.
 * @returns what lockstep/main.ts says. @throws Error if the source has no such place, or it does not build
 */
export function runMutant(mutant: Mutant, instructions: number): string {
  const folder = mkdtempSync(join(tmpdir(), "atoll-mutant-"));
  try {
    for (const source of SOURCES) cpSync(join(ROOT, source), join(folder, source), { recursive: true });
    for (const file of ["package.json", "asconfig.json"]) cpSync(join(ROOT, file), join(folder, file));
    mkdirSync(join(folder, "build"));
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const file = join(folder, mutant.file);
    const text = readFileSync(file, "utf8");
    if (text.split(mutant.from).length !== 2) throw new Error(`${mutant.file} does not hold '${mutant.from}' once`);
    writeFileSync(
      file,
      text.replace(mutant.from, () => mutant.to),
    );
    // one flavour, quickly; what is built is the same machine
    const asc = "node_modules/assemblyscript/bin/asc.js";
    const options = ["--config", "asconfig.json", "--target", "release", "--optimizeLevel", "1"];
    const build = spawnSync(process.execPath, [asc, ...options], { cwd: folder, encoding: "utf8" });
    if (build.status !== 0) throw new Error(`the mutant does not build: ${build.stderr}`);
    const bounds = ["--instructions", String(instructions), "--mismatches", "1", "--trials", String(TRIALS)];
    const args = ["test/peers/lockstep/main.ts", ...bounds];
    return spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
