/** `--signature FILE`: what an architecture test has left in memory when it ends. */
import type { Machine } from "../../core/machine.ts";
import { GRANULARITIES, type Granularity, signatureExtent, signatureText } from "../../core/signature.ts";
import { UserError } from "../../core/user-error.ts";
import type { CommandLine } from "../command-line.ts";
import { OutputFile } from "../output-file.ts";
import type { Program } from "../program.ts";

const DEFAULT_GRANULARITY = 4;

export class SignatureOutput {
  readonly #file: OutputFile;
  readonly #granularity: Granularity;
  readonly #program: Program;

  private constructor(file: OutputFile, granularity: Granularity, program: Program) {
    this.#file = file;
    this.#granularity = granularity;
    this.#program = program;
  }

  /** @returns undefined if nobody wants one. @throws UserError */
  static of(line: CommandLine, program: Program): SignatureOutput | undefined {
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
    return new SignatureOutput(new OutputFile(path, "--signature"), granularity, program);
  }

  /** @throws UserError if the program has no signature in this machine */
  write(machine: Machine): void {
    const extent = signatureExtent(this.#program.elf, machine, this.#granularity);
    this.#file.write(signatureText(machine, extent, this.#granularity));
    this.#file.commit();
  }

  discard(): void {
    this.#file.discard();
  }
}
