/**
 * Checks of a monitor by name. A personality has a table of guards: a stable number, who is to blame when the check fails,
 * and the rule it enforces. What the caller's registers hide, a Denial keeps.
 *
 * ```ts
 * const { deny } = defineGuards({ NOT_PUBLIC: [5, "host", "the host passes only memory of its own"] }, describeOwner);
 * ```
 */
import type { PageNo } from "../../core/units.ts";
import { describePage, type Owner } from "./page-owner.ts";

/** Whose mistake a denial is. `hardware`: nobody's in the machine. */
export type Blame = "host" | "enclave" | "hardware";
export type Guard = readonly [code: number, blame: Blame, rule: string];

/** A caller's mistake: which check, whose fault, what was found, what would have been legal. */
export interface Denial<Name extends string = string> {
  readonly ok: false;
  readonly guard: Name;
  readonly code: number;
  readonly blame: Blame;
  /** What the caller reads. */
  readonly value: bigint;
  readonly rule: string;
  readonly found: string;
  readonly page?: PageNo;
  readonly owner?: string;
  /** The whole of it in one sentence. */
  readonly explanation: string;
}

/** What else is known of a refusal. */
export interface Circumstances {
  /** The page that decided it, and its owner (undefined outside RAM). */
  readonly page?: { readonly page: PageNo; readonly owner: Owner | undefined };
  /** What the caller reads, -1 if absent. */
  readonly value?: bigint;
}

/** @param found what the caller passed or where it stood, as a clause: "entry 0x… at 0x… names page 0x…" */
export type Deny<Name extends string> = (guard: Name, found: string, circumstances?: Circumstances) => Denial<Name>;

/** @param describeOwner in words; undefined is a page outside RAM */
export function defineGuards<Name extends string>(
  guards: Readonly<Record<Name, Guard>>,
  describeOwner: (owner: Owner | undefined) => string,
): { readonly deny: Deny<Name>; readonly names: readonly Name[] } {
  const deny: Deny<Name> = (guard, found, { page, value = -1n } = {}) => {
    const [code, blame, rule] = guards[guard];
    const owned = page === undefined ? "" : `; ${describePage(page.page)} belongs to ${describeOwner(page.owner)}`;
    const denial = { ok: false, guard, code, blame, value, rule, found } as const;
    const explanation = `${guard}: ${found}${owned}. Rule: ${rule}.`;
    if (page === undefined) return { ...denial, explanation };
    return { ...denial, page: page.page, owner: describeOwner(page.owner), explanation };
  };
  return { deny, names: Object.keys(guards) as Name[] };
}

/** Tells a Denial from what a check returns on success. */
export function isDenial<T>(value: T): value is Extract<T, Denial> {
  return typeof value === "object" && value !== null && "ok" in value && value.ok === false;
}
