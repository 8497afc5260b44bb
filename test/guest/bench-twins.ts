/**
 * Slow twins of the bench kernels (guest/bench/*.c): the same results by the shortest other way, with the platform's
 * own SHA-512, AES, sort and map. Each returns the checksum after `passes` passes.
 */
import { createCipheriv, createHash } from "node:crypto";

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const fold = (checksum: bigint, value: bigint): bigint => u64((checksum ^ value) * 0x100000001b3n);

/** xorshift64 of kernel.h, endless. */
function* random(seed: bigint): Generator<bigint, never> {
  let x = seed;
  while (true) {
    x ^= u64(x << 13n);
    x ^= x >> 7n;
    x ^= u64(x << 17n);
    yield x;
  }
}

function take(source: Generator<bigint, never>, count: number): bigint[] {
  return Array.from({ length: count }, () => source.next().value);
}

/** Little-endian bytes of 64-bit words. */
function bytesOf(words: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(8 * words.length);
  for (const [i, word] of words.entries()) bytes.writeBigUInt64LE(word, 8 * i);
  return bytes;
}

function repeat(passes: number, pass: (checksum: bigint) => bigint): bigint {
  let checksum = 0n;
  for (let i = 0; i < passes; i++) checksum = pass(checksum);
  return checksum;
}

/** π(10^6) = 78,498; the sum of those primes is 37,550,402,023 (OEIS A006880, A046731). */
function sieve(passes: number): bigint {
  return repeat(passes, (checksum) => fold(fold(checksum, 78_498n), 37_550_402_023n));
}

function quicksort(passes: number): bigint {
  return repeat(passes, (checksum) => {
    const items = Uint32Array.from(take(random(checksum | 1n), 65_536), (x) =>
      Number((x >> 16n) & 0xffff_ffffn),
    ).sort();
    return items.reduce((sum, item) => fold(sum, BigInt(item)), checksum);
  });
}

function sha512(passes: number): bigint {
  const message = bytesOf(take(random(1n), 8_192));
  return repeat(passes, (checksum) => {
    message.writeBigUInt64LE(checksum, 0);
    return createHash("sha512").update(message).digest().readBigUInt64BE(0);
  });
}

function aes(passes: number): bigint {
  const key = Buffer.from(Array.from({ length: 16 }, (_, i) => i));
  const plain = bytesOf(take(random(1n), 8_192));
  return repeat(passes, (checksum) => {
    const cipher = createCipheriv("aes-128-cbc", key, bytesOf([checksum, 0n])).setAutoPadding(false);
    return cipher.update(plain).readBigUInt64LE(plain.length - 16);
  });
}

function chase(passes: number, lineCount: number): bigint {
  const next = Uint32Array.from({ length: lineCount }, (_, i) => i);
  const source = random(1n);
  for (let i = lineCount - 1; i > 0; i--) {
    const j = Number(source.next().value % BigInt(i));
    [next[i], next[j]] = [next[j]!, next[i]!];
  }
  return repeat(passes, (checksum) => {
    let line = Number(checksum % 1024n);
    let sum = 0;
    for (let step = 0; step < 1_000_003; step++) {
      sum += line;
      line = next[line]!;
    }
    return fold(fold(checksum, BigInt(sum)), BigInt(line));
  });
}

function keyValue(passes: number): bigint {
  const values = new Map<bigint, bigint>();
  const source = random(1n);
  return repeat(passes, (before) => {
    let checksum = before;
    for (let i = 0; i < 131_072; i++) {
      const operation = source.next().value;
      const key = operation & 0x3ffffn;
      const value = values.get(key) ?? 0n;
      if (operation >> 63n) values.set(key, u64(value + operation));
      else checksum = fold(checksum, value);
    }
    return checksum;
  });
}

export const BENCH_TWINS: Readonly<Record<string, (passes: number) => bigint>> = {
  sieve,
  quicksort,
  sha512,
  aes,
  "chase-64k": (passes) => chase(passes, 1_024),
  "chase-8m": (passes) => chase(passes, 131_072),
  "key-value": keyValue,
};
