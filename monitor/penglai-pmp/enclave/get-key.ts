/**
 * GET_KEY (88): a0 salt, a1 its length, a2 buffer, a3 its length; "both lengths <= 32 else -1". Penglai reference §6.6, §7.
 * A salt or key of no bytes is legal and touches nothing.
 */
import { isDenial } from "../../kernel/guard.ts";
import { hex } from "../../kernel/page-owner.ts";
import { MAX_SEAL_BYTE_LEN } from "../attestation.ts";
import { deny } from "../guards.ts";
import { type EnclaveCall, type Outcome, refuseEnclave, replyToEnclave } from "../outcome.ts";
import { enclaveBuffer, readBuffer, writeBuffer } from "./buffer.ts";

export function getKey(call: EnclaveCall): Outcome {
  const [saltVa, saltLen, keyVa, keyLen] = call.args as [bigint, bigint, bigint, bigint];
  if (saltLen > BigInt(MAX_SEAL_BYTE_LEN) || keyLen > BigInt(MAX_SEAL_BYTE_LEN))
    return refuseEnclave(call, deny("BAD_SIZE", `a salt of ${hex(saltLen)} bytes, a key of ${hex(keyLen)}`));
  const salt = enclaveBuffer(call, saltVa, Number(saltLen), "read");
  if (isDenial(salt)) return refuseEnclave(call, salt);
  const buffer = enclaveBuffer(call, keyVa, Number(keyLen), "write");
  if (isDenial(buffer)) return refuseEnclave(call, buffer);
  const { state, enclave } = call;
  const key = state.config.attestation.sealKey(enclave.measurement, readBuffer(call, salt), Number(keyLen));
  return replyToEnclave(call, 0n, { state, effects: writeBuffer(buffer, key) });
}
