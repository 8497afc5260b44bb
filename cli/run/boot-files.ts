/** The files of a boot, read. */
import { readBootImage } from "../../core/boot-image.ts";
import type { FirmwareOptions } from "../../core/firmware.ts";
import { readUserFile } from "../program.ts";
import type { BootChoice } from "./run-choice.ts";

const read = (path: string | undefined, what: string): Buffer | undefined =>
  path === undefined ? undefined : readUserFile(path, `name ${what}`);

/** @throws UserError if a file cannot be read or is not what its option wants */
export function readBootFiles({ kernel, initrd, append, tree }: BootChoice): Partial<FirmwareOptions> {
  const image = read(kernel, "a kernel: ELF, Linux Image or .bin");
  const disk = read(initrd, "a RAM disk");
  const blob = read(tree, "a flattened device tree");
  return {
    ...(image && kernel !== undefined && { kernel: readBootImage(image, kernel) }),
    ...(disk && { initrd: disk }),
    ...(append !== undefined && { bootargs: append }),
    ...(blob && { tree: blob }),
  };
}

/** Files that a boot reads, for the manifest of a run. */
export const bootPaths = ({ kernel, initrd, tree }: BootChoice): string[] =>
  [kernel, initrd, tree].filter((path) => path !== undefined);
