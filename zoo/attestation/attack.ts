/** Tables of evidence that must be refused: what the tests of the verifiers and the bug zoo play. */

/** Bad evidence, what the policy has that is special, and all checks that refuse it, in their order. */
export type Attack<Name extends string, Evidence, Policy> = readonly [
  what: string,
  evidence: Evidence,
  change: Partial<Policy>,
  refusedBy: readonly Name[],
];
