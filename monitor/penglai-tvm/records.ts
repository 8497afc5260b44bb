/**
 * Finding the record that a caller names, under the guards that every life-cycle call begins with: it exists, it is the
 * caller's, it is in a state that allows the call. Penglai reference §6.9.
 *
 * Fixed (B12, B20): existence comes first, and every call but forking and attesting a shadow checks the owner. The owner
 * is the satp that created the enclave (published: bound at RUN, so that a fresh enclave was everybody's).
 */
import { isDenial } from "../kernel/guard.ts";
import { hex } from "../kernel/page-owner.ts";
import { isOn } from "./defects.ts";
import { type Denial, deny } from "./guards.ts";
import type { HostCall } from "./outcome.ts";
import { type Enclave, type EnclaveStatus, enclaveById, type Shadow, shadowById } from "./state.ts";

/**
 * The enclave `eid`, driven by its owner, in one of `states`.
 * @param byAnybody with defect B20: whoever calls
 */
export function ownEnclave(
  call: HostCall,
  eid: bigint,
  states: readonly EnclaveStatus[],
  byAnybody = false,
): Enclave | Denial {
  const enclave = enclaveById(call.state, eid);
  if (enclave === undefined) return deny("NO_SUCH_ENCLAVE", describeMissing(call, eid));
  return (
    (byAnybody ? undefined : checkOwner(call, enclave)) ??
    (states.includes(enclave.status)
      ? enclave
      : deny("WRONG_STATE", `enclave ${eid} is ${enclave.status}, the call needs ${states.join(" or ")}`))
  );
}

/** The shadow `eid`, whoever asks. */
export function anyShadow(call: HostCall, eid: bigint): Shadow | Denial {
  return shadowById(call.state, eid) ?? deny("NO_SUCH_SHADOW", `there is no shadow enclave ${eid}`);
}

export function ownShadow(call: HostCall, eid: bigint): Shadow | Denial {
  const shadow = anyShadow(call, eid);
  return isDenial(shadow) ? shadow : (checkOwner(call, shadow) ?? shadow);
}

function checkOwner(call: HostCall, record: { readonly eid: number; readonly hostSatp: bigint }): Denial | undefined {
  const { satp } = call.hart.csrs;
  if (record.hostSatp === satp || isOn(call.state.config, "T31")) return undefined;
  return deny(
    "NOT_OWNER",
    `enclave ${record.eid} belongs to satp ${hex(record.hostSatp)}, the caller's is ${hex(satp)}`,
  );
}

function describeMissing(call: HostCall, eid: bigint): string {
  const departure = call.state.departures.find((gone) => BigInt(gone.eid) === eid);
  if (departure === undefined) return `there is no enclave ${eid}`;
  const { reason } = departure;
  return `enclave ${eid} is gone: ${typeof reason === "string" ? reason : reason.explanation}`;
}
