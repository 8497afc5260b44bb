/**
 * RUN_SHADOW (87): an instance of a measured template, without measuring again. Penglai reference §4.
 *
 *     region of the fork: | records | root table | tables, copies of writable pages, stack | free list … |
 *
 * "Copies PT pages and every writable leaf page, shares RO leaves; maps 64 KB stack below 0x38_0000_0000; maps kbuffer
 * and shm; copies hash from shadow; enters immediately." Copying is eager as in the published code; the machine shares
 * the frames until one side writes (`copyPage`).
 *
 * Fixed: the region may have any size that suffices, its last page included; stack pages are zeroed by the monitor and
 * not by the host, whose contents would be unmeasured input. Stack pages that the template has are kept as its copies.
 * a2 at entry is the number of forks before this one, modulo 5.
 */

import { isValid, PTE_R, PTE_W, satpOf } from "../../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, paOfPage } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { entryHart, withRegisters } from "../../kernel/hart.ts";
import { isWritable, leaf, walk, withPage } from "../../kernel/sv39.ts";
import { AddressSpace } from "../address-space.ts";
import { isOn } from "../defects.ts";
import { STACK_PAGES, STACK_TOP } from "../enclave-layout.ts";
import { freshEnclave, recorded } from "../fresh-enclave.ts";
import type { Denial } from "../guards.ts";
import { changed, type HostCall, type Outcome, refuseHost } from "../outcome.ts";
import { ofEnclave } from "../owner.ts";
import { readShadowRunParam } from "../params.ts";
import { anyShadow } from "../records.ts";
import { takeRelays } from "../relay.ts";
import { type Shadow, withShadow } from "../state.ts";
import { checkSurroundings, eidEffect, mapSurroundings } from "../surroundings.ts";
import { enter } from "../world-switch.ts";
import { refuseTaken, takeRegion } from "./create.ts";
import { entryArguments } from "./run.ts";

const START_COUNTER_MODULUS = 5;

export function runShadow(call: HostCall): Outcome {
  const shadow = anyShadow(call, call.args[0]!);
  if (isDenial(shadow)) return refuseHost(call, shadow);
  const param = readShadowRunParam(call, call.args[1]!);
  if (isDenial(param)) return refuseHost(call, param);
  const draft = new Draft(call.memory);
  const taken = takeRegion(call, draft, param, ofEnclave);
  if (isDenial(taken)) return refuseHost(call, taken);
  const surroundings = checkSurroundings(taken.state, param);
  if (isDenial(surroundings)) return refuseTaken(call, draft, taken, surroundings);

  const { eid, block: region } = taken;
  const root = (region.from + 1) as PageNo;
  const space = new AddressSpace(draft, root, { from: (root + 1) as PageNo, to: region.to });
  draft.zeroPages({ from: root, to: (root + 1) as PageNo });
  const denial =
    copyImage(call, draft, space, shadow) ?? mapStack(space) ?? mapSurroundings(taken.state, space, surroundings);
  if (denial) return refuseTaken(call, draft, taken, denial);

  const start = shadow.forks % START_COUNTER_MODULUS;
  const bare = entryHart(shadow.entry, satpOf(paOfPage(root)), []);
  const hostSatp = call.hart.csrs.satp;
  const { measurement } = shadow;
  const { name } = param;
  const fresh = freshEnclave(
    { eid, hostSatp, root, region, free: space.free, measurement, hart: bare, shadow: shadow.eid, name },
    surroundings,
  );
  const relayed = takeRelays(call, draft, { state: recorded(taken.state, fresh), enclave: fresh }, param.relay);
  if (isDenial(relayed)) return refuseTaken(call, draft, taken, relayed);
  // What is shared must not lie in the relay pages either.
  const stillShared = checkSurroundings(relayed.state, param);
  if (isDenial(stillShared)) return refuseTaken(call, draft, taken, stillShared);
  const enclave = { ...relayed.enclave, hart: withRegisters(bare, entryArguments(relayed.enclave, start)) };
  draft.add(eidEffect(surroundings, eid));
  const state = withShadow(relayed.state, {
    ...shadow,
    liveForks: shadow.liveForks + (isOn(call.state.config, "T25") ? 0 : 1),
    forks: shadow.forks + 1,
  });
  return enter(call, changed(state, draft), enclave, (lost) => refuseHost(call, lost));
}

/** Read-only leaves as they are, writable ones as copies, at the same addresses. */
function copyImage(call: HostCall, draft: Draft, space: AddressSpace, shadow: Shadow): Denial | undefined {
  for (const { kind, va, entry, page } of walk(call.memory, shadow.root)) {
    if (kind === "table") continue;
    let copy = page;
    if (isWritable(entry)) {
      const taken = space.take();
      if (isDenial(taken)) return taken;
      copy = taken;
      draft.add({ kind: "copyPage", destination: copy, source: page });
    }
    const denial = space.put(va, withPage(entry, copy));
    if (denial) return denial;
  }
  return undefined;
}

function mapStack(space: AddressSpace): Denial | undefined {
  for (let i = STACK_PAGES; i > 0; i--) {
    const va = STACK_TOP - BigInt(i * PAGE_SIZE);
    if (isValid(space.entry(va))) continue;
    const page = space.takeZeroed();
    const denial = isDenial(page) ? page : space.put(va, leaf(page, PTE_R | PTE_W));
    if (denial) return denial;
  }
  return undefined;
}
