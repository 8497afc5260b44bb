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
import { type PageRange, pagesOf, type Span } from "../../kernel/span.ts";
import { AddressSpace } from "../address-space.ts";
import { allegedSpan } from "../alleged.ts";
import { freshEnclave } from "../fresh-enclave.ts";
import { type Denial, deny } from "../guards.ts";
import { type ImageLeaf, measureImage, readImage } from "../image.ts";
import { changed, type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { ofEnclave, ofShadow } from "../owner.ts";
import { type AllegedCreate, readCreateParam } from "../params.ts";
import { secure, share } from "../secure-memory.ts";
import { type MonitorState, type SecureBlock, withEnclave, withShadow } from "../state.ts";
import { checkSurroundings, eidEffect, mapSurroundings } from "../surroundings.ts";

/** Records, root table, one page for the free list or the image. */
const MIN_REGION_BYTE_LEN = 3 * PAGE_SIZE;
const NORMAL_ENCLAVE = 0n;
const NO_METADATA_RESULT = -2n;

export function createEnclave(call: HostCall): Outcome {
  const draft = new Draft(call.memory);
  const param = readCreateParam(call, call.args[0]!);
  if (isDenial(param)) return refuseHost(call, param);
  if (param.type !== NORMAL_ENCLAVE) return refuseHost(call, deny("ENCLAVE_TYPE", `type is ${param.type}`));
  const image = takeImage(call, draft, param, ofEnclave);
  if (isDenial(image)) return refuseHost(call, image);
  const surroundings = checkSurroundings(image.state, param);
  if (isDenial(surroundings)) return refuseHost(call, surroundings);
  const space = new AddressSpace(draft, image.root, image.free);
  const denial = mapSurroundings(space, surroundings);
  if (denial) return refuseHost(call, denial);

  const { eid, root, region, measurement } = image;
  const hart = entryHart(param.entry, satpOf(paOfPage(root)), []);
  const hostSatp = call.hart.csrs.satp;
  const enclave = freshEnclave(
    { eid, hostSatp, root, region, free: space.free, measurement, hart, shadow: undefined },
    surroundings,
  );
  draft.add(eidEffect(surroundings, eid));
  const shared = share(share(image.state, enclave.kbuffer, 1), enclave.shm, 1);
  return replyToHost(call, 0n, changed(withEnclave(shared, enclave), draft));
}

export function createShadow(call: HostCall): Outcome {
  const draft = new Draft(call.memory);
  const param = readCreateParam(call, call.args[0]!);
  if (isDenial(param)) return refuseHost(call, param);
  const image = takeImage(call, draft, param, ofShadow);
  if (isDenial(image)) return refuseHost(call, image);
  const huge = image.leaves.find((leaf) => leaf.level !== 0);
  if (huge) return refuseHost(call, deny("HUGE_LEAF", `the shadow maps 2 MiB at ${hex(huge.va)}`));
  const surroundings = checkSurroundings(image.state, { ...param, kbufferSize: 0n, shmSize: 0n, out: [] });
  if (isDenial(surroundings)) return refuseHost(call, surroundings);

  const { eid, root, region, measurement } = image;
  const hostSatp = call.hart.csrs.satp;
  const shadow = { eid, hostSatp, root, region, entry: param.entry, measurement, liveForks: 0, forks: 0 };
  draft.add(eidEffect(surroundings, eid));
  return replyToHost(call, 0n, changed(withShadow(image.state, shadow), draft));
}

interface TakenImage {
  readonly state: MonitorState;
  readonly eid: number;
  readonly region: SecureBlock;
  readonly root: PageNo;
  readonly free: PageRange;
  readonly leaves: readonly ImageLeaf[];
  readonly measurement: Uint8Array;
}

/** Takes the region, checks the image in it and measures it. */
function takeImage(call: HostCall, draft: Draft, param: AllegedCreate, ownedBy: typeof ofEnclave): TakenImage | Denial {
  const record = takeRecord(call.state);
  if (isDenial(record)) return record;
  const { eid } = record;
  const span = regionSpan(call.state, param.paddr, param.size);
  if (isDenial(span)) return span;
  const freeFrom = checkFreeMemory(span, param.freeMem);
  if (isDenial(freeFrom)) return freeFrom;
  const secured = secure(record.state, call.memory, draft, call.hart, span, ownedBy(eid));
  if (isDenial(secured)) return secured;
  const { state, block: region } = secured;
  const leaves = readImage(call.memory, region, freeFrom, eid);
  if (isDenial(leaves)) return leaves;
  return {
    state,
    eid,
    region,
    root: (region.from + 1) as PageNo,
    free: { from: freeFrom, to: region.to },
    leaves,
    measurement: measureImage(state.config.attestation, call.memory, param.entry, leaves),
  };
}

/** One record less, one id more. */
export function takeRecord(state: MonitorState): { readonly state: MonitorState; readonly eid: number } | Denial {
  const { freeRecords, nextEid: eid } = state;
  if (freeRecords === 0) return deny("NO_METADATA", "every record is in use", { value: NO_METADATA_RESULT });
  return { state: { ...state, freeRecords: freeRecords - 1, nextEid: eid + 1 }, eid };
}

/** A region for an enclave or a fork. */
export function regionSpan(state: MonitorState, paddr: bigint, size: bigint): Span | Denial {
  const span = allegedSpan(state, "the region", paddr, size, PAGE_SIZE);
  if (isDenial(span) || span.byteLen >= MIN_REGION_BYTE_LEN) return span;
  return deny("REGION_TOO_SMALL", `the region has ${hex(size)} bytes`);
}

/** @returns the first page of the free list */
function checkFreeMemory(region: Span, freeMem: bigint): PageNo | Denial {
  const pages = pagesOf(region);
  const address = pa(Number(freeMem));
  const found = `free_mem is ${hex(freeMem)}, the region ${hex(region.pa)} + ${hex(region.byteLen)}`;
  if (freeMem % BigInt(PAGE_SIZE) !== 0n) return deny("MISALIGNED", found);
  const page = (address / PAGE_SIZE) as PageNo;
  return page >= pages.from + 2 && page <= pages.to ? page : deny("FREE_MEMORY_OUTSIDE", found);
}
