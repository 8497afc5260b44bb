/**
 * One life of an engine in a search, beside the plaintext that the CPU last wrote: plays actions until a property breaks.
 *
 *   PHYS-INT  every fill gives what was last written there, or a fault (Komodo reference §4.2)
 *   LIVE      there is no fault before somebody tampers
 *   P0        no plaintext is on the bus; nothing of a released page stays there
 *   P1        no two writes have the same ciphertext, in all boots
 *
 * A ciphertext is a token: the same one twice says that the same pad met the same contents, which tells a listener that
 * they are the same. Lines that are not secure are left alone.
 */
import type { DramCopy } from "../../hw-model/dram-image.ts";
import { LINE_BYTES } from "../../hw-model/units.ts";
import { type Action, isTampering, LINES, type Line } from "./action.ts";
import { EngineBench, lineOf, type Piece } from "./bench.ts";
import { quickSuite } from "./quick-suite.ts";

export interface Violation {
  readonly property: "PHYS-INT" | "LIVE" | "P0" | "P1";
  /** One sentence. */
  readonly what: string;
}

class Episode {
  readonly #defects: readonly string[];
  #bench: EngineBench;
  #boot = 0;
  #isTampered = false;
  /** What was last written to a line of a secure page, by address. */
  readonly #written = new Map<number, number>();
  readonly #tokens = new Set<string>();
  readonly #kept: Piece[][] = [];
  #everything: DramCopy | undefined;

  constructor(defects: readonly string[]) {
    this.#defects = defects;
    this.#bench = this.#started();
  }

  /** @returns what breaks */
  do(action: Action): Violation | undefined {
    this.#isTampered ||= isTampering(action);
    const bench = this.#bench;
    switch (action.kind) {
      case "secure":
        return this.#secure(action.page, action.fill);
      case "release":
        return this.#release(action.page);
      case "write":
        return this.#write(action.line, action.fill);
      case "read":
        return this.#read(action.line);
      case "unmount":
        return bench.engine.unmountAll().ok ? undefined : this.#refusal("to unmount");
      case "boot":
        this.#boot++;
        this.#bench = this.#started();
        this.#isTampered = false;
        this.#everything = undefined;
        this.#written.clear();
        return undefined;
      case "flip":
        if (this.#isSecure(action.line)) bench.flip(bench.placeOf(this.#at(action.line), action.part));
        return undefined;
      case "guess":
        return this.#guess(action.line);
      case "splice":
        if (this.#isSecure(action.from) && this.#isSecure(action.to)) {
          bench.splice(this.#at(action.from), this.#at(action.to), ...action.parts);
        }
        return undefined;
      case "keep":
        if (this.#isSecure(action.line)) this.#kept.unshift(bench.keep(this.#at(action.line), ...action.parts));
        return undefined;
      case "replay":
        bench.put(this.#kept[action.kept] ?? []);
        return undefined;
      // Whoever looks at the RootTree drains the mount table, so the adversary may, too.
      case "keep-all":
        bench.engine.unmountAll();
        this.#everything = bench.engine.image.copy();
        return undefined;
      case "roll-back":
        bench.engine.unmountAll();
        if (this.#everything) bench.engine.image.restore(this.#everything);
        return undefined;
    }
  }

  /** Reads everything at last. */
  end(): Violation | undefined {
    for (const line of LINES) {
      const violation = this.#read(line);
      if (violation) return violation;
    }
    return undefined;
  }

  #started(): EngineBench {
    return new EngineBench(this.#defects, this.#boot, quickSuite);
  }

  #at({ page, slot }: Line): number {
    return this.#bench.at(page, slot);
  }

  #isSecure({ page }: Line): boolean {
    return this.#bench.isSecure(page);
  }

  #secure(page: number, fill: number): Violation | undefined {
    if (this.#bench.isSecure(page)) return undefined;
    if (!this.#bench.protect(page, fill)) return this.#refusal("to make a page secure");
    for (const line of LINES.filter((candidate) => candidate.page === page)) {
      const violation = this.#sealed(line, fill);
      if (violation) return violation;
    }
    return undefined;
  }

  #release(page: number): Violation | undefined {
    if (!this.#bench.isSecure(page)) return undefined;
    const lines = LINES.filter((candidate) => candidate.page === page);
    const places = lines.flatMap((line) => this.#bench.keep(this.#at(line), "data", "mac"));
    for (const line of lines) this.#written.delete(this.#at(line));
    if (!this.#bench.release(page)) return this.#refusal("to release a page");
    const isLeft = places.some(([pa, bytes]) => this.#bench.engine.image.peek(pa, bytes.length).some(Boolean));
    return isLeft ? { property: "P0", what: `ciphertext or MACs of page ${page} stay when it is released` } : undefined;
  }

  #write(line: Line, fill: number): Violation | undefined {
    if (!this.#isSecure(line)) return undefined;
    return this.#bench.write(this.#at(line), fill) ? this.#sealed(line, fill) : this.#refusal("to write back");
  }

  /** The CPU's side and the bus's after a write that succeeded. */
  #sealed(line: Line, fill: number): Violation | undefined {
    const pa = this.#at(line);
    this.#written.set(pa, fill);
    const token = this.#bench.ciphertext(pa);
    const where = `line ${line.slot} of page ${line.page}`;
    const isNew = !this.#tokens.has(token);
    this.#tokens.add(token);
    if (this.#bench.engine.image.peek(pa, LINE_BYTES).every((byte) => byte === fill)) {
      return { property: "P0", what: `the bus shows the contents of ${where}` };
    }
    return isNew ? undefined : { property: "P1", what: `the ciphertext of ${where} was on the bus before` };
  }

  #read(line: Line): Violation | undefined {
    const pa = this.#at(line);
    const expected = this.#written.get(pa);
    if (expected === undefined) return undefined;
    const found = this.#bench.read(pa);
    if (found === undefined) return this.#refusal(`to read line ${line.slot} of page ${line.page}`);
    if (found.every((byte, i) => byte === lineOf(expected)[i])) return undefined;
    const seen = found.every((byte) => byte === found[0]) ? `${found[0]}` : "garbage";
    return {
      property: "PHYS-INT",
      what: `the CPU reads ${seen} from line ${line.slot} of page ${line.page}, which holds ${expected}`,
    };
  }

  #guess(line: Line): Violation | undefined {
    if (!this.#isSecure(line)) return undefined;
    const pa = this.#at(line);
    const before = this.#bench.keep(pa, "data", "mac");
    this.#bench.flip(pa);
    for (let guess = 0; guess < 256; guess++) {
      this.#bench.put([[this.#bench.placeOf(pa, "mac"), Uint8Array.of(guess, 0, 0, 0, 0, 0, 0, 0)]]);
      const violation = this.#read(line);
      if (violation) return violation;
    }
    this.#bench.put(before);
    return undefined;
  }

  #refusal(what: string): Violation | undefined {
    return this.#isTampered ? undefined : { property: "LIVE", what: `the engine refuses ${what}` };
  }
}

/** @returns what breaks, and how many actions that took; all of them if nothing does */
export function playEpisode(
  defects: readonly string[],
  actions: readonly Action[],
): { readonly played: number; readonly violation?: Violation } {
  const episode = new Episode(defects);
  for (const [i, action] of actions.entries()) {
    const violation = episode.do(action);
    if (violation) return { played: i + 1, violation };
  }
  const violation = episode.end();
  return { played: actions.length, ...(violation && { violation }) };
}
