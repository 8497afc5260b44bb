/**
 * The world of the two-trace test that is this product: a whole system (host/system.ts), the hostile OS on it, and a
 * secret that is put into each enclave after it was measured, so that nothing public depends on it (Komodo reference §4.3:
 * "inject them after Finalise").
 *
 * Whether the secret was read is known by a watch on its page: the machine announces the first access while an enclave has
 * the hart. A shadow's page is watched too and never read in place, since its forks have copies. Not modelled: a secret
 * that arrives as input, encrypted.
 */

import { PAGE_SIZE, type PageNo, pa, pageNoOf, va } from "../core/units.ts";
import type { Enclave } from "../host/enclave.ts";
import { System, type SystemOptions } from "../host/system.ts";
import { runningOn } from "../monitor/penglai-tvm/state.ts";
import type { OsAction } from "./action.ts";
import { DramBus } from "./dram-bus.ts";
import { HostileOs } from "./hostile-os.ts";
import type { Observation, Observed } from "./observation.ts";
import { OsObserver } from "./os-observer.ts";
import { type Program, secretOf } from "./program.ts";
import type { Tally, World } from "./two-trace.ts";

export interface AtollWorldOptions {
  readonly programs: readonly Program[];
  /** Memory is 32 MiB and fuel 20 million instructions unless it says something else. */
  readonly system?: SystemOptions;
  /** Also what a probe on the DRAM bus sees; costs the encryption of every private page. */
  readonly bus?: boolean;
}

const DEFAULT_MEMORY = 32 * 2 ** 20;
/** An enclave that keeps the hart must not keep the test. */
const DEFAULT_FUEL = 20_000_000;

/** @returns the `makeWorld` of twoTrace and findLeak */
export const atollWorld =
  (options: AtollWorldOptions) =>
  async (secret: Uint8Array): Promise<World<OsAction>> => {
    const system = await System.create({ memory: DEFAULT_MEMORY, fuel: DEFAULT_FUEL, ...options.system });
    return new AtollWorld(system, options, secret);
  };

class AtollWorld implements World<OsAction> {
  readonly #system: System;
  readonly #os: HostileOs;
  readonly #observer: OsObserver;
  readonly #bus: DramBus | undefined;
  readonly #secret: Uint8Array;
  readonly #tally: Record<string, number> = {};
  readonly #secretPages = new Set<PageNo>();
  /** Secret pages that the monitor or the host has read in this action: they are watched again when it is over. */
  readonly #seenByOthers = new Set<PageNo>();
  #wasUsed = false;

  constructor(system: System, { programs, bus = false }: AtollWorldOptions, secret: Uint8Array) {
    const { driver } = system.host;
    this.#system = system;
    this.#secret = secret;
    this.#os = new HostileOs(driver, programs, (enclave, program) => this.#plant(enclave, program));
    this.#observer = new OsObserver(system.machine, driver.kernel);
    this.#bus = bus ? new DramBus(system) : undefined;
    system.machine.onRefill((page) => this.#accessed(page));
  }

  act(action: OsAction): Observation {
    const seen = this.#os.act(action);
    this.#count(action, seen);
    const { hart } = this.#system.host.driver.kernel;
    // The enclave has the hart for ever: the OS sees nothing any more.
    const visible = hart.stuckIn === undefined ? this.#visible(action) : [];
    const observation = new Map([...Object.entries(seen), ...visible]);
    for (const page of this.#seenByOthers) if (this.#secretPages.has(page)) this.#system.machine.watch(page, true);
    this.#seenByOthers.clear();
    return observation;
  }

  secretWasUsed(): boolean {
    return this.#wasUsed;
  }

  tally(): Tally {
    return { ...this.#tally, instructions: this.#system.host.driver.kernel.hart.retired };
  }

  *#visible(action: OsAction): Generator<readonly [string, Observed]> {
    const { window } = this.#os.places;
    if (action.do === "probe") yield* this.#observer.ownership();
    yield* this.#observer.registers();
    yield* this.#observer.memory();
    if (this.#os.windowIsOpen) yield* this.#observer.window(window.at, window.byteLen);
    if (this.#bus) yield* this.#bus.changes();
    yield* this.#observer.counters();
  }

  #plant(enclave: Enclave, program: Program): void {
    const { machine } = this.#system;
    const address = secretOf(program);
    const offset = Number(address % BigInt(PAGE_SIZE));
    const frame = enclave.frames.get(va(address - BigInt(offset)));
    // A shadow has no stack.
    if (frame === undefined) return;
    machine.writeBytes(pa(frame + offset), this.#secret);
    this.#secretPages.add(pageNoOf(frame));
    machine.watch(pageNoOf(frame), true);
  }

  /** A watched page is about to be read: by the enclave that has the hart, or by the monitor, who may. */
  #accessed(page: PageNo): boolean {
    const { machine, monitor, dram } = this.#system;
    const isVerified = this.#secretPages.has(page) || dram.refill(page).ok;
    if (!isVerified) return false;
    machine.watch(page, false);
    if (!this.#secretPages.has(page)) return true;
    if (runningOn(monitor.state, machine.hartId) === undefined) {
      this.#seenByOthers.add(page);
    } else {
      this.#wasUsed = true;
      this.#secretPages.delete(page);
    }
    return true;
  }

  #count(action: OsAction, seen: Readonly<Record<string, Observed>>): void {
    const { result, exit } = seen;
    // Codes are signed; words say why there was no call or no access.
    const isOk = typeof result === "bigint" && result >= 0n;
    this.#add(`${action.do} ${isOk ? "ok" : "refused"}`);
    if (exit !== undefined) this.#add(`exit ${exit}`);
  }

  #add(key: string): void {
    this.#tally[key] = (this.#tally[key] ?? 0) + 1;
  }
}
