/**
 * SHA-256's compression function as a pure function of values: chaining words and a block in, chaining words out.
 *
 * A running hash that a monitor keeps in its state has to be a value (compared, forked, put into snapshots), which the
 * hash objects of libraries are not. Komodo keeps the same: the chaining words lie in the address space's page (Komodo
 * reference §1.4). Source: FIPS 180-4, sections 4.1.2, 4.2.2, 5.1.1 and 6.2.2; its slow twin is @noble/hashes.
 *
 * Not modelled: messages that do not end at a word.
 */

export const BLOCK_WORDS = 16;
const BITS_PER_BLOCK = 512;

/** The eight words that stand for everything hashed so far. */
export type Chain = readonly number[];

/** FIPS 180-4, section 5.3.3. */
export const SHA256_START: Chain = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/** FIPS 180-4, section 4.2.2. */
const K = Uint32Array.of(
  0x428a2f98,
  0x71374491,
  0xb5c0fbcf,
  0xe9b5dba5,
  0x3956c25b,
  0x59f111f1,
  0x923f82a4,
  0xab1c5ed5,
  0xd807aa98,
  0x12835b01,
  0x243185be,
  0x550c7dc3,
  0x72be5d74,
  0x80deb1fe,
  0x9bdc06a7,
  0xc19bf174,
  0xe49b69c1,
  0xefbe4786,
  0x0fc19dc6,
  0x240ca1cc,
  0x2de92c6f,
  0x4a7484aa,
  0x5cb0a9dc,
  0x76f988da,
  0x983e5152,
  0xa831c66d,
  0xb00327c8,
  0xbf597fc7,
  0xc6e00bf3,
  0xd5a79147,
  0x06ca6351,
  0x14292967,
  0x27b70a85,
  0x2e1b2138,
  0x4d2c6dfc,
  0x53380d13,
  0x650a7354,
  0x766a0abb,
  0x81c2c92e,
  0x92722c85,
  0xa2bfe8a1,
  0xa81a664b,
  0xc24b8b70,
  0xc76c51a3,
  0xd192e819,
  0xd6990624,
  0xf40e3585,
  0x106aa070,
  0x19a4c116,
  0x1e376c08,
  0x2748774c,
  0x34b0bcb5,
  0x391c0cb3,
  0x4ed8aa4a,
  0x5b9cca4f,
  0x682e6ff3,
  0x748f82ee,
  0x78a5636f,
  0x84c87814,
  0x8cc70208,
  0x90befffa,
  0xa4506ceb,
  0xbef9a3f7,
  0xc67178f2,
);

/** Overwritten by every call. */
const schedule = new Uint32Array(64);

/**
 * @param words the message; the block is the 16 of them that begin at `at`
 * @returns the chaining words after the block
 */
export function compress(chain: Chain, words: ArrayLike<number>, at = 0): Chain {
  for (let t = 0; t < 16; t++) schedule[t] = words[at + t]!;
  for (let t = 16; t < 64; t++) {
    const w15 = schedule[t - 15]!;
    const w2 = schedule[t - 2]!;
    const s0 = rotateRight(w15, 7) ^ rotateRight(w15, 18) ^ (w15 >>> 3);
    const s1 = rotateRight(w2, 17) ^ rotateRight(w2, 19) ^ (w2 >>> 10);
    schedule[t] = s1 + schedule[t - 7]! + s0 + schedule[t - 16]!;
  }
  // Signed on purpose: with words above 2^31 V8 computes in floating point (a page: 63 µs instead of 24; Node 24).
  let a = chain[0]! | 0;
  let b = chain[1]! | 0;
  let c = chain[2]! | 0;
  let d = chain[3]! | 0;
  let e = chain[4]! | 0;
  let f = chain[5]! | 0;
  let g = chain[6]! | 0;
  let h = chain[7]! | 0;
  for (let t = 0; t < 64; t++) {
    const s1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[t]! + schedule[t]!) | 0;
    const s0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + chain[i]!) >>> 0);
}

/**
 * Ends a message.
 * @param rest the words after the last whole block, at most 15
 * @param blocks how many whole blocks went before
 * @returns the eight words of the digest. @spec FIPS 180-4, section 5.1.1
 */
export function finish(chain: Chain, rest: readonly number[], blocks: number): Chain {
  const bits = blocks * BITS_PER_BLOCK + rest.length * 32;
  const length = [Math.floor(bits / 2 ** 32), bits >>> 0];
  const ended = [...rest, 0x8000_0000];
  const zeros = (2 * BLOCK_WORDS - length.length - ended.length) % BLOCK_WORDS;
  const last = [...ended, ...new Array<number>(zeros).fill(0), ...length];
  let digest = chain;
  for (let at = 0; at < last.length; at += BLOCK_WORDS) digest = compress(digest, last, at);
  return digest;
}

const rotateRight = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
