/** Simpler variants of the hostile OS's actions, for a shortened trace: uninterrupted runs, small offsets, value 0. */
import type { OsAction } from "./action.ts";

/** The longest slice that the adaptive OS programs. */
const UNINTERRUPTED = 100_000;

/** @returns simplest first; none if the action is as simple as it gets */
export function simplifyAction(action: OsAction): readonly OsAction[] {
  switch (action.do) {
    case "run":
    case "answer":
      return action.ticks === UNINTERRUPTED ? [] : [{ ...action, ticks: UNINTERRUPTED }];
    case "resume":
      return action.from === "stop" || action.ticks === UNINTERRUPTED ? [] : [{ ...action, ticks: UNINTERRUPTED }];
    case "load":
      return [{ ...action, at: { ...action.at, offset: 0 } }];
    case "store":
      return [{ ...action, at: { ...action.at, offset: 0 }, value: 0n }];
    case "map-window":
    case "forge-satp":
      return [{ ...action, target: { ...action.target, offset: 0 } }];
    default:
      return [];
  }
}
