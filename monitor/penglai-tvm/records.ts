/**
 * Finding the record that a caller names, under the guards that every life-cycle call begins with: it exists, it is the
 * caller's, it is in a state that allows the call. Penglai reference §6.9.
 *
 * Fixed (B12, B20): existence comes first, and every call but forking and attesting a shadow checks the owner. The owner
 * is the satp that created the enclave (published: bound at RUN, so that a fresh enclave was everybody's).
 */
import { isDenial } from "../kernel/guard.ts";
import { hex } from "../kernel/page-owner.ts";
import { activeOf } from "./chain.ts";
import { isOn } from "./defects.ts";
import { type Denial, deny } from "./guards.ts";
import type { HostCall } from "./outcome.ts";
import { type Enclave, type EnclaveStatus, enclaveById, type Shadow, shadowById } from "./state.ts";

/**
 * The enclave `eid`, which is no server, driven by its owner. If it waits for a call, the states are those of the server
 * that goes on in its name (chain.ts).
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
    checkNoServer(enclave) ??
    (byAnybody ? undefined : checkOwner(call, enclave)) ??
    checkStatus(activeOf(call.state, enclave), states) ??
    enclave
  );
}

/** The server `eid`, driven by who created it. */
export function ownServer(call: HostCall, eid: bigint): Enclave | Denial {
  const enclave = enclaveById(call.state, eid);
  if (enclave?.server === undefined)
    return deny("NO_SUCH_SERVER", enclave === undefined ? describeMissing(call, eid) : `enclave ${eid} is no server`);
  return checkOwner(call, enclave) ?? enclave;
}

/** The shadow `eid`, whoever asks. */
export function anyShadow(call: HostCall, eid: bigint): Shadow | Denial {
  return shadowById(call.state, eid) ?? deny("NO_SUCH_SHADOW", `there is no shadow enclave ${eid}`);
}

export function ownShadow(call: HostCall, eid: bigint): Shadow | Denial {
  const shadow = anyShadow(call, eid);
  return isDenial(shadow) ? shadow : (checkOwner(call, shadow) ?? shadow);
}

function checkNoServer({ eid, name, server }: Enclave): Denial | undefined {
  return server && deny("IS_A_SERVER", `enclave ${eid} is the server "${name}"`);
}

function checkStatus({ eid, status }: Enclave, states: readonly EnclaveStatus[]): Denial | undefined {
  if (states.includes(status)) return undefined;
  return deny("WRONG_STATE", `enclave ${eid} is ${status}, the call needs ${states.join(" or ")}`);
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
