/**
 * How the target is to go on: packets vCont, c, s, C and S. Source: GDB manual (13), "Packets". A signal that GDB hands
 * back changes nothing: a fault it has looked at goes on to whoever plays M-mode.
 */
import { parseWord } from "./hex.ts";

/** What one hart does. Harts that nothing is said about stand still. */
export type HartAction =
  | { readonly kind: "continue" }
  /** One instruction, or as many as it takes to leave [from, to). */
  | { readonly kind: "step"; readonly from: bigint; readonly to: bigint };

/** Action of each hart that moves, by index. */
export type Resumption = ReadonlyMap<number, HartAction>;

const STEP: HartAction = { kind: "step", from: 0n, to: 0n };

/**
 * @param text what stands behind vCont, with its first semicolon
 * @returns undefined if the packet is malformed or nothing would move
 */
export function parseResumption(text: string, harts: number): Resumption | undefined {
  const actions = new Map<number, HartAction>();
  const parts = text.split(";");
  if (parts.shift() !== "") return undefined;
  // "the leftmost action that matches a thread" is the one that it gets
  for (const part of parts) {
    const [verb = "", thread] = part.split(":");
    const action = actionOf(verb);
    const matching = threadsOf(thread, harts);
    if (action === undefined || matching === undefined) return undefined;
    for (const hart of matching) if (action !== "stop" && !actions.has(hart)) actions.set(hart, action);
  }
  return actions.size === 0 ? undefined : actions;
}

function actionOf(verb: string): HartAction | "stop" | undefined {
  if (/^(c|C[0-9a-f]{2})$/i.test(verb)) return { kind: "continue" };
  if (/^(s|S[0-9a-f]{2})$/i.test(verb)) return STEP;
  if (verb === "t") return "stop";
  const [, first = "", end = ""] = /^r([0-9a-f]+),([0-9a-f]+)$/i.exec(verb) ?? [];
  const [from, to] = [parseWord(first), parseWord(end)];
  return from === undefined || to === undefined ? undefined : { kind: "step", from, to };
}

/** @param text a thread's number, "-1" for all, or nothing. @returns indices of harts */
export function threadsOf(text: string | undefined, harts: number): number[] | undefined {
  if (text === undefined || text === "-1") return Array.from({ length: harts }, (_, index) => index);
  const number = /^[0-9a-f]{1,4}$/i.test(text) ? Number.parseInt(text, 16) : Number.NaN;
  // 0 is any thread: the first
  if (number === 0) return [0];
  return number >= 1 && number <= harts ? [number - 1] : undefined;
}
