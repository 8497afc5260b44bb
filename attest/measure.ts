/**
 * The measurement of an enclave: a hash over its page tables as the Penglai monitor walks them.
 *
 * Source: Penglai reference §7. The monitor walks the Sv39 tables depth first, entries ascending, with a flag `fresh`
 * that an invalid entry sets, a leaf clears, and a pointer to a table leaves alone; a leaf met with `fresh` set begins
 * a *run* and contributes its address and one byte of its PTE. Here the leaves come as a list, without the flag:
 *
 *   Between two successive leaves the walk passes every entry in between. If the second begins where the first ends, no
 *   address lies in between, so every entry passed is a pointer on the way and `fresh` stays clear. If there is a gap,
 *   some entry covers its first address; it holds no leaf, so following it ends at an invalid entry and sets
 *   `fresh`.
 *   (The walk starts with `fresh` set; before the first leaf there is nothing that could end where it begins.)
 *
 * So `fresh` is exactly "the previous leaf does not end where this one begins". What is hashed:
 *
 *   [label] entry [prologue...]  { va8 pte1 page... [byteLen8] } per run  nonce8          [..] depends on the profile
 *
 * Invariant: the log and the digest come from the same pass. Not modelled: page tables with loops or with pointers at
 * the last level (the caller enumerates leaves), Sv48.
 */
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { u64le } from "./encoding.ts";
import { digestOf, type Hash, SHA256 } from "./hash.ts";
import type { LogPage, MeasurementLog } from "./measurement-log.ts";
import { ATOLL, type MeasurementProfile, type PrologueField } from "./measurement-profile.ts";

/** A valid PTE with R, W or X set, and what it maps. */
export interface Leaf {
  /** First virtual address; only bits 38 to 0 count. */
  readonly va: bigint;
  /** Sv39 level: 0 is 4 KiB, 1 is 2 MiB, 2 is 1 GiB. */
  readonly level: 0 | 1 | 2;
  /** The PTE as stored in memory, u64. */
  readonly pte: bigint;
  /** Contents: 4096 bytes, 2 MiB, or for a gigapage, whose contents nobody measures, none. */
  readonly bytes: Uint8Array;
}

/** An enclave as the walk over its page tables meets it. @spec Penglai reference §7 */
export interface EnclaveImage {
  /** Entry point, u64. */
  readonly entry: bigint;
  /** Every value that the profile's prologue names, u64. */
  readonly prologue?: Partial<Readonly<Record<PrologueField, bigint>>>;
  /** Ascending by address (of the low 39 bits), disjoint. */
  readonly leaves: Iterable<Leaf>;
  /** u64; Penglai's create call uses 0. */
  readonly nonce: bigint;
}

export interface MeasureOptions {
  readonly profile?: MeasurementProfile;
  /** Instead of the profile's. */
  readonly hash?: Hash;
  /** Keep page contents in the log, so that `diffLogs` can name a byte. The arrays are kept, not copied. */
  readonly keepBytes?: boolean;
}

/** `digest` is what the monitor reports, as long as the hash makes it; `log` is how it came about. */
export interface Measurement {
  readonly digest: Uint8Array;
  readonly log: MeasurementLog;
}

const PAGE_BYTES = 4096;
const LEAF_SPAN = [0x1000n, 0x20_0000n, 0x4000_0000n] as const;
const CONTENT_BYTES = [PAGE_BYTES, 0x20_0000, 0] as const;

/**
 * The address that the walk hashes. Its top level starts at -1 << 39, so bits 63 to 39 are ones for user addresses too:
 * 0x1000 appears as 0xffff_ff80_0000_1000; an upper-half address such as 0xffff_ffe0_0000_0000 is unchanged.
 */
export const walkVa = (va: bigint): bigint => BigInt.asUintN(64, -1n << 39n) | BigInt.asUintN(39, va);

/**
 * Measures an enclave.
 * @throws RangeError when a leaf is not a leaf, is misaligned, out of order or of the wrong size, or a value is no u64
 * @spec Penglai reference §7
 */
export function measure(image: EnclaveImage, options: MeasureOptions = {}): Measurement {
  const { profile = ATOLL, hash = profile.hash, keepBytes = false } = options;
  const pages: LogPage[] = [];
  const { digest, prologue, byteLen } = walk(image, profile, hash, (page, bytes) =>
    pages.push({ ...page, digest: digestOf(hash, bytes), ...(keepBytes ? { bytes } : {}) }),
  );
  const { entry, nonce } = image;
  return { digest, log: { profile: profile.name, hash: hash.name, entry, prologue, pages, nonce, byteLen } };
}

/** The digest of `measure` without a log, in half the time: each page is hashed once. @throws RangeError as `measure` does */
export function measuredDigest(image: EnclaveImage, options: Omit<MeasureOptions, "keepBytes"> = {}): Uint8Array {
  const { profile = ATOLL, hash = profile.hash } = options;
  return walk(image, profile, hash, () => {}).digest;
}

interface Walked extends Pick<MeasurementLog, "prologue" | "byteLen"> {
  readonly digest: Uint8Array;
}

/** The one pass. @param onPage told of each page and its contents before it is hashed */
function walk(
  image: EnclaveImage,
  profile: MeasurementProfile,
  hash: Hash,
  onPage: (page: Omit<LogPage, "digest" | "bytes">, bytes: Uint8Array) => void,
): Walked {
  const state = hash.create();
  let byteLen = 0;
  const absorb = (bytes: Uint8Array): void => {
    state.update(bytes);
    byteLen += bytes.length;
  };

  absorb(utf8ToBytes(profile.label));
  absorb(u64le(image.entry, "entry"));
  const prologue = profile.prologue.map((field) => ({ field, value: prologueValue(image, profile, field) }));
  for (const { field, value } of prologue) absorb(u64le(value, field));

  let previousEnd: bigint | undefined;
  let attribute = 0;
  let runByteLen = 0;
  const endRun = (): void => {
    if (previousEnd !== undefined && profile.runStatesLength) absorb(u64le(BigInt(runByteLen)));
    runByteLen = 0;
  };
  for (const leaf of image.leaves) {
    checkLeaf(leaf, profile);
    const va = walkVa(leaf.va);
    if (previousEnd !== undefined && va < previousEnd)
      throw new RangeError(`leaf ${hex(va)} is out of order or overlaps`);
    const pteByte = Number((leaf.pte >> BigInt(8 * profile.pteByte)) & 0xffn);
    const runStart = va !== previousEnd || (profile.runEndsWherePteByteChanges && pteByte !== attribute);
    if (runStart) {
      endRun();
      attribute = pteByte;
      absorb(u64le(va));
      absorb(Uint8Array.of(attribute));
    }
    const flags = Number(leaf.pte & 0xffn);
    // A gigapage gives one entry without content.
    for (let at = 0; at === 0 || at < leaf.bytes.length; at += PAGE_BYTES) {
      const bytes = leaf.bytes.subarray(at, at + PAGE_BYTES);
      const isStart = runStart && at === 0;
      const page = { va: va + BigInt(at), flags, runStart: isStart, attribute, byteLen: bytes.length, offset: byteLen };
      onPage(page, bytes);
      absorb(bytes);
    }
    runByteLen += leaf.bytes.length;
    previousEnd = va + LEAF_SPAN[leaf.level];
  }
  endRun();
  absorb(u64le(image.nonce, "nonce"));
  return { digest: state.digest(), prologue, byteLen };
}

/**
 * What a host's attestation request reports in Penglai: the stored measurement bound to a nonce. A pure function, so
 * that asking does not change the stored measurement (defect B23).
 * @param nonce u64
 * @spec Penglai reference §7, table "Report"
 */
export function bindNonce(measurement: Uint8Array, nonce: bigint, hash: Hash = SHA256): Uint8Array {
  return digestOf(hash, measurement, u64le(nonce, "nonce"));
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

function prologueValue(image: EnclaveImage, profile: MeasurementProfile, field: PrologueField): bigint {
  const value = image.prologue?.[field];
  if (value === undefined) throw new RangeError(`profile ${profile.name} measures ${field}, which is missing`);
  return value;
}

function checkLeaf({ va, level, pte, bytes }: Leaf, profile: MeasurementProfile): void {
  const V = 1n;
  const RWX = 0xen;
  if ((pte & V) === 0n || (pte & RWX) === 0n) throw new RangeError(`leaf ${hex(va)}: PTE ${hex(pte)} is no leaf`);
  if (BigInt.asUintN(64, pte) !== pte) throw new RangeError(`leaf ${hex(va)}: PTE is no u64`);
  if (va % LEAF_SPAN[level] !== 0n) throw new RangeError(`leaf ${hex(va)} is not aligned for level ${level}`);
  if (level === 2 && profile.gigapages === "refused") {
    throw new RangeError(`leaf ${hex(va)}: profile ${profile.name} does not measure gigapages`);
  }
  if (bytes.length !== CONTENT_BYTES[level]) {
    throw new RangeError(
      `leaf ${hex(va)}: ${bytes.length} bytes of content, level ${level} has ${CONTENT_BYTES[level]}`,
    );
  }
}
