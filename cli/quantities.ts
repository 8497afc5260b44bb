/**
 * Numbers as people write them on a command line: sizes with a suffix, counts, addresses, u64 seeds, hexadecimal bytes.
 * Each parser refuses everything else with a message that names the option and shows the form.
 */
import { type Pa, pa, type Va, va } from "../core/units.ts";
import { UserError } from "../core/user-error.ts";

const SUFFIXES = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;
const MAX_PHYSICAL = 2 ** 46;

/** @param text "64M", "1G", "1048576". @returns bytes, at least 1 */
export function parseSize(text: string, option: string): number {
  const [, digits, suffix = ""] = /^(\d+)(?:([KMGT])(?:iB)?)?$/i.exec(text) ?? [];
  const byteLen = Number(digits ?? 0) * SUFFIXES[suffix.toUpperCase() as keyof typeof SUFFIXES];
  if (byteLen > 0 && byteLen <= MAX_PHYSICAL) return byteLen;
  throw new UserError(`${option} "${text}" is not a size`, "write bytes, or a number with K, M, G or T: --memory 512M");
}

/** @param text "1000000", "1_000_000", "1e6". @returns an integer of `min` to `max` */
export function parseCount(text: string, option: string, min = 1, max = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d[\d_]*(e\d+)?$/i.test(text) ? Number(text.replaceAll("_", "")) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const [most, example] = max === Number.MAX_SAFE_INTEGER ? ["2^53 - 1", 1_000_000] : [formatCount(max), max];
  throw new UserError(
    `${option} "${text}" is not a number that it takes`,
    `write a whole number from ${min} to ${most}: ${option} ${example}`,
  );
}

/** @param text decimal or with 0x. @returns 0 to 2^64 - 1 */
export function parseU64(text: string, option: string): bigint {
  const value = /^(\d+|0x[0-9a-f]+)$/i.test(text) ? BigInt(text) : -1n;
  if (value >= 0n && BigInt.asUintN(64, value) === value) return value;
  throw new UserError(
    `${option} "${text}" is not a 64-bit number`,
    "write it in decimal, or in hexadecimal with 0x: 42 or 0x2a",
  );
}

/** @returns a physical address below 2^46 */
export function parsePa(text: string, what: string): Pa {
  const value = parseU64(text, what);
  if (value < BigInt(MAX_PHYSICAL)) return pa(Number(value));
  throw new UserError(`${what} "${text}" is no physical address`, "physical addresses have 46 bits: 0x80200000");
}

export const parseVa = (text: string, what: string): Va => va(parseU64(text, what));

/** @param byteLen exactly so many bytes */
export function parseHex(text: string, option: string, byteLen: number): Uint8Array {
  if (/^[0-9a-f]*$/i.test(text) && text.length === 2 * byteLen) return new Uint8Array(Buffer.from(text, "hex"));
  throw new UserError(
    `${option} "${text}" is not ${byteLen} bytes in hexadecimal`,
    `write ${2 * byteLen} hexadecimal digits without 0x, as atoll measure prints them`,
  );
}

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

/** @returns "1 GiB", "4.5 MiB" */
export function formatSize(byteLen: number): string {
  let unit = 0;
  let value = byteLen;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** Digits in groups of three. */
export const formatCount = (value: number | bigint): string => value.toLocaleString("en-US");
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const formatAddress = (address: number | bigint): string => `0x${address.toString(16)}`;
