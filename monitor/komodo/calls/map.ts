/** MapSecure and MapInsecure: the OS gives an enclave that is being built its pages. Komodo reference §1.6. */
import { PTE_X } from "../../../core/sv39.ts";
import type { PageNo } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { MAPPING_W, MAPPING_X, OS_CALL } from "../abi.ts";
import { type CallRow, changed, type OsCall, replyToOs } from "../call.ts";
import {
  inRange,
  insecureNumber,
  isAddrspace,
  isFree,
  isInit,
  isInsecureSource,
  isInsecureTarget,
  mapsAt,
  namedSpace,
  slotAt,
} from "../checks.ts";
import { isOn } from "../defects.ts";
import { type Slot, writeLeaf } from "../hardware-tables.ts";
import { withMapping, wordOf } from "../measure.ts";
import type { Mapping } from "../page.ts";
import {
  insecurePage,
  type KomodoConfig,
  type KomodoState,
  l2Slots,
  pageNr,
  physicalOf,
  spaceOf,
  withPage,
} from "../state.ts";
import { allocated } from "./create.ts";

const hasBit = (word: bigint, bit: number): boolean => (word & BigInt(bit)) !== 0n;

/** Puts a mapping into an entry, in the database and in the machine's tables. */
export function withMappingAt(state: KomodoState, draft: Draft, at: Slot, mapping: Mapping, word: bigint): KomodoState {
  writeLeaf(draft, state.config, at, mapping, wronglyAdded(state.config, mapping, word));
  const slots = l2Slots(state, at.l2);
  const table = state.pages.get(at.l2);
  if (table.type !== "l2") return state;
  return withPage(state, at.l2, { ...table, slots: slots.set(at.index, mapping) });
}

/** A19: bits 3 to 11 of the word stand where an entry has X to D. C4: X of the word, of whatever page. */
function wronglyAdded(config: KomodoConfig, { kind }: Mapping, word: bigint): bigint {
  if (isOn(config, "A19")) return word & 0xff8n;
  return isOn(config, "C4") && kind === "insecure" && hasBit(word, MAPPING_X) ? PTE_X : 0n;
}

export const secureMapping = (page: number, word: bigint): Mapping => ({
  kind: "secure",
  page,
  w: hasBit(word, MAPPING_W),
  x: hasBit(word, MAPPING_X),
});

const spaceNamed = (index: number) => (call: OsCall) => namedSpace(call, index).space;

/** "src = 0 means zero-fill so physical page 0 can never be a content source". */
export const mapSecure: CallRow<OsCall> = {
  nr: OS_CALL.MAP_SECURE,
  name: "MapSecure",
  args: ["newPage", "addrspace", "mapping", "source"],
  checks: [
    isAddrspace(1),
    isInit(1),
    ...mapsAt(spaceNamed(1), 2),
    isInsecureSource(3),
    inRange(0, "page"),
    isFree(0, "page"),
  ],
  effect: (call) => {
    const { config } = call.state;
    const [, , word, alleged] = call.args as [bigint, bigint, bigint, bigint];
    const nr = pageNr(config, call.args[0]!)!;
    const { nr: owner, space } = namedSpace(call, 1);
    const at = slotAt(call.state, space, word)!;
    const source = alleged === 0n ? undefined : insecurePage(config, insecureNumber(config, alleged));
    const draft = new Draft(call.memory);
    const page = physicalOf(config, nr);
    if (source === undefined) draft.zeroPages({ from: page, to: (page + 1) as PageNo });
    else draft.add({ kind: "copyPage", destination: page, source });
    const measured = withMapping(
      config,
      space.measurement,
      wordOf(word),
      call.memory,
      isOn(config, "M2") ? page : source,
    );
    const given = allocated(call.state, nr, owner, { type: "data", owner });
    const mapped = withMappingAt(given, draft, at, secureMapping(nr, word), word);
    const state = withPage(mapped, owner, { ...spaceOf(mapped, owner), measurement: measured });
    return replyToOs(call, 0n, 0n, changed(state, draft));
  },
};

/** Not measured and never executable; no page of the database changes hands. */
export const mapInsecure: CallRow<OsCall> = {
  nr: OS_CALL.MAP_INSECURE,
  name: "MapInsecure",
  args: ["addrspace", "insecure", "mapping"],
  checks: [isAddrspace(0), isInit(0), ...mapsAt(spaceNamed(0), 2), isInsecureTarget(1)],
  effect: (call) => {
    const [, page, word] = call.args as [bigint, bigint, bigint];
    const at = slotAt(call.state, namedSpace(call, 0).space, word)!;
    const draft = new Draft(call.memory);
    const mapping: Mapping = { kind: "insecure", page: Number(page), w: hasBit(word, MAPPING_W) };
    return replyToOs(call, 0n, 0n, changed(withMappingAt(call.state, draft, at, mapping, word), draft));
  },
};
