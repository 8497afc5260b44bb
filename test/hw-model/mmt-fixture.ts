/** An engine with a few secure pages, and the attacker's raw access to its DRAM. */
import { expect } from "vitest";
import type { LevelName } from "../../hw-model/geometry.ts";
import type { Checked } from "../../hw-model/integrity-fault.ts";
import { Mmt, type MmtOptions } from "../../hw-model/mmt.ts";
import { paOfPage } from "../../hw-model/units.ts";

export const RAM = 0x8000_0000;
/** First page of RAM. */
export const PAGE0 = RAM / 4096;
export const SUBTREE_PAGES = 1024;
export const linePa = (page: number, line: number): number => paOfPage(page) + line * 64;
export const seedOf = (text: string): Uint8Array => new TextEncoder().encode(text);
/** A line that is recognisable on the bus. */
export const lineOf = (fill: number): Uint8Array => new Uint8Array(64).fill(fill);
export const pageOf = (fill: number): Uint8Array => new Uint8Array(4096).fill(fill);

export function engineWith(pages: readonly number[], options: Omit<MmtOptions, "seed"> = {}): Mmt {
  const engine = new Mmt({ seed: seedOf("test"), ...options });
  for (const page of pages) expect(engine.protect(page, pageOf(page % 251))).toEqual({ ok: true });
  return engine;
}

export function mustFill(engine: Mmt, pa: number): Uint8Array {
  const filled = engine.fill(pa);
  if (!filled.ok) throw new Error(filled.fault.reason);
  return filled.plaintext;
}

export function mustWrite(engine: Mmt, pa: number, plaintext: Uint8Array): void {
  expect(engine.writeBack(pa, plaintext)).toEqual({ ok: true });
}

export const levelOf = (result: Checked): string => (result.ok ? "ok" : result.fault.level);

export function flip(engine: Mmt, pa: number, mask = 1): void {
  engine.image.poke(pa, Uint8Array.of(engine.image.peek(pa, 1)[0]! ^ mask));
}

/** Major and minors of a node, read off the bus. */
export function nodeOnBus(engine: Mmt, line: number, level: LevelName): { major: bigint; body: Uint8Array } {
  const body = engine.image.peek(engine.locate(line).lines[level], 56);
  return { major: new DataView(body.buffer).getBigUint64(0, true), body };
}
