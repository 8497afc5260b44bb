/**
 * Whether random walks reach everything that a call can answer: a two-trace test says nothing about a call that never
 * succeeded or a refusal that never happened (Komodo reference §4.3, non-vacuity).
 */
import { Corpus } from "./corpus.ts";
import type { Outcome, Subject } from "./world.ts";

/**
 * @param expected as `ModelWorld.outcome` says them: "MapSecure ok", "MapSecure PAGE_FREE", "enclave Exit ok"
 * @param walks bound of the work
 * @returns those that no walk had
 */
export function missedBy<S>(
  subject: Subject<S>,
  expected: readonly Outcome[],
  walks: number,
  seed: number,
): readonly Outcome[] {
  const corpus = new Corpus(subject, seed);
  const missed = (): readonly Outcome[] => expected.filter((outcome) => !corpus.outcomes.has(outcome));
  for (let walk = 0; walk < walks; walk++) {
    corpus.grow();
    if (walk % 100 === 99 && missed().length === 0) break;
  }
  return missed();
}
