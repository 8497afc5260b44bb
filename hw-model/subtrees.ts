/**
 * SubTrees: created when the first page of their 4 MiB becomes secure, mounted when used, dropped with the last page.
 *
 * Source: Penglai reference §3.1 (operations alloc, access, revoke).
 * Invariant of the counters: every major in a SubTree is at most its root counter. A new SubTree starts with all majors
 * at the root counter of its birth, each write adds 1 to the root counter and at most 1 to a major, and the root
 * counter goes on from life to life. So no counter of an earlier life ever comes back, and no old line fits a new tree.
 * Not modelled: the operating system supplying node pages (metadata-map.ts).
 */

import { CounterTree } from "./counter-tree.ts";
import { encodeNode, freshNode } from "./counters.ts";
import type { Geometry } from "./geometry.ts";
import { type Checked, failed, OK } from "./integrity-fault.ts";
import type { LineSeal } from "./line-seal.ts";
import type { MetadataMap } from "./metadata-map.ts";
import { type Mount, MountTable } from "./mount-table.ts";
import { RootTree } from "./root-tree.ts";
import { NODE_FORMAT } from "./sealed-line.ts";
import { PAGE_BYTES, type Pa, pageNoOf } from "./units.ts";

export class SubTrees {
  readonly #geometry: Geometry;
  readonly #map: MetadataMap;
  readonly #seal: LineSeal;
  readonly #rootTree: RootTree;
  readonly #table: MountTable;
  /** Root counters that the living SubTrees were born with. */
  readonly #births = new Map<number, bigint>();
  readonly stats = { mounts: 0, unmounts: 0, created: 0, dropped: 0 };

  constructor(geometry: Geometry, map: MetadataMap, seal: LineSeal) {
    this.#geometry = geometry;
    this.#map = map;
    this.#seal = seal;
    this.#rootTree = new RootTree(geometry, map, seal);
    this.#table = new MountTable(geometry.mountEntries);
  }

  /** Brings the root counter of a SubTree onto the chip. */
  mount(subTree: number): Checked<{ mount: Mount }> {
    const mounted = this.#table.find(subTree);
    if (mounted) return { ok: true, mount: mounted };
    const read = this.#rootTree.read(subTree);
    if (!read.ok) return read;
    const { counter, nodesPa } = read.entry;
    if (nodesPa === 0) {
      const { name, entries } = this.#geometry.rootLine;
      return failed(name, this.#map.rootLinePa(Math.floor(subTree / entries)), `SubTree ${subTree} has no nodes`);
    }
    return this.#install({ subTree, nodesPa, counter, savedCounter: counter });
  }

  /** As `mount`; a SubTree that does not exist is created with fresh counters. */
  mountOrCreate(subTree: number): Checked<{ mount: Mount }> {
    if (this.exists(subTree)) return this.mount(subTree);
    const read = this.#rootTree.read(subTree);
    if (!read.ok) return read;
    const room = this.#makeRoom();
    if (!room.ok) return room;
    const nodesPa = this.#map.nodesPaOf(subTree);
    const birth = read.entry.counter + 1n;
    const written = this.#rootTree.write(subTree, { counter: birth, nodesPa });
    if (!written.ok) return written;
    this.#clearNodes(subTree);
    this.#births.set(subTree, birth);
    this.stats.created++;
    return this.#install({ subTree, nodesPa, counter: birth, savedCounter: birth });
  }

  /** Gives the node pages back. The root counter stays in the root entry, for the next life. */
  drop(subTree: number): Checked {
    const mounted = this.mount(subTree);
    if (!mounted.ok) return mounted;
    const counter = this.#seal.defects.has("X17") ? 0n : mounted.mount.counter;
    const written = this.#rootTree.write(subTree, { counter, nodesPa: 0 });
    if (!written.ok) return written;
    this.#table.remove(subTree);
    this.#births.delete(subTree);
    this.#clearNodes(subTree);
    this.stats.dropped++;
    return OK;
  }

  /** Writes all mounted root counters back and empties the mount table. */
  unmountAll(): Checked {
    for (const mount of this.#table.mounted) {
      const unmounted = this.#unmount(mount);
      if (!unmounted.ok) return unmounted;
    }
    return OK;
  }

  /** The counters below a mounted SubTree; children are the data lines. */
  tree(mount: Mount): CounterTree {
    return new CounterTree(this.#seal, {
      levels: this.#geometry.subTree,
      nodePa: (level, index) => this.#map.nodePa(mount.nodesPa, level, index),
      trusted: {
        read: () => mount.counter,
        advance: () => {
          mount.counter += 1n;
        },
      },
    });
  }

  exists(subTree: number): boolean {
    return this.#births.has(subTree);
  }

  /**
   * A metadata line that nobody has written yet, as reset or creation leaves it, computed when somebody looks. Its
   * parent has not counted it either (an exhausted parent writes all its children), so a line of the RootTree is sealed
   * under (0, 0) and a node under (birth, 0), which is also the counter above a top node.
   */
  lineAtReset(linePa: Pa): Uint8Array | undefined {
    const region = this.#map.regionOf(linePa);
    if (region.kind === "root-tree") return this.#rootTree.lineAtReset(region.level, linePa);
    if (region.kind !== "node") return undefined;
    const birth = this.#births.get(region.subTree);
    if (birth === undefined) return undefined;
    const level = this.#geometry.subTree[region.level]!;
    const body = encodeNode(level, freshNode(level, birth));
    return this.#seal.seal(NODE_FORMAT, linePa, { major: birth, minor: 0 }, body).line;
  }

  #clearNodes(subTree: number): void {
    this.#seal.image.forget(pageNoOf(this.#map.nodesPaOf(subTree)), this.#map.slotBytes / PAGE_BYTES);
  }

  #install(mount: Mount): Checked<{ mount: Mount }> {
    const room = this.#makeRoom();
    if (!room.ok) return room;
    this.#table.install(mount);
    this.stats.mounts++;
    return { ok: true, mount };
  }

  #makeRoom(): Checked {
    const victim = this.#table.victim();
    return victim ? this.#unmount(victim) : OK;
  }

  /** A mount that wrote nothing is dropped: its root entry still holds. */
  #unmount({ subTree, nodesPa, counter, savedCounter }: Mount): Checked {
    if (counter !== savedCounter && !this.#seal.defects.has("X20")) {
      const written = this.#rootTree.write(subTree, { counter, nodesPa });
      if (!written.ok) return written;
    }
    this.#table.remove(subTree);
    this.stats.unmounts++;
    return OK;
  }
}
