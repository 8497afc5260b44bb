/**
 * What the engine says when DRAM does not hold what it wrote there.
 *
 * A walk goes from the on-chip root downwards, so `level` names the first line on the way that cannot be trusted: the
 * line that was changed, whatever lies below it. Source: Penglai reference §3.1 ("verify failure -> integrity
 * exception"; the trap itself is unpublished and is the machine's choice).
 */
import type { Counter } from "./counters.ts";
import type { LevelName } from "./geometry.ts";
import { hex, type Pa } from "./units.ts";

export type FaultLevel = LevelName | "data";

/** The first line on the way down from the on-chip root that cannot be trusted. */
export interface IntegrityFault {
  /** Kind of the line that failed. */
  readonly level: FaultLevel;
  /** Address in DRAM of the line that failed. */
  readonly linePa: Pa;
  /** One sentence for a person. */
  readonly reason: string;
}

/** A value, or the fault that stands in its way. A failing operation has changed nothing. */
export type Checked<T extends object = object> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly fault: IntegrityFault };

export const OK = { ok: true } as const;

export const failed = (level: FaultLevel, linePa: Pa, reason: string): { ok: false; fault: IntegrityFault } => ({
  ok: false,
  fault: { level, linePa, reason },
});

/** The usual case: contents and MAC do not belong together under this counter. */
export const macMismatch = (level: FaultLevel, linePa: Pa, counter: Counter): { ok: false; fault: IntegrityFault } =>
  failed(
    level,
    linePa,
    `${level === "data" ? "MAC of the data" : `hash of the ${level}`} line ${hex(linePa)} does not match its contents under counter ${counter.major}‖${counter.minor}`,
  );

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
