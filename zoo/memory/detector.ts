/**
 * Searches for a mistake of the memory encryption engine without knowing which: random honest traffic and random deeds of a
 * physical adversary, in short episodes, until one of the properties of episode.ts breaks. What is found is shortened.
 */
import { Choices } from "../../ni/choices.ts";
import { numbers } from "../../ni/spec/corpus.ts";
import { type Action, chooseAction, chooseLines, describeAction } from "./action.ts";
import { playEpisode, type Violation } from "./episode.ts";

const ACTIONS_OF_AN_EPISODE = 40;

export interface Hunted {
  /** Actions until the property broke. */
  readonly after: number;
  readonly property: Violation["property"];
  /** For people: the shortened list of actions, and what breaks behind it. */
  readonly report: string;
}

/**
 * @param defects ids of mmt-defects.ts
 * @param budget actions, at least 1
 * @param seed an integer: the same one, the same search
 * @returns what was found; undefined if nothing was within the budget
 * @throws RangeError for a defect that there is not
 */
export function hunt(defects: readonly string[], budget: number, seed: number): Hunted | undefined {
  const choices = new Choices(numbers(seed));
  for (let after = 0; after < budget; ) {
    const length = Math.min(ACTIONS_OF_AN_EPISODE, budget - after);
    const lines = chooseLines(choices);
    const actions = Array.from({ length }, () => chooseAction(choices, lines));
    const { played, violation } = playEpisode(defects, actions);
    after += played;
    if (violation) return { after, property: violation.property, report: shortened(defects, actions, violation) };
  }
  return undefined;
}

/** Leaves out, from the end, each action without which the same property breaks. */
function shortened(defects: readonly string[], actions: readonly Action[], found: Violation): string {
  let rest = actions;
  let violation = found;
  for (let at = rest.length - 1; at >= 0; at--) {
    const fewer = rest.toSpliced(at, 1);
    const again = playEpisode(defects, fewer).violation;
    if (again?.property !== violation.property) continue;
    rest = fewer;
    violation = again;
  }
  const lines = rest.map((action, i) => `${i + 1}. ${describeAction(action)}`);
  return [...lines, `${violation.property}: ${violation.what}\n`].join("\n");
}
