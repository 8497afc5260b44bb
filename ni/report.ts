/**
 * A leak for people: the actions in order, what each world answered beside it, and the first observable that differs.
 *
 *       action                         left                  right
 *     1 create e0: leak                result 0x1            result 0x1
 *     2 run e0 for 100000 ticks        exited                exited
 *       exit-value                     0x0                 ! 0x1
 */
import { type Observation, show } from "./observation.ts";
import type { Leak } from "./shrink.ts";
import type { SecretPair } from "./two-trace.ts";

export interface TraceReport<A> {
  readonly leak: Leak<A>;
  readonly secrets: SecretPair;
  readonly describe: (action: A) => string;
}

const NUMBER_WIDTH = 4;
const MIN_ACTION_WIDTH = 24;
const ANSWER_WIDTH = 26;

/** @returns lines that end in a newline */
export function traceText<A>({ leak, secrets, describe }: TraceReport<A>): string {
  const { firstDifference: difference, left, right } = leak;
  const actions = left.map(({ action }) => describe(action));
  const width = Math.max(MIN_ACTION_WIDTH, difference.observable.length, ...actions.map((text) => text.length));
  const row = (number: string, what: string, a: string, b: string, mark = " "): string =>
    `${number.padStart(NUMBER_WIDTH)} ${what.padEnd(width)}  ${a.padEnd(ANSWER_WIDTH)} ${mark} ${b}`.trimEnd();
  const lines = [
    row("", "action", "left", "right"),
    row("", "secret", secretText(secrets[0]), secretText(secrets[1])),
    ...actions.map((text, i) =>
      row(`${i + 1}`, text, answerText(left[i]!.observation), answerText(right[i]!.observation)),
    ),
    row("", difference.observable, difference.left, difference.right, "!"),
  ];
  return `${lines.join("\n")}\n`;
}

/** Why an enclave came back says more than the number that says so. */
const answerText = (seen: Observation): string => show(seen.get("exit") ?? seen.get("result"));

/** Trailing zeros are left out. */
function secretText(secret: Uint8Array): string {
  const length = Math.max(1, secret.findLastIndex((byte) => byte !== 0) + 1);
  const shown = Array.from(secret.subarray(0, Math.min(length, 8)), (byte) => byte.toString(16).padStart(2, "0"));
  return `${shown.join("")}${length < secret.length || secret.length > 8 ? "…" : ""}`;
}
