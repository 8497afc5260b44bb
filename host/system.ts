/**
 * The whole of it, put together: a machine in monitor mode, the security monitor, the memory encryption engine between
 * the machine and its DRAM, a kernel, and the SDK's host library.
 *
 * ```ts
 * const system = await System.create({ memory: 2 ** 30, seed: 7n });
 * const enclave = system.host.createEnclave(parseElf(bytes));
 * if (enclave.ok) console.log(enclave.value.run().output);
 * ```
 */

import { TIME_DIVISOR } from "../assembly/layout.ts";
import type { Flavour } from "../core/core-module.ts";
import { DEFAULT_QUANTUM, Machine } from "../core/machine.ts";
import type { MachineDefectId } from "../core/machine-defects.ts";
import type { PageNo } from "../core/units.ts";
import { DramView } from "../hw-model/dram.ts";
import { Mmt } from "../hw-model/mmt.ts";
import type { MmtDefectId } from "../hw-model/mmt-defects.ts";
import { type Owner, PUBLIC } from "../monitor/kernel/page-owner.ts";
import type { PageRange } from "../monitor/kernel/span.ts";
import { ownerOf } from "../monitor/penglai-tvm/state.ts";
import { createPenglaiTvm, type PenglaiTvm, type PenglaiTvmOptions } from "../monitor/penglai-tvm.ts";
import { switchOff } from "./defence-names.ts";
import { DramAttacker } from "./dram-attacker.ts";
import { EnclaveHost, type HostOptions } from "./enclave-host.ts";
import { DEFAULT_SLICE_TICKS } from "./run-loop.ts";

/** Machine, monitor and host at once. What is absent has the default that it names. */
export interface SystemOptions
  extends Omit<HostOptions, "refill">,
    Pick<
      PenglaiTvmOptions,
      "gpt" | "observe" | "onIntegrityFault" | "reportForm" | "measurement" | "debug" | "defects"
    > {
  /** Bytes of RAM, 16 MiB to 512 GiB. Default 1 GiB. */
  readonly memory?: number;
  /** u64. Device keys, random numbers and the keys of the DRAM come from it. Default 0. */
  readonly seed?: bigint;
  readonly flavour?: Flavour;
  /** ISA naming string, with Sv39. Default all extensions that the machine has. */
  readonly isa?: string;
  /** How many, 1 to 8: so many enclaves run at once. Default 1. */
  readonly harts?: number;
  /**
   * Cycles that a hart executes before the next has its turn. Default 10,000, or a slice if that is shorter: a slice that is
   * over before its hart's next turn begins makes little progress.
   */
  readonly quantum?: number;
  /** Mistakes that the machine is to make, by the ids of core/machine-defects.ts. */
  readonly machineDefects?: readonly MachineDefectId[];
  /** Mistakes that the memory encryption engine is to make, by the ids of hw-model/mmt-defects.ts. */
  readonly memoryDefects?: readonly MmtDefectId[];
  /** Defences to switch off, by the names of defence-names.ts. */
  readonly without?: readonly string[];
}

/** A machine with monitor, memory encryption, kernel and host library, booted. */
export class System {
  readonly machine: Machine;
  readonly monitor: PenglaiTvm;
  /** DRAM as the bus shows it. */
  readonly dram: DramView;
  /** Somebody with a probe on the bus. */
  readonly dramAttacker: DramAttacker;
  readonly host: EnclaveHost;

  private constructor(machine: Machine, options: SystemOptions) {
    const { seed = 0n, without = [], gpt, observe, onIntegrityFault, reportForm, debug, defects } = options;
    const { measurement, memoryDefects = [] } = options;
    const switches = switchOff(without);
    this.machine = machine;
    this.monitor = createPenglaiTvm(machine, {
      seed,
      defences: switches.monitor,
      ...(gpt && { gpt }),
      ...(observe && { observe }),
      ...(onIntegrityFault && { onIntegrityFault }),
      ...(reportForm && { reportForm }),
      ...(measurement && { measurement }),
      ...(debug && { debug }),
      ...(defects && { defects }),
      onOwner: (pages, owner) => this.#followOwner(pages, owner),
    });
    const dramBase = machine.ramBase;
    const engine = new Mmt({ seed: this.#memoryKey(seed), dramBase, defences: switches.dram, defects: memoryDefects });
    this.dram = new DramView(engine, this.#dramPort(), machine.ramSize);
    this.dramAttacker = new DramAttacker(this.dram);
    machine.onRefill((page) => this.dram.refill(page).ok);
    this.host = new EnclaveHost(machine, this.monitor, options);
  }

  /** Boots machine, monitor and kernel. @throws UserError for options that cannot be had */
  static async create(options: SystemOptions = {}): Promise<System> {
    const { memory = 2 ** 30, flavour = "functional", without = [], seed = 0n, isa, harts } = options;
    if (typeof seed !== "bigint") throw new TypeError(`seed: a bigint is needed, not ${String(seed)}`);
    const { lineLock } = switchOff(without);
    const machine = {
      ramSize: memory,
      flavour,
      lineLock,
      ...(isa !== undefined && { isa }),
      ...(harts !== undefined && { harts }),
      quantum: options.quantum ?? defaultQuantum(options),
      defects: options.machineDefects ?? [],
    };
    return new System(await Machine.create({ mode: "monitor", ...machine }), options);
  }

  /** The engine's keys descend from the device's, as the monitor's do. */
  #memoryKey(seed: bigint): Uint8Array {
    return this.monitor.device?.keys.memory ?? new Uint8Array(new BigUint64Array([seed]).buffer);
  }

  /** The engine learns of pages that become secure or normal. */
  #followOwner({ from, to }: PageRange, owner: Owner): void {
    if (owner !== PUBLIC && !this.dram.isTampered) return;
    for (let page = from; page < to; page++) {
      if (owner === PUBLIC) this.dram.released(page);
      else this.dram.secured(page);
    }
  }

  #dramPort() {
    const { machine, monitor } = this;
    return {
      readPlain: (page: number) => machine.memory.peek(page as PageNo),
      writePlain: (page: number, bytes: Uint8Array) => machine.memory.poke(page as PageNo, bytes),
      watch: (page: number, isOn: boolean) => machine.watch(page as PageNo, isOn),
      isSecure: (page: number) => (ownerOf(monitor.state, page as PageNo) ?? PUBLIC) !== PUBLIC,
    };
  }
}

const defaultQuantum = ({ sliceTicks = DEFAULT_SLICE_TICKS }: SystemOptions): number =>
  Math.max(1, Math.min(DEFAULT_QUANTUM, sliceTicks * TIME_DIVISOR));
