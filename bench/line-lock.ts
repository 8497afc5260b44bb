/** Prime+probe against the victim's table: how much of the secret comes out, with line locking and without. No clock. */
import { type CacheLabOptions, primeAndProbe, type Score } from "../host/cache-lab.ts";

const ROUNDS = 1024;
const SEED = 0n;

const SCENES: Readonly<Record<string, CacheLabOptions>> = {
  unprotected: { victim: "unprotected" },
  locked: { victim: "lock" },
  "locked, line-lock off": { victim: "lock", without: ["line-lock"] },
  "locks held by the probe": { victim: "try", probe: "hold" },
  "locks held by the probe, flush-locked-lines off": { victim: "try", probe: "hold", without: ["flush-locked-lines"] },
};

export interface LineLockResult {
  readonly seed: string;
  readonly scores: Readonly<Record<string, Score>>;
}

export async function benchLineLock(): Promise<LineLockResult> {
  const scores: Record<string, Score> = {};
  for (const [name, options] of Object.entries(SCENES)) scores[name] = await primeAndProbe(SEED, ROUNDS, options);
  return { seed: String(SEED), scores };
}
