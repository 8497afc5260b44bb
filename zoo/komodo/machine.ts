/**
 * Komodo on the real machine: an operating system that is a list of calls, and enclaves in assembly. 16 MiB of RAM.
 *
 *     0x1000 code, R-X      0x2000 data, RW-      0x3000 page 7 of insecure RAM, RW-
 */
import { ECALL_FROM_S } from "../../assembly/cause.ts";
import { assembleProgram } from "../../core/assembler.ts";
import { Machine, type MachineOptions } from "../../core/machine.ts";
import { S_MODE } from "../../core/platform.ts";
import { PAGE_SIZE, paOfPage } from "../../core/units.ts";
import { mappingWord, OS_CALL, R0 } from "../../monitor/komodo/abi.ts";
import { insecurePage, physicalOf } from "../../monitor/komodo/state.ts";
import { createKomodo, type KomodoMonitor, type KomodoOptions } from "../../monitor/komodo.ts";

const RAM_BYTES = 16 * 1024 * 1024;
const TIME_EXTENSION = 0x5449_4d45n;
/** Instructions after which an enclave is taken for lost. */
const PATIENCE = 1_000_000;
const [R, W, X] = [1, 2, 4];

/** The page of insecure RAM that enclaves see at 0x3000. */
export const SHARED = 7;
const STAGING = 8;

export class KomodoMachine {
  readonly machine: Machine;
  readonly monitor: KomodoMonitor;
  /** Next page number that `load` uses. */
  #next = 0;

  private constructor(machine: Machine, options: KomodoOptions) {
    this.machine = machine;
    this.monitor = createKomodo(machine, { securePages: 64, ...options });
    this.monitor.boot();
  }

  static async create(options: KomodoOptions = {}, machine: Partial<MachineOptions> = {}): Promise<KomodoMachine> {
    return new KomodoMachine(await Machine.create({ mode: "monitor", ramSize: RAM_BYTES, ...machine }), options);
  }

  /** A call of the OS; enclaves that it enters run until they leave. @returns R0 and R1 */
  call(nr: number, ...args: readonly (number | bigint)[]): [error: bigint, value: bigint] {
    const { machine } = this;
    for (let i = 0; i < 5; i++) machine.x[R0 + i] = BigInt([nr, ...args][i] ?? 0);
    return this.#ecall();
  }

  /** Takes the hart back after so many ticks of the clock. */
  setTimer(ticks: number): void {
    const { x, time } = this.machine;
    x[10] = time + BigInt(ticks);
    x[16] = 0n;
    x[17] = TIME_EXTENSION;
    this.#ecall();
    x[17] = 0n;
  }

  #ecall(): [bigint, bigint] {
    const { machine, monitor } = this;
    machine.privilege = S_MODE;
    let world = monitor.handleTrap({ cause: BigInt(ECALL_FROM_S), epc: machine.pc, tval: 0n });
    const end = machine.retired + BigInt(PATIENCE);
    while (world.kind === "enclave") {
      const stop = machine.run(10_000);
      if (stop.kind === "trap") world = monitor.handleTrap(stop.trap);
      else if (stop.kind !== "budget") throw new Error(`the machine stopped: ${stop.kind}`);
      else if (machine.retired > end) throw new Error("the enclave does not come back");
    }
    const violation = monitor.violation();
    if (violation !== undefined) throw new Error(violation);
    return [machine.x[R0]!, machine.x[R0 + 1]!];
  }

  /** As `call`, of what must succeed. @returns R1 */
  must(nr: number, ...args: readonly (number | bigint)[]): bigint {
    const [error, value] = this.call(nr, ...args);
    if (error !== 0n) throw new Error(`call ${nr}: error ${error}: ${this.monitor.lastDenial?.explanation}`);
    return value;
  }

  /** Where secure page `nr` lies. */
  secureAt(nr: number): number {
    return paOfPage(physicalOf(this.monitor.state.config, nr));
  }

  /** Where page `page` of insecure RAM lies. */
  insecureAt(page: number): number {
    return paOfPage(insecurePage(this.monitor.state.config, page));
  }

  page(): number {
    return this.#next++;
  }

  /** An enclave from a source whose labels `thread1`, `thread2`… are entry points besides the first instruction. */
  load(source: string, spares = 0) {
    const { bytes, symbols } = assembleProgram(source, 0x1000n);
    if (bytes.length > PAGE_SIZE) throw new Error("the program is longer than a page");
    while (this.#next % 4 !== 0) this.#next++;
    const [l1, space, l2, code, data] = [this.page(), this.page(), this.page(), this.page(), this.page()];
    this.must(OS_CALL.INIT_ADDRSPACE, space, l1);
    this.must(OS_CALL.INIT_L2_TABLE, l2, space, 0);
    this.machine.zero(this.insecureAt(STAGING) as never, PAGE_SIZE);
    this.machine.writeBytes(this.insecureAt(STAGING) as never, bytes);
    this.must(OS_CALL.MAP_SECURE, code, space, mappingWord(0x1000, R | X), STAGING);
    this.must(OS_CALL.MAP_SECURE, data, space, mappingWord(0x2000, R | W), 0);
    this.must(OS_CALL.MAP_INSECURE, space, SHARED, mappingWord(0x3000, R | W));
    const entries = [0x1000n, ...["thread1", "thread2"].flatMap((name) => symbols.get(name) ?? [])];
    const threads = entries.map((entry) => {
      const thread = this.page();
      this.must(OS_CALL.INIT_DISPATCHER, thread, space, entry);
      return thread;
    });
    this.must(OS_CALL.FINALISE, space);
    const spare = Array.from({ length: spares }, () => {
      const page = this.page();
      this.must(OS_CALL.ALLOC_SPARE, page, space);
      return page;
    });
    return { space, l1, l2, code, data, threads, thread: threads[0]!, spare };
  }
}
