/**
 * Files that allege to be ELF: noise, and real programs with a few bytes changed, cut off or written twice. A reader may
 * refuse them as the user's mistake, in one line each of what and how to mend it, and nothing else; what it accepts must
 * be loaded as a bare-metal program and as an enclave, and run to an end of its own or to the end of its fuel.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ElfImage, parseElf } from "../../core/elf.ts";
import { bootFirmware, runFirmware } from "../../core/firmware.ts";
import { UserError } from "../../core/user-error.ts";
import { enclaveImage } from "../../host/enclave-image.ts";
import { System } from "../../host/system.ts";
import type { Random } from "../../zoo/scene/random.ts";

const prebuilt = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../guest/prebuilt/${name}.elf`, import.meta.url))));
const PROGRAMS = ["hello", "spin", "bench-sieve"].map(prebuilt);
const RAM = 2 ** 26;
const FUEL = 20_000;
/** File header and program headers: where a changed byte means most. */
const HEADERS = 64 + 3 * 56;
/** Section headers and symbols lie at the end. */
const TAIL = 2000;

function mutated(random: Random): Uint8Array {
  if (random.chance(20)) return Uint8Array.from({ length: random.between(0, 300) }, () => random.word());
  const bytes = random.pick(PROGRAMS).slice();
  for (let count = random.between(0, 3); count > 0; count--) {
    const at = random.pick([
      random.between(0, HEADERS - 1),
      bytes.length - 1 - random.between(0, TAIL),
      random.between(0, bytes.length - 1),
    ]);
    bytes[at] = random.pick([0, 0xff, 0x80, random.word()]);
  }
  if (random.chance(10)) return bytes.subarray(0, random.between(0, bytes.length - 1));
  if (random.chance(20)) bytes.copyWithin(random.between(0, HEADERS), random.between(0, HEADERS), HEADERS);
  return bytes;
}

export type ElfVerdict = "refused" | "loaded" | "ran";

/**
 * @param isRun costs a machine or two
 * @throws whatever is no UserError
 */
export async function fuzzElf(random: Random, isRun: boolean): Promise<ElfVerdict> {
  const bytes = mutated(random);
  const elf = accepted(() => parseElf(bytes, "fuzzed.elf"));
  if (!elf) return "refused";
  for (const kind of ["enclave", "shadow"] as const) accepted(() => enclaveImage(elf, { kind }));
  if (!isRun) return "loaded";
  const runs = [await runBare(elf), await runEnclave(elf)];
  return runs.includes(true) ? "ran" : "loaded";
}

async function runBare(elf: ElfImage): Promise<boolean> {
  const machine = await acceptedAsync(() => bootFirmware(elf, { ramSize: RAM }));
  if (machine) runFirmware(machine, { fuel: FUEL });
  return machine !== undefined;
}

async function runEnclave(elf: ElfImage): Promise<boolean> {
  const system = await System.create({ memory: RAM, fuel: FUEL });
  const enclave = accepted(() => system.host.createEnclave(elf, { onOutput: () => {} }));
  if (!enclave?.ok) return false;
  enclave.value.run();
  return true;
}

/** A refusal of the user's input, with its two lines. */
function checkRefusal(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error;
  if ([error.message, error.mend].some((line) => line === "" || line.includes("\n")))
    throw new Error(`not two lines: ${error.message} / ${error.mend}`);
  return undefined;
}

function accepted<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    return checkRefusal(error);
  }
}

async function acceptedAsync<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    return checkRefusal(error);
  }
}
