/** Runs prebuilt Komodo enclaves on a monitor, to their end, as the suites of the guests want them. */
import { readFileSync } from "node:fs";
import { type ElfImage, parseElf } from "../../../core/elf.ts";
import { ArmLoader } from "../../../host/komodo/arm-loader.ts";
import type { KomodoPort } from "../../../host/komodo/komodo-abi.ts";
import { komodoImage } from "../../../host/komodo/komodo-image.ts";
import { KomodoProgram, runAll } from "../../../host/komodo/komodo-program.ts";
import { granted } from "../../host/machine-fixture.ts";

export const komodoGuest = (name: string): ElfImage =>
  parseElf(readFileSync(new URL(`../../../guest/prebuilt/komodo-${name}.elf`, import.meta.url)), name);

/** One guest with its arguments. */
export type Guest = readonly [name: string, ...args: string[]];

export function begin(port: KomodoPort, guests: readonly Guest[]) {
  const loader = new ArmLoader(port);
  const programs = guests.map(([name, ...args], index) => {
    const enclave = granted(loader.load(komodoImage(komodoGuest(name))));
    return new KomodoProgram(loader, enclave, { args, index, count: () => guests.length });
  });
  return { loader, programs };
}

export function run(port: KomodoPort, ...guests: readonly Guest[]) {
  const { programs } = begin(port, guests);
  runAll(programs);
  return programs.map(({ outcome }) => outcome);
}
