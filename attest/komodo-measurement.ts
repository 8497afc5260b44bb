/**
 * Komodo's measurement of an enclave: SHA-256 over the calls that built it, in the order in which they came.
 *
 *   InitDispatcher   [11, entry point, 0 × 14]                        1 block
 *   MapSecure        [13, mapping word, 0 × 14] page word 0 to 1023   65 blocks
 *   Finalise         the padding of SHA-256
 *
 * Nothing else is measured: no page numbers, no L2 tables, no insecure mappings, no spare pages. Words are hashed
 * big-endian (words.ts). Source: Komodo reference §1.9, to the byte.
 *
 * Invariants: a value: `extend` and `absorb` leave what they are called on alone; after `extend` only, no word waits
 * for its block. Not modelled: the ghost trace of the proof.
 */
import { BLOCK_WORDS, type Chain, compress, finish, SHA256_START } from "./sha256-block.ts";

export class KomodoMeasurement {
  /** Of an address space to which nothing has been added. */
  static readonly EMPTY: KomodoMeasurement = new KomodoMeasurement(SHA256_START, 0, []);

  /** SHA-256's running state. */
  readonly chain: Chain;
  /** 64-byte blocks hashed. The page database bounds it: at most 65 for each page that the address space owns. */
  readonly blocks: number;
  /** Words that wait for the rest of their block. */
  readonly waiting: readonly number[];

  private constructor(chain: Chain, blocks: number, waiting: readonly number[]) {
    this.chain = chain;
    this.blocks = blocks;
    this.waiting = waiting;
  }

  /**
   * Adds one call.
   * @param meta call number and argument, at most 16 words; filled up with zeros to a block, so that no call can be
   *   taken for the end of another one's contents
   * @param body contents of a page, if any: a multiple of 16 words
   * @throws RangeError when a size is another
   * @spec Komodo reference §1.9, "Extend"
   */
  extend(meta: readonly number[], body: ArrayLike<number> = []): KomodoMeasurement {
    if (meta.length > BLOCK_WORDS) throw new RangeError(`${meta.length} words of metadata are more than a block`);
    if (body.length % BLOCK_WORDS !== 0) throw new RangeError(`${body.length} words of contents are no whole blocks`);
    return this.absorb([...meta, ...new Array<number>(BLOCK_WORDS - meta.length).fill(0)]).absorb(body);
  }

  /** Adds words as they are, without filling up a block: what a monitor with defect M4 does to metadata. */
  absorb(words: ArrayLike<number>): KomodoMeasurement {
    const all = this.waiting.length === 0 ? words : [...this.waiting, ...Array.from(words)];
    const wholeBlocks = Math.floor(all.length / BLOCK_WORDS);
    let chain = this.chain;
    for (let block = 0; block < wholeBlocks; block++) chain = compress(chain, all, BLOCK_WORDS * block);
    const waiting = Array.from(
      { length: all.length % BLOCK_WORDS },
      (_, i) => all[BLOCK_WORDS * wholeBlocks + i]! >>> 0,
    );
    return new KomodoMeasurement(chain, this.blocks + wholeBlocks, waiting);
  }

  /** @returns the measurement that Finalise stores, 8 words */
  digest(): Uint32Array {
    return Uint32Array.from(finish(this.chain, this.waiting, this.blocks));
  }
}
