/**
 * Builds an enclave by calls of the monitor, in the order of guest/komodo/README.md, and takes it apart again. Nothing here is
 * trusted: what the monitor refuses is told as it explains it.
 *
 * Page numbers are the operating system's choice (Komodo reference §1.1: it allocates, the monitor checks).
 */
import { PAGE_SIZE } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import type { Refusal, Result } from "../enclave.ts";
import {
  type EntryName,
  type KomodoCallName,
  type KomodoPort,
  L1_ALIGNMENT,
  MAPPING_R,
  MAPPING_W,
} from "./komodo-abi.ts";
import { CHANNEL, HOST_REGION, isZeros, type KomodoImage, komodoMeasurementOf, REGION_PAGES } from "./komodo-image.ts";

type BuildCall = Exclude<KomodoCallName, EntryName>;

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
  /** As computed offline. */
  readonly measurement: Uint32Array;
  /** Its secure pages but the address space itself. */
  readonly pages: Set<number>;
}

/** The pages that the operating system gives out: secure ones by number, insecure ones by number. */
export class KomodoLoader {
  readonly port: KomodoPort;
  readonly #freeSecure: Set<number>;
  /** Given back; further ones are those from `#nextInsecure` on. */
  readonly #freeInsecure: number[] = [];
  /** Page 0 cannot be a source of MapSecure: "src = 0 means zero-fill". */
  #nextInsecure = 1;
  /** Pages of the channel, in insecure RAM. */
  readonly channel: readonly number[];
  readonly #staging: number;

  constructor(port: KomodoPort) {
    this.port = port;
    const secure = Number(port.call("GET_PHYS_PAGES").value);
    this.#freeSecure = new Set(Array.from({ length: secure }, (_, page) => page));
    this.#staging = this.#insecurePage();
    this.channel = Array.from({ length: REGION_PAGES }, () => this.#insecurePage());
    for (const page of this.channel) port.store(page, 0, new Uint8Array(PAGE_SIZE));
  }

  /** @throws UserError if there are not enough pages */
  load(image: KomodoImage): Result<KomodoEnclave> {
    const addrspace = this.#securePage();
    const pages = new Set<number>();
    const hostRegion: number[] = [];
    try {
      const threads = this.#build(image, addrspace, pages, hostRegion);
      const measurement = komodoMeasurementOf(image);
      return { ok: true, value: { name: image.name, addrspace, threads, hostRegion, measurement, pages } };
    } catch (error) {
      this.port.call("STOP", addrspace);
      this.#takeBack(addrspace, pages, hostRegion);
      if (error instanceof Refused) return { ok: false, refusal: error.refusal };
      throw error;
    }
  }

  /** @param pages @param hostRegion receive what the enclave is given */
  #build(image: KomodoImage, addrspace: number, pages: Set<number>, hostRegion: number[]): KomodoThread[] {
    const take = (alignment = 1): number => {
      const page = this.#securePage(alignment);
      pages.add(page);
      return page;
    };
    this.#call("INIT_ADDRSPACE", addrspace, take(L1_ALIGNMENT));
    for (const slot of image.slots) this.#call("INIT_L2PTABLE", take(), addrspace, slot);
    for (const { va, rights, bytes } of image.pages) {
      const isZero = isZeros(bytes);
      if (!isZero) this.port.store(this.#staging, 0, bytes);
      this.#call("MAP_SECURE", take(), addrspace, va | rights, isZero ? 0 : this.#staging);
    }
    while (hostRegion.length < REGION_PAGES) hostRegion.push(this.#insecurePage());
    const threads = image.entries.map((entry, thread) => {
      const dispatcher = take();
      this.#call("INIT_DISPATCHER", dispatcher, addrspace, entry);
      return { dispatcher, requestPage: hostRegion[thread]! };
    });
    this.#mapRegion(addrspace, HOST_REGION, hostRegion);
    this.#mapRegion(addrspace, CHANNEL, this.channel);
    this.#call("FINALISE", addrspace);
    return threads;
  }

  /** AllocSpare, as often as there are pages and the monitor agrees. @returns the pages */
  spare({ addrspace, pages }: KomodoEnclave, count: number): number[] {
    const given: number[] = [];
    while (given.length < count) {
      const page = this.#lowestFree(1);
      if (page === undefined || this.port.call("ALLOC_SPARE", page, addrspace).error !== 0n) break;
      this.#freeSecure.delete(page);
      pages.add(page);
      given.push(page);
    }
    return given;
  }

  /** Stops the enclave and takes every page back, the address space last. */
  destroy({ addrspace, pages, hostRegion }: KomodoEnclave): void {
    this.port.call("STOP", addrspace);
    this.#takeBack(addrspace, pages, hostRegion);
  }

  /** Pages that the monitor does not give back are not used again. */
  #takeBack(addrspace: number, pages: Set<number>, hostRegion: readonly number[]): void {
    for (const page of [...pages, addrspace])
      if (this.port.call("REMOVE", page).error === 0n) this.#freeSecure.add(page);
    pages.clear();
    this.#freeInsecure.push(...hostRegion);
  }

  #mapRegion(addrspace: number, va: number, pages: readonly number[]): void {
    for (const [i, page] of pages.entries())
      this.#call("MAP_INSECURE", addrspace, page, (va + i * PAGE_SIZE) | MAPPING_R | MAPPING_W);
  }

  #call(call: BuildCall, ...args: readonly number[]): void {
    const { error } = this.port.call(call, ...args);
    if (error === 0n) return;
    const { lastRefusal } = this.port;
    const explanation = lastRefusal?.explanation ?? `the monitor returned ${error} and gave no reason`;
    throw new Refused({ ...lastRefusal, call, value: error, explanation });
  }

  #lowestFree(alignment: number): number | undefined {
    for (const page of this.#freeSecure) if (page % alignment === 0) return page;
    return undefined;
  }

  #securePage(alignment = 1): number {
    const page = this.#lowestFree(alignment);
    if (page === undefined)
      throw new UserError("the monitor has no secure page left", "run fewer or smaller enclaves at a time");
    this.#freeSecure.delete(page);
    return page;
  }

  #insecurePage(): number {
    const page = this.#freeInsecure.pop() ?? this.#nextInsecure++;
    if (page >= this.port.insecurePages)
      throw new UserError("no insecure page is left", "give the machine more memory: --memory 2G");
    return page;
  }
}
