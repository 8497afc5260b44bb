/**
 * Records of enclaves: finding the one that a caller names, under the guards that every life-cycle call begins with, and
 * room for one more. Penglai reference §6.5, §6.7 ("slabs of 128 (PMP) per metadata region"), §6.9.
 */
import { isDenial } from "../kernel/guard.ts";
import { hex } from "../kernel/page-owner.ts";
import { type DefectId, isOn } from "./defects.ts";
import { type Denial, deny } from "./guards.ts";
import type { HostCall } from "./outcome.ts";
import { FREE, METADATA } from "./owner.ts";
import { type Enclave, type EnclaveStatus, enclaveById, type MonitorState, withBlock, withoutBlock } from "./state.ts";

const SLAB_RECORDS = 128;
/** 128 records of 1 KiB. */
const SLAB_ORDER = 5;
const NO_METADATA_RESULT = -2n;

/** The enclave `eid`, whoever asks. */
function anyEnclave(call: HostCall, eid: bigint): Enclave | Denial {
  return enclaveById(call.state, eid) ?? deny("NO_SUCH_ENCLAVE", describeMissing(call, eid));
}

/**
 * The enclave `eid`, driven by its owner, in one of `states`.
 * @param unowned the defect that leaves the owner unchecked
 */
export function ownEnclave(
  call: HostCall,
  eid: bigint,
  states: readonly EnclaveStatus[],
  unowned?: DefectId,
): Enclave | Denial {
  const enclave = anyEnclave(call, eid);
  if (isDenial(enclave)) return enclave;
  const isOwner = enclave.hostSatp === call.hart.csrs.satp;
  if (!isOwner && !(unowned !== undefined && isOn(call.state.config, unowned)))
    return deny(
      "NOT_OWNER",
      `enclave ${eid} belongs to satp ${hex(enclave.hostSatp)}, the caller's is ${hex(call.hart.csrs.satp)}`,
    );
  if (states.includes(enclave.status)) return enclave;
  return deny("WRONG_STATE", `enclave ${eid} is ${enclave.status}, the call needs ${states.join(" or ")}`);
}

function describeMissing(call: HostCall, eid: bigint): string {
  const departure = call.state.departures.find((gone) => BigInt(gone.eid) === eid);
  if (departure === undefined) return `there is no enclave ${eid}`;
  const { reason } = departure;
  return `enclave ${eid} is gone: ${typeof reason === "string" ? reason : reason.explanation}`;
}

/** One record more, on a new slab of secure memory if the others are full. */
export function takeRecord(state: MonitorState): { readonly state: MonitorState; readonly eid: number } | Denial {
  const { records, slabs, nextEid: eid } = state;
  const taken = { ...state, records: records + 1, nextEid: eid + 1 };
  if (records < slabs.length * SLAB_RECORDS) return { state: taken, eid };
  const slab = withBlock(taken, SLAB_ORDER, METADATA);
  if (slab === undefined)
    return deny("NO_METADATA", `${records} records are in use, and no block of 128 KiB is free`, {
      value: NO_METADATA_RESULT,
    });
  return { state: { ...slab.state, slabs: [...slabs, slab.block] }, eid };
}

/** One record less; the newest slab is free again when the others hold all records. */
export function giveRecord(state: MonitorState): MonitorState {
  const records = state.records - 1;
  const slab = state.slabs.at(-1);
  const next = { ...state, records };
  if (slab === undefined || records > (state.slabs.length - 1) * SLAB_RECORDS) return next;
  return withoutBlock({ ...next, slabs: state.slabs.slice(0, -1) }, slab, FREE);
}
