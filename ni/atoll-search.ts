/**
 * findLeak on this product: the adaptive hostile OS against a scene of enclaves on a whole system.
 *
 * ```ts
 * const result = await findLeakOnAtoll({ programs: [{ name: "leak", elf }], seed: 1, numRuns: 50 });
 * console.log(result.found ? result.report : result.tally);
 * ```
 */
import { describeAction, type OsAction } from "./action.ts";
import { type AdaptiveOsOptions, adaptiveOs } from "./adaptive-os.ts";
import { type AtollWorldOptions, atollWorld } from "./atoll-world.ts";
import { findLeak, type SearchOptions, type SearchResult } from "./search.ts";
import { simplifyAction } from "./simplify.ts";

export interface AtollSearchOptions
  extends AtollWorldOptions,
    Pick<AdaptiveOsOptions, "steps">,
    Pick<SearchOptions<OsAction>, "seed" | "numRuns" | "observer"> {}

/** @throws UserError for a system or a program that cannot be had */
export function findLeakOnAtoll(options: AtollSearchOptions): Promise<SearchResult<OsAction>> {
  const { seed, numRuns, observer, steps } = options;
  const programs = options.programs.map(({ name }) => name);
  return findLeak({
    makeWorld: atollWorld(options),
    strategy: (choices) => adaptiveOs({ programs, ...(steps !== undefined && { steps }) }, choices),
    describe: describeAction,
    simplify: simplifyAction,
    seed,
    numRuns,
    ...(observer && { observer }),
  });
}
