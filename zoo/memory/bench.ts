/** An engine with a small tree, and the hands of somebody who has a probe on its bus. Pages are counted from 0. */
import { bytesToHex } from "@noble/hashes/utils.js";
import type { CryptoSuite } from "../../hw-model/crypto-suite.ts";
import type { LevelName } from "../../hw-model/geometry.ts";
import { Mmt } from "../../hw-model/mmt.ts";
import { LINE_BYTES, PAGE_BYTES, type Pa, pageNoOf } from "../../hw-model/units.ts";
import { SMALL_TREE } from "./small-tree.ts";

const BASE: Pa = 0x8000_0000;
const MAC_BYTES = 8;

/** What belongs to a line in DRAM. */
export type Part = "data" | "mac" | LevelName;
/** Bytes and where they were. */
export type Piece = readonly [pa: Pa, bytes: Uint8Array];

export const lineOf = (fill: number): Uint8Array => new Uint8Array(LINE_BYTES).fill(fill);

export class EngineBench {
  readonly engine: Mmt;

  /** @param boot other boots have other seeds */
  constructor(defects: readonly string[], boot = 0, suite?: (seed: Uint8Array) => CryptoSuite) {
    const seed = new TextEncoder().encode(`boot ${boot}`);
    this.engine = new Mmt({ seed, dramBase: BASE, geometry: SMALL_TREE, defects, ...(suite && { suite }) });
  }

  at(page: number, slot = 0): Pa {
    return BASE + page * PAGE_BYTES + slot * LINE_BYTES;
  }

  isSecure(page: number): boolean {
    return this.engine.isProtected(pageNoOf(this.at(page)));
  }

  /** Makes a page secure whose lines are all the same. @returns whether the engine did */
  protect(page: number, fill = 0): boolean {
    return this.engine.protect(pageNoOf(this.at(page)), new Uint8Array(PAGE_BYTES).fill(fill)).ok;
  }

  release(page: number): boolean {
    return this.engine.release(pageNoOf(this.at(page))).ok;
  }

  write(pa: Pa, fill: number): boolean {
    return this.engine.writeBack(pa, lineOf(fill)).ok;
  }

  /** @returns what the CPU gets, undefined for a fault */
  read(pa: Pa): Uint8Array | undefined {
    const filled = this.engine.fill(pa);
    return filled.ok ? filled.plaintext : undefined;
  }

  /** Does the CPU get a line of these bytes? */
  reads(pa: Pa, fill: number): boolean {
    return this.read(pa)?.every((byte) => byte === fill) ?? false;
  }

  /** Does the CPU get anything else, and no fault? */
  isDeceived(pa: Pa, fill: number): boolean {
    return this.read(pa)?.some((byte) => byte !== fill) ?? false;
  }

  /** What the bus shows of a line. */
  ciphertext(pa: Pa): string {
    return bytesToHex(this.engine.image.peek(pa, LINE_BYTES));
  }

  placeOf(pa: Pa, part: Part): Pa {
    const { data, mac, lines } = this.engine.locate(pa);
    return part === "data" ? data : part === "mac" ? mac : lines[part];
  }

  /** Copies parts of a line. */
  keep(pa: Pa, ...parts: readonly Part[]): Piece[] {
    return parts.map((part) => {
      const from = this.placeOf(pa, part);
      return [from, this.engine.image.peek(from, part === "mac" ? MAC_BYTES : LINE_BYTES)];
    });
  }

  put(pieces: readonly Piece[]): void {
    for (const [pa, bytes] of pieces) this.engine.image.poke(pa, bytes);
  }

  /** Copies parts of one line over those of another one. */
  splice(from: Pa, to: Pa, ...parts: readonly Part[]): void {
    const kept = this.keep(from, ...parts);
    this.put(kept.map(([, bytes], i) => [this.placeOf(to, parts[i]!), bytes]));
  }

  flip(pa: Pa): void {
    this.put([[pa, this.engine.image.peek(pa, 1).map((byte) => byte ^ 1)]]);
  }
}
