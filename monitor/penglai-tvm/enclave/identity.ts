/**
 * What an enclave asks about itself: GET_REPORT (94), GET_KEY (88), GET_ENCLAVE_ID (90), and GETRANDOM (ocall 8), which
 * the monitor answers without the host. Penglai reference §6.3, §6.4, §7.
 *
 * GET_REPORT: a0 name or 0, a1 report, a2 nonce. It states the measurement taken at creation, the one a verifier can
 * expect (published: hashes the enclave's present memory, which no reference value matches).
 * Fixed (B17): one key per type, bounded sizes, buffers across pages. A name is that of a server (server.ts).
 */
import { boundMeasurement } from "../../../attest/signed-report.ts";
import { isDenial } from "../../kernel/guard.ts";
import { KEY_TYPE_COUNT, MAX_KEY_BYTE_LEN, REPORT_BYTE_LEN } from "../attestation.ts";
import { isOn } from "../defects.ts";
import { type Denial, deny } from "../guards.ts";
import { serverNamed } from "../names.ts";
import { type EnclaveCall, type Outcome, refuseEnclave, replyToEnclave } from "../outcome.ts";
import { type Enclave, type MonitorConfig, withEnclave } from "../state.ts";
import { enclaveBuffer, writeBuffer } from "./buffer.ts";
import { readName } from "./call-arg.ts";

/** "Type 2 returns 0 but writes nothing" (§6.3), as published. */
const ATTEST_KEY = 2n;
/** One ocall draws at most this many bytes. */
const MAX_RANDOM_BYTE_LEN = 65536;

export function getReport(call: EnclaveCall): Outcome {
  const [name, va, nonce] = call.args as [bigint, bigint, bigint];
  const subject = name === 0n ? call.enclave : serverAt(call, name);
  if (isDenial(subject)) return refuseEnclave(call, subject);
  const buffer = enclaveBuffer(call, va, BigInt(REPORT_BYTE_LEN), REPORT_BYTE_LEN, "write");
  if (isDenial(buffer)) return refuseEnclave(call, buffer);
  const { config } = call.state;
  const chains = name !== 0n && isOn(config, "B23");
  const measurement = chains ? boundMeasurement(subject.measurement, nonce) : subject.measurement;
  const state = chains ? withEnclave(call.state, { ...subject, measurement }) : call.state;
  const report = config.attestation.report(measurement, isOn(config, "T40") ? BigInt.asUintN(32, nonce) : nonce);
  return replyToEnclave(call, 0n, { state, effects: writeBuffer(buffer, report) });
}

function serverAt(call: EnclaveCall, va: bigint): Enclave | Denial {
  const name = readName(call, va);
  if (isDenial(name)) return name;
  return serverNamed(call.state, name) ?? deny("NO_SUCH_NAME", `no server is "${name}"`);
}

export function getKey(call: EnclaveCall): Outcome {
  const [type, va, byteLen] = call.args as [bigint, bigint, bigint];
  if (type >= BigInt(KEY_TYPE_COUNT)) return refuseEnclave(call, deny("KEY_TYPE", `the type is ${type}`));
  const buffer = enclaveBuffer(call, va, byteLen, MAX_KEY_BYTE_LEN, "write");
  if (isDenial(buffer)) return refuseEnclave(call, buffer);
  const { config } = call.state;
  if (isOn(config, "B17") && type === ATTEST_KEY) return replyToEnclave(call, 0n);
  const measurement = isOn(config, "T38") ? new Uint8Array(32) : call.enclave.measurement;
  const given = (Number(type) + (isOn(config, "T39") ? 1 : 0)) % KEY_TYPE_COUNT;
  const key = config.attestation.key(measurement, given, Number(byteLen));
  return replyToEnclave(call, 0n, { state: call.state, effects: writeBuffer(buffer, key) });
}

export const getEnclaveId = (call: EnclaveCall): Outcome => replyToEnclave(call, BigInt(call.enclave.eid));

/** Numbers drawn for `byteLen` bytes: one, or with the published generator (B17) one for four bytes. */
function drawsOf(config: MonitorConfig, byteLen: number): number {
  if (isOn(config, "T36")) return 0;
  return isOn(config, "B17") ? Math.ceil(byteLen / 4) : 1;
}

/** a1 buffer, a2 size; a0 becomes the size. */
export function getRandom(call: EnclaveCall): Outcome {
  const [, va, byteLen] = call.args as [bigint, bigint, bigint];
  const buffer = enclaveBuffer(call, va, byteLen, MAX_RANDOM_BYTE_LEN, "write");
  if (isDenial(buffer)) return refuseEnclave(call, buffer);
  const { state } = call;
  const bytes = state.config.attestation.random(state.draws, Number(byteLen));
  return replyToEnclave(call, byteLen, {
    state: { ...state, draws: state.draws + drawsOf(state.config, Number(byteLen)) },
    effects: writeBuffer(buffer, bytes),
  });
}
