/**
 * Random numbers as the published Penglai-TVM makes them (B17, off by default). Penglai reference §6.4, GETRANDOM:
 * "s = (9s + 7) mod 2^20, seed 12345; emits bytes of each int high to low".
 */
const SEED = 12345;
const PERIOD = 2 ** 20;
const INT_BYTE_LEN = 4;

const next = (state: number): number => (9 * state + 7) % PERIOD;

/** @param draw how many numbers were drawn before */
export function publishedRandom(draw: number, byteLen: number): Uint8Array {
  let state = SEED;
  for (let i = 0; i < draw % PERIOD; i++) state = next(state);
  const bytes = new Uint8Array(byteLen);
  for (let at = 0; at < byteLen; at++) {
    if (at % INT_BYTE_LEN === 0) state = next(state);
    bytes[at] = state >>> (24 - 8 * (at % INT_BYTE_LEN));
  }
  return bytes;
}
