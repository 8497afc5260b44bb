/**
 * A call as a row: number, name, arguments, checks in the order in which errors are found, effect. One table drives the
 * specification, the generators of near misses, the documentation and the switches of the bug zoo (Komodo reference
 * §4.6), so the order of errors, which is part of the contract (§1.6), stands in one place. Both faces use it.
 */
import type { Circumstances } from "../kernel/guard.ts";
import type { Outcome } from "../kernel/outcome.ts";

/** What a check found. */
export interface Finding {
  /** What the caller passed or where it stood, as a clause. */
  readonly found: string;
  /** The page that decided it, and its owner. */
  readonly page?: Circumstances["page"];
}

/** What an argument means, for generators. */
export type ArgumentKind =
  | "newPage"
  | "anyPage"
  | "addrspace"
  | "dispatcher"
  | "table"
  | "index"
  | "mapping"
  | "source"
  | "insecure"
  | "entry"
  | "word";

export interface CheckOf<Call, Guard extends string> {
  readonly guard: Guard;
  /** The argument that is checked, where a guard stands twice in a call. */
  readonly of?: string;
  /** A check that only this defect makes. */
  readonly only?: string;
  /** @returns what is wrong, undefined if nothing is */
  readonly wrong: (call: Call) => Finding | undefined;
}

export interface CallRowOf<Call, Guard extends string, S> {
  readonly nr: number;
  readonly name: string;
  readonly args: readonly ArgumentKind[];
  readonly checks: readonly CheckOf<Call, Guard>[];
  /** Only if no check found anything. */
  readonly effect: (call: Call) => Outcome<S>;
}

/** A check of a call: the call's name and the check's (`checkName`). */
type CheckAt = readonly [call: string, check: string];

/** What a switch of the bug zoo does to the rows. */
export interface RowChange {
  /** Checks that are not made. */
  readonly skips?: readonly CheckAt[];
  /** Checks that change places. */
  readonly swaps?: readonly (readonly [call: string, one: string, other: string])[];
}

/** Leaves a check out of calls. */
export const skip = (check: string, ...calls: readonly string[]): RowChange => ({
  skips: calls.map((call) => [call, check] as const),
});

/** How a check is named in a row: "PAGE_FREE" or "PAGE_FREE(l1)". */
export const checkName = ({ guard, of }: { readonly guard: string; readonly of?: string }): string =>
  of === undefined ? guard : `${guard}(${of})`;

/**
 * The first check that finds something.
 * @param defects that are on @param zoo what each does to the rows
 */
export function firstFinding<Call, Guard extends string>(
  row: Pick<CallRowOf<Call, Guard, never>, "name" | "checks">,
  call: Call,
  defects: ReadonlySet<string>,
  zoo: Readonly<Record<string, RowChange>>,
): { readonly guard: Guard; readonly finding: Finding } | undefined {
  for (const check of defects.size === 0
    ? row.checks
    : alteredChecks(
        row,
        [...defects].map((id) => zoo[id] ?? {}),
      )) {
    if (check.only !== undefined && !defects.has(check.only)) continue;
    const finding = check.wrong(call);
    if (finding !== undefined) return { guard: check.guard, finding };
  }
  return undefined;
}

/** The checks as the switched-on defects leave them. */
function alteredChecks<Check extends { readonly guard: string; readonly of?: string }>(
  { name, checks }: { readonly name: string; readonly checks: readonly Check[] },
  changes: readonly RowChange[],
): Check[] {
  const isSkipped = (check: Check): boolean =>
    changes.some(({ skips }) => skips?.some(([call, skipped]) => call === name && skipped === checkName(check)));
  const left = checks.filter((check) => !isSkipped(check));
  for (const [call, ...pair] of changes.flatMap(({ swaps = [] }) => swaps)) {
    if (call !== name) continue;
    const [i, j] = pair.map((swapped) => left.findIndex((check) => checkName(check) === swapped));
    [left[i!], left[j!]] = [left[j!]!, left[i!]!];
  }
  return left;
}
