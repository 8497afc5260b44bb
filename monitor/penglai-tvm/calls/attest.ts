/**
 * ATTEST (98) and ATTEST_SHADOW (80): a0 id, a1 address of the 328-byte report, a2 nonce. Penglai reference §6.2, §7.
 *
 * An enclave is attested by its owner while it is fresh or stopped; a shadow by anybody: it is a template and holds no
 * secret (§4). ATTESTING, the state in between, is over before anybody can look.
 * Fixed: the stored measurement does not change (B23), the report goes to public memory only (B7) and may cross a page.
 */
import { isDenial } from "../../kernel/guard.ts";
import { hostSpan } from "../alleged.ts";
import { REPORT_BYTE_LEN } from "../attestation.ts";
import { isOn } from "../defects.ts";
import { type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { anyShadow, ownEnclave } from "../records.ts";
import type { EnclaveStatus } from "../state.ts";

const EVERY_STATE: readonly EnclaveStatus[] = ["fresh", "runnable", "running", "stopped", "ocalling"];

export function attestEnclave(call: HostCall): Outcome {
  const enclave = ownEnclave(call, call.args[0]!, isOn(call.state.config, "T27") ? EVERY_STATE : ["fresh", "stopped"]);
  return isDenial(enclave) ? refuseHost(call, enclave) : writeReport(call, enclave.measurement);
}

export function attestShadow(call: HostCall): Outcome {
  const shadow = anyShadow(call, call.args[0]!);
  return isDenial(shadow) ? refuseHost(call, shadow) : writeReport(call, shadow.measurement);
}

function writeReport(call: HostCall, measurement: Uint8Array): Outcome {
  const { state, args } = call;
  const span = hostSpan(state, "the report", args[1]!, BigInt(REPORT_BYTE_LEN), 8);
  if (isDenial(span)) return refuseHost(call, span);
  const nonce = isOn(state.config, "T40") ? BigInt.asUintN(32, args[2]!) : args[2]!;
  const bytes = state.config.attestation.report(measurement, nonce);
  return replyToHost(call, 0n, { state, effects: [{ kind: "writeBytes", pa: span.pa, bytes }] });
}
