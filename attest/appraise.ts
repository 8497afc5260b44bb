/**
 * Appraisal by named checks: the form that every verifier here has. Each check is independent and every one is made, so
 * that a verdict names all that is wrong at once; a relying party that wants one bit writes `failed.length === 0` and
 * can still log why. RFC 9334: "Appraisal Policy for Evidence".
 */

/** One check that was made. */
export interface Check<Name extends string> {
  /** Stable: scripts may depend on it. */
  readonly name: Name;
  /** One line: what was compared, and what was found. */
  readonly explanation: string;
}

/** Both in the order in which the checks are made. The evidence is acceptable exactly when `failed` is empty. */
export interface Verdict<Name extends string> {
  readonly failed: readonly Check<Name>[];
  readonly passed: readonly Check<Name>[];
}

export interface Appraisal<Name extends string, Evidence, Policy> {
  readonly name: Name;
  explain(evidence: Evidence, policy: Policy): string;
  holds(evidence: Evidence, policy: Policy): boolean;
}

const NOTHING: ReadonlySet<never> = new Set();

/**
 * Makes every check.
 * @param skipped checks that a defective verifier leaves out (the bug zoo, V1 on); nobody else passes them
 * @returns each with its outcome; throws for no evidence
 */
export function appraise<Name extends string, Evidence, Policy>(
  appraisals: readonly Appraisal<Name, Evidence, Policy>[],
  evidence: Evidence,
  policy: Policy,
  skipped: ReadonlySet<Name> = NOTHING,
): Verdict<Name> {
  const failed: Check<Name>[] = [];
  const passed: Check<Name>[] = [];
  for (const { name, explain, holds } of appraisals) {
    if (skipped.has(name)) continue;
    (holds(evidence, policy) ? passed : failed).push({ name, explanation: explain(evidence, policy) });
  }
  return { failed, passed };
}

/** A verdict of this check alone: evidence that cannot be read, so that no other check can be made. */
export const onlyFailed = <Name extends string>(name: Name, explanation: string): Verdict<Name> => ({
  failed: [{ name, explanation }],
  passed: [],
});

/** The same verdict with one more check before it. */
export const passedFirst = <Name extends string>(
  name: Name,
  explanation: string,
  { failed, passed }: Verdict<Name>,
): Verdict<Name> => ({ failed, passed: [{ name, explanation }, ...passed] });
