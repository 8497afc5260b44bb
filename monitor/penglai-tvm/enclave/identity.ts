/**
 * What an enclave asks about itself: GET_REPORT (94), GET_KEY (88), GET_ENCLAVE_ID (90), and GETRANDOM (ocall 8), which
 * the monitor answers without the host. Penglai reference §6.3, §6.4, §7.
 *
 * GET_REPORT: a0 name or 0, a1 report, a2 nonce. It states the measurement taken at creation, the one a verifier can
 * expect (published: hashes the enclave's present memory, which no reference value matches).
 * Fixed (B17): one key per type, bounded sizes, buffers across pages. Names belong to servers, which are not offered.
 */
import { isDenial } from "../../kernel/guard.ts";
import { hex } from "../../kernel/page-owner.ts";
import { KEY_TYPE_COUNT, MAX_KEY_BYTE_LEN, REPORT_BYTE_LEN } from "../attestation.ts";
import { deny } from "../guards.ts";
import { type EnclaveCall, type Outcome, refuseEnclave, replyToEnclave } from "../outcome.ts";
import { enclaveBuffer, writeBuffer } from "./buffer.ts";

/** One ocall draws at most this many bytes. */
const MAX_RANDOM_BYTE_LEN = 65536;

export function getReport(call: EnclaveCall): Outcome {
  const [name, va, nonce] = call.args as [bigint, bigint, bigint];
  if (name !== 0n) return refuseEnclave(call, deny("NO_SUCH_NAME", `the name at ${hex(name)}`));
  const buffer = enclaveBuffer(call, va, BigInt(REPORT_BYTE_LEN), REPORT_BYTE_LEN, "write");
  if (isDenial(buffer)) return refuseEnclave(call, buffer);
  const report = call.state.config.attestation.report(call.enclave.measurement, nonce);
  return replyToEnclave(call, 0n, { state: call.state, effects: writeBuffer(buffer, report) });
}

export function getKey(call: EnclaveCall): Outcome {
  const [type, va, byteLen] = call.args as [bigint, bigint, bigint];
  if (type >= BigInt(KEY_TYPE_COUNT)) return refuseEnclave(call, deny("KEY_TYPE", `the type is ${type}`));
  const buffer = enclaveBuffer(call, va, byteLen, MAX_KEY_BYTE_LEN, "write");
  if (isDenial(buffer)) return refuseEnclave(call, buffer);
  const key = call.state.config.attestation.key(call.enclave.measurement, Number(type), Number(byteLen));
  return replyToEnclave(call, 0n, { state: call.state, effects: writeBuffer(buffer, key) });
}

export const getEnclaveId = (call: EnclaveCall): Outcome => replyToEnclave(call, BigInt(call.enclave.eid));

/** a1 buffer, a2 size; a0 becomes the size. */
export function getRandom(call: EnclaveCall): Outcome {
  const [, va, byteLen] = call.args as [bigint, bigint, bigint];
  const buffer = enclaveBuffer(call, va, byteLen, MAX_RANDOM_BYTE_LEN, "write");
  if (isDenial(buffer)) return refuseEnclave(call, buffer);
  const { state } = call;
  const bytes = state.config.attestation.random(state.draws, Number(byteLen));
  return replyToEnclave(call, byteLen, {
    state: { ...state, draws: state.draws + 1 },
    effects: writeBuffer(buffer, bytes),
  });
}
