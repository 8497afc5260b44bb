/**
 * Building enclaves call by call, and taking them apart again: what both faces of Komodo have in common. Nothing here is trusted:
 * what the monitor refuses is told as it explains it.
 *
 * Page numbers are the operating system's choice (Komodo reference §1.1: it allocates, the monitor checks).
 */
import { PAGE_SIZE } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import type { Refusal, Result } from "../enclave.ts";
import type { KomodoPort } from "./komodo-abi.ts";
import { type KomodoImage, REGION_PAGES } from "./komodo-image.ts";
import { PageNumbers } from "./page-numbers.ts";

/** A call that the monitor refused, on its way to whoever asked for the enclave. */
class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.explanation);
    this.refusal = refusal;
  }
}

export interface KomodoThread {
  /** Page of its dispatcher. */
  readonly dispatcher: number;
  /** Its page of the host region, in insecure RAM. */
  readonly requestPage: number;
}

export interface KomodoEnclave {
  readonly name: string;
  readonly addrspace: number;
  readonly threads: readonly KomodoThread[];
  /** Its part of insecure RAM: a page a thread, and what is left of the region. */
  readonly hostRegion: readonly number[];
  /** As computed offline; zeros where nothing is measured. */
  readonly measurement: Uint32Array;
  /** Its secure pages but the address space itself. */
  readonly pages: Set<number>;
}

/** What an enclave under construction has been given. */
export interface Construction {
  readonly image: KomodoImage;
  readonly addrspace: number;
  readonly hostRegion: readonly number[];
  /** One more secure page of its own. */
  readonly take: (alignment?: number) => number;
}

/** The operating system's pages, and the enclaves that it makes of them. */
export abstract class KomodoLoader<Call extends string = string> {
  readonly port: KomodoPort<Call>;
  /** Pages of the channel, in insecure RAM. */
  readonly channel: readonly number[];
  readonly #secure: PageNumbers;
  readonly #insecure: PageNumbers;
  readonly #staging: number;

  /** @param securePages how many there are */
  constructor(port: KomodoPort<Call>, securePages: number) {
    this.port = port;
    this.#secure = new PageNumbers(0, securePages);
    // ARM's page 0 cannot be a source of MapSecure: "src = 0 means zero-fill".
    this.#insecure = new PageNumbers(1, port.insecurePages);
    this.#staging = this.#insecurePage();
    this.channel = Array.from({ length: REGION_PAGES }, () => this.#insecurePage());
    for (const page of this.channel) port.store(page, 0, new Uint8Array(PAGE_SIZE));
  }

  /** The calls that make an enclave, in the order that is measured. */
  protected abstract build(construction: Construction): readonly KomodoThread[];
  protected abstract measurementOf(image: KomodoImage): Uint32Array;
  protected abstract readonly stop: Call;
  protected abstract readonly remove: Call;

  /** @throws UserError if there are not enough pages */
  load(image: KomodoImage): Result<KomodoEnclave> {
    const addrspace = this.#securePage();
    const pages = new Set<number>();
    const hostRegion: number[] = [];
    const take = (alignment = 1): number => {
      const page = this.#securePage(alignment);
      pages.add(page);
      return page;
    };
    try {
      while (hostRegion.length < REGION_PAGES) hostRegion.push(this.#insecurePage());
      const threads = this.build({ image, addrspace, hostRegion, take });
      const measurement = this.measurementOf(image);
      return { ok: true, value: { name: image.name, addrspace, threads, hostRegion, measurement, pages } };
    } catch (error) {
      this.destroy({ addrspace, pages, hostRegion });
      if (error instanceof Refused) return { ok: false, refusal: error.refusal };
      throw error;
    }
  }

  /** Lends pages that the enclave can map itself, as many as there are and the monitor agrees. @returns their numbers */
  spare(enclave: KomodoEnclave, count: number): number[] {
    const given: number[] = [];
    while (given.length < count) {
      const page = this.#secure.take();
      if (page === undefined) break;
      if (!this.allocSpare(page, enclave.addrspace)) {
        this.#secure.give(page);
        break;
      }
      enclave.pages.add(page);
      given.push(page);
    }
    return given;
  }

  /** @returns whether the monitor has made the page a spare one of the enclave */
  protected abstract allocSpare(page: number, addrspace: number): boolean;

  /** Stops the enclave and takes every page back, the address space last. What the monitor keeps is not used again. */
  destroy({ addrspace, pages, hostRegion }: Pick<KomodoEnclave, "addrspace" | "pages" | "hostRegion">): void {
    this.port.call(this.stop, addrspace);
    for (const page of [...pages, addrspace])
      if (this.port.call(this.remove, page).error === 0n) this.#secure.give(page);
    pages.clear();
    for (const page of hostRegion) this.#insecure.give(page);
  }

  protected call(call: Call, ...args: readonly number[]): void {
    const { error } = this.port.call(call, ...args);
    if (error === 0n) return;
    const { lastRefusal } = this.port;
    const explanation = lastRefusal?.explanation ?? `the monitor returned ${error} and gave no reason`;
    throw new Refused({ ...lastRefusal, call, value: error, explanation });
  }

  /** Puts a page's contents where the monitor copies them from. @returns the insecure page */
  protected staged(bytes: Uint8Array): number {
    this.port.store(this.#staging, 0, bytes);
    return this.#staging;
  }

  #securePage(alignment = 1): number {
    const page = this.#secure.take(alignment);
    if (page === undefined)
      throw new UserError("the monitor has no secure page left", "run fewer or smaller enclaves at a time");
    return page;
  }

  #insecurePage(): number {
    const page = this.#insecure.take();
    if (page === undefined)
      throw new UserError("no insecure page is left", "give the machine more memory: --memory 2G");
    return page;
  }
}
