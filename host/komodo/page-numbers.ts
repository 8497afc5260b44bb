/** Page numbers that an operating system gives out and takes back. Numbers that were never given out cost nothing. */
export class PageNumbers {
  readonly #end: number;
  /** Those from here on were never given out. */
  #next: number;
  readonly #free = new Set<number>();

  /** All of [first, end) are free. */
  constructor(first: number, end: number) {
    this.#next = first;
    this.#end = end;
  }

  /** @param alignment the number is to be a multiple of it @returns undefined if there is none left */
  take(alignment = 1): number | undefined {
    for (const page of this.#free) {
      if (page % alignment !== 0) continue;
      this.#free.delete(page);
      return page;
    }
    while (this.#next < this.#end) {
      const page = this.#next++;
      if (page % alignment === 0) return page;
      this.#free.add(page);
    }
    return undefined;
  }

  give(page: number): void {
    this.#free.add(page);
  }
}
