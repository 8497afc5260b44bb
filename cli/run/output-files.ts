/**
 * The files of `atoll run --out`: run.json says what was run with what, so that anybody can run it again and see the same
 * (same input, same seed, same numbers, but for those named host…); the others hold what it came to.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { atollVersion, PACKAGE_ROOT } from "../package-root.ts";
import type { Program } from "../program.ts";
import { toJson } from "../terminal.ts";
import { bootPaths } from "./boot-files.ts";
import { MANIFEST, type OutputDirectory } from "./output-directory.ts";
import type { RunChoice } from "./run-choice.ts";
import type { RunResult } from "./run-result.ts";
import { toCsv, toGem5, toObject } from "./statistics.ts";

const CORES = { functional: "atoll.wasm", timed: "atoll-timed.wasm" } as const;

export function writeOutput(directory: OutputDirectory, program: Program, choice: RunChoice, result: RunResult): void {
  const { output, statistics, ...outcome } = result;
  const { isJson: _json, isQuiet: _quiet, ...configuration } = choice;
  const manifest = {
    versions: { atoll: atollVersion(), node: process.version, core: coreDigest(choice) },
    seed: choice.seed,
    configuration,
    inputs: [
      inputOf(program.path, program.bytes),
      ...bootPaths(choice.boot).map((path) => inputOf(path, readFileSync(path))),
    ],
    outcome,
  };
  directory.write(MANIFEST, `${toJson(manifest)}\n`);
  directory.write("stats.json", `${toJson(toObject(statistics))}\n`);
  directory.write("stats.csv", toCsv(statistics));
  directory.write("stats.txt", toGem5(statistics));
  directory.write("console.log", output);
}

const inputOf = (path: string, bytes: Uint8Array): object => ({
  path,
  byteLen: bytes.length,
  sha256: sha256(bytes),
});

const coreDigest = ({ flavour }: RunChoice): string =>
  sha256(readFileSync(new URL(`build/${CORES[flavour]}`, PACKAGE_ROOT)));

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
