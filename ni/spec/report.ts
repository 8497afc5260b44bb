/** A finding for people: one line an action with how it came out in both runs, and the first observable that differs. */
import { describeAction } from "./action.ts";
import type { Observer } from "./observe.ts";
import type { ShrunkFinding } from "./shrink.ts";

const MIN_ACTION_WIDTH = 32;
const MAX_ACTION_WIDTH = 72;
const RESULT_WIDTH = 24;

export function reportOf(finding: ShrunkFinding): string {
  const { difference, steps, property, only, bit, seed } = finding;
  const texts = steps.map(({ action }) => describeAction(action));
  const longest = Math.max(MIN_ACTION_WIDTH, difference.observable.length, ...texts.map((text) => text.length));
  const width = Math.min(longest, MAX_ACTION_WIDTH);
  const row = (number: string, what: string, left: string, right: string, mark = " "): string =>
    `${number.padStart(3)} ${what.padEnd(width)}  ${left.padEnd(RESULT_WIDTH)} ${mark} ${right}`.trimEnd();
  const isPair = property !== "LR" && property !== "INV";
  const lines = [
    `${property} does not hold${finding.observer ? ` for ${describeObserver(finding.observer)}` : ""}`,
    row("", "action", isPair ? "left" : property === "LR" ? "without the last" : "result", isPair ? "right" : ""),
    ...steps.map(({ left, right }, i) => row(`${i + 1}`, texts[i]!, left, right)),
    row("", difference.observable, difference.left, difference.right, "!"),
  ];
  if (only.length > 0)
    lines.push(`    differ: ${only.join("; ")}${bit === undefined ? "" : `, only in the lowest bit of word ${bit}`}`);
  lines.push(`    seed ${seed}, shortened from ${finding.originalLength} actions in ${finding.tried} runs`);
  return `${lines.join("\n")}\n`;
}

const describeObserver = (observer: Observer): string =>
  observer.property === "C-OS"
    ? "the operating system"
    : observer.property === "C-ENC"
      ? `the operating system and enclave ${observer.enclave}`
      : `enclave ${observer.enclave}`;
