/**
 * Speed of the interpreter, functional and timed, on the integer kernels of the bench guest (S-mode, Sv39 with 4 KB
 * pages), next to QEMU's translator on the same ELF files, in turn.
 *
 * QEMU is a process: what it needs to start is taken out by running each kernel with few and with many passes and
 * dividing the difference. The machines run in this process and are timed from their first instruction.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Flavour } from "../core/core-module.ts";
import { parseElf } from "../core/elf.ts";
import { checkFitsRam } from "../core/elf-placement.ts";
import { Machine } from "../core/machine.ts";
import { UserError } from "../core/user-error.ts";
import { EXPECTED, KERNELS, type Kernel, kernelFile } from "./kernel-elf.ts";
import { geometricMean, interleave, type Summary } from "./statistics.ts";

/** Times the kernel's usual passes that a machine of ours runs. */
const MULTIPLE = 3;
/** QEMU's many passes take this much longer than its few; much less would be lost in how long it takes to start. */
const QEMU_SECONDS = 0.8;
const SLICE = 4_000_000;
const QEMU = "qemu-system-riscv64";

export interface InterpreterRow {
  readonly kernel: Kernel;
  /** Millions of guest instructions a second. */
  readonly functional: Summary;
  readonly timed: Summary;
  readonly qemu: Summary;
}

export interface InterpreterResult {
  readonly unit: "million instructions a second";
  readonly rows: readonly InterpreterRow[];
  readonly geometricMean: { readonly functional: number; readonly timed: number; readonly qemu: number };
  /** How many times slower than QEMU the functional flavour is, geometric mean. */
  readonly qemuRatio: number;
}

/** @throws UserError if QEMU is not installed */
export function qemuVersion(): string {
  const { error, stdout } = spawnSync(QEMU, ["--version"], { encoding: "utf8" });
  if (error) throw new UserError(`${QEMU} is not installed`, "install it: apt-get install qemu-system-misc");
  return stdout.split("\n")[0]!;
}

export async function machineSpeed(kernel: Kernel, flavour: Flavour): Promise<number> {
  const machine = await Machine.create({ mode: "firmware", flavour });
  const elf = parseElf(kernelFile(kernel, MULTIPLE), kernel);
  for (const { address, bytes } of checkFitsRam(elf, machine.ramBase, machine.ramSize))
    machine.writeBytes(address, bytes);
  machine.pc = elf.entry;
  let output = "";
  machine.onConsole((bytes) => {
    output += new TextDecoder().decode(bytes);
  });
  const start = performance.now();
  let stop = machine.run(SLICE);
  while (stop.kind === "budget") stop = machine.run(SLICE);
  const seconds = (performance.now() - start) / 1000;
  if (stop.kind !== "exit" || stop.code !== 0 || !output.startsWith(kernel))
    throw new Error(`${kernel} went wrong: ${JSON.stringify(stop)} ${output}`);
  return Number(machine.retired) / seconds / 1e6;
}

function qemuSeconds(kernel: Kernel, multiple: number, folder: string): number {
  const file = join(folder, `${kernel}-${multiple}.elf`);
  writeFileSync(file, kernelFile(kernel, multiple));
  const start = performance.now();
  const { status } = spawnSync(QEMU, ["-M", "virt", "-bios", "none", "-m", "1G", "-nographic", "-kernel", file]);
  if (status !== 0) throw new Error(`QEMU failed on ${file}`);
  return (performance.now() - start) / 1000;
}

/** How many times the usual passes make a difference that can be measured. */
function qemuMultiple(kernel: Kernel, folder: string): number {
  const few = qemuSeconds(kernel, 1, folder);
  for (let many = 2; ; many *= 2) if (qemuSeconds(kernel, many, folder) - few > QEMU_SECONDS) return many;
}

function qemuSpeed(kernel: Kernel, many: number, folder: string): number {
  const seconds = qemuSeconds(kernel, many, folder) - qemuSeconds(kernel, 1, folder);
  return (EXPECTED[kernel].instructions * (many - 1)) / seconds / 1e6;
}

export async function benchInterpreter(
  rounds: number,
  say: (line: string) => void,
  kernels = KERNELS,
): Promise<InterpreterResult> {
  const folder = mkdtempSync(join(tmpdir(), "atoll-bench-"));
  const rows: InterpreterRow[] = [];
  try {
    for (const kernel of kernels) {
      const many = qemuMultiple(kernel, folder);
      const summaries = await interleave(
        {
          functional: () => machineSpeed(kernel, "functional"),
          timed: () => machineSpeed(kernel, "timed"),
          qemu: () => qemuSpeed(kernel, many, folder),
        },
        rounds,
      );
      rows.push({ kernel, ...summaries });
      say(
        `${kernel.padEnd(12)}${(["functional", "timed", "qemu"] as const)
          .map((name) => `${name} ${text(summaries[name])}`)
          .join("   ")}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const mean = (name: "functional" | "timed" | "qemu") => geometricMean(rows.map((row) => row[name].median));
  const means = { functional: mean("functional"), timed: mean("timed"), qemu: mean("qemu") };
  return {
    unit: "million instructions a second",
    rows,
    geometricMean: means,
    qemuRatio: means.qemu / means.functional,
  };
}

const text = ({ median, min, max }: Summary): string =>
  `${median.toFixed(0).padStart(5)} (${min.toFixed(0)} to ${max.toFixed(0)})`;
