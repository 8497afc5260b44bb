/**
 * The page in which a Penglai monitor keeps its keys, at a fixed address in its own memory.
 *
 *     0  MANU_PUB 64     64  DEV_PUB 64     128  DEV_PRI 32     160  SM_PUB 64
 *   224  SM_PRI 32      256  SM_HASH 32     288  SM_SIG 64      352 bytes in all
 *
 * Source: Penglai reference §7, "Key page". Penglai-TVM finds it filled by the boot ROM, Penglai-PMP makes the monitor's
 * pair at boot and leaves the rest. Here the whole of it comes from device-chain.ts. Not modelled: the boot ROM.
 */
import { concatBytes } from "@noble/hashes/utils.js";

/** Where Penglai's monitor keeps it. */
export const KEY_PAGE_PA = 0x801f_f000n;
export const KEY_PAGE_BYTES = 352;

/** Public keys x ‖ y, private keys 32 bytes, signatures r ‖ s. @spec Penglai reference §7 */
export interface KeyPage {
  readonly manufacturerPub: Uint8Array;
  readonly devicePub: Uint8Array;
  readonly deviceSecret: Uint8Array;
  readonly smPub: Uint8Array;
  readonly smSecret: Uint8Array;
  readonly smHash: Uint8Array;
  /** The device's, over `smHash` and `smPub`. */
  readonly smSig: Uint8Array;
}

/** In the order in which they lie in the page. */
const FIELDS = [
  ["manufacturerPub", 64],
  ["devicePub", 64],
  ["deviceSecret", 32],
  ["smPub", 64],
  ["smSecret", 32],
  ["smHash", 32],
  ["smSig", 64],
] as const satisfies readonly (readonly [keyof KeyPage, number])[];

/** @throws RangeError when a field has another size */
export function encodeKeyPage(page: KeyPage): Uint8Array {
  return concatBytes(
    ...FIELDS.map(([field, byteLen]) => {
      if (page[field].length === byteLen) return page[field];
      throw new RangeError(`${field} has ${page[field].length} bytes, not ${byteLen}`);
    }),
  );
}

/** @param bytes at least `KEY_PAGE_BYTES`. @throws RangeError when there are fewer */
export function decodeKeyPage(bytes: Uint8Array): KeyPage {
  if (bytes.length < KEY_PAGE_BYTES)
    throw new RangeError(`a key page has ${KEY_PAGE_BYTES} bytes, not ${bytes.length}`);
  let at = 0;
  const entries = FIELDS.map(([field, byteLen]) => {
    at += byteLen;
    return [field, bytes.slice(at - byteLen, at)];
  });
  return Object.fromEntries(entries) as Record<keyof KeyPage, Uint8Array>;
}
