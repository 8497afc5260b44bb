/**
 * The kernel's physical page allocator: a binary buddy allocator as Linux has it (blocks of 2^order pages, naturally
 * aligned). Penglai leaves *allocation* to the untrusted OS and *protection* to the monitor (Penglai reference §1), so
 * nothing here is trusted.
 *
 * Invariants: a block of order n starts at a multiple of 2^n pages; free blocks do not overlap; two free buddies are
 * always joined. State is proportional to the number of blocks, never to the number of pages, so 512 GiB cost nothing.
 * Not modelled: zones, per-CPU lists, movable pages.
 */
import { PAGE_SIZE, type Pa, type PageNo, pageNoOf, paOfPage } from "../core/units.ts";

interface Block {
  readonly page: PageNo;
  readonly order: number;
}

export class FrameAllocator {
  /** First pages of the free blocks, by order. */
  readonly #free: Set<PageNo>[] = [];
  /** Order of each allocated block, by its first page. */
  readonly #allocated = new Map<PageNo, number>();
  #freePages = 0;

  /** The pages [from, to) are free at the start. */
  constructor(from: PageNo, to: PageNo) {
    for (const block of alignedBlocks(from, to - from)) this.#blocks(block.order).add(block.page);
    this.#freePages = to - from;
  }

  get freePages(): number {
    return this.#freePages;
  }

  /** @returns a block of 2^order pages, or undefined when no free block is large enough */
  allocate(order: number): Pa | undefined {
    let found = order;
    while (found < this.#free.length && this.#blocks(found).size === 0) found++;
    if (found >= this.#free.length) return undefined;
    const page = this.#blocks(found).values().next().value!;
    this.#blocks(found).delete(page);
    // The low half is split further, each high half becomes free.
    while (found > order) {
      found--;
      this.#blocks(found).add((page + 2 ** found) as PageNo);
    }
    this.#allocated.set(page, order);
    this.#freePages -= 2 ** order;
    return paOfPage(page);
  }

  /** @throws RangeError if no block of this order is allocated at `address` */
  free(address: Pa, order: number): void {
    let page = pageNoOf(address);
    if (this.#allocated.get(page) !== order)
      throw new RangeError(`no block of order ${order} is allocated at 0x${address.toString(16)}`);
    this.#allocated.delete(page);
    this.#freePages += 2 ** order;
    let joined = order;
    while (this.#blocks(joined).delete(buddyOf(page, joined))) {
      page = Math.min(page, buddyOf(page, joined)) as PageNo;
      joined++;
    }
    this.#blocks(joined).add(page);
  }

  /**
   * Allocates exactly `pageCount` contiguous pages, as Linux's alloc_pages_exact does: a block of the next power of two
   * whose tail goes back at once.
   * @param pageCount at least 1
   */
  allocateExact(pageCount: number): Pa | undefined {
    const order = orderFor(pageCount);
    const address = this.allocate(order);
    if (address === undefined) return undefined;
    const first = pageNoOf(address);
    const tail = alignedBlocks((first + pageCount) as PageNo, 2 ** order - pageCount);
    this.#allocated.delete(first);
    for (const block of [...alignedBlocks(first, pageCount), ...tail]) this.#allocated.set(block.page, block.order);
    for (const block of tail) this.free(paOfPage(block.page), block.order);
    return address;
  }

  /** Frees what `allocateExact` returned. @throws RangeError if it is not allocated like that */
  freeExact(address: Pa, pageCount: number): void {
    for (const block of alignedBlocks(pageNoOf(address), pageCount)) this.free(paOfPage(block.page), block.order);
  }

  #blocks(order: number): Set<PageNo> {
    while (this.#free.length <= order) this.#free.push(new Set());
    return this.#free[order]!;
  }
}

/** @returns the smallest order whose block holds `pageCount` pages */
export function orderFor(pageCount: number): number {
  return pageCount <= 1 ? 0 : Math.ceil(Math.log2(pageCount));
}

/** @returns the number of whole pages that hold `byteLen` bytes */
export function pagesFor(byteLen: number): number {
  return Math.ceil(byteLen / PAGE_SIZE);
}

/** Buddies differ in one bit: the block 6 of order 1 (0b110) has the buddy 4 (0b100). */
function buddyOf(page: PageNo, order: number): PageNo {
  const size = 2 ** order;
  return ((page / size) % 2 === 0 ? page + size : page - size) as PageNo;
}

/** [first, first + pageCount) as the fewest naturally aligned blocks, ascending. */
function alignedBlocks(first: PageNo, pageCount: number): Block[] {
  const blocks: Block[] = [];
  let page: number = first;
  const end = first + pageCount;
  while (page < end) {
    let order = 0;
    while (page % 2 ** (order + 1) === 0 && page + 2 ** (order + 1) <= end) order++;
    blocks.push({ page: page as PageNo, order });
    page += 2 ** order;
  }
  return blocks;
}
