/** `--signature FILE`: what an architecture test has left in memory when it ends. */
import type { Machine } from "../../core/machine.ts";
import {
  GRANULARITIES,
  type Granularity,
  type SignatureExtent,
  signatureExtent,
  signatureText,
} from "../../core/signature.ts";
import { DEFAULT_RAM_BASE } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import type { CommandLine } from "../command-line.ts";
import { OutputFile } from "../output-file.ts";
import type { Program } from "../program.ts";

const DEFAULT_GRANULARITY = 4;

export class SignatureOutput {
  readonly #file: OutputFile;
  readonly #granularity: Granularity;
  readonly #extent: SignatureExtent;

  private constructor(file: OutputFile, granularity: Granularity, extent: SignatureExtent) {
    this.#file = file;
    this.#granularity = granularity;
    this.#extent = extent;
  }

  /**
   * @param ramSize of the machine that will run the program
   * @returns undefined if nobody wants one. @throws UserError, also for a program without a signature: before it runs
   */
  static of(line: CommandLine, program: Program, ramSize: number): SignatureOutput | undefined {
    const path = line.text("signature");
    const given = line.count("signature-granularity");
    if (path === undefined) {
      if (given === undefined) return undefined;
      throw new UserError("--signature-granularity belongs to --signature", "add --signature FILE");
    }
    if (!line.flag("firmware"))
      throw new UserError("--signature is for architecture tests", "they are bare-metal programs: add --firmware");
    const granularity = GRANULARITIES.find((byteLen) => byteLen === (given ?? DEFAULT_GRANULARITY));
    if (granularity === undefined)
      throw new UserError(`a line of ${given} bytes does not exist`, `choose one of ${GRANULARITIES.join(", ")}`);
    const extent = signatureExtent(program.elf, { ramBase: DEFAULT_RAM_BASE, ramSize }, granularity);
    return new SignatureOutput(new OutputFile(path, "--signature"), granularity, extent);
  }

  write(machine: Machine): void {
    this.#file.write(signatureText(machine, this.#extent, this.#granularity));
    this.#file.commit();
  }

  discard(): void {
    this.#file.discard();
  }
}
