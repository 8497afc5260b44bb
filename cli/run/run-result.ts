/** What a run came to: what --json prints and run.json keeps. */
import type { Statistic } from "./statistics.ts";

export interface Attested {
  /** Of the enclave or the shadow, as computed offline: hexadecimal. */
  readonly measurement: string;
  readonly nonce: string;
  readonly accepted: boolean;
  /** Names of checks. */
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** How one enclave, or the bare-metal program, ended. */
export interface Ending {
  readonly exitCode: number;
  readonly reason: "exited" | "killed" | "out of fuel" | "stuck" | "refused";
  readonly instructions: number;
  /** World exits by cause; of enclaves only. */
  readonly exits?: { readonly timer: number; readonly yield: number; readonly ocall: number };
  /** Unless it exited by itself: what went wrong, and how to mend it. */
  readonly what?: string;
  readonly mend?: string;
}

export interface RunResult {
  readonly program: string;
  readonly kind: "enclave" | "shadow" | "firmware";
  readonly exitCode: number;
  readonly attestation?: Attested;
  readonly output: string;
  readonly endings: readonly Ending[];
  readonly statistics: readonly Statistic[];
}

/** The code of the whole run: that of the first that did not exit with 0. */
export const exitCodeOf = (endings: readonly Ending[]): number =>
  endings.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0;
