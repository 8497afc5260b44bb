/**
 * Firmware mode: a bare-metal program for the `virt` map on a machine whose M-mode is its own. What a boot ROM does is done
 * here: load by physical address, hartid in a0, device tree in a1, OpenSBI's dynamic information in a2, jump to the entry.
 *
 * A program ends through the SiFive test finisher or through HTIF, whose `tohost` and `fromhost` are found by their
 * symbols. Of the system calls over HTIF only write is served (htif.ts); the stop says what else was asked.
 * Source: RISC-V ISA tests, "Environment" (tohost); SiFive test finisher; Linux booting-riscv, "Register state".
 */
import { type BootImage, readFirmware } from "./boot-image.ts";
import { type BootPlan, planBoot } from "./boot-plan.ts";
import type { Flavour } from "./core-module.ts";
import type { ElfImage } from "./elf.ts";
import { Machine } from "./machine.ts";
import { A0, A1, A2 } from "./registers.ts";
import type { Stop } from "./stop.ts";
import { DEFAULT_RAM_BASE, type Pa, pa } from "./units.ts";
import { UserError } from "./user-error.ts";

/** The machine for a bare-metal program. */
export interface FirmwareOptions {
  /** Bytes of RAM. Default 1 GiB. */
  readonly ramSize?: number;
  /** First byte of RAM. Default 0x8000_0000. */
  readonly ramBase?: Pa;
  /** Default functional. */
  readonly flavour?: Flavour;
  /** ISA naming string. Default all that the machine has. */
  readonly isa?: string;
  /** How many harts, and cycles of a turn: as `MachineOptions`. */
  readonly harts?: number;
  readonly quantum?: number;
  /** How messages call the program. */
  readonly name?: string;
  /** What the firmware starts in S-mode. */
  readonly kernel?: BootImage;
  /** Initial RAM disk for the kernel. */
  readonly initrd?: Uint8Array;
  /** Command line for the kernel. */
  readonly bootargs?: string;
  /** Flattened device tree in place of our own. */
  readonly tree?: Uint8Array;
}

/** Why a bare-metal program no longer runs. */
export interface FirmwareOutcome {
  readonly stop: Stop;
  /** The guest's own code when it ended itself, EXIT_TIMEOUT when its fuel ran out, EXIT_STUCK for everything else. */
  readonly exitCode: number;
}

/** As `timeout` of GNU coreutils. */
export const EXIT_TIMEOUT = 124;
/** The guest cannot go on and said nothing about why: idle for good, out of memory, an unknown request to the host. */
export const EXIT_STUCK = 1;

/** Cycles between two looks at the fuel; large, because each costs the way through the host. */
const SLICE = 64_000_000;

/**
 * @param firmware the file's bytes, or an image that was read already
 * @returns a machine at the program's first instruction
 * @throws UserError if the file is no program for this machine, or there is too little RAM for everything
 */
export async function bootFirmware(firmware: Uint8Array | ElfImage, options: FirmwareOptions = {}): Promise<Machine> {
  const { name = "the program", kernel, initrd, bootargs, tree, ...machineOptions } = options;
  const { ramBase = DEFAULT_RAM_BASE } = machineOptions;
  const image = firmware instanceof Uint8Array ? readFirmware(firmware, name, ramBase) : firmware;
  const machine = await Machine.create({ ...machineOptions, mode: "firmware" });
  start(machine, planBoot(machine, { firmware: image, kernel, initrd, bootargs, tree }));
  connectHtif(machine, image);
  return machine;
}

/** What firmware finds in the registers: Linux booting-riscv, "Register state"; OpenSBI, "Firmware with dynamic information". */
function start(machine: Machine, { places, entry, tree, information }: BootPlan): void {
  for (const { address, bytes } of places) machine.writeBytes(address, bytes);
  for (const hart of machine.harts) {
    hart.pc = entry;
    hart.x[A0] = BigInt(hart.index);
    hart.x[A1] = BigInt(tree ?? 0);
    hart.x[A2] = BigInt(information ?? 0);
  }
}

function connectHtif(machine: Machine, image: ElfImage): void {
  const tohost = mailbox(image, machine, "tohost");
  if (tohost !== undefined) machine.setHtif(tohost, mailbox(image, machine, "fromhost") ?? 0);
}

/** Address of a doubleword of HTIF; the symbol is the file's allegation. */
function mailbox({ name, symbols }: ElfImage, { ramBase, ramSize }: Machine, symbol: string): Pa | undefined {
  const value = symbols.get(symbol);
  if (value === undefined) return undefined;
  const isDoubleword = value % 8n === 0n;
  if (isDoubleword && value >= BigInt(ramBase) && value < BigInt(ramBase + ramSize)) return pa(Number(value));
  throw new UserError(
    `${name}: the symbol ${symbol} (0x${value.toString(16)}) is no doubleword of RAM`,
    `give ${symbol} a place in a loaded section, aligned to 8 bytes, or strip the symbol`,
  );
}

/**
 * Runs until the program ends.
 * @param options.fuel cycles that it may take; without, it may take for ever
 */
export function runFirmware(machine: Machine, options: { readonly fuel?: number } = {}): FirmwareOutcome {
  let fuel = options.fuel ?? Number.POSITIVE_INFINITY;
  while (true) {
    const slice = Math.min(fuel, SLICE);
    const stop = machine.run(slice);
    if (stop.kind === "exit") return { stop, exitCode: stop.code };
    if (stop.kind !== "budget") return { stop, exitCode: EXIT_STUCK };
    fuel -= slice;
    if (fuel <= 0) return { stop, exitCode: EXIT_TIMEOUT };
  }
}
