/**
 * Program arguments as an enclave finds them in its host shared memory (`a0` = address, `a1` = byte length at entry,
 * Penglai reference §6.8): `argc` as a u64, then the strings, each ended by NUL.
 *
 *   0: argc u64 | 8: argv[0] NUL argv[1] NUL …
 */
import { UserError } from "../core/user-error.ts";

/** What the SDK's crt0 takes; it would cut the rest off without a word. */
const MAX_ARGUMENTS = 63;
const MAX_BYTE_LEN = 4096;

/** @throws UserError for an argument with NUL in it, or for more than an enclave can take */
export function encodeArguments(args: readonly string[]): Uint8Array {
  const withNul = args.find((arg) => arg.includes("\0"));
  if (withNul !== undefined)
    throw new UserError(
      `the argument ${JSON.stringify(withNul)} contains NUL`,
      "pass it without NUL: NUL ends a string",
    );
  const strings = new TextEncoder().encode(args.map((arg) => `${arg}\0`).join(""));
  const bytes = new Uint8Array(8 + strings.length);
  if (args.length > MAX_ARGUMENTS || bytes.length > MAX_BYTE_LEN)
    throw new UserError(
      `${args.length} arguments of ${strings.length} bytes are more than an enclave takes`,
      `pass at most ${MAX_ARGUMENTS} arguments and ${MAX_BYTE_LEN - 8} bytes, each with its closing NUL`,
    );
  new DataView(bytes.buffer).setBigUint64(0, BigInt(args.length), true);
  bytes.set(strings, 8);
  return bytes;
}
