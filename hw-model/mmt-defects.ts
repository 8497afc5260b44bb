/**
 * The memory encryption's part of the bug zoo: mistakes of engines and of trees, each a switch of the real engine. Komodo
 * reference §4.9, class X, under its numbers; X13 on are ours. All are off unless asked for: `new Mmt({ seed, defects: ["X1"] })`.
 *
 * A defence that is switched off (`Defences`) is one or two of these mistakes. Not here: what this engine does not have to
 * get wrong (ABSENT_MMT_DEFECTS says why).
 */

interface MmtDefect {
  /** What the engine does wrong, as a clause. */
  readonly what: string;
}

export const MMT_DEFECTS = {
  X1: { what: "a write-back leaves its line's counter as it is" },
  X2: { what: "the pad depends on the page's counter, not on the line's" },
  X3: { what: "the pad does not depend on the address" },
  X4a: { what: "the MAC of a data line does not cover the counter" },
  X4b: { what: "the MAC of a data line does not cover the address" },
  X5: { what: "of a MAC or hash only 8 bits count" },
  X6: { what: "the root counters are kept in DRAM" },
  X8: { what: "a minor counter that overflows begins again at 0, and nothing else happens" },
  X12: { what: "every boot has the same keys" },
  X13: { what: "data is on the bus in the clear" },
  X14: { what: "the MACs of data lines are not compared" },
  X15: { what: "the hashes of nodes and root lines are not compared" },
  X16: { what: "a released page keeps ciphertext and MACs in DRAM" },
  X17: { what: "a SubTree's root counter begins again when its last page is released" },
  X18: { what: "the hash of a node does not cover the parent's counter" },
  X19: { what: "the hash of a node does not cover its address" },
  X20: { what: "a SubTree leaves the mount table without its root counter being written" },
  X21: { what: "data lines that get a new counter are sealed again without their MAC being compared" },
  X22: { what: "nodes and root lines that get a new counter are sealed again without their hash being compared" },
  X23: { what: "a page that becomes secure again goes on with the counters of its last life" },
  X24: { what: "a write-back believes the counters that it advances without comparing hashes" },
} as const satisfies Readonly<Record<string, MmtDefect>>;

export type MmtDefectId = keyof typeof MMT_DEFECTS;
/** The defects that are switched on. */
export type MmtDefects = ReadonlySet<MmtDefectId>;

/** Why the others of class X cannot be made here. */
export const ABSENT_MMT_DEFECTS = {
  X7: "there is no metadata cache: every access walks the tree to a counter on the chip",
  X9: "there is no power cut: data, MAC and counters are written together",
  X10: "there is no deferred verifier",
  X11: "there is no deferred verifier: a fill that fails gives nothing",
} as const;

/** @throws RangeError for an id that there is not */
export function mmtDefects(ids: Iterable<string>): MmtDefects {
  const on = new Set<MmtDefectId>();
  for (const id of ids) {
    if (!Object.hasOwn(MMT_DEFECTS, id)) throw new RangeError(`the memory encryption engine has no defect ${id}`);
    on.add(id as MmtDefectId);
  }
  return on;
}
