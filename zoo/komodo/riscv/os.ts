/**
 * An operating system for tests of `komodo-riscv` on a machine without a hart: calls by register. 4 MiB of RAM, 16 secure
 * and 32 insecure pages.
 */
import { ECALL_FROM_S } from "../../../assembly/cause.ts";
import { type Pa, paOfPage } from "../../../core/units.ts";
import { RISCV_CALL as C } from "../../../monitor/komodo/abi.ts";
import type { RiscvPage } from "../../../monitor/komodo/riscv/page.ts";
import { insecurePageAt, securePage } from "../../../monitor/komodo/riscv/state.ts";
import { createKomodoRiscv, type KomodoRiscvMonitor, type KomodoRiscvOptions } from "../../../monitor/komodo-riscv.ts";
import { FakePlatform } from "../../scene/platform.ts";

export const [R, W, X] = [2, 4, 8];
const [A0, A7] = [10, 17];

export class RiscvOs {
  readonly platform = new FakePlatform(4 * 1024 * 1024);
  readonly monitor: KomodoRiscvMonitor;

  constructor(options: KomodoRiscvOptions = {}) {
    this.monitor = createKomodoRiscv(this.platform, { securePages: 16, insecurePages: 32, ...options });
    this.monitor.boot();
  }

  trap(cause: bigint, tval = 0n): void {
    this.monitor.handleTrap({ cause, epc: this.platform.pc, tval });
    const violation = this.monitor.violation();
    if (violation !== undefined) throw new Error(violation);
  }

  /** An ecall of whoever has the hart. @returns a0, signed */
  call(nr: number | bigint, ...args: readonly (number | bigint)[]): bigint {
    this.platform.x[A7] = BigInt.asUintN(64, BigInt(nr));
    for (let i = 0; i < 5; i++) this.platform.x[A0 + i] = BigInt.asUintN(64, BigInt(args[i] ?? 0));
    this.trap(BigInt(ECALL_FROM_S));
    return BigInt.asIntN(64, this.platform.x[A0]!);
  }

  page(nr: number): RiscvPage {
    return this.monitor.state.pages.get(nr);
  }

  secureAt(nr: number): Pa {
    return paOfPage(securePage(this.monitor.state.config, nr));
  }

  insecureAt(page: number): Pa {
    return paOfPage(insecurePageAt(this.monitor.state.config, page));
  }

  /** Address space 0, tables 1 to 3, data page 4 at 0x1000, thread 5 with entry 0x1000. Final. */
  build(): void {
    const results = [
      this.call(C.INIT_ADDRSPACE, 0, 1),
      this.call(C.INIT_L2_TABLE, 2, 1, 0),
      this.call(C.INIT_L3_TABLE, 3, 2, 0),
      this.call(C.MAP_SECURE, 4, 3, 1, R | X, 1),
      this.call(C.INIT_DISPATCHER, 5, 0, 0x1000),
      this.call(C.FINALISE, 0),
    ];
    if (results.some((result) => result !== 0n)) throw new Error(`building failed: ${results}`);
  }
}
