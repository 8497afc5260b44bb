/**
 * What the monitor `penglai-pmp` measures of a program, from the file alone: its pages, and the untrusted memory and the
 * kbuffer, which are mapped when it is created and hold zeros. Penglai reference §7.
 */
import { type EnclaveImage as MeasurableImage, measuredDigest } from "../../attest/measure.ts";
import { PENGLAI_PMP } from "../../attest/measurement-profile.ts";
import type { ElfImage } from "../../core/elf.ts";
import { PAGE_SIZE } from "../../core/units.ts";
import { type EnclaveImage, enclaveImage, measurableImage, READ_WRITE, ZERO_PAGE } from "../enclave-image.ts";
import { DEFAULT_UNTRUSTED, KBUFFER_VA, UNTRUSTED_VA } from "./pmp-abi.ts";

/** What of a start is measured. */
export interface PmpMeasured {
  /** Stack in bytes, 1 MiB by default. */
  readonly stackByteLen?: number;
  /** Bytes that it shares with the application, a power of two of pages; 8 KiB by default, at most 16 MiB. */
  readonly untrustedByteLen?: number;
}

/** The image that the driver loads. @throws UserError for a program that cannot be an enclave */
export const pmpImage = (elf: ElfImage, { stackByteLen }: PmpMeasured): EnclaveImage =>
  enclaveImage(elf, { profile: "pmp", ...(stackByteLen !== undefined && { stackByteLen }) });

/** The same as the monitor's walk meets it. @throws UserError for a program that cannot be an enclave */
export function pmpMeasurable(elf: ElfImage, options: PmpMeasured = {}): MeasurableImage {
  const { untrustedByteLen = DEFAULT_UNTRUSTED } = options;
  const { entry, leaves, nonce } = measurableImage(pmpImage(elf, options));
  const window = (at: bigint, byteLen: number) =>
    Array.from({ length: byteLen / PAGE_SIZE }, (_, i) => ({
      va: at + BigInt(i * PAGE_SIZE),
      level: 0 as const,
      pte: READ_WRITE,
      bytes: ZERO_PAGE,
    }));
  const low = (leaf: { readonly va: bigint }): bigint => BigInt.asUintN(39, leaf.va);
  const all = [...leaves, ...window(UNTRUSTED_VA, untrustedByteLen), ...window(KBUFFER_VA, PAGE_SIZE)];
  const prologue = {
    untrustedVa: UNTRUSTED_VA,
    untrustedSize: BigInt(untrustedByteLen),
    kbufferVa: KBUFFER_VA,
    kbufferSize: BigInt(PAGE_SIZE),
  };
  return { entry, prologue, leaves: all.sort((a, b) => (low(a) < low(b) ? -1 : 1)), nonce };
}

/** The measurement of a program as `PmpSystem.createEnclave` will load it. @returns 32 bytes */
export const measurePmp = (elf: ElfImage, options: PmpMeasured = {}): Uint8Array =>
  measuredDigest(pmpMeasurable(elf, options), { profile: PENGLAI_PMP });
