/** Pages, registers and words of the naive reference, as Komodo reference §1.3, §1.4 and §1.9 write them. */
import { createHash } from "node:crypto";

export const FREE = 0;
export const ADDRSPACE = 1;
export const DISPATCHER = 2;
export const L1 = 3;
export const L2 = 4;
export const DATA = 5;
export const SPARE = 6;

export const INIT = 0;
export const FINAL = 1;
export const STOPPED = 2;

export interface Entry {
  readonly secure: boolean;
  readonly page: number;
  readonly w: boolean;
  readonly x: boolean;
}

/** A core's registers. */
export interface Core {
  x: bigint[];
  f: bigint[];
  fcsr: bigint;
  pc: bigint;
  user: boolean;
}

export interface RefPage {
  type: number;
  owner: number;
  bytes: Uint8Array;
  /** Address space. */
  l1: number;
  refcount: number;
  state: number;
  words: number[];
  /** Dispatcher. */
  entry: number;
  entered: boolean;
  saved: Core | undefined;
  data: number[];
  meas: number[];
  /** What is used of an L1 or L2 table, by index. */
  l1Table: Map<number, number>;
  l2Table: Map<number, Entry>;
}

export const blank = (): RefPage => ({
  type: FREE,
  owner: -1,
  bytes: new Uint8Array(4096),
  l1: -1,
  refcount: 0,
  state: INIT,
  words: [],
  entry: 0,
  entered: false,
  saved: undefined,
  data: [0, 0, 0, 0, 0, 0, 0, 0],
  meas: [0, 0, 0, 0, 0, 0, 0, 0],
  l1Table: new Map(),
  l2Table: new Map(),
});

export const low = (value: bigint): number => Number(value & 0xffff_ffffn);

export function bigEndian(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  for (let i = 0; i < words.length; i++)
    for (let j = 0; j < 4; j++) bytes[4 * i + j] = (words[i]! >>> (24 - 8 * j)) & 0xff;
  return bytes;
}

export const sha = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

export function toWords(bytes: Uint8Array): number[] {
  const words: number[] = [];
  for (let i = 0; i < bytes.length; i += 4)
    words.push(((bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!) >>> 0);
  return words;
}
