/**
 * Blocks that the driver lent and that may outlive the enclave that asked for them: secure shared memory (SHM_GET, Penglai
 * reference §6.13), and what a call between enclaves gave to another one (§6.12). The kernel takes back, whenever an enclave
 * has ended, those that the monitor made public again, and sees in its own page tables which those are.
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
