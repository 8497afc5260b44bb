/**
 * A neighbour on the cache recovers the secret of an enclave that looks up a table (host/cache-lab.ts), although the
 * enclave asks for its table to be locked. Penglai reference §5, §11 (side channel row).
 */
import { type CacheLabOptions, primeAndProbe, ROUNDS } from "../cache-lab.ts";
import type { AttackOptions, AttackOutcome } from "./outcome.ts";

const RUNS = 4;
/** Guessing that does so well is an attack that works. */
const BEYOND_CHANCE = 1e-6;

type CacheAttack = (options: AttackOptions) => Promise<AttackOutcome>;

/** The table is locked while it is used, and the probe watches. */
export const primeProbe: CacheAttack = attack({ victim: "lock" }, "line lock");

/**
 * The probe takes all that can be locked of one set and keeps it while the victim runs: then the table cannot be locked,
 * and a victim that prefers going on to giving up goes on unprotected.
 */
export const hoardLocks: CacheAttack = attack({ victim: "try", probe: "hold" }, "flush of locked lines");

function attack(scene: CacheLabOptions, defence: string): CacheAttack {
  return async ({ seed = 0n, without = [] }) => {
    const score = await primeAndProbe(seed, RUNS * ROUNDS, { ...scene, without });
    const { rounds, correct, chanceLevel, likelihoodOfGuessing, retired } = score;
    const found = `${correct} of ${rounds} nibbles of the secret are right, guessing gives ${rounds * chanceLevel}`;
    const moment = { retired, when: `after ${rounds} rounds` };
    return likelihoodOfGuessing < BEYOND_CHANCE
      ? { succeeded: true, ...moment, evidence: found }
      : { succeeded: false, ...moment, caughtBy: `cache: ${defence}`, detail: found };
  };
}
