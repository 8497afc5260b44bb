/** Numbers and bytes as the protocol and people write them. GDB manual, appendix "GDB Remote Serial Protocol", Overview. */

/** @returns two lower-case digits a byte */
export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @returns undefined unless the text is whole bytes in hexadecimal */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}

/** @returns a u64 from up to 16 hexadecimal digits, undefined for anything else */
export const parseWord = (text: string): bigint | undefined =>
  /^[0-9a-f]{1,16}$/i.test(text) ? BigInt(`0x${text}`) : undefined;

/** @returns a length of up to 2^32 - 1 from hexadecimal digits, undefined for anything else */
export const parseLength = (text: string): number | undefined =>
  /^[0-9a-f]{1,8}$/i.test(text) ? Number.parseInt(text, 16) : undefined;

/** Little-endian, as the target stores it. @param byteLen 1 to 8 */
export function wordBytes(value: bigint, byteLen = 8): Uint8Array {
  return new Uint8Array(new BigUint64Array([BigInt.asUintN(64, value)]).buffer, 0, byteLen);
}

/** @param bytes at most 8, the lowest first */
export const wordOf = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** 0x80000000, as it is printed for people. */
export const address = (value: bigint | number): string => `0x${value.toString(16)}`;

/** Each character a byte: what packets are taken apart as. */
export const textOf = (bytes: Uint8Array): string => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};
/** The reverse; characters beyond 255 lose what does not fit. */
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
