/** Options of a boot: what --firmware starts besides the firmware itself. */
import { UserError } from "../core/user-error.ts";
import type { CommandLine } from "./command-line.ts";
import type { BootChoice } from "./run/run-choice.ts";

const group = "Boot, with --firmware";

export const BOOT_OPTIONS = {
  kernel: { value: "FILE", group, describe: "what the firmware starts in S-mode: ELF, Linux Image or .bin" },
  initrd: { value: "FILE", group, describe: "initial RAM disk for the kernel" },
  append: { value: "WORDS", group, describe: "command line for the kernel" },
  dtb: { value: "FILE", group, describe: "device tree in place of the machine's own" },
  "dump-dtb": { value: "FILE", group, describe: "write the device tree and run nothing" },
} as const;

/** What only a run has. */
const OF_A_RUN = ["fuel", "gdb", "signature", "signature-granularity", "out", "force", "trace", "json"];

/** @throws UserError for an option without what it belongs to */
export function bootChoice(line: CommandLine): BootChoice {
  const unheard = Object.keys(BOOT_OPTIONS).find((option) => line.has(option));
  if (unheard !== undefined && !line.flag("firmware"))
    throw new UserError(`--${unheard} means nothing to an enclave`, "boot firmware with it: add --firmware");
  const idle = line.has("dump-dtb") ? OF_A_RUN.find((option) => line.has(option)) : undefined;
  if (idle !== undefined)
    throw new UserError(`--${idle} means nothing with --dump-dtb, which runs nothing`, "leave one of the two out");
  if (line.has("dtb") && (line.has("append") || line.has("initrd")))
    throw new UserError(
      "a device tree of your own names command line and RAM disk itself",
      "leave out --append and --initrd, or --dtb",
    );
  return {
    kernel: line.text("kernel"),
    initrd: line.text("initrd"),
    append: line.text("append"),
    tree: line.text("dtb"),
    dumpTree: line.text("dump-dtb"),
  };
}
