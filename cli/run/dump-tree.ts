/** `atoll run --firmware --dump-dtb FILE`: the device tree that the machine would boot with, and no run. */
import { planBoot } from "../../core/boot-plan.ts";
import { DEFAULT_ISA, parseIsaString } from "../../core/isa-string.ts";
import { DEFAULT_RAM_BASE } from "../../core/units.ts";
import { OutputFile } from "../output-file.ts";
import type { Program } from "../program.ts";
import { readBootFiles } from "./boot-files.ts";
import type { RunChoice } from "./run-choice.ts";

/** @throws UserError if the boot could not be, or the file cannot be written */
export function dumpTree(path: string, program: Program, { memory, isa, harts, boot }: RunChoice): void {
  const machine = {
    ramBase: DEFAULT_RAM_BASE,
    ramSize: memory,
    isa: isa === undefined ? DEFAULT_ISA : parseIsaString(isa),
    harts: { length: harts },
  };
  const { blob } = planBoot(machine, { firmware: program.elf, ...readBootFiles(boot) });
  const file = new OutputFile(path, "--dump-dtb");
  file.write(blob);
  file.commit();
}
