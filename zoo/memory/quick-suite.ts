/**
 * Cipher and MAC for searches: a quick mixing function in place of AES, some twenty times as fast. No protection from anybody
 * who knows it; enough against an adversary who copies, flips and guesses a byte, since two inputs that differ give outputs
 * that look unrelated. Komodo reference §4.2: the physical attacker is examined with a stand-in for the cipher.
 */
import type { Counter } from "../../hw-model/counters.ts";
import type { CryptoSuite } from "../../hw-model/crypto-suite.ts";
import type { Pa } from "../../hw-model/units.ts";
import { mix } from "../../ni/spec/secrets.ts";

/** One word into a state of 32 bits; a bijection of either. */
const mixed = (state: number, word: number): number => mix(Math.imul(state ^ word, 0x9e37_79b1) + 0x7f4a_7c15);

const words = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** @param seed keys come from it */
export function quickSuite(seed: Uint8Array): CryptoSuite {
  const key = seed.reduce((state, byte) => mixed(state, byte), 0x243f_6a88);
  const tweak = (domain: number, linePa: Pa, { major, minor }: Counter): number =>
    [linePa, linePa / 2 ** 32, Number(major & 0xffff_ffffn), Number(major >> 32n), minor].reduce(
      (state, word) => mixed(state, word),
      mixed(key, domain),
    );
  const xorPad: CryptoSuite["encrypt"] = (linePa, counter, line) => {
    const out = line.slice();
    const view = words(out);
    const state = tweak(0, linePa, counter);
    for (let at = 0; at < out.length; at += 4) view.setUint32(at, view.getUint32(at) ^ mixed(state, at));
    return out;
  };
  return {
    encrypt: xorPad,
    decrypt: xorPad,
    mac(domain, linePa, counter, contents) {
      const view = words(contents);
      const tag = new Uint8Array(8);
      for (const half of [0, 1]) {
        let state = tweak(domain === "data" ? 1 + half : 3 + half, linePa, counter);
        for (let at = 0; at < contents.length; at += 4) state = mixed(state, view.getUint32(at));
        words(tag).setUint32(4 * half, state);
      }
      return tag;
    },
  };
}
