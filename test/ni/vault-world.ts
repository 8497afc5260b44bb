/**
 * A monitor of a user's own, small enough to see through: a vault that holds the secret and answers to "open" and "ask".
 * With a leak planted, "ask" tells the lowest bit of the secret's first byte after the vault was opened twice.
 */
import type { Observation } from "../../ni/observation.ts";
import type { World } from "../../ni/two-trace.ts";

export type VaultAction = "open" | "close" | "ask" | "wait";

export class Vault implements World<VaultAction> {
  readonly #secret: Uint8Array;
  readonly #leaks: boolean;
  #opened = 0;
  #used = false;
  readonly acts: VaultAction[] = [];

  constructor(secret: Uint8Array, leaks: boolean) {
    this.#secret = secret;
    this.#leaks = leaks;
  }

  act(action: VaultAction): Observation {
    this.acts.push(action);
    if (action === "open") this.#opened++;
    if (action === "close") this.#opened = 0;
    return new Map([["result", action === "ask" ? this.#answer() : 0n]]);
  }

  secretWasUsed(): boolean {
    return this.#used;
  }

  tally() {
    return { acts: this.acts.length };
  }

  #answer(): bigint {
    this.#used = true;
    return this.#leaks && this.#opened >= 2 ? BigInt(this.#secret[0]! & 1) : 5n;
  }
}

export const vault =
  (leaks: boolean) =>
  async (secret: Uint8Array): Promise<Vault> =>
    new Vault(secret, leaks);
