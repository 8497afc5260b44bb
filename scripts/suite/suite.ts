/**
 * A folder of bare-metal tests and what becomes of each. Two conventions are understood, both ending over HTIF or the
 * finisher: a test judges itself by its exit code (RISC-V ISA tests: 0, or the number of the case that failed), and, if a
 * reference lies beside it, by its signature as well (RISC-V architecture tests: `NAME.reference_output`, or
 * `NAME.signature`; an ending `.elf` of the test may be left out). Width of a reference's lines is that of its words.
 *
 * Not modelled: building, and what a suite's own framework does to choose tests by extension.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { readFirmware } from "../../core/boot-image.ts";
import type { ElfImage } from "../../core/elf.ts";
import { bootFirmware, EXIT_TIMEOUT, type FirmwareOptions, runFirmware } from "../../core/firmware.ts";
import type { Machine } from "../../core/machine.ts";
import { GRANULARITIES, signatureExtent, signatureText } from "../../core/signature.ts";
import { DEFAULT_RAM_BASE } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";

const ELF_MAGIC = "\x7fELF";
const REFERENCE_ENDINGS = [".reference_output", ".signature"] as const;

export interface SuiteTest {
  readonly name: string;
  readonly path: string;
  /** Expected signature, as text. */
  readonly reference?: string;
}

export interface SuiteOptions extends Pick<FirmwareOptions, "flavour" | "harts" | "isa" | "ramSize"> {
  /** Cycles that one test may take. */
  readonly fuel: number;
}

/** @returns the ELF files of a folder in the order of their names @throws UserError if there is none */
export function testsOf(folder: string): SuiteTest[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`${folder} is no folder`, "name the folder with the built tests");
  const paths = readdirSync(folder).map((name) => join(folder, name));
  const tests = paths.filter(isElfFile).sort();
  if (tests.length === 0)
    throw new UserError(`${folder} has no ELF file`, "build the suite first: docs/suites.md says how");
  return tests.map((path) => {
    const reference = referenceOf(path);
    return { name: basename(path), path, ...(reference !== undefined && { reference }) };
  });
}

function isElfFile(path: string): boolean {
  return statSync(path).isFile() && readFileSync(path).subarray(0, ELF_MAGIC.length).toString("latin1") === ELF_MAGIC;
}

function referenceOf(path: string): string | undefined {
  const stems = [path, path.replace(/\.elf$/, "")];
  const candidates = stems.flatMap((stem) => REFERENCE_ENDINGS.map((ending) => `${stem}${ending}`));
  const file = candidates.find((candidate) => existsSync(candidate));
  return file === undefined ? undefined : readFileSync(file, "utf8");
}

/** @returns undefined if the test passes, otherwise one line that says why it does not */
export async function faultOf(test: SuiteTest, options: SuiteOptions): Promise<string | undefined> {
  try {
    const { fuel, ...machineOptions } = options;
    const image = readFirmware(readFileSync(test.path), test.name, DEFAULT_RAM_BASE);
    const machine = await bootFirmware(image, machineOptions);
    const { stop, exitCode } = runFirmware(machine, { fuel });
    if (stop.kind === "budget" && exitCode === EXIT_TIMEOUT) return `still running after ${fuel} cycles`;
    if (stop.kind !== "exit") return `the machine stopped: ${stop.kind}`;
    if (exitCode !== 0) return `exit code ${exitCode}`;
    return test.reference === undefined ? undefined : signatureFault(machine, image, test.reference);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function signatureFault(machine: Machine, image: ElfImage, reference: string): string | undefined {
  const expected = linesOf(reference);
  const granularity = GRANULARITIES.find((byteLen) => byteLen * 2 === expected[0]?.length);
  if (granularity === undefined) return "the reference is no list of hexadecimal words";
  const found = linesOf(signatureText(machine, signatureExtent(image, machine, granularity), granularity));
  const different = expected.findIndex((line, index) => line !== found[index]);
  if (different >= 0)
    return `line ${different + 1} of the signature is ${found[different] ?? "missing"}, the reference has ${expected[different]}`;
  return found.length === expected.length
    ? undefined
    : `the signature has ${found.length} lines, the reference ${expected.length}`;
}

const linesOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);
