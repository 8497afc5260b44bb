/**
 * The Mountable Merkle Tree engine: memory encryption and integrity of secure pages, line by line.
 *
 * Stands between the last cache and DRAM. A line of a secure page leaves the chip encrypted under a counter of its own
 * and with a MAC; the tree protects the counters; the on-chip root protects the tree. Lines of other pages pass as they
 * are. Source: Penglai reference §3.1; what the sources leave open is decided in crypto-suite.ts and sealed-line.ts.
 * Untrusted: `image`, all of it. Trusted, on the chip: keys, root counters, mount table. The set of secure pages is the
 * monitor's ownership bitmap, which the engine keeps as a set.
 * Invariants: no (line, counter) pair encrypts two contents; a fault changes neither data nor counters.
 * Not modelled: time, metadata caches (every access walks to the mount table), the monitor's own first SubTree.
 */

import type { CounterTree } from "./counter-tree.ts";
import { type CounterNode, counterOf } from "./counters.ts";
import { aesSuite, type CryptoSuite } from "./crypto-suite.ts";
import { DataLines } from "./data-lines.ts";
import { DramImage } from "./dram-image.ts";
import { type Geometry, geometryMistakes, type LevelName, PENGLAI_PAPER, subTreeBits } from "./geometry.ts";
import { type Checked, OK } from "./integrity-fault.ts";
import { LineSeal } from "./line-seal.ts";
import { MetadataMap } from "./metadata-map.ts";
import { type MmtDefectId, type MmtDefects, mmtDefects } from "./mmt-defects.ts";
import { ROOT_ENTRY_BYTES } from "./sealed-line.ts";
import { SubTrees } from "./subtrees.ts";
import { hex, LINE_BYTES, LINES_PER_PAGE, PAGE_BYTES, type Pa, type PageNo, pageNoOf, paOfPage } from "./units.ts";
import { weakSuite } from "./weak-suite.ts";

/** Each can be switched off alone, to show the attack that it stops. */
export interface Defences {
  /** DRAM holds ciphertext. Off: plaintext, readable by a probe. */
  readonly encryption: boolean;
  /** Data and its MAC are compared. Off: changed data is accepted. */
  readonly mac: boolean;
  /** A write-back gives its line a new counter. Off: an old data+MAC pair is as good as the current one. */
  readonly counter: boolean;
  /** Hashes of nodes and root lines are compared. Off: an old data+MAC+counter triple is accepted. */
  readonly tree: boolean;
}

export const ALL_DEFENCES: Defences = { encryption: true, mac: true, counter: true, tree: true };

/** The mistakes that an engine without a defence makes. */
const MISTAKES_WITHOUT: Readonly<Record<keyof Defences, readonly MmtDefectId[]>> = {
  encryption: ["X13"],
  mac: ["X14"],
  counter: ["X1", "X23"],
  tree: ["X15"],
};

/** Keys of every boot, with defect X12. */
const FACTORY_SEED = new Uint8Array(16);

/** One engine at reset. What is absent is as published: paper geometry, every defence on, no defect. */
export interface MmtOptions {
  /** Keys come from it: same seed, same DRAM image. */
  readonly seed: Uint8Array;
  /** First byte of the protected span, a multiple of a SubTree's cover. */
  readonly dramBase?: Pa;
  readonly geometry?: Geometry;
  readonly defences?: Partial<Defences>;
  /** Mistakes to make, by the ids of mmt-defects.ts. */
  readonly defects?: Iterable<string>;
  /** Replaces cipher and MAC. @param seed the engine's @returns them under keys of that seed */
  suite?(seed: Uint8Array): CryptoSuite;
}

/** Where everything that protects a line lies in DRAM. */
export interface Location {
  readonly data: Pa;
  readonly mac: Pa;
  /** Line of each level on the way to the on-chip root. */
  readonly lines: Readonly<Record<LevelName, Pa>>;
  /** The SubTree's 16 bytes within the RT leaf line. */
  readonly rootEntry: Pa;
}

/** What a line in DRAM is, and which pages depend on it. */
export interface Coverage {
  readonly what: LevelName | "data" | "MAC" | "outside";
  readonly firstPage: PageNo;
  readonly pageCount: number;
}

/** Encrypts, authenticates and verifies the lines of secure pages. @spec Penglai reference §3.1 */
export class Mmt {
  readonly image: DramImage;
  readonly map: MetadataMap;
  readonly #defects: MmtDefects;
  readonly #geometry: Geometry;
  readonly #subTrees: SubTrees;
  readonly #data: DataLines;
  readonly #securePages = new Set<PageNo>();
  /** Number of data lines sealed again because a 6-bit minor was exhausted. */
  #resealedLines = 0;

  /** @throws RangeError if dramBase is not aligned to a SubTree, the geometry contradicts itself, or a defect does not exist */
  constructor(options: MmtOptions) {
    const { seed, dramBase = 0x8000_0000, geometry = PENGLAI_PAPER } = options;
    const mistakes = geometryMistakes(geometry);
    if (mistakes.length > 0) throw new RangeError(`geometry ${geometry.name}: ${mistakes.join("; ")}`);
    const defects = new Set(mmtDefects(options.defects ?? []));
    for (const [defence, isOn] of Object.entries({ ...ALL_DEFENCES, ...options.defences })) {
      if (!isOn) for (const id of MISTAKES_WITHOUT[defence as keyof Defences]) defects.add(id);
    }
    this.#defects = defects;
    this.#geometry = geometry;
    this.map = new MetadataMap(geometry, dramBase);
    const suite = weakSuite((options.suite ?? aesSuite)(defects.has("X12") ? FACTORY_SEED : seed), defects);
    this.image = new DramImage((linePa) => this.#subTrees.lineAtReset(linePa));
    this.#subTrees = new SubTrees(geometry, this.map, new LineSeal(this.image, suite, defects));
    this.#data = new DataLines(this.image, this.map, suite, defects);
  }

  isProtected(page: PageNo): boolean {
    return this.#securePages.has(page);
  }

  get stats(): { mounts: number; unmounts: number; created: number; dropped: number; resealedLines: number } {
    return { ...this.#subTrees.stats, resealedLines: this.#resealedLines };
  }

  /**
   * A normal page becomes secure: all its lines get counters that were never used and are sealed.
   * @param plaintext the page's contents, 4096 bytes
   * @throws RangeError if the page is outside the span or already secure
   * @spec Penglai reference §3.1, alloc
   */
  protect(page: PageNo, plaintext: Uint8Array): Checked {
    const pa = paOfPage(page);
    if (!this.map.covers(pa)) throw new RangeError(`page ${hex(pa)} lies outside the protected span`);
    if (this.#securePages.has(page)) throw new RangeError(`page ${hex(pa)} is already secure`);
    if (plaintext.length !== PAGE_BYTES) throw new RangeError(`plaintext of a page has ${plaintext.length} bytes`);
    const mounted = this.#subTrees.mountOrCreate(this.map.subTreeOf(pa));
    if (!mounted.ok) return mounted;
    const renewed = this.#subTrees.tree(mounted.mount).bump(this.map.lineInSubTree(pa), true);
    if (!renewed.ok) return renewed;
    const { plan } = renewed;
    const renews = !this.#defects.has("X23");
    if (renews) plan.commit();
    const node = renews ? plan.after : plan.before;
    for (let slot = 0; slot < LINES_PER_PAGE; slot++) {
      const at = slot * LINE_BYTES;
      this.#data.seal(pa + at, counterOf(node, slot), plaintext.slice(at, at + LINE_BYTES));
    }
    this.#securePages.add(page);
    return OK;
  }

  /**
   * A secure page becomes normal: its ciphertext and MACs are wiped, its counters stay where they are, so that a next
   * life continues them. The SubTree goes with its last page. The page is normal even if that fails.
   * @throws RangeError if the page is not secure
   * @spec Penglai reference §3.1, revoke
   */
  release(page: PageNo): Checked {
    if (!this.#securePages.delete(page)) throw new RangeError(`page ${hex(paOfPage(page))} is not secure`);
    if (!this.#defects.has("X16")) this.#data.wipe(page);
    const subTree = this.map.subTreeOf(paOfPage(page));
    const first = pageNoOf(this.map.subTreeBase(subTree));
    const pages = 2 ** subTreeBits(this.#geometry) / PAGE_BYTES;
    for (let other = first; other < first + pages; other++) if (this.#securePages.has(other)) return OK;
    return this.#subTrees.drop(subTree);
  }

  /**
   * The cache writes a line back.
   * @param linePa a multiple of 64; @param plaintext 64 bytes
   * @throws RangeError for any other argument
   * @spec Penglai reference §3.1, access
   */
  writeBack(linePa: Pa, plaintext: Uint8Array): Checked {
    checkLine(linePa);
    if (plaintext.length !== LINE_BYTES) throw new RangeError(`plaintext of a line has ${plaintext.length} bytes`);
    if (!this.#securePages.has(pageNoOf(linePa))) {
      this.image.write(linePa, plaintext);
      return OK;
    }
    const tree = this.#treeOver(linePa);
    if (!tree.ok) return tree;
    const child = this.map.lineInSubTree(linePa);
    if (this.#defects.has("X1")) {
      const current = tree.tree.counter(child);
      if (current.ok) this.#data.seal(linePa, current.counter, plaintext);
      return current.ok ? OK : current;
    }
    const bumped = tree.tree.bump(child);
    if (!bumped.ok) return bumped;
    const { plan } = bumped;
    const neighbours = plan.overflowed ? this.#openNeighbours(linePa, plan.before) : { ok: true as const, lines: [] };
    if (!neighbours.ok) return neighbours;
    // All that could fail has been tried: from here on the new counters and what is sealed under them go together.
    plan.commit();
    for (const { pa, slot, plaintext: other } of neighbours.lines)
      this.#data.seal(pa, counterOf(plan.after, slot), other);
    this.#data.seal(linePa, plan.counter, plaintext);
    this.#resealedLines += neighbours.lines.length;
    return OK;
  }

  /**
   * The cache fills a line.
   * @param linePa a multiple of 64
   * @throws RangeError for any other argument
   * @spec Penglai reference §3.1, access
   */
  fill(linePa: Pa): Checked<{ plaintext: Uint8Array }> {
    checkLine(linePa);
    if (!this.#securePages.has(pageNoOf(linePa))) return { ok: true, plaintext: this.image.read(linePa, LINE_BYTES) };
    const tree = this.#treeOver(linePa);
    if (!tree.ok) return tree;
    const current = tree.tree.counter(this.map.lineInSubTree(linePa));
    if (!current.ok) return current;
    return this.#data.open(linePa, current.counter);
  }

  /** Writes all root counters on the chip back to their root entries. 32 accesses elsewhere would have this effect. */
  unmountAll(): Checked {
    return this.#subTrees.unmountAll();
  }

  /** @throws RangeError if the line's SubTree does not exist */
  locate(linePa: Pa): Location {
    checkLine(linePa);
    const { map } = this;
    const subTree = map.subTreeOf(linePa);
    if (!this.#subTrees.exists(subTree)) throw new RangeError(`line ${hex(linePa)} has no SubTree`);
    const { rootTree, rootLine, subTree: subTreeLevels } = this.#geometry;
    const offset = linePa - map.dramBase;
    const lines: Partial<Record<LevelName, Pa>> = {};
    for (const [level, { name, coverBits }] of [...rootTree, rootLine].entries()) {
      lines[name] = map.rootNodePa(level, Math.floor(offset / 2 ** coverBits));
    }
    const inSubTree = map.lineInSubTree(linePa) * LINE_BYTES;
    for (const [level, { name, coverBits }] of subTreeLevels.entries()) {
      lines[name] = map.nodePa(map.nodesPaOf(subTree), level, Math.floor(inSubTree / 2 ** coverBits));
    }
    return {
      data: linePa,
      mac: map.macPa(linePa),
      lines: lines as Record<LevelName, Pa>,
      rootEntry: lines[rootLine.name]! + (subTree % rootLine.entries) * ROOT_ENTRY_BYTES,
    };
  }

  /** What lies at an address of DRAM, and which pages a change there can reach. */
  coverage(pa: Pa): Coverage {
    const region = this.map.regionOf(pa);
    const pagesBelow = (what: LevelName, base: Pa, coverBits: number, index: number): Coverage => ({
      what,
      firstPage: pageNoOf(base + index * 2 ** coverBits),
      pageCount: 2 ** coverBits / PAGE_BYTES,
    });
    switch (region.kind) {
      case "data":
        return { what: "data", firstPage: pageNoOf(pa), pageCount: 1 };
      case "mac":
        return { what: "MAC", firstPage: pageNoOf(region.dataPa), pageCount: 1 };
      case "root-tree": {
        const { name, coverBits } = this.#geometry.rootTree[region.level] ?? this.#geometry.rootLine;
        return pagesBelow(name, this.map.dramBase, coverBits, region.index);
      }
      case "node": {
        if (!this.#subTrees.exists(region.subTree)) break;
        const { name, coverBits } = this.#geometry.subTree[region.level]!;
        return pagesBelow(name, this.map.subTreeBase(region.subTree), coverBits, region.index);
      }
    }
    return { what: "outside", firstPage: 0, pageCount: 0 };
  }

  /** The other lines of a page whose counters are about to be renewed. */
  #openNeighbours(
    linePa: Pa,
    counters: CounterNode,
  ): Checked<{ lines: { pa: Pa; slot: number; plaintext: Uint8Array }[] }> {
    const lines: { pa: Pa; slot: number; plaintext: Uint8Array }[] = [];
    const pagePa = paOfPage(pageNoOf(linePa));
    for (let slot = 0; slot < LINES_PER_PAGE; slot++) {
      const pa = pagePa + slot * LINE_BYTES;
      if (pa === linePa) continue;
      const opened = this.#data.open(pa, counterOf(counters, slot), "X21");
      if (!opened.ok) return opened;
      lines.push({ pa, slot, plaintext: opened.plaintext });
    }
    return { ok: true, lines };
  }

  #treeOver(linePa: Pa): Checked<{ tree: CounterTree }> {
    const mounted = this.#subTrees.mount(this.map.subTreeOf(linePa));
    return mounted.ok ? { ok: true, tree: this.#subTrees.tree(mounted.mount) } : mounted;
  }
}

function checkLine(linePa: Pa): void {
  if (linePa % LINE_BYTES !== 0) throw new RangeError(`${hex(linePa)} is not the address of a line`);
}
