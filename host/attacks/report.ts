/**
 * What an attack of the operating system has to work with and what it reports: who stopped it, or what it got.
 * Threat model: Penglai reference §1, everything but the SoC and the monitor is untrusted.
 */
import {
  GPT_VIOLATION,
  INTEGRITY_FAULT,
  LOAD_ACCESS,
  LOAD_PAGE_FAULT,
  STORE_ACCESS,
  STORE_PAGE_FAULT,
} from "../../assembly/cause.ts";
import type { AccessFault, LoadOutcome } from "../../core/guest-access.ts";
import type { Pa } from "../../core/units.ts";
import type { EnclaveHost } from "../enclave-host.ts";
import type { HostedEnclave } from "../hosted.ts";

export interface Stage {
  readonly host: EnclaveHost;
  /** Has run for at least one slice, holds a secret and is still alive. */
  readonly victim: HostedEnclave;
  /** Physical address of the secret; the host knows it because it loaded the image. */
  readonly secret: Pa;
  /** A second enclave that has not run yet and will ask for memory (MMAP or SBRK). */
  readonly asker: HostedEnclave;
}

export type AttackReport =
  | { readonly attack: string; readonly succeeded: false; readonly caughtBy: string; readonly detail: string }
  | { readonly attack: string; readonly succeeded: true; readonly evidence: string };

/** A victim may be dead afterwards: every attack wants a stage of its own. */
export type Attack = (stage: Stage) => AttackReport;

export const SECRET_BYTE_LEN = 32;

const CATCHERS: Readonly<Record<number, string>> = {
  [LOAD_PAGE_FAULT]: "page table: the monitor unmapped it",
  [STORE_PAGE_FAULT]: "page table: the monitor unmapped it",
  [LOAD_ACCESS]: "PMP",
  [STORE_ACCESS]: "PMP",
  [GPT_VIOLATION]: "GPT: the walker's location check",
  [INTEGRITY_FAULT]: "memory integrity",
};

export const succeeded = (attack: string, evidence: string): AttackReport => ({ attack, succeeded: true, evidence });

export const caught = (attack: string, caughtBy: string, detail: string): AttackReport => ({
  attack,
  succeeded: false,
  caughtBy,
  detail,
});

/** The trap that an access took instead of succeeding. */
export function caughtByTrap(attack: string, { cause, tval }: AccessFault): AttackReport {
  const catcher = CATCHERS[Number(cause)] ?? `trap with cause ${cause}`;
  return caught(attack, catcher, `cause ${cause} at 0x${tval.toString(16)}`);
}

/** The refusal of a monitor call. */
export function caughtByMonitor(attack: string, { host }: Stage, call: string): AttackReport {
  const denial = host.driver.kernel.hart.monitor.lastDenial;
  return caught(attack, `monitor: ${denial?.guard ?? call}`, denial?.explanation ?? `${call} was refused`);
}

/** A load of the secret: what was read is the evidence. */
export function judgeLoad(attack: string, outcome: LoadOutcome): AttackReport {
  return outcome.ok ? succeeded(attack, `read ${hexOf(outcome.bytes)}`) : caughtByTrap(attack, outcome);
}

/** Two digits a byte. */
export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
