/** Runs prebuilt Komodo enclaves on a monitor, to their end, as the suites of the guests want them. */
import { readFileSync } from "node:fs";
import { type ElfImage, parseElf } from "../../../core/elf.ts";
import type { KomodoPort } from "../../../host/komodo/komodo-abi.ts";
import { komodoImage } from "../../../host/komodo/komodo-image.ts";
import { KomodoLoader } from "../../../host/komodo/komodo-loader.ts";
import { beginRun, type KomodoRun, runAll } from "../../../host/komodo/komodo-run-loop.ts";

export const komodoGuest = (name: string): ElfImage =>
  parseElf(readFileSync(new URL(`../../../guest/prebuilt/komodo-${name}.elf`, import.meta.url)), name);

export interface Ended {
  readonly run: KomodoRun;
  readonly output: string;
}

/** One guest with its arguments. */
export type Program = readonly [name: string, ...args: string[]];

export function begin(port: KomodoPort, programs: readonly Program[]) {
  const loader = new KomodoLoader(port);
  const outputs = programs.map(() => "");
  const enclaves = programs.map(([name]) => loader.load(komodoImage(komodoGuest(name))));
  const runs = programs.map(([, ...args], index) =>
    beginRun(loader, enclaves[index]!, args, { index, count: programs.length }, (text) => {
      outputs[index] += new TextDecoder().decode(text);
    }),
  );
  return { loader, runs, outputs };
}

export function runPrograms(port: KomodoPort, ...programs: readonly Program[]): Ended[] {
  const { loader, runs, outputs } = begin(port, programs);
  runAll(loader, runs);
  return runs.map((run, i) => ({ run, output: outputs[i]! }));
}
