/**
 * What plays M-mode: anything that answers the traps that leave the core in monitor mode. `ecall -> Stop -> handleTrap ->
 * resume`. Personalities implement it; users may write their own.
 */
import type { Trap } from "../core/platform.ts";

/** Whose code the hart executes next. */
export type World = { readonly kind: "host" } | { readonly kind: "enclave"; readonly eid: number };

/** M-mode in TypeScript: write your own against this and give it to an `EnclaveHost`. */
export interface Monitor {
  /** Name of the personality. */
  readonly name: string;
  /** Takes the machine from reset: protects the monitor, leaves the hart in the host world in S-mode at its pc. */
  boot(): void;
  /**
   * Answers a trap into M-mode. Afterwards the platform's registers say where execution continues.
   * Nothing that a host or an enclave passes makes it throw.
   */
  handleTrap(trap: Trap): World;
}
