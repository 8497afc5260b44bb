/**
 * CREATE (99): a0 address of enclave_sbi_param, a1 whether this is a retry. Penglai reference §6.5, §6.7, §7.
 *
 * Order: parameters, the grant, a record, everything that the host shares, the image, its measurement. A refused call changes
 * nothing, the grant stays open, and the host may mend what was wrong and call again; FREE_ENCLAVE_MEM(3) gives the grant up.
 * With a1 != 0 a call that fails for want of metadata (-2) wipes the block and gives it back, as published.
 *
 * Fixed (B26): the block is the one that was granted on this hart, whatever a1 says; nothing else is ever wiped. Published
 * and kept: untrusted memory and kbuffer are mapped and measured with their contents, so they must be zero at this moment for
 * the offline measurement to agree. -3 (another hart has the lock, try again) does not come: a call here is atomic.
 */
import { satpOf } from "../../../core/sv39.ts";
import { PAGE_SIZE, pa, pageNoOf, paOfPage } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { entryHart } from "../../kernel/hart.ts";
import { hex } from "../../kernel/page-owner.ts";
import { isNapot } from "../../kernel/pmp.ts";
import { isOn } from "../defects.ts";
import { freeBlock } from "../departure.ts";
import { type Denial, deny } from "../guards.ts";
import { readImage, withContents } from "../image.ts";
import { changed, type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { ofEnclave } from "../owner.ts";
import { type AllegedCreate, readCreateParam } from "../params.ts";
import { takeRecord } from "../records.ts";
import { type Block, pagesOfBlock } from "../regions.ts";
import { type Enclave, share, type Window, withEnclave, withGrant, withOwner } from "../state.ts";
import { checkSurroundings } from "../windows.ts";

export function createEnclave(call: HostCall): Outcome {
  const { hartId } = call;
  const { config } = call.state;
  const param = readCreateParam(call, call.args[0]!);
  if (isDenial(param)) return refuseHost(call, param);
  const block = grantedBlock(call, param);
  if (isDenial(block)) return refuseHost(call, block);
  const record = takeRecord(call.state);
  if (isDenial(record)) return call.args[1] === 0n ? refuseHost(call, record) : giveUp(call, block, record);
  const { eid } = record;
  const refuse = (denial: Denial): Outcome => ({
    ...refuseHost(call, denial),
    ...(isOn(config, "P26") && { state: record.state }),
  });
  const surroundings = checkSurroundings(record.state, param);
  if (isDenial(surroundings)) return refuse(surroundings);
  const { untrusted, kbuffer, out, eidPtr } = surroundings;
  const leaves = readImage(call.memory, config, block, [untrusted, kbuffer]);
  if (isDenial(leaves)) return refuse(leaves);
  const measurement = config.attestation.measure(
    {
      entry: param.entry,
      untrustedVa: untrusted.va,
      untrustedSize: sizeOf(untrusted),
      kbufferVa: kbuffer.va,
      kbufferSize: sizeOf(kbuffer),
    },
    withContents(call.memory, leaves),
  );

  const enclave: Enclave = {
    eid,
    status: "fresh",
    pending: undefined,
    hostSatp: call.hart.csrs.satp,
    block,
    untrusted,
    kbuffer,
    out,
    measurement,
    hart: entryHart(param.entry, satpOf(paOfPage(block.page)), []),
  };
  const draft = new Draft(call.memory);
  draft.add({ kind: "write32", pa: eidPtr.pa, value: eid });
  const closed = isOn(config, "P10") ? record.state : withGrant(record.state, hartId, undefined);
  const owned = withOwner(closed, pagesOfBlock(block), ofEnclave(eid));
  const shared = share(share(owned, untrusted, 1), kbuffer, 1);
  return replyToHost(call, 0n, changed(withEnclave(shared, enclave), draft));
}

/** The block that was granted on this hart, if it is what the caller means. */
function grantedBlock({ state, hartId }: HostCall, { paddr, size }: AllegedCreate): Block | Denial {
  const grant = state.grants[hartId];
  const isGranted =
    grant !== undefined && paddr === BigInt(paOfPage(grant.page)) && size === BigInt(2 ** grant.order * PAGE_SIZE);
  if (isGranted) return grant;
  const alleged = { page: pageNoOf(pa(Number(paddr))), order: Math.log2(Number(size) / PAGE_SIZE) };
  if (isOn(state.config, "B26") && isNapot(pa(Number(paddr)), Number(size)) && isRam(state.config.ram, alleged))
    return alleged;
  const found = grant === undefined ? "nothing is granted" : `${hex(paOfPage(grant.page))} is granted`;
  return deny("NOT_GRANTED", `CREATE of ${hex(paddr)} + ${hex(size)}, ${found}`);
}

/** "On retry the monitor wipes" (B26), and what it wipes is the grant. */
function giveUp(call: HostCall, block: Block, denial: Denial): Outcome {
  const draft = new Draft(call.memory);
  const isForeign = call.state.grants[call.hartId]?.page !== block.page;
  if (isForeign) draft.zeroPages(pagesOfBlock(block));
  const state = isForeign ? call.state : freeBlock(withGrant(call.state, call.hartId, undefined), draft, block);
  return { ...replyToHost(call, denial.value, changed(state, draft)), denial };
}

const sizeOf = ({ span }: Window): bigint => BigInt(span?.byteLen ?? 0);

const isRam = (ram: { readonly from: number; readonly to: number }, { page, order }: Block): boolean =>
  page >= ram.from && page + 2 ** order <= ram.to;
