/**
 * Secure shared memory as the monitor keeps it: objects by key, who has attached them, and when they end. Penglai reference
 * §6.13: "Key -> object; creator via SHM_GET; first page holds per-enclave slots; attach maps below 0x40_0000_0000 or below
 * earlier blocks; refcount; destroy when zero". The calls are in enclave/secure-shm.ts.
 *
 * A key is all that is needed to attach, as published: enclaves that share something keep its key to themselves.
 *
 * An object ends when nobody has it and either it was marked (SHM_DESTROY) or its creator is gone; it is wiped and public
 * then. Fixed: an enclave that ends detaches from everything (published: its list of blocks frees memory that others still
 * have); what the host declined is gone (published: the key is taken for ever). An object takes one of the monitor's records.
 */
import { PTE_R, PTE_W } from "../../core/sv39.ts";
import { PAGE_SIZE, type PageNo } from "../../core/units.ts";
import type { Draft } from "../kernel/draft.ts";
import { hex } from "../kernel/page-owner.ts";
import { AddressSpace } from "./address-space.ts";
import { SECURE_SHM_BASE, SECURE_SHM_END } from "./enclave-layout.ts";
import { type Denial, deny } from "./guards.ts";
import { release } from "./secure-memory.ts";
import type { Enclave, MonitorState, SecureBlock, SecureShm } from "./state.ts";

export const shmByKey = (state: MonitorState, key: bigint): SecureShm | undefined =>
  state.secureShms.find((shm) => shm.key === key);

/** Where an enclave sees the object; undefined if it has not attached it. */
export const attachmentOf = ({ attached }: SecureShm, { eid }: Enclave): bigint | undefined =>
  attached.find((holder) => holder.eid === eid)?.va;

/** The state with a new object that the host has not granted yet. */
export const withNewShm = (state: MonitorState, shm: SecureShm): MonitorState => ({
  ...state,
  secureShms: [...state.secureShms, shm],
  freeRecords: state.freeRecords - 1,
});

const withShm = (state: MonitorState, shm: SecureShm): MonitorState => ({
  ...state,
  secureShms: state.secureShms.map((other) => (other.key === shm.key ? shm : other)),
});

export const withoutShm = (state: MonitorState, { key }: SecureShm): MonitorState => ({
  ...state,
  secureShms: state.secureShms.filter((other) => other.key !== key),
  freeRecords: state.freeRecords + 1,
});

/** Where an object of this length would be mapped: at the top if it is free there, else below all others of the enclave's. */
function placeFor(state: MonitorState, { eid }: Enclave, byteLen: number): bigint | undefined {
  const held = state.secureShms.flatMap((shm) =>
    shm.attached.filter((holder) => holder.eid === eid).map(({ va }) => ({ va, end: va + BigInt(shm.byteLen) })),
  );
  const top = SECURE_SHM_END - BigInt(byteLen);
  const isFree = held.every(({ end }) => end <= top);
  const [lowest = SECURE_SHM_END] = held.map(({ va }) => va).sort((a, b) => (a < b ? -1 : 1));
  const va = isFree ? top : lowest - BigInt(byteLen);
  return va >= SECURE_SHM_BASE ? va : undefined;
}

/** Whether the enclave has room for an object of this length: addresses and tables. */
export function hasRoomFor(state: MonitorState, draft: Draft, enclave: Enclave, byteLen: number): boolean {
  const va = placeFor(state, enclave, byteLen);
  return va !== undefined && spaceOf(draft, enclave).hasTablesFor(va, byteLen / PAGE_SIZE);
}

/** @param enclave not yet recorded in `state` */
export function attach(
  draft: Draft,
  state: MonitorState,
  enclave: Enclave,
  shm: SecureShm,
): { readonly state: MonitorState; readonly enclave: Enclave; readonly va: bigint } | Denial {
  const va = placeFor(state, enclave, shm.byteLen);
  const space = spaceOf(draft, enclave);
  if (va === undefined || !space.hasTablesFor(va, shm.byteLen / PAGE_SIZE))
    return deny("NO_ADDRESS_SPACE", `${hex(shm.byteLen)} bytes of secure shared memory`, { value: 0n });
  const from = (shm.block!.from + 1) as PageNo;
  const denial = space.map(va, { from, to: (from + shm.byteLen / PAGE_SIZE) as PageNo }, PTE_R | PTE_W);
  if (denial) return denial;
  const attached = [...shm.attached, { eid: enclave.eid, va }];
  return { state: withShm(state, { ...shm, attached }), enclave: { ...enclave, free: space.free }, va };
}

/** The state after nobody or somebody has let go of the object, and its memory if that was its end. */
export function settled(
  state: MonitorState,
  draft: Draft,
  shm: SecureShm,
): { readonly state: MonitorState; readonly freed: SecureBlock | undefined } {
  const isOver = shm.attached.length === 0 && (shm.isDoomed || shm.creator === undefined);
  if (!isOver) return { state: withShm(state, shm), freed: undefined };
  const { block } = shm;
  const without = withoutShm(state, shm);
  return { state: block === undefined ? without : release(without, draft, block), freed: block };
}

/** The state in which an enclave that ends has nothing any more. */
export function withoutSharer(state: MonitorState, draft: Draft, { eid }: Enclave): MonitorState {
  return state.secureShms
    .filter((shm) => shm.creator === eid || shm.attached.some((holder) => holder.eid === eid))
    .reduce((left, shm) => {
      const attached = shm.attached.filter((holder) => holder.eid !== eid);
      const creator = shm.creator === eid ? undefined : shm.creator;
      return settled(left, draft, { ...shm, attached, creator }).state;
    }, state);
}

const spaceOf = (draft: Draft, { root, free }: Enclave): AddressSpace => new AddressSpace(draft, root, free);
