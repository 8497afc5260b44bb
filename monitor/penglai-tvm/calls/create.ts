/**
 * CREATE_ENCLAVE (99) and CREATE_SHADOW (86). Penglai reference §6.2, §6.11, §4.
 *
 * Order: parameters, record, region out of the host's hands, then everything that must not lie in it, then the image,
 * its measurement, and only then the mappings that the host shares. A failure at any point leaves nothing behind (B12).
 *
 * Fixed: measured before kbuffer and shared memory are mapped (B16); the rest in secure-memory.ts, image.ts and
 * surroundings.ts. A shadow's kbuffer and shared memory are not looked at: each fork brings its own.
 */

import { satpOf } from "../../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, pa, paOfPage } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { entryHart } from "../../kernel/hart.ts";
import { hex } from "../../kernel/page-owner.ts";
import type { PageRange, Span } from "../../kernel/span.ts";
import { AddressSpace } from "../address-space.ts";
import { allegedSpan } from "../alleged.ts";
import { isOn } from "../defects.ts";
import { freshEnclave, recorded } from "../fresh-enclave.ts";
import { type Denial, deny } from "../guards.ts";
import { type ImageLeaf, measureImage, readImage } from "../image.ts";
import { changed, type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { ofEnclave, ofShadow } from "../owner.ts";
import { type AllegedCreate, readCreateParam } from "../params.ts";
import { secure } from "../secure-memory.ts";
import { type Enclave, type MonitorState, type SecureBlock, withShadow } from "../state.ts";
import { checkSurroundings, eidEffect, mapSurroundings, sharedLeaves } from "../surroundings.ts";

/** Records, root table, one page for the free list or the image. */
const MIN_REGION_BYTE_LEN = 3 * PAGE_SIZE;
const NORMAL_ENCLAVE = 0n;
const NO_METADATA_RESULT = -2n;

export function createEnclave(call: HostCall): Outcome {
  const param = readCreateParam(call, call.args[0]!);
  if (isDenial(param)) return refuseHost(call, param);
  if (param.type !== NORMAL_ENCLAVE) return refuseHost(call, deny("ENCLAVE_TYPE", `type is ${param.type}`));
  return createFrom(call, param, { status: "fresh", server: undefined });
}

/** @param kind what makes it an enclave or a server */
export function createFrom(call: HostCall, param: AllegedCreate, kind: Pick<Enclave, "status" | "server">): Outcome {
  const draft = new Draft(call.memory);
  const taken = takeRegion(call, draft, param, ofEnclave);
  if (isDenial(taken)) return refuseHost(call, taken);
  const image = takeImage(call, param, taken);
  if (isDenial(image)) return refuseTaken(call, draft, taken, image);
  const { eid, state, block: region } = taken;
  const surroundings = checkSurroundings(state, param);
  if (isDenial(surroundings)) return refuseTaken(call, draft, taken, surroundings);
  const { root } = image;
  const measurement = isOn(state.config, "B16")
    ? measureImage(state.config, call.memory, param.entry, [...image.leaves, ...sharedLeaves(surroundings)])
    : image.measurement;
  const space = new AddressSpace(draft, root, image.free);
  const denial = mapSurroundings(state, space, surroundings);
  if (denial) return refuseTaken(call, draft, taken, denial);

  const hart = entryHart(param.entry, satpOf(paOfPage(root)), []);
  const hostSatp = call.hart.csrs.satp;
  const { name } = param;
  const fresh = freshEnclave(
    { eid, hostSatp, root, region, free: space.free, measurement, hart, shadow: undefined, name },
    surroundings,
  );
  draft.add(eidEffect(surroundings, eid));
  return replyToHost(call, 0n, changed(recorded(state, { ...fresh, ...kind }), draft));
}

export function createShadow(call: HostCall): Outcome {
  const draft = new Draft(call.memory);
  const param = readCreateParam(call, call.args[0]!);
  if (isDenial(param)) return refuseHost(call, param);
  const taken = takeRegion(call, draft, param, ofShadow);
  if (isDenial(taken)) return refuseHost(call, taken);
  const image = takeImage(call, param, taken);
  if (isDenial(image)) return refuseTaken(call, draft, taken, image);
  const huge = image.leaves.find((leaf) => leaf.level !== 0);
  if (huge) return refuseTaken(call, draft, taken, deny("HUGE_LEAF", `the shadow maps 2 MiB at ${hex(huge.va)}`));
  const { eid, state, block: region } = taken;
  const surroundings = checkSurroundings(state, { ...param, kbufferSize: 0n, shmSize: 0n, out: [] });
  if (isDenial(surroundings)) return refuseTaken(call, draft, taken, surroundings);

  const { root, measurement } = image;
  const hostSatp = call.hart.csrs.satp;
  const shadow = { eid, hostSatp, root, region, entry: param.entry, measurement, liveForks: 0, forks: 0 };
  draft.add(eidEffect(surroundings, eid));
  return replyToHost(call, 0n, changed(withShadow(state, shadow), draft));
}

/** A region out of the host's hands, and a record for who will own it. */
interface Taken {
  readonly state: MonitorState;
  readonly eid: number;
  readonly block: SecureBlock;
}

interface Image {
  readonly root: PageNo;
  readonly free: PageRange;
  readonly leaves: readonly ImageLeaf[];
  readonly measurement: Uint8Array;
}

/** Takes the region from the host. Only then is anything in it looked at. */
export function takeRegion(
  call: HostCall,
  draft: Draft,
  { paddr, size }: Pick<AllegedCreate, "paddr" | "size">,
  ownedBy: typeof ofEnclave,
): Taken | Denial {
  const record = takeRecord(call.state);
  if (isDenial(record)) return record;
  const { eid } = record;
  const span = regionSpan(call.state, paddr, size);
  if (isDenial(span)) return span;
  const secured = secure(record.state, call.memory, draft, call.hart, span, ownedBy(eid));
  return isDenial(secured) ? secured : { eid, ...secured };
}

/** Nothing stays of a creation that fails (B12), unless the zoo asks for it. */
export function refuseTaken(call: HostCall, draft: Draft, { state }: Taken, denial: Denial): Outcome {
  const refused = refuseHost(call, denial);
  return isOn(state.config, "B12") ? { ...refused, ...changed(state, draft) } : refused;
}

/** Checks the image in the region and measures it. */
function takeImage(call: HostCall, param: AllegedCreate, { state, eid, block: region }: Taken): Image | Denial {
  const freeFrom = checkFreeMemory(region, param.freeMem);
  if (isDenial(freeFrom)) return freeFrom;
  const leaves = readImage(state, call.memory, region, freeFrom, eid);
  if (isDenial(leaves)) return leaves;
  return {
    root: (region.from + 1) as PageNo,
    free: { from: freeFrom, to: region.to },
    leaves,
    measurement: measureImage(state.config, call.memory, param.entry, leaves),
  };
}

/** One record less, one id more. */
function takeRecord(state: MonitorState): { readonly state: MonitorState; readonly eid: number } | Denial {
  const { config, freeRecords, nextEid } = state;
  const eid = isOn(config, "T26") ? lowestFreeId(state) : nextEid;
  if (freeRecords === 0) return deny("NO_METADATA", "every record is in use", { value: NO_METADATA_RESULT });
  return { state: { ...state, freeRecords: freeRecords - 1, nextEid: nextEid + 1 }, eid };
}

/** Defect T26. */
function lowestFreeId({ enclaves, shadows }: MonitorState): number {
  let eid = 1;
  while (enclaves.get(eid) !== undefined || shadows.get(eid) !== undefined) eid++;
  return eid;
}

/** A region for an enclave or a fork. */
function regionSpan(state: MonitorState, paddr: bigint, size: bigint): Span | Denial {
  const span = allegedSpan(state, "the region", paddr, size, PAGE_SIZE);
  if (isDenial(span) || span.byteLen >= MIN_REGION_BYTE_LEN) return span;
  return deny("REGION_TOO_SMALL", `the region has ${hex(size)} bytes`);
}

/** @returns the first page of the free list */
function checkFreeMemory(region: PageRange, freeMem: bigint): PageNo | Denial {
  const address = pa(Number(freeMem));
  const found = `free_mem is ${hex(freeMem)}, the region ${hex(paOfPage(region.from))} to ${hex(paOfPage(region.to))}`;
  if (freeMem % BigInt(PAGE_SIZE) !== 0n) return deny("MISALIGNED", found);
  const page = (address / PAGE_SIZE) as PageNo;
  return page >= region.from + 2 && page <= region.to ? page : deny("FREE_MEMORY_OUTSIDE", found);
}
