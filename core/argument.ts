/**
 * Checks of arguments at the edge of the machine: a caller's mistake is an exception that names the argument, and never
 * reaches the core, whose 32-bit parameters would cut a number short in silence.
 */
import { M_MODE, type Privilege, S_MODE, U_MODE } from "./platform.ts";

const show = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));

/** @throws TypeError unless `value` is a number; RangeError unless it is an integer of 0 to `max` */
export function checkCount(name: string, value: number, max: number = Number.MAX_SAFE_INTEGER): void {
  checkRange(name, value, 0, max);
}

/** @throws as `checkCount`, for what is no integer of `min` to `max` */
export function checkRange(name: string, value: number, min: number, max: number): void {
  if (typeof value !== "number") throw new TypeError(`${name} is no number: ${show(value)}`);
  if (!(Number.isSafeInteger(value) && value >= min && value <= max))
    throw new RangeError(`${name} ${value} is no integer of ${min} to ${max}`);
}

/** @throws TypeError unless `value` is a bigint */
export function checkWord(name: string, value: bigint): void {
  if (typeof value !== "bigint") throw new TypeError(`${name} is no bigint: ${show(value)}`);
}

/** @throws RangeError unless `value` is a privilege level that the hart has */
export function checkPrivilege(value: Privilege): void {
  if (value !== U_MODE && value !== S_MODE && value !== M_MODE)
    throw new RangeError(`privilege ${show(value)} is not 0 (U), 1 (S) or 3 (M)`);
}

/** @throws TypeError unless `value` is one of `choices` */
export function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value)) throw new TypeError(`${name} ${show(value)} is not one of ${choices.join(", ")}`);
}

/** @throws TypeError unless `value` is a Uint8Array */
export function checkBytes(name: string, value: Uint8Array): void {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name} is no Uint8Array: ${show(value)}`);
}
