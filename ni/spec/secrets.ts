/**
 * What a pair of runs differs in. Every private value is drawn from a stream that is named by its owner and by what it is
 * for, so both runs draw the same streams whatever happens in them; the streams of some owners have other values on the
 * right than on the left. Komodo reference §2.3 ("oracles") and §4.3.
 *
 * A failing pair is made readable by letting fewer streams differ (`only`), and then one bit of one of them (`bit`).
 * Not a cipher: a 32-bit mixing function, fast and good enough to make equal values unlikely.
 */
import { PAGE_SIZE } from "../../core/units.ts";

/** The operating system, an enclave by its number, or nobody: memory that has no owner now. */
export type Principal = "os" | "nobody" | number;
export type Side = "left" | "right";

export interface SecretPlan {
  readonly seed: number;
  /** Whose values are others on the right. */
  readonly differs: (owner: Principal) => boolean;
  /** Of those, only these streams. */
  readonly only?: ReadonlySet<string>;
  /** And of these only the lowest bit of this word. */
  readonly bit?: number;
}

/** Values that code compares with: bytes' edges, error codes, page numbers, what looks like an address (§4.6). */
const INTERESTING = [0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x1000n, 0x8000_0000n, 0xffff_ffffn, 1n << 63n, (1n << 64n) - 1n];
const ONE_IN_EIGHT = 7;
const STRIDE = 8;
/** Words of a cache line. */
const LINE = 16;

export class Secrets {
  readonly side: Side;
  readonly #plan: SecretPlan;
  /** Streams that were drawn and may differ, with how often. */
  readonly differing = new Map<string, number>();

  constructor(plan: SecretPlan, side: Side) {
    this.#plan = plan;
    this.side = side;
  }

  /** The words of a stream, from its beginning. @param kind "data page"; @param what tells it from others of its kind */
  stream(owner: Principal, kind: string, what: string): () => bigint {
    const name = `${kind} ${what}`;
    const { seed, bit } = this.#plan;
    const isOther = this.#mayDiffer(owner, name);
    const next = words(hash(seed, name));
    if (!isOther || this.side === "left") return next;
    if (bit === undefined) return words(hash(~seed, name));
    let index = 0;
    return () => next() ^ (index++ === bit ? 1n : 0n);
  }

  /**
   * Whether a page that both runs have alike gets other contents on the right. Of memory that nobody owns there is much;
   * a quarter of it is enough.
   */
  disturbs(owner: Principal, kind: string, what: string): boolean {
    if (this.side === "left") return false;
    const name = `${kind} ${what}`;
    if (owner === "nobody" && this.#plan.only === undefined && (hash(this.#plan.seed, name) & 3) !== 0) return false;
    return this.#mayDiffer(owner, name);
  }

  /** The other contents. @param bytes whole words */
  disturb(kind: string, what: string, bytes: Uint8Array): void {
    const { seed, bit } = this.#plan;
    if (bit === undefined) fillFrom(hash(~seed, `${kind} ${what}`), bytes);
    else bytes[(bit * 8) % PAGE_SIZE]! ^= 1;
  }

  #mayDiffer(owner: Principal, name: string): boolean {
    const { differs, only } = this.#plan;
    if (!differs(owner) || (only !== undefined && !only.has(name))) return false;
    this.differing.set(name, (this.differing.get(name) ?? 0) + 1);
    return true;
  }
}

/** Murmur3's finaliser: every bit of the input reaches every bit of the output. */
export function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85eb_ca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** FNV-1a of a name, from a seed. */
function hash(seed: number, name: string): number {
  let x = mix(seed) ^ 0x811c_9dc5;
  for (let i = 0; i < name.length; i++) x = Math.imul(x ^ name.charCodeAt(i), 0x0100_0193);
  return mix(x);
}

/** Mostly any 64 bits, sometimes a value of interest. */
function words(state: number): () => bigint {
  let x = state;
  const next = (): number => {
    x = (x + 0x9e37_79b9) | 0;
    return mix(x);
  };
  return () => {
    const choice = next();
    if ((choice & ONE_IN_EIGHT) === 0) return INTERESTING[(choice >>> 3) % INTERESTING.length]!;
    return (BigInt(choice) << 32n) | BigInt(next());
  };
}

/** The first line, and every eighth word from a place that the seed chooses: all words took a quarter of a search. */
function fillFrom(state: number, bytes: Uint8Array): void {
  const view = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  let x = state;
  for (let i = 0; i < view.length; i = i < LINE ? i + 1 : i + STRIDE) {
    if (i === LINE) i += mix(state) % STRIDE;
    x = (x + 0x9e37_79b9) | 0;
    view[i] = mix(x);
  }
}
