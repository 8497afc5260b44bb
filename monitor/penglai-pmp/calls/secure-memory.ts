/**
 * Regions of secure memory: MM_INIT (100) and MEMORY_EXTEND (92) take one from the host, ALLOC_ENCLAVE_MM (93) lends the
 * kernel a block of it to build an enclave in, MEMORY_RECLAIM (91) and FREE_ENCLAVE_MEM (90) give one back. Penglai
 * reference §2.3, §6.5.
 *
 * MM_INIT and MEMORY_EXTEND are one function, as published. Fixed: a region consists of public memory that no live enclave
 * shares; only a region in which nothing is allocated goes back (published: the highest one, with the enclaves in it);
 * FREE_ENCLAVE_MEM with flag 3 ("spec", reserved for memory that is not used) gives the kernel's own grant back (published: it
 * clears PMP15, and with it the host's access to all memory).
 */
import { PAGE_SIZE, pageNoOf, paOfPage } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { hex } from "../../kernel/page-owner.ts";
import { isNapot } from "../../kernel/pmp.ts";
import { pagesOf } from "../../kernel/span.ts";
import { allegedSpan, checkPublic, hostSpan } from "../alleged.ts";
import { isOn } from "../defects.ts";
import { freeBlock, withoutRegion } from "../departure.ts";
import { type Denial, deny } from "../guards.ts";
import { changed, type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { FREE, GRANTED } from "../owner.ts";
import { readAllocArg } from "../params.ts";
import { type Block, isUnused, REGION_COUNT, withRegion } from "../regions.ts";
import { type MonitorState, withBlock, withGrant, withOwner } from "../state.ts";

const NO_SECURE_MEMORY_RESULT = -2n;
/** Flags of FREE_ENCLAVE_MEM. */
const FREE_MAX = 2n;
const FREE_SPEC = 3n;

/** a0 paddr, a1 size. */
export function addRegion(call: HostCall): Outcome {
  const { state, args } = call;
  const [paddr, size] = args as [bigint, bigint];
  const region = checkRegion(state, paddr, size);
  if (isDenial(region)) return refuseHost(call, region);
  const count = REGION_COUNT + (isOn(state.config, "P35") ? 1 : 0);
  const index = Array.from({ length: count }, (_, i) => i).find((i) => state.regions[i] === undefined);
  if (index === undefined) return refuseHost(call, deny("NO_PMP_ENTRY", `there are ${REGION_COUNT} regions already`));
  const regions = withRegion(state.regions, index, { ...region, free: [region] });
  const pages = pagesOf({ pa: paOfPage(region.page), byteLen: 2 ** region.order * PAGE_SIZE });
  return replyToHost(call, 0n, { state: withOwner({ ...state, regions }, pages, FREE), effects: [] });
}

function checkRegion(state: MonitorState, paddr: bigint, size: bigint): Block | Denial {
  const { config } = state;
  const span = allegedSpan(state, "the region", paddr, size, PAGE_SIZE);
  if (isDenial(span)) return span;
  const base = isOn(config, "P2") ? paOfPage(0 as Block["page"]) : span.pa;
  if (!isNapot(base, span.byteLen)) return deny("NOT_NAPOT", `the region is ${hex(paddr)} + ${hex(size)}`);
  const pages = pagesOf(span);
  const isMonitors = pageNoOf(config.monitor.pa) === pages.from && isOn(config, "P4");
  const overlapsRegion = state.regions.some((region) => region !== undefined && overlap(region, pages));
  const isLaxAbout = isMonitors || (overlapsRegion && isOn(config, "P3"));
  const denial = isLaxAbout ? undefined : checkPublic(state, "the region", pages);
  if (denial) return denial;
  const first = pages.from - config.ram.from;
  const shared = state.shares.find(first, first + (pages.to - pages.from), (count) => count > 0);
  if (shared !== undefined && !isOn(config, "P8")) {
    const page = (config.ram.from + shared) as Block["page"];
    return deny("PAGE_SHARED", `the region is ${hex(paddr)} + ${hex(size)}`, {
      page: { page, owner: state.owners.get(shared) },
    });
  }
  return { page: pages.from, order: Math.log2(span.byteLen / PAGE_SIZE) };
}

const overlap = (region: Block, { from, to }: { readonly from: number; readonly to: number }): boolean =>
  region.page < to && from < region.page + 2 ** region.order;

/** a0 address of {req_size, resp_addr, resp_size}. The block is zeroed, so what is measured later does not depend on the past. */
export function allocEnclaveMemory(call: HostCall): Outcome {
  const { hartId } = call;
  const arg = readAllocArg(call, call.args[0]!);
  if (isDenial(arg)) return refuseHost(call, arg);
  const size = isOn(call.state.config, "P7") ? BigInt.asUintN(32, arg.size) : arg.size;
  const found = `${hex(arg.size)} bytes are asked for`;
  const order = orderOf(size);
  const allocated = order === undefined ? undefined : withBlock(call.state, order, GRANTED);
  if (allocated === undefined)
    return refuseHost(call, deny("NO_SECURE_MEMORY", found, { value: NO_SECURE_MEMORY_RESULT }));
  const open = call.state.grants[hartId];
  if (open !== undefined)
    return refuseHost(call, deny("GRANT_OPEN", `${found}, and ${hex(paOfPage(open.page))} is still granted`));
  const { state, block } = allocated;
  const draft = new Draft(call.memory);
  const byteLen = 2 ** block.order * PAGE_SIZE;
  draft.zeroPages(pagesOf({ pa: paOfPage(block.page), byteLen }));
  const answer = new BigUint64Array([arg.size, BigInt(paOfPage(block.page)), BigInt(byteLen)]);
  draft.add({ kind: "writeBytes", pa: arg.span.pa, bytes: new Uint8Array(answer.buffer) });
  return replyToHost(call, 0n, changed(withGrant(state, hartId, block), draft));
}

/** The smallest order whose block holds the bytes; undefined for none and for more than the address space. */
function orderOf(byteLen: bigint): number | undefined {
  if (byteLen === 0n || byteLen > 1n << 56n) return undefined;
  // 4097 bytes: 4096 has 13 bits, 12 of which are the offset in a page: order 1.
  return Math.max(0, (byteLen - 1n).toString(2).length - 12);
}

/** a0 address of the size that was freed; the value is the region's address, 0 if there was none. */
export const memoryReclaim = (call: HostCall): Outcome => freeRegion(call, call.args[0]!);

/** a0 address of the size that was freed, a1 flag. */
export function freeEnclaveMemory(call: HostCall): Outcome {
  const [sizePtr, flag] = call.args as [bigint, bigint];
  if (flag === FREE_MAX) return freeRegion(call, sizePtr);
  if (flag === FREE_SPEC) return freeGrant(call, sizePtr);
  return answerFreed(call, new Draft(call.memory), call.state, sizePtr, undefined);
}

function freeRegion(call: HostCall, sizePtr: bigint): Outcome {
  const { state } = call;
  const draft = new Draft(call.memory);
  const mayGo = (index: number): boolean => {
    const region = state.regions[index];
    return region !== undefined && (isUnused(region) || isOn(state.config, "P28"));
  };
  const index = [...state.regions.keys()].findLast(mayGo);
  if (index === undefined) return answerFreed(call, draft, state, sizePtr, undefined);
  return answerFreed(call, draft, withoutRegion(state, index), sizePtr, state.regions[index]);
}

function freeGrant(call: HostCall, sizePtr: bigint): Outcome {
  const { state, hartId } = call;
  const draft = new Draft(call.memory);
  if (isOn(state.config, "P29")) return answerFreed(call, draft, { ...state, restIsOpen: false }, sizePtr, undefined);
  const grant = state.grants[hartId];
  if (grant === undefined) return answerFreed(call, draft, state, sizePtr, undefined);
  const freed = freeBlock(withGrant(state, hartId, undefined), draft, grant);
  return answerFreed(call, draft, freed, sizePtr, grant);
}

/** The pointer is checked before anything happened, against the memory that was the host's then. */
function answerFreed(
  call: HostCall,
  draft: Draft,
  state: MonitorState,
  sizePtr: bigint,
  freed: Block | undefined,
): Outcome {
  const span = hostSpan(call.state, "size_ptr", sizePtr, 8n, 8);
  if (isDenial(span)) return refuseHost(call, span);
  draft.write64(span.pa, freed === undefined ? 0n : BigInt(2 ** freed.order * PAGE_SIZE));
  const value = freed === undefined ? 0n : BigInt(paOfPage(freed.page));
  return replyToHost(call, value, changed(state, draft));
}
