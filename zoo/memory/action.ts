/**
 * What happens to an engine in a search: honest traffic of the CPU and the monitor, and the hands of a physical adversary
 * (Komodo reference §4.2: flip, spoof, splice, replay of larger and larger parts, roll back of everything). Actions are
 * plain values: one that makes no sense where it stands does nothing, so any part of a list is a list.
 */
import type { Choices } from "../../ni/choices.ts";
import type { Part } from "./bench.ts";

export interface Line {
  readonly page: number;
  readonly slot: number;
}

export type Action =
  | { readonly kind: "secure"; readonly page: number; readonly fill: number }
  | { readonly kind: "release"; readonly page: number }
  | { readonly kind: "write"; readonly line: Line; readonly fill: number }
  | { readonly kind: "read"; readonly line: Line }
  | { readonly kind: "unmount" }
  | { readonly kind: "boot" }
  | { readonly kind: "flip"; readonly line: Line; readonly part: Part }
  | { readonly kind: "guess"; readonly line: Line }
  | { readonly kind: "splice"; readonly from: Line; readonly to: Line; readonly parts: readonly Part[] }
  | { readonly kind: "keep"; readonly line: Line; readonly parts: readonly Part[] }
  | { readonly kind: "replay"; readonly kept: number }
  | { readonly kind: "keep-all" }
  | { readonly kind: "roll-back" };

/** Two below one ST-1 line, one below another, one in another SubTree. */
const PAGES = [0, 1, 5, 16] as const;
const SLOTS = [0, 1] as const;
const FILLS = [0, 1, 2] as const;
export const LINES: readonly Line[] = PAGES.flatMap((page) => SLOTS.map((slot) => ({ page, slot })));

/** What is copied together. */
const SCOPES: readonly (readonly Part[])[] = [
  ["data"],
  ["data", "mac"],
  ["ST-2"],
  ["data", "mac", "ST-2"],
  ["data", "mac", "ST-2", "ST-1"],
  ["data", "mac", "ST-2", "ST-1", "SubTree root"],
];

/** @returns whether it is the adversary's */
export const isTampering = ({ kind }: Action): boolean =>
  ["flip", "guess", "splice", "replay", "roll-back"].includes(kind);

/** The lines of one episode: those of a page, of two pages below one ST-1 line, or all; attacks want several actions in one place. */
export const chooseLines = (choices: Choices): readonly Line[] =>
  LINES.slice(0, choices.of([SLOTS.length, 2 * SLOTS.length, LINES.length, LINES.length]));

/** @param lines what it may be about */
export function chooseAction(choices: Choices, lines: readonly Line[]): Action {
  const line = (): Line => choices.of(lines);
  const page = (): number => line().page;
  const fill = (): number => choices.of(FILLS);
  const parts = (): readonly Part[] => choices.of(SCOPES);
  const choose = choices.weighted<() => Action>([
    [8, () => ({ kind: "secure", page: page(), fill: fill() })],
    [3, () => ({ kind: "release", page: page() })],
    [24, () => ({ kind: "write", line: line(), fill: fill() })],
    [4, () => ({ kind: "read", line: line() })],
    [2, () => ({ kind: "unmount" })],
    [1, () => ({ kind: "boot" })],
    [2, () => ({ kind: "flip", line: line(), part: choices.of(["data", "mac", "ST-2"]) })],
    [1, () => ({ kind: "guess", line: line() })],
    [4, () => ({ kind: "splice", from: line(), to: line(), parts: parts() })],
    [8, () => ({ kind: "keep", line: line(), parts: parts() })],
    [6, () => ({ kind: "replay", kept: choices.below(4) })],
    [1, () => ({ kind: "keep-all" })],
    [1, () => ({ kind: "roll-back" })],
  ]);
  return choose();
}

const name = ({ page, slot }: Line): string => `line ${slot} of page ${page}`;

/** For a list that a person reads. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case "secure":
      return `page ${action.page} becomes secure, filled with ${action.fill}`;
    case "release":
      return `page ${action.page} becomes normal`;
    case "write":
      return `the cache writes ${action.fill} to ${name(action.line)}`;
    case "read":
      return `the CPU reads ${name(action.line)}`;
    case "unmount":
      return "all SubTrees are unmounted";
    case "boot":
      return "the machine is started again";
    case "flip":
      return `adversary: flips a bit of ${action.part} of ${name(action.line)}`;
    case "guess":
      return `adversary: flips a bit of ${name(action.line)} and tries 256 MACs`;
    case "splice":
      return `adversary: copies ${action.parts.join(", ")} of ${name(action.from)} over those of ${name(action.to)}`;
    case "keep":
      return `adversary: keeps ${action.parts.join(", ")} of ${name(action.line)}`;
    case "replay":
      return `adversary: puts back what was kept as number ${action.kept}`;
    case "keep-all":
      return "adversary: keeps all of DRAM";
    case "roll-back":
      return "adversary: puts all of DRAM back";
  }
}
