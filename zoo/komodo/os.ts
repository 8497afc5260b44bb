/**
 * An operating system for tests of the monitor on a machine without a hart: calls by register, as S-mode and as the enclave
 * that runs. 4 MiB of RAM: 16 secure pages by default, the rest insecure.
 */
import { ECALL_FROM_S, ECALL_FROM_U } from "../../assembly/cause.ts";
import { PAGE_SIZE, type Pa, type PageNo, paOfPage } from "../../core/units.ts";
import { ENCLAVE_CALL, mappingWord, OS_CALL, R0 } from "../../monitor/komodo/abi.ts";
import type { SecurePage } from "../../monitor/komodo/page.ts";
import { insecurePage, physicalOf } from "../../monitor/komodo/state.ts";
import { createKomodo, type KomodoMonitor, type KomodoOptions } from "../../monitor/komodo.ts";
import { FakePlatform } from "../scene/platform.ts";

const RAM_BYTES = 4 * 1024 * 1024;

export const [R, W, X] = [1, 2, 4];

/** What a call left in R0 to R8. */
export type Results = readonly bigint[];

export class KomodoOs {
  readonly platform: FakePlatform;
  readonly monitor: KomodoMonitor;

  constructor(options: KomodoOptions = {}) {
    this.platform = new FakePlatform(RAM_BYTES);
    this.monitor = createKomodo(this.platform, { securePages: 16, ...options });
    this.monitor.boot();
  }

  /** A trap with R0 and on set; the invariants hold behind it. @returns R0 to R8 of whoever has the hart then */
  trap(cause: bigint, registers: readonly bigint[], tval = 0n): Results {
    for (const [i, value] of registers.entries()) this.platform.x[R0 + i] = BigInt.asUintN(64, value);
    this.monitor.handleTrap({ cause, epc: this.platform.pc, tval });
    const violation = this.monitor.violation();
    if (violation !== undefined) throw new Error(violation);
    return [...this.platform.x.subarray(R0, R0 + 9)];
  }

  /** A call of the OS. @returns R0 and R1 */
  os(nr: number | bigint, ...args: readonly (number | bigint)[]): [error: number, value: bigint] {
    const [error, value] = this.trap(BigInt(ECALL_FROM_S), padded([nr, ...args], 5));
    return [Number(error), value!];
  }

  /** A call of the enclave that runs. */
  enclave(nr: number | bigint, ...args: readonly (number | bigint)[]): Results {
    return this.trap(BigInt(ECALL_FROM_U), padded([nr, ...args], 9));
  }

  page(nr: number): SecurePage {
    return this.monitor.state.pages.get(nr);
  }

  /** Where secure page `nr` lies. */
  secureAt(nr: number): Pa {
    return paOfPage(physicalOf(this.monitor.state.config, nr));
  }

  /** Where page `page` of insecure RAM lies. */
  insecureAt(page: number): Pa {
    return paOfPage(insecurePage(this.monitor.state.config, page));
  }

  /** Fills a page of insecure RAM with a word. */
  fill(page: number, word: number): void {
    this.platform.writeBytes(this.insecureAt(page), new Uint8Array(new Uint32Array(PAGE_SIZE / 4).fill(word).buffer));
  }

  /** All words of a physical page. */
  words(page: PageNo): Uint32Array {
    return new Uint32Array(this.platform.readBytes(paOfPage(page), PAGE_SIZE).buffer);
  }

  /**
   * An address space at page `as`, L1 at `l1`: L2 table for slot 0 at `l1 + 1`, data page `l1 + 2` at 0x8000 with the
   * contents of insecure page 1, dispatcher `l1 + 3` with entry 0x8000. Final.
   */
  build(as: number, l1: number): { readonly thread: number; readonly data: number } {
    const [l2, data, thread] = [l1 + 1, l1 + 2, l1 + 3];
    const calls = [
      this.os(OS_CALL.INIT_ADDRSPACE, as, l1),
      this.os(OS_CALL.INIT_L2_TABLE, l2, as, 0),
      this.os(OS_CALL.MAP_SECURE, data, as, mappingWord(0x8000, R | X), 1),
      this.os(OS_CALL.INIT_DISPATCHER, thread, as, 0x8000),
      this.os(OS_CALL.FINALISE, as),
    ];
    if (calls.some(([error]) => error !== 0)) throw new Error(`building failed: ${calls.map(([error]) => error)}`);
    return { thread, data };
  }

  /** Ends the run that goes on. */
  exit(value = 0n): Results {
    return this.enclave(ENCLAVE_CALL.EXIT, value);
  }
}

const padded = (values: readonly (number | bigint)[], count: number): bigint[] =>
  Array.from({ length: count }, (_, i) => BigInt(values[i] ?? 0));
