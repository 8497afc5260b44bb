/**
 * The harts of a machine as the scripted kernel has them. A hart is the kernel's, which then executes nothing by itself, or
 * an enclave's, which runs whenever the machine does; several run at once, each in its turns.
 *
 *     kernel on hart 0   RUN 1 ---- enclave 1 .......... exit, RUN 3 ---- enclave 3 ....
 *     kernel on hart 1   RUN 2 ---- enclave 2 ...... timer, RESUME 2 ---- enclave 2 ....
 *
 * Every trap goes to the monitor at once, on the hart that met it. A call of one hart may give another back to the kernel
 * (STOP and DESTROY, Penglai reference §6.9).
 *
 * Invariant: no machine hart executes while it is the kernel's. With one hart nothing is started or stopped: the machine runs
 * only while an enclave has it.
 */
import { S_MODE, U_MODE } from "../core/platform.ts";
import { isPause, type Stop } from "../core/stop.ts";
import { PAGE_SIZE } from "../core/units.ts";
import { HOST_MEMORY_USED_UP } from "../monitor/kernel/host-memory.ts";
import type { World } from "../monitor/monitor.ts";
import { Hart } from "./hart.ts";
import type { HostMachine, HostMonitor } from "./ports.ts";

export interface HartOptions {
  /** Instructions that enclaves may retire in all, each of their calls counted as 1,000; unlimited by default. */
  readonly fuel?: number;
}

/** Why `run` came back: a hart is the kernel's again, the machine pauses, or no enclave will ever go on. */
export type RunEnd = "back" | "paused" | "stuck";

/** Budget of one run of the machine where the fuel has no bound: so large that coming back costs nothing. */
const SLICE = 4_000_000;
/**
 * What a trap that an enclave makes costs of the fuel, about what a monitor in machine code would execute for it. An
 * enclave that only yields costs this simulator 44 µs for two instructions of its own (Node 24): without the charge, fuel
 * for 3 ms would last for 11 seconds. Interrupts are free, so that a program that calls nobody retires just its fuel.
 */
const TRAP_FUEL = 1000;
const INTERRUPT = 1n << 63n;

export class Harts {
  readonly machine: HostMachine;
  readonly monitor: HostMonitor;
  /** By mhartid. */
  readonly all: readonly Hart[];
  #fuel: number;
  #isPaused = false;
  #isStuck = false;
  /** Of the run that pauses, which is charged as if it were one piece. */
  #retiredBeforePause = 0;

  /** @throws RangeError for fuel that is no number of instructions */
  constructor(machine: HostMachine, monitor: HostMonitor, options: HartOptions = {}) {
    const { fuel = Number.POSITIVE_INFINITY } = options;
    if (!(fuel >= 0 && (Number.isSafeInteger(fuel) || fuel === Number.POSITIVE_INFINITY)))
      throw new RangeError(`fuel ${fuel} is no whole number of instructions`);
    this.machine = machine;
    this.monitor = monitor;
    this.#fuel = fuel;
    this.all = machine.harts.map((_, index) => new Hart(this, index));
    if (this.areSeveral) for (const hart of machine.harts) hart.stop();
  }

  /** Then a call that enters an enclave comes back without a result, and `run` brings it. */
  get areSeveral(): boolean {
    return this.all.length > 1;
  }

  /** The one that boots, and the only one of most machines. */
  get first(): Hart {
    return this.all[0]!;
  }

  /** What is left of the fuel, in instructions. */
  get fuel(): number {
    return this.#fuel;
  }

  /** Did the last run end in a pause? */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Will no enclave that has a hart ever go on? */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /** The kernel on `hart`, which is selected, traps into the monitor. */
  trap(hart: Hart, cause: number, tval: bigint): void {
    this.machine.privilege = S_MODE;
    this.#answer(hart, { cause: BigInt(cause), epc: this.machine.pc, tval });
  }

  /** Runs the machine until a hart that an enclave had is the kernel's again. */
  run(): RunEnd {
    const running = this.all.filter((hart) => hart.enclave !== undefined);
    this.#isPaused = false;
    while (this.#fuel > 0) {
      const stop = this.#piece(running);
      this.#isPaused = isPause(stop);
      if (this.#isPaused) return "paused";
      if (stop.kind === "idle") break;
      this.#afterStop(stop);
      if (running.some((hart) => hart.enclave === undefined)) return "back";
    }
    this.#isStuck = true;
    return "stuck";
  }

  /** One run of the machine, charged. */
  #piece(running: readonly Hart[]): Stop {
    const before = running.map((hart) => this.#retiredOn(hart));
    const share = Math.max(1, Math.floor(Math.min(this.#fuel, SLICE) / this.all.length));
    const stop = this.machine.run(share);
    const pieces = running.map((hart, i) => Number(this.#retiredOn(hart) - before[i]!));
    const piece = pieces.reduce((sum, one) => sum + one, 0);
    // A run that only traps retires nothing; it is charged one instruction so that fuel always ends.
    const least = isPause(stop) || this.#retiredBeforePause > 0 ? 0 : 1;
    const extra = Math.max(0, least - piece);
    this.#retiredBeforePause = isPause(stop) ? this.#retiredBeforePause + piece : 0;
    for (const [i, hart] of running.entries()) hart.retired += pieces[i]!;
    this.#fuel = Math.max(0, this.#fuel - piece - extra);
    if (stop.kind === "trap" && stop.trap.cause < INTERRUPT) this.#fuel = Math.max(0, this.#fuel - TRAP_FUEL);
    return stop;
  }

  #retiredOn = (hart: Hart): bigint => this.machine.harts[hart.index]!.retired;

  #afterStop(stop: Stop): void {
    const hart = this.all[this.machine.hartId]!;
    switch (stop.kind) {
      case "trap":
        this.#answer(hart, stop.trap);
        return;
      case "budget":
        return;
      case "out of memory":
        this.#answer(hart, {
          cause: HOST_MEMORY_USED_UP,
          epc: this.machine.pc,
          tval: BigInt(stop.page) * BigInt(PAGE_SIZE),
        });
        return;
      default:
        throw new Error(`the machine stopped in an enclave with "${stop.kind}"`);
    }
  }

  /** The monitor answers for the hart whose turn it is; another one it may have given back to the kernel. */
  #answer(hart: Hart, trap: Parameters<HostMonitor["handleTrap"]>[0]): void {
    // a monitor that has halted throws, and throws again at the next call
    hart.enclave = undefined;
    this.#enter(hart, this.monitor.handleTrap(trap));
    for (const other of this.all)
      if (other !== hart && other.enclave !== undefined && !this.#isInUserMode(other)) this.#enter(other, HOST);
  }

  /** An enclave runs in U-mode, and the scripted kernel in S-mode. */
  #isInUserMode({ index }: Hart): boolean {
    return this.machine.harts[index]!.privilege === U_MODE;
  }

  #enter(hart: Hart, world: World): void {
    hart.enclave = world.kind === "enclave" ? world.eid : undefined;
    if (!this.areSeveral) return;
    if (hart.enclave === undefined) this.machine.harts[hart.index]!.stop();
    else this.machine.harts[hart.index]!.start();
  }
}

const HOST: World = { kind: "host" };
