/**
 * A boot before it happens: which bytes go where, where the first instruction is, and what the device tree says. Nothing
 * overlaps and everything lies in RAM, or planning fails with what to do about it.
 */
import { asElf, type BootImage, isElf } from "./boot-image.ts";
import {
  initrdAddress,
  kernelAddress,
  overlap,
  type Placed,
  placeImage,
  type Ram,
  treeAddress,
} from "./boot-placement.ts";
import { flattenTree, treeSize } from "./device-tree.ts";
import { dynamicInformation } from "./dynamic-information.ts";
import type { ElfImage } from "./elf.ts";
import type { IsaSet } from "./isa-string.ts";
import { type Pa, pa } from "./units.ts";
import { UserError } from "./user-error.ts";
import { virtTree } from "./virt-tree.ts";

/** What is booted. */
export interface BootSources {
  readonly firmware: ElfImage;
  readonly kernel?: BootImage | undefined;
  readonly initrd?: Uint8Array | undefined;
  readonly bootargs?: string | undefined;
  /** Flattened device tree in place of our own. */
  readonly tree?: Uint8Array | undefined;
}

/** The machine as far as a boot depends on it. */
export interface BootMachine {
  readonly ramBase: Pa;
  readonly ramSize: number;
  readonly isa: IsaSet;
  readonly harts: { readonly length: number };
}

export interface BootPlan {
  readonly places: readonly Placed[];
  /** Physical address of the first instruction. */
  readonly entry: bigint;
  /** Address of the device tree, and of OpenSBI's dynamic information; absent if a small RAM has no room for them. */
  readonly tree?: Pa;
  readonly information?: Pa;
  /** The device tree itself. */
  readonly blob: Uint8Array;
}

/** The entry as a physical address: translation is off, and a segment may be linked elsewhere than it is loaded. */
function entryPa({ entry, segments }: ElfImage): bigint {
  const home = segments.find(({ vaddr, memSize }) => entry >= vaddr && entry < vaddr + BigInt(memSize));
  return home ? home.paddr + (entry - home.vaddr) : entry;
}

/** @throws UserError if something does not fit, or options contradict each other */
export function planBoot(machine: BootMachine, sources: BootSources): BootPlan {
  const ram: Ram = { base: machine.ramBase, size: machine.ramSize };
  checkTree(sources);
  const program = placeImage(sources.firmware, ram);
  const kernel = sources.kernel && kernelOf(sources.kernel, kernelAddress(program, ram));
  if (kernel) program.push(...placeImage(kernel, ram));
  const { tree, places, blob } = placeData(machine, sources, ram, kernel ? entryPa(kernel) : 0n);
  const entry = entryPa(sources.firmware);
  const all = [...program, ...places];
  const isInRam = places.every(({ address }) => address >= ram.base);
  const clash = overlap(all);
  if (isInRam && !clash) return { places: all, entry, tree: tree.address, information: tree.information, blob };
  const isTreeWanted = kernel !== undefined || sources.initrd !== undefined || sources.tree !== undefined;
  const collision = overlap(program);
  if (collision)
    throw new UserError(
      `${collision[0].name} and ${collision[1].name} want the same memory`,
      "link one of them for other addresses: the kernel behind the firmware",
    );
  if (!isTreeWanted) return { places: program, entry, blob };
  throw new UserError(
    clash && isInRam
      ? `${clash[0].name} reaches into ${clash[1].name}`
      : "kernel, RAM disk and device tree do not fit RAM",
    "give the machine more memory: --memory",
  );
}

const kernelOf = (image: BootImage, address: Pa): ElfImage => (isElf(image) ? image : asElf(image, address));

/** What firmware and kernel read: the tree, OpenSBI's information behind it, the RAM disk before it. */
function placeData(
  machine: BootMachine,
  sources: BootSources,
  ram: Ram,
  next: bigint,
): { tree: { address: Pa; information: Pa }; places: Placed[]; blob: Uint8Array } {
  // the numbers in a tree take the same room whatever they are
  const treeBytes = Math.ceil(blobOf(machine, sources, 0).length / 8) * 8;
  const information = dynamicInformation(next);
  const address = treeAddress(treeBytes + information.length, ram);
  const initrdAt = initrdAddress(sources.initrd?.length ?? 0, address);
  const blob = blobOf(machine, sources, initrdAt);
  const placed = (name: string, at: number, bytes: Uint8Array, memSize: number = bytes.length): Placed => ({
    name,
    address: pa(at),
    bytes,
    memSize,
  });
  const places = [
    placed("the device tree", address, blob, treeBytes),
    placed("the dynamic information", address + treeBytes, information),
  ];
  if (sources.initrd) places.push(placed("the RAM disk", initrdAt, sources.initrd));
  return { tree: { address, information: pa(address + treeBytes) }, places, blob };
}

/** A tree of the user's is taken as it is: what would have to be written into it is his. */
function checkTree({ tree, bootargs, initrd }: BootSources): void {
  if (!tree) return;
  if (treeSize(tree) === undefined)
    throw new UserError("the file of --dtb is no flattened device tree", "make one: dtc -I dts -O dtb");
  if (bootargs !== undefined || initrd)
    throw new UserError(
      "a device tree of your own names command line and RAM disk itself",
      "leave out --append, --initrd",
    );
}

function blobOf(
  { ramBase, ramSize, isa, harts }: BootMachine,
  { bootargs, initrd, tree }: BootSources,
  initrdAt: number,
): Uint8Array {
  if (tree) return tree;
  return flattenTree(
    virtTree({
      ramBase,
      ramSize,
      harts: harts.length,
      isa: isa.text,
      mmu: ["Sv48", "Sv39"].find((format) => isa.extensions.has(format)),
      bootargs,
      initrd: initrd && { start: initrdAt, end: initrdAt + initrd.length },
    }),
  );
}
