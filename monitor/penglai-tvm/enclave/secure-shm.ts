/**
 * An enclave's calls for secure shared memory. Penglai reference §6.3, §6.4, §6.13.
 *
 *     SHM_GET     ocall 9   a1 key, a2 size, a3 flags   the host grants size + 4096; a0 its address, or -1
 *     SHM_ATTACH  84        a0 key                      a0 its address, or 0
 *     SHM_STAT    83        a0 key, a1 {ref, size}      0, or -1
 *     SHM_DETACH  ocall 10  a1 key                      0, or -1
 *     SHM_DESTROY ocall 11  a1 key                      0, also if there is none
 *
 * SHM_GET without a record that is free becomes SHM_EXTEND (12): the host extends the monitor's memory, and the enclave
 * reads -1 ("retry"). The flags mean nothing, as published. Who lets go last of an object that is marked for its end, and who
 * marks one that nobody has, hands the memory to the host as UNMAP (2) does.
 * Fixed: a key whose memory is still under way cannot be destroyed (published: the host is told to free address 0).
 */
import { PAGE_SIZE, paOfPage } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { hex } from "../../kernel/page-owner.ts";
import { AddressSpace } from "../address-space.ts";
import { isOn } from "../defects.ts";
import { MAX_MAPPED_BYTE_LEN } from "../enclave-layout.ts";
import { deny } from "../guards.ts";
import { changed, type EnclaveCall, type Outcome, refuseEnclave, replyToEnclave } from "../outcome.ts";
import { attach, attachmentOf, hasRoomFor, settled, shmByKey, withNewShm } from "../secure-shm.ts";
import { type SecureBlock, type SecureShm, withEnclave } from "../state.ts";
import { enclaveBuffer, writeBuffer } from "./buffer.ts";
import { withoutLocks } from "./line-lock.ts";
import { changedNothing, OCALL, type Progress, toHost } from "./to-host.ts";

/** A page of slots of 64 bytes {eid, vma, pma}. */
const MAX_SHARERS = PAGE_SIZE / 64;
const STAT_BYTE_LEN = 16;
const NO_ADDRESS = 0n;

export function shmGet(call: EnclaveCall): Outcome {
  const [, key, size] = call.args as [bigint, bigint, bigint];
  const { state, enclave } = call;
  const progress = changedNothing(call);
  if (state.freeRecords === 0) return toHost(call, progress, { id: OCALL.SHM_EXTEND, grant: "none", a0: -1n });
  if (size === 0n || size % BigInt(PAGE_SIZE) !== 0n || size > MAX_MAPPED_BYTE_LEN)
    return refuseEnclave(call, deny("BAD_SIZE", `SHM_GET of ${hex(size)} bytes`));
  if (shmByKey(state, key) !== undefined) return refuseEnclave(call, deny("SHM_KEY_TAKEN", `the key is ${hex(key)}`));
  const byteLen = Number(size);
  if (!hasRoomFor(state, progress.draft, enclave, byteLen))
    return refuseEnclave(call, deny("NO_ADDRESS_SPACE", `SHM_GET of ${hex(size)} bytes`));
  const shm: SecureShm = { key, byteLen, block: undefined, creator: enclave.eid, attached: [], isDoomed: false };
  const asked = { ...progress, state: withNewShm(state, shm) };
  return toHost(call, asked, { id: OCALL.SHM_GET, grant: "shm", key }, undefined, size + BigInt(PAGE_SIZE));
}

export function shmAttach(call: EnclaveCall): Outcome {
  const key = call.args[0]!;
  const { state, enclave } = call;
  const shm = shmByKey(state, key);
  const isOpen = shm?.block !== undefined && (!shm.isDoomed || isOn(state.config, "T61"));
  if (!isOpen) return refuseEnclave(call, deny("NO_SUCH_SHM", `SHM_ATTACH of ${hex(key)}`, { value: NO_ADDRESS }));
  const va = attachmentOf(shm, enclave);
  if (va !== undefined) return replyToEnclave(call, va);
  if (shm.attached.length >= MAX_SHARERS)
    return refuseEnclave(call, deny("SHM_FULL", `${MAX_SHARERS} enclaves share ${hex(key)}`, { value: NO_ADDRESS }));
  const draft = new Draft(call.memory);
  const attached = attach(draft, state, enclave, shm);
  if (isDenial(attached)) return refuseEnclave(call, attached);
  draft.add({ kind: "flushTlb" });
  return replyToEnclave(call, attached.va, changed(withEnclave(attached.state, attached.enclave), draft));
}

export function shmStat(call: EnclaveCall): Outcome {
  const [key, va] = call.args as [bigint, bigint];
  const shm = shmByKey(call.state, key);
  if (shm?.block === undefined) return refuseEnclave(call, deny("NO_SUCH_SHM", `SHM_STAT of ${hex(key)}`));
  const buffer = enclaveBuffer(call, va, BigInt(STAT_BYTE_LEN), STAT_BYTE_LEN, "write");
  if (isDenial(buffer)) return refuseEnclave(call, buffer);
  const words = new BigUint64Array([BigInt(shm.attached.length), BigInt(shm.byteLen)]);
  return replyToEnclave(call, 0n, { state: call.state, effects: writeBuffer(buffer, new Uint8Array(words.buffer)) });
}

export function shmDetach(call: EnclaveCall): Outcome {
  const key = call.args[1]!;
  const { enclave } = call;
  const shm = shmByKey(call.state, key);
  const va = shm && attachmentOf(shm, enclave);
  if (shm === undefined || va === undefined)
    return refuseEnclave(call, deny("NOT_ATTACHED", `enclave ${enclave.eid} does not have ${hex(key)}`));
  const draft = new Draft(call.memory);
  const unlocked = withoutLocks(enclave, draft, va, BigInt(shm.byteLen));
  if (!isOn(call.state.config, "T60"))
    new AddressSpace(draft, enclave.root, enclave.free).unmap(va, shm.byteLen / PAGE_SIZE);
  const attached = shm.attached.filter((holder) => holder.eid !== enclave.eid);
  const { state, freed } = settled(withEnclave(call.state, unlocked), draft, { ...shm, attached });
  return answer(call, { state, draft, enclave: unlocked }, freed);
}

export function shmDestroy(call: EnclaveCall): Outcome {
  const key = call.args[1]!;
  const shm = shmByKey(call.state, key);
  if (shm === undefined) return replyToEnclave(call, 0n);
  if (shm.block === undefined) return refuseEnclave(call, deny("NO_SUCH_SHM", `${hex(key)} is not granted yet`));
  const draft = new Draft(call.memory);
  const attached = isOn(call.state.config, "T62") ? [] : shm.attached;
  const { state, freed } = settled(call.state, draft, { ...shm, attached, isDoomed: true });
  return answer(call, { state, draft, enclave: call.enclave }, freed);
}

/** The enclave goes on; if memory was freed, the host is told first. */
function answer(call: EnclaveCall, progress: Progress, freed: SecureBlock | undefined): Outcome {
  const { state, draft } = progress;
  if (freed === undefined) {
    draft.add({ kind: "flushTlb" });
    return replyToEnclave(call, 0n, changed(state, draft));
  }
  const byteLen = BigInt(freed.to - freed.from) * BigInt(PAGE_SIZE);
  return toHost(call, progress, { id: OCALL.UNMAP, grant: "none", a0: 0n }, BigInt(paOfPage(freed.from)), byteLen);
}
