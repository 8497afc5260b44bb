/**
 * The slow twin of attest/measure.ts: builds real Sv39 page tables in a sparse memory and measures them the way the
 * monitor does, table by table with the flag `fresh` (Penglai reference §7). Shares no code with attest/.
 */
import { createHash } from "node:crypto";
import type { Leaf } from "../../attest/measure.ts";

const TABLE_ENTRIES = 512n;

export class PageTables {
  readonly #tables: BigUint64Array[] = [];
  readonly #contents = new Map<bigint, Uint8Array>();
  readonly root = this.#newTable();

  constructor(leaves: readonly Leaf[]) {
    for (const leaf of leaves) this.#map(leaf);
  }

  table(ppn: bigint): BigUint64Array {
    return this.#tables[Number(ppn)]!;
  }

  contents(ppn: bigint): Uint8Array {
    return this.#contents.get(ppn)!;
  }

  #newTable(): bigint {
    return BigInt(this.#tables.push(new BigUint64Array(Number(TABLE_ENTRIES))) - 1);
  }

  #map({ va, level, pte, bytes }: Leaf): void {
    let table = this.table(this.root);
    for (let at = 2; at > level; at--) {
      const index = Number((va >> BigInt(12 + 9 * at)) % TABLE_ENTRIES);
      if (table[index] === 0n) table[index] = (this.#newTable() << 10n) | 1n;
      table = this.table(table[index]! >> 10n);
    }
    const dataPpn = 0x100000n + BigInt(this.#contents.size);
    this.#contents.set(dataPpn, bytes);
    const attributes = pte & 0xffc0_0000_0000_03ffn;
    table[Number((va >> BigInt(12 + 9 * level)) % TABLE_ENTRIES)] = (dataPpn << 10n) | attributes;
  }
}

export interface WalkRules {
  pteByte: bigint;
  prologue?: bigint[];
  /** Our own profile: SHA-256 for SM3, label, runs end where the byte changes, runs state their length. */
  atoll?: boolean;
}

export function walkAndMeasure(tables: PageTables, entry: bigint, nonce: bigint, rules: WalkRules): string {
  const hash = createHash(rules.atoll ? "sha256" : "sm3");
  const word = (value: bigint): void => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigUInt64LE(value);
    hash.update(buffer);
  };

  let fresh = true;
  let lastByte = -1;
  let runBytes = -1;
  const walk = (table: BigUint64Array, level: number, tableVa: bigint): void => {
    table.forEach((pte, i) => {
      const va = BigInt.asUintN(64, tableVa + (BigInt(i) << BigInt(12 + 9 * level)));
      if ((pte & 1n) === 0n) {
        fresh = true;
      } else if ((pte & 0xen) === 0n) {
        walk(tables.table(pte >> 10n), level - 1, va);
      } else {
        const byte = Number((pte >> (8n * rules.pteByte)) & 0xffn);
        if (fresh || (rules.atoll && byte !== lastByte)) {
          if (rules.atoll && runBytes >= 0) word(BigInt(runBytes));
          word(va);
          hash.update(Buffer.of(byte));
          runBytes = 0;
        }
        fresh = false;
        lastByte = byte;
        if (level < 2) {
          const contents = tables.contents((pte >> 10n) & 0xfff_ffff_ffffn);
          hash.update(contents);
          runBytes += contents.length;
        }
      }
    });
  };

  if (rules.atoll) hash.update("atoll-measurement-1");
  word(entry);
  for (const value of rules.prologue ?? []) word(value);
  walk(tables.table(tables.root), 2, -1n << 39n);
  if (rules.atoll && runBytes >= 0) word(BigInt(runBytes));
  word(nonce);
  return hash.digest("hex");
}
