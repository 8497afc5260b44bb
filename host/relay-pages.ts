/**
 * The driver's part in relay pages (Penglai reference §6.12): blocks that it fills, lends to an enclave, and gets back with
 * what the last enclave left in them, whichever that is. Who holds a block meanwhile, and in how many parts, the driver
 * cannot know: it looks in its own page tables which pages are its again, and frees a block when all are.
 */
import { PAGE_SIZE, type Pa, pa } from "../core/units.ts";
import { UserError } from "../core/user-error.ts";
import type { Enclave, PageRange, RelayGrant, RelaySource } from "./enclave.ts";
import { pagesFor } from "./frame-allocator.ts";
import type { PenglaiResult } from "./hart.ts";
import type { Kernel } from "./kernel.ts";
import { NO_RELAY, type RelayWords, UNDER_ITS_NAME } from "./penglai-abi.ts";

/** What the monitor is told. */
export function relayWords(relay: RelayGrant | undefined): RelayWords {
  if (relay === undefined) return NO_RELAY;
  return relay === "handed over" ? UNDER_ITS_NAME : [BigInt(relay.at), BigInt(relay.pageCount * PAGE_SIZE)];
}

interface LentRelay extends PageRange {
  /** Pages, counted from the first, that are the kernel's again. */
  readonly back: Set<number>;
}

export class RelayPages {
  readonly #kernel: Kernel;
  #lent: LentRelay[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Blocks of which some page is not the kernel's. */
  get count(): number {
    return this.#lent.length;
  }

  /**
   * Relay pages for the enclave's first entry. The last ones count.
   * @throws UserError if it has run already, or the machine has no memory for them
   */
  pass(enclave: Enclave, source: RelaySource): void {
    if (enclave.state !== "fresh")
      throw new UserError(
        `enclave ${enclave.name} has run already, and relay pages are passed with the first run`,
        "give it new ones when it returns the old ones: onRelay",
      );
    this.withdraw(enclave);
    enclave.relay = this.grant(source);
  }

  /** Takes back what was meant for the enclave's next entry. */
  withdraw(enclave: Enclave): void {
    const { relay } = enclave;
    if (relay !== undefined && relay !== "handed over") this.#kernel.freePages(relay.at, relay.pageCount);
    enclave.relay = undefined;
  }

  /** The enclave was entered, or not: what was passed to it is its, or the kernel's again. */
  settle(enclave: Enclave, result: PenglaiResult): void {
    const { relay } = enclave;
    if (result.ok && result.value < 0n) this.withdraw(enclave);
    else if (relay !== undefined && relay !== "handed over") this.#lent.push({ ...relay, back: new Set() });
    enclave.relay = undefined;
  }

  /** What a source is for the monitor, the block filled and ready to become secure. @throws UserError without memory for it */
  grant(source: RelaySource): RelayGrant {
    return source === "handed over" ? source : this.#fill(source);
  }

  /** With zeros behind the bytes. */
  #fill(bytes: Uint8Array): PageRange {
    const kernel = this.#kernel;
    const pageCount = Math.max(1, pagesFor(bytes.length));
    const at = kernel.pages(pageCount);
    try {
      kernel.put(at, bytes);
      kernel.prepareSecure(at, pageCount * PAGE_SIZE);
    } catch (error) {
      kernel.freePages(at, pageCount);
      throw error;
    }
    return { at, pageCount };
  }

  /**
   * What has come back since the last look, as ranges of neighbours; the pages stay allocated until `collect`.
   * @param first where the monitor says that something begins which came back
   */
  regained(first?: Pa): PageRange[] {
    return this.#lent.flatMap((block) => (this.#looksWorthwhile(block, first) ? this.#lookAt(block) : []));
  }

  /** Frees the blocks that are back as a whole. What is in their pages is not zero. */
  collect(): void {
    const isBack = ({ back, pageCount }: LentRelay): boolean => back.size === pageCount;
    for (const { at, pageCount } of this.#lent.filter(isBack)) this.#kernel.freePages(at, pageCount);
    this.#lent = this.#lent.filter((block) => !isBack(block));
  }

  /** An enclave that ends gives its parts back, and those begin or end somewhere: usually where the block does. */
  #looksWorthwhile({ at, pageCount, back }: LentRelay, first: Pa | undefined): boolean {
    if (first !== undefined && first >= at && first < at + pageCount * PAGE_SIZE) return true;
    return back.size > 0 || this.#isOurs(at) || this.#isOurs(pa(at + (pageCount - 1) * PAGE_SIZE));
  }

  #lookAt({ at, pageCount, back }: LentRelay): PageRange[] {
    const ranges: PageRange[] = [];
    for (let i = 0; i < pageCount; i++) {
      const page = pa(at + i * PAGE_SIZE);
      if (back.has(i) || !this.#isOurs(page)) continue;
      back.add(i);
      const last = ranges.at(-1);
      if (last !== undefined && last.at + last.pageCount * PAGE_SIZE === page)
        ranges[ranges.length - 1] = { at: last.at, pageCount: last.pageCount + 1 };
      else ranges.push({ at: page, pageCount: 1 });
    }
    return ranges;
  }

  #isOurs(page: Pa): boolean {
    return this.#kernel.load(page, 8).ok;
  }
}
