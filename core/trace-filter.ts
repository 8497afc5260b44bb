/** Which instructions of a trace to keep: by address, by privilege, by who had the hart. */
import type { Privilege } from "./platform.ts";
import type { Commit } from "./spike-log.ts";

/** What is absent keeps everything. */
export interface TraceFilter {
  /** Virtual addresses [start, stop) of instructions. */
  readonly ranges?: readonly { readonly start: bigint; readonly stop: bigint }[];
  readonly privileges?: readonly Privilege[];
  /** Ids of enclaves; `undefined` in the list is everybody else. */
  readonly enclaves?: readonly (number | undefined)[];
}

/** @param enclave id of the enclave that had the hart */
export const isKept = (
  { ranges, privileges, enclaves }: TraceFilter,
  { pc, privilege }: Pick<Commit, "pc" | "privilege">,
  enclave: number | undefined,
): boolean =>
  (ranges?.some(({ start, stop }) => pc >= start && pc < stop) ?? true) &&
  (privileges?.includes(privilege) ?? true) &&
  (enclaves?.includes(enclave) ?? true);
