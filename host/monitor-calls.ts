/**
 * Penglai calls as the driver makes them: a refusal becomes a `Refusal`, and a monitor that has no record left is lent
 * memory and asked again ("driver calls MEMORY_EXTEND (3 × order-9 blocks) and retries", Penglai reference §6.11).
 */
import { PAGE_SIZE } from "../core/units.ts";
import type { Refusal, Result } from "./enclave.ts";
import { eidIn, type PenglaiResult } from "./hart.ts";
import type { Kernel } from "./kernel.ts";
import { type HostCallName, NO_METADATA } from "./penglai-abi.ts";

const EXTENSION_BLOCKS = 3;
const EXTENSION_PAGES = 512;
const MAX_EXTENSIONS = 5;

export class MonitorCalls {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** A call that answers 0 or fails. */
  call(call: HostCallName, ...args: readonly (bigint | number)[]): Result<undefined> {
    const result = this.#kernel.hart.penglai(call, ...args);
    if (result.ok && result.value === 0n) return { ok: true, value: undefined };
    return { ok: false, refusal: this.refusal(call, result) };
  }

  /** Calls, lending the monitor memory for its metadata when it asks for it. */
  withMetadata(call: () => PenglaiResult): PenglaiResult {
    let result = call();
    for (let i = 0; i < MAX_EXTENSIONS && result.ok && result.value === NO_METADATA; i++) {
      if (!this.extendMetadata()) break;
      result = call();
    }
    return result;
  }

  /** MEMORY_EXTEND for more records. @returns false if there is no memory, or the monitor refuses it */
  extendMetadata(): boolean {
    const kernel = this.#kernel;
    for (let i = 0; i < EXTENSION_BLOCKS; i++) {
      const at = kernel.tryPages(EXTENSION_PAGES);
      if (at === undefined) return false;
      kernel.prepareSecure(at, EXTENSION_PAGES * PAGE_SIZE);
      const extended = kernel.hart.penglai("MEMORY_EXTEND", at, EXTENSION_PAGES * PAGE_SIZE);
      if (!extended.ok || extended.value !== 0n) {
        kernel.takeBack(at, EXTENSION_PAGES);
        return false;
      }
    }
    return true;
  }

  /** What the monitor says about a call that did not succeed. */
  refusal(call: string, result: PenglaiResult): Refusal {
    if (!result.ok)
      return {
        call,
        value: -1n,
        explanation: `enclave ${eidIn(result)} has the hart: it ran out of fuel, pauses or runs`,
      };
    const denial = this.#kernel.hart.monitor.lastDenial;
    const explanation = denial?.explanation ?? `the monitor returned ${result.value} and gave no reason`;
    return { call, value: result.value, ...(denial && { guard: denial.guard }), explanation };
  }
}
