/**
 * What the stage before it tells OpenSBI's fw_dynamic: where the next stage is and in which mode it starts.
 * Source: OpenSBI docs/firmware/fw_dynamic.md, `struct fw_dynamic_info`, version 2.
 *
 *     0  magic     8  version     16  next_addr     24  next_mode     32  options     40  boot_hart
 */
const MAGIC = 0x4942534fn;
const VERSION = 2n;
const NEXT_IN_S_MODE = 1n;
const NO_OPTIONS = 0n;

/** @param next physical address of the next stage. @returns six little-endian doublewords, for the address in a2 */
export function dynamicInformation(next: bigint, bootHart = 0n): Uint8Array {
  return new Uint8Array(BigUint64Array.of(MAGIC, VERSION, next, NEXT_IN_S_MODE, NO_OPTIONS, bootHart).buffer);
}
