/**
 * 32-bit words and the bytes that Komodo hashes for them: big-endian, although memory is little-endian, so a page is
 * hashed with every group of four bytes reversed (Komodo reference §0 finding 2, §1.9).
 */

/** 0x0102_0304 becomes 01 02 03 04. */
export function bytesOfWords(words: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < words.length; i++) view.setUint32(4 * i, words[i]!);
  return bytes;
}

/** @param bytes a multiple of four. The inverse of `bytesOfWords`. */
export function wordsOfBytes(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i));
}
