/**
 * SM3, the hash that Penglai measures and signs with.
 *
 * Source: GB/T 32905-2016 (also ISO/IEC 10118-3:2018, dedicated hash function 17), sections 4 and 5. A Merkle-Damgård
 * hash as SHA-256 is: blocks of 64 bytes, eight 32-bit words of state, big-endian, the message's length in bits at the
 * end. Why it is here and no library: docs/adr/0010-sm2-sm3.md.
 *
 * Not modelled: messages that do not end at a byte, messages of 2^53 bits and more.
 */
import type { Hash, HashState } from "./hash.ts";

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const LENGTH_BYTES = 8;
const ROUNDS = 64;

/** Section 4.1. */
const START = Int32Array.of(
  0x7380166f,
  0x4914b2b9,
  0x172442d7,
  0xda8a0600,
  0xa96f30bc,
  0x163138aa,
  0xe38dee4d,
  0xb0fb0e4e,
);

const rotateLeft = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
/** Section 4.4: the permutations of the compression function and of the message expansion. */
const p0 = (word: number): number => word ^ rotateLeft(word, 9) ^ rotateLeft(word, 17);
const p1 = (word: number): number => word ^ rotateLeft(word, 15) ^ rotateLeft(word, 23);

/** T_j <<< j, sections 4.2 and 5.3.3: one constant for the first 16 rounds, another for the rest. */
const ROUND_CONSTANTS = Int32Array.from({ length: ROUNDS }, (_, j) =>
  rotateLeft(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32),
);

/** Overwritten by every block. */
const expanded = new Int32Array(68);

class Sm3State implements HashState {
  readonly #words = START.slice();
  readonly #block = new Uint8Array(BLOCK_BYTES);
  readonly #view = new DataView(this.#block.buffer);
  #filled = 0;
  #byteLen = 0;

  update(bytes: Uint8Array): this {
    this.#byteLen += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(BLOCK_BYTES - this.#filled, bytes.length - at);
      this.#block.set(bytes.subarray(at, at + taken), this.#filled);
      at += taken;
      this.#filled += taken;
      if (this.#filled === BLOCK_BYTES) this.#compress();
    }
    return this;
  }

  /** Section 5.2: a one bit, zeros, the length. */
  digest(): Uint8Array {
    const bits = 8 * this.#byteLen;
    this.update(Uint8Array.of(0x80));
    this.update(new Uint8Array((2 * BLOCK_BYTES - LENGTH_BYTES - this.#filled) % BLOCK_BYTES));
    const length = new DataView(new ArrayBuffer(LENGTH_BYTES));
    length.setBigUint64(0, BigInt(bits));
    this.update(new Uint8Array(length.buffer));
    const digest = new DataView(new ArrayBuffer(DIGEST_BYTES));
    for (let i = 0; i < 8; i++) digest.setInt32(4 * i, this.#words[i]!);
    return new Uint8Array(digest.buffer);
  }

  /** Sections 5.3.2 and 5.3.3. */
  #compress(): void {
    this.#filled = 0;
    const w = expanded;
    for (let j = 0; j < 16; j++) w[j] = this.#view.getInt32(4 * j);
    for (let j = 16; j < 68; j++) {
      w[j] = p1(w[j - 16]! ^ w[j - 9]! ^ rotateLeft(w[j - 3]!, 15)) ^ rotateLeft(w[j - 13]!, 7) ^ w[j - 6]!;
    }
    const v = this.#words;
    let a = v[0]!;
    let b = v[1]!;
    let c = v[2]!;
    let d = v[3]!;
    let e = v[4]!;
    let f = v[5]!;
    let g = v[6]!;
    let h = v[7]!;
    for (let j = 0; j < ROUNDS; j++) {
      const a12 = rotateLeft(a, 12);
      const ss1 = rotateLeft((a12 + e + ROUND_CONSTANTS[j]!) | 0, 7);
      const ss2 = ss1 ^ a12;
      // Section 4.3: FF and GG are parity in the first 16 rounds, then majority and choice.
      const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const tt1 = (ff + d + ss2 + (w[j]! ^ w[j + 4]!)) | 0;
      const tt2 = (gg + h + ss1 + w[j]!) | 0;
      d = c;
      c = rotateLeft(b, 9);
      b = a;
      a = tt1;
      h = g;
      g = rotateLeft(f, 19);
      f = e;
      e = p0(tt2);
    }
    for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) v[i]! ^= word;
  }
}

export const SM3: Hash = { name: "sm3", digestLength: DIGEST_BYTES, create: () => new Sm3State() };
