/**
 * The transcript of a measurement: which bytes went into the hash, page by page, so that two measurements that differ
 * can be compared and the first cause named.
 *
 * Pages are 4 KiB here even where a 2 MiB leaf maps them: the size of a leaf is not measured, its bytes are. The log also
 * holds what a profile does *not* measure (permissions under `penglai-tvm`), and says so.
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import type { MeasurementProfile, PrologueField } from "./measurement-profile.ts";

export interface LogPage {
  /** Virtual address as the walk writes it: bits 63 to 39 all ones. */
  readonly va: bigint;
  /** PTE byte 0: DAGU XWRV. */
  readonly flags: number;
  /** The page begins a run, so its address and one PTE byte were measured. */
  readonly runStart: boolean;
  /** The PTE byte that was measured for the run this page lies in. */
  readonly attribute: number;
  /** Bytes of content measured: 4096, or 0 for a gigapage. */
  readonly byteLen: number;
  /** Hash of the content alone. */
  readonly digest: Uint8Array;
  /** Where the content begins in the sequence of all measured bytes. */
  readonly offset: number;
  /** The content, if the log was asked to keep it. */
  readonly bytes?: Uint8Array;
}

/** What went into one measurement, in the order in which it was hashed. */
export interface MeasurementLog {
  readonly profile: MeasurementProfile["name"];
  /** Name of the hash. */
  readonly hash: string;
  readonly entry: bigint;
  readonly prologue: readonly { readonly field: PrologueField; readonly value: bigint }[];
  /** Ascending by address. */
  readonly pages: readonly LogPage[];
  readonly nonce: bigint;
  /** Number of bytes measured in all. */
  readonly byteLen: number;
}

/** The first thing that two measurements do not share. */
export interface LogDifference {
  readonly field: "profile" | "hash" | "entry" | PrologueField | "page" | "permissions" | "contents" | "nonce";
  /** Which page: for `page`, `permissions` and `contents`. */
  readonly va?: bigint;
  /** First differing byte of the page, if both logs kept contents. */
  readonly byteOffset?: number;
  /** What the two logs have there. */
  readonly a: string;
  readonly b: string;
  /** Whether the profile hashes it; false explains why digests are equal all the same. */
  readonly measured: boolean;
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** @returns PTE byte 0 in the order in which Sv39 draws it; 0xd7 = 1101 0111 gives `da-u-wrv` */
export function formatFlags(flags: number): string {
  return Array.from("daguxwrv", (letter, i) => ((flags >> (7 - i)) & 1 ? letter : "-")).join("");
}

/**
 * @returns the first difference that was measured; if there is none, the first that was not; `null` if the logs agree
 */
export function diffLogs(a: MeasurementLog, b: MeasurementLog): LogDifference | null {
  let unmeasured: LogDifference | null = null;
  for (const difference of differences(a, b)) {
    if (difference.measured) return difference;
    unmeasured ??= difference;
  }
  return unmeasured;
}

function* differences(a: MeasurementLog, b: MeasurementLog): Generator<LogDifference> {
  if (a.profile !== b.profile) yield { field: "profile", a: a.profile, b: b.profile, measured: true };
  if (a.hash !== b.hash) yield { field: "hash", a: a.hash, b: b.hash, measured: true };
  if (a.entry !== b.entry) yield { field: "entry", a: hex(a.entry), b: hex(b.entry), measured: true };
  for (const [i, { field, value }] of a.prologue.entries()) {
    const other = b.prologue[i];
    if (other && other.value !== value) yield { field, a: hex(value), b: hex(other.value), measured: true };
  }
  for (const [left, right] of pagesByAddress(a.pages, b.pages)) yield* pageDifferences(left, right);
  if (a.nonce !== b.nonce) yield { field: "nonce", a: hex(a.nonce), b: hex(b.nonce), measured: true };
}

type PagePair = [a: LogPage, b: LogPage | undefined] | [a: undefined, b: LogPage];

/** Merges two ascending lists; a page that one log lacks is paired with nothing. */
function* pagesByAddress(a: readonly LogPage[], b: readonly LogPage[]): Generator<PagePair> {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left && (!right || left.va <= right.va)) {
      i++;
      if (right?.va === left.va) j++;
      yield [left, right?.va === left.va ? right : undefined];
    } else if (right) {
      j++;
      yield [undefined, right];
    }
  }
}

function* pageDifferences(a: LogPage | undefined, b: LogPage | undefined): Generator<LogDifference> {
  if (!a || !b) {
    const only = (a ?? b)!;
    const state = (page: LogPage | undefined) => (page ? "present" : "missing");
    yield { field: "page", va: only.va, a: state(a), b: state(b), measured: only.runStart || only.byteLen > 0 };
    return;
  }
  const va = a.va;
  if (a.flags !== b.flags) {
    const measured = a.attribute !== b.attribute || a.runStart !== b.runStart;
    yield { field: "permissions", va, a: formatFlags(a.flags), b: formatFlags(b.flags), measured };
  }
  const [digestA, digestB] = [bytesToHex(a.digest), bytesToHex(b.digest)];
  if (digestA !== digestB) {
    const byteOffset = a.bytes && b.bytes ? firstDifference(a.bytes, b.bytes) : undefined;
    const difference = { field: "contents", va, a: digestA, b: digestB, measured: true } as const;
    yield byteOffset === undefined ? difference : { ...difference, byteOffset };
  }
}

/** The shorter page, if one is a gigapage without contents, ends where they differ. */
function firstDifference(a: Uint8Array, b: Uint8Array): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

/** @returns one line for people */
export function explainDifference({ field, va, byteOffset, a, b, measured }: LogDifference): string {
  const where = va === undefined ? "" : ` of page ${hex(va)}${byteOffset === undefined ? "" : `, byte ${byteOffset}`}`;
  const remark = measured ? "" : " (this profile does not measure it)";
  return `${field}${where} differs: ${a} / ${b}${remark}`;
}
