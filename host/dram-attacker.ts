/**
 * Somebody with a probe on the DRAM bus: reads, changes, moves and replays what the chips hold.
 *
 * He knows where everything lies, for the layout is no secret, and has all the time he wants between two accesses of
 * the CPU. He reaches neither the keys nor the counters on the chip. Source: Penglai reference §1 (physical attacks:
 * snooping, splicing, tamper, replay) and §11 (MMT row).
 */
import type { DramView, DramWrite } from "../hw-model/dram.ts";
import { MAC_BYTES, subTreeBits, subTreeNodeBytes } from "../hw-model/geometry.ts";
import type { Coverage, Location } from "../hw-model/mmt.ts";
import { LINE_BYTES, lineOf, PAGE_BYTES, type Pa, type PageNo, pageNoOf, paOfPage } from "../hw-model/units.ts";

/** DRAM as an attacker sees it: a `DramView`, or anything else that shows and takes bytes. */
export type AttackedDram = Pick<DramView, "engine" | "snoop" | "tamper">;

/**
 * What is put back, from naive to all that DRAM holds:
 * - `data`, `data+MAC`: the line's own bytes;
 * - `data+MAC+counter`: also the ST-2 line with the counters of the page;
 * - `SubTree`: all nodes, data and MACs of the SubTree, and the RT leaf line with its root entry;
 * - `everything`: also the RootTree above it.
 */
export const REPLAY_SCOPES = ["data", "data+MAC", "data+MAC+counter", "SubTree", "everything"] as const;
export type ReplayScope = (typeof REPLAY_SCOPES)[number];
export type SpliceScope = Extract<ReplayScope, "data" | "data+MAC" | "data+MAC+counter">;

/** Bytes of DRAM as they were. */
export interface Recording {
  readonly scope: ReplayScope;
  readonly linePa: Pa;
  readonly contents: readonly DramWrite[];
}

/** What a change of DRAM amounted to; whether it is noticed shows when the CPU next touches the pages it reaches. */
export interface AttackReport {
  readonly attack: "flip" | "splice" | "replay";
  /** One line for a table. */
  readonly summary: string;
  /** Lines of DRAM that are not what they were, and what each holds. */
  readonly changed: readonly { readonly linePa: Pa; readonly what: Coverage["what"] }[];
  /** Secure pages that the change can reach. */
  readonly reaches: readonly PageNo[];
}

/** A probe on the bus. Addresses are those of DRAM, metadata included; bytes are ciphertext where pages are secure. */
export class DramAttacker {
  readonly #dram: AttackedDram;

  constructor(dram: AttackedDram) {
    this.#dram = dram;
  }

  /** Reads bytes off the bus. */
  snoop(pa: Pa, byteLen: number): Uint8Array {
    return this.#dram.snoop(pa, byteLen);
  }

  /** Where everything that protects a line lies. @throws RangeError if it was never protected */
  locate(linePa: Pa): Location {
    // Before the first look nothing of the page is in DRAM.
    this.#dram.snoop(linePa, LINE_BYTES);
    return this.#dram.engine.locate(linePa);
  }

  /** Inverts one bit. @param pa any address of DRAM, metadata included; @param bit 0 to 7 */
  flip(pa: Pa, bit: number): AttackReport {
    if (!Number.isInteger(bit) || bit < 0 || bit > 7) throw new RangeError(`bit ${bit} of a byte`);
    const byte = this.#dram.snoop(pa, 1)[0]!;
    const { what } = this.#dram.engine.coverage(lineOf(pa));
    return this.#write("flip", `bit ${bit} of 0x${pa.toString(16)} (${what})`, [
      { pa, bytes: Uint8Array.of(byte ^ (1 << bit)) },
    ]);
  }

  /** Copies one secure line over another, with its MAC and the counters of its page if asked. */
  splice(fromPa: Pa, toPa: Pa, scope: SpliceScope): AttackReport {
    const from = this.#parts(fromPa, scope);
    const to = this.#parts(toPa, scope);
    const writes = from.map(([pa, byteLen], i) => ({ pa: to[i]![0], bytes: this.snoop(pa, byteLen) }));
    return this.#write("splice", `${scope} of 0x${fromPa.toString(16)} over 0x${toPa.toString(16)}`, writes);
  }

  /** Remembers what DRAM holds of a line and of what protects it. */
  record(linePa: Pa, scope: ReplayScope): Recording {
    const contents = this.#parts(linePa, scope).map(([pa, byteLen]) => ({ pa, bytes: this.snoop(pa, byteLen) }));
    return { scope, linePa, contents };
  }

  /** Puts a recording back. */
  replay(recording: Recording): AttackReport {
    const { scope, linePa, contents } = recording;
    return this.#write("replay", `old ${scope} of 0x${linePa.toString(16)}`, contents);
  }

  /** Ranges of DRAM that belong to a scope. */
  #parts(linePa: Pa, scope: ReplayScope): [Pa, number][] {
    const { data, mac, lines } = this.locate(linePa);
    const line: [Pa, number][] = [
      [data, LINE_BYTES],
      [mac, MAC_BYTES],
      [lines["ST-2"], LINE_BYTES],
    ];
    const rootTree: [Pa, number][] = [
      [lines["RT leaf"], LINE_BYTES],
      [lines["RT-2"], LINE_BYTES],
      [lines["RT-1"], LINE_BYTES],
    ];
    switch (scope) {
      case "data":
        return line.slice(0, 1);
      case "data+MAC":
        return line.slice(0, 2);
      case "data+MAC+counter":
        return line;
      case "SubTree":
        return [...this.#wholeSubTree(linePa), ...rootTree.slice(0, 1)];
      case "everything":
        return [...this.#wholeSubTree(linePa), ...rootTree];
    }
  }

  #wholeSubTree(linePa: Pa): [Pa, number][] {
    const { engine } = this.#dram;
    const { geometry } = engine.map;
    const nodes: [Pa, number] = [engine.locate(linePa).lines["SubTree root"], subTreeNodeBytes(geometry)];
    // A look at the nodes puts every secure page of the SubTree into DRAM.
    this.snoop(...nodes);
    const parts = [nodes];
    const firstPage = pageNoOf(engine.map.subTreeBase(engine.map.subTreeOf(linePa)));
    for (let page = firstPage; page < firstPage + 2 ** subTreeBits(geometry) / PAGE_BYTES; page++) {
      if (!engine.isProtected(page)) continue;
      const pagePa = paOfPage(page);
      parts.push([pagePa, PAGE_BYTES], [engine.map.macPa(pagePa), (PAGE_BYTES / LINE_BYTES) * MAC_BYTES]);
    }
    return parts;
  }

  #write(attack: AttackReport["attack"], summary: string, writes: readonly DramWrite[]): AttackReport {
    const { changedLines, watched } = this.#dram.tamper(writes);
    const changed = changedLines.map((linePa) => ({ linePa, what: this.#dram.engine.coverage(linePa).what }));
    return { attack, summary, changed, reaches: watched };
  }
}
