/**
 * Blocks that the driver lent for secure shared memory (SHM_GET, Penglai reference §6.13). They outlive the enclave that
 * asked for them as long as another has them, so they are no enclave's: the kernel takes back, whenever an enclave has
 * ended, those that the monitor made public again, and sees in its own page tables which those are.
 */
import type { Pa } from "../core/units.ts";
import type { PageRange } from "./enclave.ts";
import type { Kernel } from "./kernel.ts";

export class LentBlocks {
  readonly #kernel: Kernel;
  readonly #blocks = new Map<Pa, PageRange>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Blocks that some enclave still has. */
  get count(): number {
    return this.#blocks.size;
  }

  add(block: PageRange): void {
    this.#blocks.set(block.at, block);
  }

  /** The block that begins here, if it was lent and is public again. */
  takeBack(at: Pa): void {
    const block = this.#blocks.get(at);
    if (block && this.#kernel.takeBack(block.at, block.pageCount)) this.#blocks.delete(at);
  }

  takeBackWhatCan(): void {
    for (const at of [...this.#blocks.keys()]) this.takeBack(at);
  }
}
