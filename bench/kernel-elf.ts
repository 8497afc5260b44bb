/** The kernels of the bench guest, with the number of passes that a measurement wants. */
import { readFileSync } from "node:fs";
import { type ElfImage, parseElf } from "../core/elf.ts";
import { BENCH_KERNELS, FLOAT_KERNELS as FLOATS } from "../scripts/guest-programs.ts";

export type Kernel = (typeof BENCH_KERNELS)[number] | (typeof FLOATS)[number];
export const KERNELS: readonly Kernel[] = BENCH_KERNELS;
export const FLOAT_KERNELS: readonly Kernel[] = FLOATS;

interface Expected {
  readonly passes: number;
  readonly instructions: number;
  readonly checksum: string;
}

const guest = new URL("../guest/", import.meta.url);

const read = (file: string): Record<string, Expected> => JSON.parse(readFileSync(new URL(file, guest), "utf8"));

export const EXPECTED = { ...read("bench/expected.json"), ...read("bench/expected-float.json") } as Readonly<
  Record<Kernel, Expected>
>;

/** Offset of the passes within the guest's `bench_config` { u64 kernel mask, u64 passes }. */
const PASSES_OFFSET = 8;

/** The kernel's ELF file, set to `multiple` times its usual passes. */
export function kernelFile(kernel: Kernel, multiple: number): Uint8Array {
  const bytes = new Uint8Array(readFileSync(new URL(`prebuilt/bench-${kernel}.elf`, guest)));
  const elf = parseElf(bytes, `bench-${kernel}.elf`);
  const at = fileOffset(elf, elf.symbols.get("bench_config")!) + PASSES_OFFSET;
  new DataView(bytes.buffer).setBigUint64(at, BigInt(EXPECTED[kernel].passes * multiple), true);
  return bytes;
}

/** Where a symbol's bytes stand in the file; segments are views of it. */
function fileOffset(elf: ElfImage, address: bigint): number {
  const segment = elf.segments.find(({ vaddr, fileSize }) => address >= vaddr && address < vaddr + BigInt(fileSize));
  if (!segment) throw new Error(`no segment of ${elf.name} holds 0x${address.toString(16)}`);
  return segment.bytes.byteOffset + Number(address - segment.vaddr);
}
