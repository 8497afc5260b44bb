/**
 * What an ELF looks like in an enclave's memory: an ordered list of pages with their permissions. One pure function,
 * used by the driver that loads the pages and by `atoll measure`, which computes the measurement offline; that is why
 * the two agree.
 *
 * Penglai reference §9, loader: "(1) every NOBITS section -> zero RWX pages; (2) every program header -> p_filesz bytes
 * page by page, writable => RWX else R-X (TVM). A NOBITS page overlapping a segment page is remapped (last one wins)."
 * §6.8: text from 0x1000, heap from 0x10_0000_0000, stack of 64 KB below 0x38_0000_0000 (a shadow has none: its forks
 * get one from the monitor).
 *
 * Deviations: only PT_LOAD headers count; the zero tail of a segment (p_memsz beyond p_filesz) is mapped even when the
 * section table was stripped; a page that two segments share keeps the bytes of both and the wider permission, where the
 * published loader would lose the first one's; the stack of profile `tvm` is RW-. Profile `pmp`: untrusted memory begins where
 * the heap would, the stack of 1 MiB ends at 0x40_0000_0000.
 */
import type { ElfImage } from "../core/elf.ts";
import { PTE_A, PTE_D, PTE_R, PTE_U, PTE_V, PTE_W, PTE_X } from "../core/sv39.ts";
import { PAGE_SIZE, type Va, va } from "../core/units.ts";
import { UserError } from "../core/user-error.ts";

const HEAP_BASE: Va = va(0x10_0000_0000n);
export const STACK_TOP: Va = va(0x38_0000_0000n);
export const SHM_BASE: Va = va(0x39_0000_0000n);
export const KBUFFER_BASE: Va = va(0xffff_ffe0_0000_0000n);
export const DEFAULT_STACK = 64 * 1024;
const MAX_STACK = 64 * 2 ** 20;
/** `MAX_ELF` of the SDK: what an image may occupy in all. */
const MAX_IMAGE = 512 * 2 ** 20;

/** A and D are set from the start, so the host learns nothing from them (§5). */
const ENCLAVE_LEAF = PTE_V | PTE_R | PTE_U | PTE_A | PTE_D;
export const READ_EXECUTE = ENCLAVE_LEAF | PTE_X;
export const READ_WRITE = ENCLAVE_LEAF | PTE_W;
export const READ_WRITE_EXECUTE = ENCLAVE_LEAF | PTE_W | PTE_X;

/** The contents of every page that is all zeros: one shared array, so that a loader can skip it. Never written. */
export const ZERO_PAGE: Uint8Array = new Uint8Array(PAGE_SIZE);

export interface EnclavePage {
  readonly va: Va;
  /** Low ten bits of the leaf PTE. */
  readonly flags: bigint;
  readonly bytes: Uint8Array;
}

/** An executable laid out as the driver loads it. */
export interface EnclaveImage {
  readonly name: string;
  readonly entry: Va;
  /** Ascending by `va`, no two alike. */
  readonly pages: readonly EnclavePage[];
}

export interface EnclaveImageOptions {
  /** `shadow`: the template of forks, without a stack. */
  readonly kind?: "enclave" | "shadow";
  /** Bytes, rounded up to pages; at most 64 MiB. */
  readonly stackByteLen?: number;
  /** Whose driver: what it maps how, and where the stack ends. Default `tvm`. */
  readonly profile?: "tvm" | "pmp";
}

/** "Writable => RWX else R-X (TVM) / all RWX (PMP)" (§9); layout and sizes §6.8, "stack 1 MB" §9. */
const PROFILES = {
  tvm: { stackTop: STACK_TOP, stackByteLen: DEFAULT_STACK, stackFlags: READ_WRITE, readOnlyFlags: READ_EXECUTE },
  pmp: {
    stackTop: va(0x40_0000_0000n),
    stackByteLen: 2 ** 20,
    stackFlags: READ_WRITE_EXECUTE,
    readOnlyFlags: READ_WRITE_EXECUTE,
  },
} as const;

/**
 * Lays an executable out as the enclave driver loads it.
 * @throws UserError if the ELF cannot be an enclave
 * @spec Penglai reference §6.8, §9
 */
export function enclaveImage(elf: ElfImage, options: EnclaveImageOptions = {}): EnclaveImage {
  const profile = PROFILES[options.profile ?? "tvm"];
  const pages = new Map<Va, EnclavePage>();
  const zeroSections = elf.sections.filter((s) => s.nobits && s.alloc && !s.tls && s.byteLen > 0n);
  checkPlacement(elf, [
    ...zeroSections,
    ...elf.segments.map(({ vaddr, memSize }) => ({ name: "a segment", vaddr, byteLen: BigInt(memSize) })),
  ]);

  for (const section of zeroSections) {
    for (const page of pagesOf(section.vaddr, section.byteLen)) {
      pages.set(page, { va: page, flags: READ_WRITE_EXECUTE, bytes: ZERO_PAGE });
    }
  }
  const loaded = new Set<Va>();
  for (const segment of elf.segments) {
    const flags = segment.writable ? READ_WRITE_EXECUTE : profile.readOnlyFlags;
    for (const page of pagesOf(segment.vaddr, BigInt(segment.memSize))) {
      const shared = loaded.has(page) ? pages.get(page) : undefined;
      const bytes = fill(page, segment.vaddr, segment.bytes, shared?.bytes);
      pages.set(page, { va: page, flags: flags | (shared?.flags ?? 0n), bytes });
      loaded.add(page);
    }
  }
  if (options.kind !== "shadow") {
    for (const page of stackPages(profile.stackTop, options.stackByteLen ?? profile.stackByteLen)) {
      pages.set(page, { va: page, flags: profile.stackFlags, bytes: ZERO_PAGE });
    }
  }
  return { name: elf.name, entry: elf.entry, pages: [...pages.values()].sort((a, b) => (a.va < b.va ? -1 : 1)) };
}

/**
 * The image as the monitor will find it when it walks the enclave's tables: input of attest/measure.ts. The page number in
 * a PTE is missing, because no profile measures it.
 */
export function measurableImage({ entry, pages }: EnclaveImage) {
  const leaves = pages.map(({ va, flags, bytes }) => ({ va, level: 0 as const, pte: flags, bytes }));
  return { entry, leaves, nonce: 0n };
}

function checkPlacement(elf: ElfImage, parts: readonly { name: string; vaddr: Va; byteLen: bigint }[]): void {
  for (const { name, vaddr, byteLen } of parts) {
    if (vaddr + byteLen <= HEAP_BASE) continue;
    throw new UserError(
      `${elf.name}: ${name} at 0x${vaddr.toString(16)} reaches beyond 0x1000000000, where an enclave's heap begins`,
      "link it low, with text at 0x1000: use the linker script guest/enclave.ld",
    );
  }
  const byteLen = parts.reduce((sum, part) => sum + part.byteLen, 0n);
  if (byteLen > MAX_IMAGE)
    throw new UserError(
      `${elf.name}: an image of ${byteLen >> 20n} MiB is too big for an enclave (at most 512 MiB)`,
      "allocate large arrays at run time, with sbrk or mmap",
    );
}

function stackPages(top: Va, byteLen: number): Va[] {
  if (!(byteLen > 0 && byteLen <= MAX_STACK))
    throw new UserError(`a stack of ${byteLen} bytes is not possible`, "choose between 1 byte and 64 MiB");
  return pagesOf(va(top - BigInt(byteLen)), BigInt(byteLen));
}

/** First addresses of the pages that [from, from + byteLen) touches. */
function pagesOf(from: Va, byteLen: bigint): Va[] {
  const first = from / BigInt(PAGE_SIZE);
  const end = (from + byteLen + BigInt(PAGE_SIZE - 1)) / BigInt(PAGE_SIZE);
  return Array.from({ length: Number(end - first) }, (_, i) => va((first + BigInt(i)) * BigInt(PAGE_SIZE)));
}

/** The part of `bytes`, which begin at `from`, that lies in `page`, over what the page held before. */
function fill(page: Va, from: Va, bytes: Uint8Array, before = ZERO_PAGE): Uint8Array {
  const offset = Number(page - from);
  const part = bytes.subarray(Math.max(0, offset), Math.max(0, offset + PAGE_SIZE));
  if (part.every((byte) => byte === 0) && before === ZERO_PAGE) return ZERO_PAGE;
  const contents = before.slice();
  contents.set(part, Math.max(0, -offset));
  return contents;
}
