/**
 * A listing of machine code with addresses, words and labels. Bytes that are no instruction of the machine are listed as
 * data, so every byte of the extent appears.
 */
import { disassemble } from "../../core/disassembler.ts";
import type { ElfImage } from "../../core/elf.ts";
import { UserError } from "../../core/user-error.ts";
import type { Extent, Program } from "../program.ts";
import { formatAddress } from "../quantities.ts";
import { print, printJson, styledData } from "../terminal.ts";

interface ListedInstruction {
  readonly address: bigint;
  readonly word: number;
  readonly byteLen: 2 | 4;
  readonly text: string;
  readonly label?: string;
}

const ADDRESS_COLUMN = 8;
const WORD_COLUMN = 10;

/** @throws UserError if it is no instruction */
export function printWord(word: number, isJson: boolean, extensions?: ReadonlySet<string>): void {
  const instruction = disassemble(word, undefined, extensions);
  if (instruction === undefined)
    throw new UserError(
      `0x${word.toString(16)} is no instruction of this machine`,
      "docs/isa.md lists what it executes; write 16-bit instructions with 4 digits",
    );
  if (isJson) printJson({ word, ...instruction });
  else print(instruction.text);
}

/** @throws UserError if nothing executable lies there */
export function printListing(
  { path, elf }: Program,
  extent: Extent,
  count: number,
  isJson: boolean,
  extensions?: ReadonlySet<string>,
): void {
  const listed = instructionsIn(elf, extent, count, extensions);
  if (isJson) {
    printJson([...listed]);
    return;
  }
  let isEmpty = true;
  for (const { address, word, byteLen, text, label } of listed) {
    if (label !== undefined) {
      if (!isEmpty) print();
      print(styledData("bold", `${label}:`));
    }
    isEmpty = false;
    const digits = word.toString(16).padStart(2 * byteLen, "0");
    print(`${address.toString(16).padStart(ADDRESS_COLUMN)}:  ${digits.padEnd(WORD_COLUMN)}${text}`);
  }
  if (isEmpty)
    throw new UserError(
      `${path}: nothing executable lies there`,
      `it is at ${codeRanges(elf).map(formatRange).join(", ")}`,
    );
}

function* instructionsIn(
  elf: ElfImage,
  { start, stop }: Extent,
  count: number,
  extensions?: ReadonlySet<string>,
): Generator<ListedInstruction> {
  let left = count;
  // "$x" and its like mark instruction sets, not places (RISC-V ELF psABI, "Mapping Symbol").
  const named = [...elf.symbols].filter(([name]) => !name.startsWith("$"));
  const labels = new Map(named.map(([name, value]) => [value, name]));
  for (const range of codeRanges(elf)) {
    const first = start > range.start ? start : range.start;
    const end = stop < range.stop ? stop : range.stop;
    for (let address = first - (first % 2n); address < end && left > 0; left--) {
      const instruction = instructionAt(elf, address, range.stop, extensions);
      const label = labels.get(address);
      yield { ...instruction, ...(label !== undefined && { label }) };
      address += BigInt(instruction.byteLen);
    }
  }
}

function instructionAt(
  elf: ElfImage,
  address: bigint,
  stop: bigint,
  extensions?: ReadonlySet<string>,
): ListedInstruction {
  const low = halfAt(elf, address);
  const isWide = (low & 3) === 3 && address + 2n < stop;
  const word = isWide ? (low | (halfAt(elf, address + 2n) << 16)) >>> 0 : low;
  const instruction = disassemble(word, address, extensions);
  if (instruction === undefined || (instruction.byteLen === 4 && !isWide))
    return { address, word: low, byteLen: 2, text: `.half 0x${low.toString(16).padStart(4, "0")}` };
  return { address, word, byteLen: instruction.byteLen, text: instruction.text };
}

/** 16 bits of a segment's contents; zeros behind what the file holds. */
function halfAt({ segments }: ElfImage, address: bigint): number {
  const segment = segments.find(({ vaddr, memSize }) => address >= vaddr && address < vaddr + BigInt(memSize));
  const offset = segment === undefined ? 0 : Number(address - segment.vaddr);
  const byte = (at: number): number => segment?.bytes[at] ?? 0;
  return byte(offset) | (byte(offset + 1) << 8);
}

/**
 * Executable sections; segments, if the file has no sections. A section header is the file's word and nothing checked it:
 * one that reaches beyond what a segment loads counts for nothing, or a damaged file would list 2^64 bytes.
 */
function codeRanges({ sections, segments }: ElfImage): Extent[] {
  const loaded = segments
    .filter(({ executable }) => executable)
    .map(({ vaddr, fileSize }) => ({ start: vaddr, stop: vaddr + BigInt(fileSize) }));
  const coded = sections
    .filter(({ executable, nobits, byteLen }) => executable && !nobits && byteLen > 0n)
    .map(({ vaddr, byteLen }) => ({ start: vaddr, stop: vaddr + byteLen }))
    .filter(({ start, stop }) => loaded.some((range) => start >= range.start && stop <= range.stop));
  return coded.length > 0 ? coded : loaded;
}

const formatRange = ({ start, stop }: Extent): string => `${formatAddress(start)} to ${formatAddress(stop)}`;
