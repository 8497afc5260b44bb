/**
 * OCALL (98): a0 id, a1 to a3 arguments. Penglai reference §6.4. MMAP 1, UNMAP 2, SYS_WRITE 3, SBRK 4, READ_SECT 5 and
 * WRITE_SECT 6 go to the host, which reads 2 and finds id and arguments in its words; RETURN_RELAY_PAGE 7 does, too (relay.ts).
 * GETRANDOM 8, BINDING 2004 and UNBINDING 2005 stay here; secure shared memory (9 to 12) does both. The data of a sector pass through the kbuffer, and
 * the host's word is all there is for them.
 *
 * What can be refused is refused before the host hears of it, so a grant that fits what was asked for always fits the
 * enclave. Memory that goes back is wiped, public and mapped again for the host before the host is told.
 * SBRK of a negative size gives whole blocks back; part of a block is wiped and stays the enclave's until the rest goes.
 * The host finds the blocks as a list: each first page begins with {paddr, size, next} ("pma list").
 */

import { PAGE_SIZE, type PageNo, paOfPage } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { hex } from "../../kernel/page-owner.ts";
import { AddressSpace } from "../address-space.ts";
import { isOn } from "../defects.ts";
import { HEAP_BASE, HEAP_END, MAX_MAPPED_BYTE_LEN } from "../enclave-layout.ts";
import { deny } from "../guards.ts";
import { highestGap, isFree } from "../mmap-area.ts";
import { changed, type EnclaveCall, type Outcome, refuseEnclave, replyToEnclave } from "../outcome.ts";
import { release } from "../secure-memory.ts";
import { type Mapping, type SecureBlock, withEnclave } from "../state.ts";
import { lockEffects } from "../world-switch.ts";
import { getRandom } from "./identity.ts";
import { bind, unbind, withoutLocks } from "./line-lock.ts";
import { returnRelayPages } from "./relay.ts";
import { shmDestroy, shmDetach, shmGet } from "./secure-shm.ts";
import { changedNothing, OCALL, type Progress, toHost } from "./to-host.ts";

/** What MMAP gives when it gives no memory. */
const NO_ADDRESS = 0n;

export function ocall(call: EnclaveCall): Outcome {
  const id = call.args[0]!;
  switch (id) {
    case BigInt(OCALL.MMAP):
      return mmap(call);
    case BigInt(OCALL.UNMAP):
      return unmap(call);
    case BigInt(OCALL.SYS_WRITE):
      return toHost(call, changedNothing(call), { id: OCALL.SYS_WRITE, grant: "none" });
    case BigInt(OCALL.SBRK):
      return sbrk(call);
    case BigInt(OCALL.READ_SECT):
    case BigInt(OCALL.WRITE_SECT):
      return toHost(call, changedNothing(call), { id: Number(id), grant: "status" }, call.args[1]!);
    case BigInt(OCALL.SHM_GET):
      return shmGet(call);
    case BigInt(OCALL.SHM_DETACH):
      return shmDetach(call);
    case BigInt(OCALL.SHM_DESTROY):
      return shmDestroy(call);
    case BigInt(OCALL.RETURN_RELAY_PAGE):
      return returnRelayPages(call);
    case BigInt(OCALL.GETRANDOM):
      return getRandom(call);
    case BigInt(OCALL.BINDING):
      return bind(call);
    case BigInt(OCALL.UNBINDING):
      return unbind(call);
    default:
      return refuseEnclave(call, deny("UNKNOWN_OCALL", `ocall ${id}`));
  }
}

/** a1 address or 0, a2 size. "Host gets arg1 = size + 4096": the first page of the block is for records. */
function mmap(call: EnclaveCall): Outcome {
  const [, wanted, size] = call.args as [bigint, bigint, bigint];
  const refuse = (found: string): Outcome =>
    refuseEnclave(call, deny("NO_ADDRESS_SPACE", found, { value: NO_ADDRESS }));
  if (!isPages(size) || size > MAX_MAPPED_BYTE_LEN)
    return refuseEnclave(call, deny("BAD_SIZE", `MMAP of ${hex(size)} bytes`, { value: NO_ADDRESS }));
  const va = wanted === 0n ? highestGap(call.enclave.mmaps, size) : wanted;
  if (va === undefined || !isFree(call.enclave.mmaps, va, size))
    return refuse(`MMAP of ${hex(size)} bytes at ${hex(wanted)}`);
  const progress = changedNothing(call);
  if (!hasTables(progress, va, size)) return refuse(`tables for ${hex(size)} bytes at ${hex(va)}`);
  const pending = { id: OCALL.MMAP, grant: "mmap", va, byteLen: Number(size) } as const;
  return toHost(call, progress, pending, undefined, size + BigInt(PAGE_SIZE));
}

/** a1 address, a2 size of a whole block. */
function unmap(call: EnclaveCall): Outcome {
  const [, va, size] = call.args as [bigint, bigint, bigint];
  const { enclave } = call;
  const mapping = enclave.mmaps.find((held) => held.va === va && BigInt(held.byteLen) === size);
  if (mapping === undefined) return refuseEnclave(call, deny("NO_SUCH_BLOCK", `UNMAP of ${hex(va)} + ${hex(size)}`));
  const draft = new Draft(call.memory);
  const unlocked = withoutLocks(enclave, draft, va, size);
  if (!isOn(call.state.config, "T34"))
    new AddressSpace(draft, enclave.root, enclave.free).unmap(va, mapping.byteLen / PAGE_SIZE);
  const smaller = { ...unlocked, mmaps: enclave.mmaps.filter((held) => held !== mapping) };
  const state = release(call.state, draft, mapping.block);
  const { block } = mapping;
  const byteLen = BigInt(block.to - block.from) * BigInt(PAGE_SIZE);
  const pending = { id: OCALL.UNMAP, grant: "none", a0: 0n } as const;
  return toHost(call, { state, draft, enclave: smaller }, pending, BigInt(paOfPage(block.from)), byteLen);
}

/** a1 signed change of the heap in whole pages; "new heap top" comes back. */
function sbrk(call: EnclaveCall): Outcome {
  const change = BigInt.asIntN(64, call.args[1]!);
  const { heapTop } = call.enclave;
  if (change === 0n) return replyToEnclave(call, heapTop);
  const top = heapTop + change;
  if (!isHeapChange(change) || top < HEAP_BASE || top > HEAP_END)
    return refuseEnclave(call, deny("BAD_SIZE", `SBRK by ${change} bytes from ${hex(heapTop)}`, { value: NO_ADDRESS }));
  if (change < 0n) return shrink(call, top);
  const progress = changedNothing(call);
  if (!hasTables(progress, heapTop, change))
    return refuseEnclave(
      call,
      deny("NO_ADDRESS_SPACE", `tables for the heap up to ${hex(top)}`, { value: NO_ADDRESS }),
    );
  const pending = { id: OCALL.SBRK, grant: "sbrk", byteLen: Number(change) } as const;
  return toHost(call, progress, pending, undefined, change + BigInt(PAGE_SIZE));
}

function shrink(call: EnclaveCall, top: bigint): Outcome {
  const { enclave } = call;
  const draft = new Draft(call.memory);
  const size = enclave.heapTop - top;
  wipe(draft, enclave.heap, top);
  new AddressSpace(draft, enclave.root, enclave.free).unmap(top, Number(size) / PAGE_SIZE);
  const kept = enclave.heap
    .filter((held) => held.va < top)
    .map((held) => ({ ...held, byteLen: Math.min(held.byteLen, Number(top - held.va)) }));
  const gone = enclave.heap.slice(kept.length).map((held) => held.block);
  const smaller = { ...withoutLocks(enclave, draft, top, size), heap: kept, heapTop: top };
  const state = gone.reduce((left, block) => release(left, draft, block), call.state);
  if (gone.length === 0) {
    // Bound ranges that stay may share a line with one that went.
    draft.add({ kind: "flushTlb" }, ...lockEffects(smaller));
    return replyToEnclave(call, top, changed(withEnclave(state, smaller), draft));
  }
  writeList(draft, gone);
  const pending = { id: OCALL.SBRK, grant: "none", a0: top } as const;
  const progress = { state, draft, enclave: smaller };
  return toHost(call, progress, pending, BigInt(paOfPage(gone[0]!.from)), size);
}

/** Zeroes the heap from `top` on: part of a block may stay with the enclave. */
function wipe(draft: Draft, heap: readonly Mapping[], top: bigint): void {
  for (const { block, va, byteLen } of heap) {
    if (va + BigInt(byteLen) <= top) continue;
    const first = block.from + 1;
    const kept = Math.max(0, Number(top - va)) / PAGE_SIZE;
    draft.zeroPages({ from: (first + kept) as PageNo, to: (first + byteLen / PAGE_SIZE) as PageNo });
  }
}

/** The released blocks as the driver's list: {paddr, size, next}, next = 0 at the end. */
function writeList(draft: Draft, blocks: readonly SecureBlock[]): void {
  for (const [index, block] of blocks.entries()) {
    const pa = paOfPage(block.from);
    const next = blocks[index + 1];
    const words = [pa, (block.to - block.from) * PAGE_SIZE, next === undefined ? 0 : paOfPage(next.from)];
    const bytes = new Uint8Array(new BigUint64Array(words.map(BigInt)).buffer);
    draft.add({ kind: "writeBytes", pa, bytes });
  }
}

const isPages = (size: bigint): boolean => size > 0n && size % BigInt(PAGE_SIZE) === 0n;

const isHeapChange = (change: bigint): boolean =>
  isPages(change < 0n ? -change : change) && change <= MAX_MAPPED_BYTE_LEN && change >= -MAX_MAPPED_BYTE_LEN;

const hasTables = ({ draft, enclave }: Progress, va: bigint, size: bigint): boolean =>
  new AddressSpace(draft, enclave.root, enclave.free).hasTablesFor(va, Number(size) / PAGE_SIZE);
