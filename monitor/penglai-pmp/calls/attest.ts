/**
 * ATTEST (98): a0 id, a1 address of the 328-byte report, a2 nonce. Penglai reference §6.5, §7.
 *
 * In any state of the life cycle, as published. Fixed: only the owner asks (B19), the stored measurement does not change
 * (B23), the report goes to public memory only and may cross a page.
 */
import { isDenial } from "../../kernel/guard.ts";
import { hostSpan } from "../alleged.ts";
import { REPORT_BYTE_LEN } from "../attestation.ts";
import { isOn } from "../defects.ts";
import { type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { ownEnclave } from "../records.ts";
import { withEnclave } from "../state.ts";

export function attestEnclave(call: HostCall): Outcome {
  const { state, args } = call;
  const [eid, address, nonce] = args as [bigint, bigint, bigint];
  const enclave = ownEnclave(call, eid, ["fresh", "runnable", "running", "stopped", "destroyed"], "B19");
  if (isDenial(enclave)) return refuseHost(call, enclave);
  const span = hostSpan(state, "the report", address, BigInt(REPORT_BYTE_LEN), 8);
  if (isDenial(span)) return refuseHost(call, span);
  const { attestation } = state.config;
  const hash = attestation.bind(enclave.measurement, nonce);
  const after = isOn(state.config, "B23") ? withEnclave(state, { ...enclave, measurement: hash }) : state;
  const bytes = attestation.report(hash, nonce);
  return replyToHost(call, 0n, { state: after, effects: [{ kind: "writeBytes", pa: span.pa, bytes }] });
}
