/**
 * Random Physical Memory Protection. Entry 0 belongs to the runtime: S and U may execute and read the trampoline, M does
 * what it likes. The entries behind are random around the program's own space; the last one mostly lets everything pass.
 */
import type { Random } from "../../../zoo/scene/random.ts";
import { PAGE, RAM_BASE, SPACE, SPACE_SIZE, spaceOf } from "./place.ts";

const RWX = 7n;
const NAPOT = 0x18n;
const LOCK = 0x80n;
/** Permissions without the reserved combination of W without R. */
const PERMISSIONS = [0n, 1n, 3n, 4n, 5n, 7n, 3n, 7n] as const;

/** `pmpaddr` of a naturally aligned power of two. */
const napot = (base: bigint, byteLen: bigint): bigint => (base >> 2n) | ((byteLen >> 3n) - 1n);

/** Entries 1 to 14 are off, are made of whole pages, or of any doublewords. They may cover page tables and code, too. */
type Protection = "none" | "pages" | "bytes";

export function randomProtection(
  random: Random,
  index: number,
  extent: Protection,
  mayLock: boolean,
): Record<string, bigint> {
  const space = BigInt(spaceOf(index));
  const isBusy = extent !== "none";
  const addresses: bigint[] = [napot(BigInt(RAM_BASE), 0x100_0000n)];
  const configs: bigint[] = [NAPOT | 5n];
  for (let entry = 1; entry < 15; entry++) {
    const data = space + BigInt(SPACE.DATA + PAGE * random.between(0, (SPACE_SIZE - SPACE.DATA) / PAGE - 1));
    const mode =
      isBusy && random.chance(2) ? random.pick(extent === "bytes" ? [0x8n, 0x10n, 0x18n] : [0x8n, 0x18n]) : 0n;
    const [size, inner] =
      extent === "bytes"
        ? [8n << BigInt(random.between(0, 10)), BigInt(8 * random.between(0, 511))]
        : [0x1000n << BigInt(random.between(0, 3)), 0n];
    // "walk-ad-pmp" in deviations.ts: an entry that may reach page tables allows writes if it allows reads
    const permissions = random.pick(PERMISSIONS);
    const mayReachTables = mode === 0x8n || size > 0x1000n;
    const lock = mayLock && random.chance(3) ? LOCK : 0n;
    configs.push(mode | permissions | (mayReachTables && permissions & 1n ? 2n : 0n) | lock);
    addresses.push(mode === 0x18n ? napot((data + inner) & -size, size) : (data + inner) >> 2n);
  }
  // "If no PMP entry matches an S-mode or U-mode access [...] the access fails"
  configs.push(isBusy && random.chance(16) ? 0n : NAPOT | RWX);
  addresses.push((1n << 54n) - 1n);
  const pack = (from: number): bigint =>
    configs.slice(from, from + 8).reduce((sum, config, at) => sum | (config << BigInt(8 * at)), 0n);
  return {
    ...Object.fromEntries(addresses.map((address, entry) => [`pmpaddr${entry}`, address])),
    pmpcfg0: pack(0),
    pmpcfg2: pack(8),
  };
}
