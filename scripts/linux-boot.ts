/**
 * Boots Linux from OpenSBI to a shell and says what it took; docs/linux.md tells where the files come from.
 *
 * Usage: node scripts/linux-boot.ts --firmware FILE --kernel FILE --busybox FILE
 *          [--memory MIB] [--harts N] [--append WORDS] [--qemu] [--save] [--disk FILE]
 *
 * --disk writes the RAM disk and boots nothing: for `atoll run`, and for a shell. --qemu runs QEMU on the same files, too.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { environment } from "../bench/environment.ts";
import { qemuVersion } from "../bench/interpreter.ts";
import { readBootImage } from "../core/boot-image.ts";
import { bootFirmware, runFirmware } from "../core/firmware.ts";
import { FIRST_WORDS, ramDisk } from "./linux/ram-disk.ts";

/** Self-tests of ciphers and zeroing of pages are half of a boot and tell nothing about a machine. */
const BOOTARGS = "console=ttyS0 quiet cryptomgr.notests init_on_alloc=0";
/** Cycles between two looks whether user space has begun. */
const SLICE = 1_000_000;
const FUEL = 20e9;

const { values } = parseArgs({
  options: {
    firmware: { type: "string" },
    kernel: { type: "string" },
    busybox: { type: "string" },
    memory: { type: "string", default: "256" },
    harts: { type: "string", default: "1" },
    append: { type: "string", default: "" },
    disk: { type: "string" },
    qemu: { type: "boolean", default: false },
    save: { type: "boolean", default: false },
  },
});

function given(name: "firmware" | "kernel" | "busybox"): string {
  const path = values[name];
  if (path !== undefined) return path;
  console.error(`linux-boot: --${name} is missing\n mend: docs/linux.md says where the file comes from`);
  process.exit(2);
}

interface Boot {
  /** Instructions up to the first line of user space, and to power off. */
  readonly toUserSpace: number;
  readonly instructions: number;
  readonly seconds: number;
  /** What the process got of a processor, which does not depend on what else the computer does. */
  readonly processorSeconds: number;
}

async function onAtoll(bootargs: string, initrd: Uint8Array): Promise<Boot> {
  const machine = await bootFirmware(readFileSync(given("firmware")), {
    name: given("firmware"),
    ramSize: Number(values.memory) * 2 ** 20,
    harts: Number(values.harts),
    kernel: readBootImage(readFileSync(given("kernel")), given("kernel")),
    initrd,
    bootargs,
  });
  let output = "";
  machine.onConsole((bytes) => {
    output += new TextDecoder().decode(bytes);
    process.stdout.write(bytes);
  });
  let toUserSpace = 0;
  const startedAt = performance.now();
  const processor = process.cpuUsage();
  for (let used = 0; used < FUEL; used += SLICE) {
    const { stop } = runFirmware(machine, { fuel: SLICE });
    if (toUserSpace === 0 && output.includes(FIRST_WORDS)) toUserSpace = Number(machine.retired);
    if (stop.kind === "budget") continue;
    if (stop.kind !== "exit" || stop.code !== 0) throw new Error(`the boot ended with ${JSON.stringify(stop)}`);
    const seconds = (performance.now() - startedAt) / 1000;
    const { user, system } = process.cpuUsage(processor);
    return { toUserSpace, instructions: Number(machine.retired), seconds, processorSeconds: (user + system) / 1e6 };
  }
  throw new Error(`no end after ${FUEL} cycles`);
}

/** Seconds from the start of QEMU to its end. */
function onQemu(bootargs: string, initrd: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), "atoll-linux-"));
  try {
    writeFileSync(join(folder, "disk"), initrd);
    const machine = [
      "-M",
      "virt",
      "-m",
      values.memory,
      "-smp",
      values.harts,
      "-nographic",
      "-no-reboot",
      "-bios",
      given("firmware"),
    ];
    const system = ["-kernel", given("kernel"), "-initrd", join(folder, "disk"), "-append", bootargs];
    const startedAt = performance.now();
    const { status, error } = spawnSync("qemu-system-riscv64", [...machine, ...system], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (error) throw error;
    if (status !== 0) throw new Error(`QEMU ended with ${status}`);
    return (performance.now() - startedAt) / 1000;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const where = environment(values.qemu ? qemuVersion() : undefined);
  const initrd = ramDisk(readFileSync(given("busybox")));
  if (values.disk !== undefined) {
    writeFileSync(values.disk, initrd);
    return;
  }
  const bootargs = `${BOOTARGS} ${values.append}`.trim();
  const boot = await onAtoll(bootargs, initrd);
  const result = {
    benchmark: "linux",
    environment: where,
    bootargs,
    memoryMiB: Number(values.memory),
    harts: Number(values.harts),
    atoll: { ...boot, millionInstructionsAProcessorSecond: boot.instructions / boot.processorSeconds / 1e6 },
    ...(values.qemu && { qemuSeconds: onQemu(bootargs, initrd) }),
  };
  console.log(JSON.stringify(result, null, 2));
  if (!values.save) return;
  const name = values.harts === "1" ? "linux" : `linux-${values.harts}-harts`;
  writeFileSync(new URL(`../bench/results/${name}.json`, import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
}

await main();
