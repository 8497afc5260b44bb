/**
 * Builds an enclave by calls of the monitor, in the order of guest/komodo/README.md, and takes it apart again. Nothing here is
 * trusted: what the monitor refuses is told as it explains it.
 *
 * Page numbers are the operating system's choice (Komodo reference §1.1: it allocates, the monitor checks).
 */
import { PAGE_SIZE } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { type KomodoCallName, type KomodoPort, L1_ALIGNMENT, MAPPING_R, MAPPING_W } from "./komodo-abi.ts";
import { CHANNEL, HOST_REGION, isZeros, type KomodoImage, komodoMeasurementOf, REGION_PAGES } from "./komodo-image.ts";

/** A call that the monitor refused. */
export class KomodoRefusal extends Error {
  override readonly name = "KomodoRefusal";
  readonly call: KomodoCallName;
  readonly error: bigint;

  constructor(call: KomodoCallName, error: bigint, explanation: string | undefined) {
    super(explanation ?? `${call} was refused with error ${error}`);
    this.call = call;
    this.error = error;
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
  /** As computed offline. */
  readonly measurement: Uint32Array;
  /** Its secure pages but the address space itself. */
  readonly pages: Set<number>;
}

/** The pages that the operating system gives out: secure ones by number, insecure ones by number. */
export class KomodoLoader {
  readonly port: KomodoPort;
  readonly #freeSecure: Set<number>;
  readonly #freeInsecure: number[];
  /** Pages of the channel, in insecure RAM. */
  readonly channel: readonly number[];
  readonly #staging: number;

  constructor(port: KomodoPort) {
    this.port = port;
    const secure = Number(port.call("GET_PHYS_PAGES").value);
    this.#freeSecure = new Set(Array.from({ length: secure }, (_, page) => page));
    // Page 0 cannot be a source of MapSecure: "src = 0 means zero-fill".
    this.#freeInsecure = Array.from({ length: port.insecurePages - 1 }, (_, i) => i + 1);
    this.#staging = this.#insecurePage();
    this.channel = Array.from({ length: REGION_PAGES }, () => this.#insecurePage());
    for (const page of this.channel) port.store(page, 0, new Uint8Array(PAGE_SIZE));
  }

  /** @throws KomodoRefusal @throws UserError if there are not enough pages */
  load(image: KomodoImage): KomodoEnclave {
    const l1 = this.#securePage(L1_ALIGNMENT);
    const addrspace = this.#securePage();
    this.#call("INIT_ADDRSPACE", addrspace, l1);
    const pages = new Set([l1]);
    const take = (): number => {
      const page = this.#securePage();
      pages.add(page);
      return page;
    };
    for (const slot of image.slots) this.#call("INIT_L2PTABLE", take(), addrspace, slot);
    for (const { va, rights, bytes } of image.pages) {
      const isZero = isZeros(bytes);
      if (!isZero) this.port.store(this.#staging, 0, bytes);
      this.#call("MAP_SECURE", take(), addrspace, va | rights, isZero ? 0 : this.#staging);
    }
    const region = Array.from({ length: REGION_PAGES }, () => this.#insecurePage());
    const threads = image.entries.map((entry, thread) => {
      const dispatcher = take();
      this.#call("INIT_DISPATCHER", dispatcher, addrspace, entry);
      return { dispatcher, requestPage: region[thread]! };
    });
    this.#mapRegion(addrspace, HOST_REGION, region);
    this.#mapRegion(addrspace, CHANNEL, this.channel);
    this.#call("FINALISE", addrspace);
    return { name: image.name, addrspace, threads, measurement: komodoMeasurementOf(image), pages };
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

  /** Stops the enclave and takes every page back, the address space last. @throws KomodoRefusal */
  destroy(enclave: KomodoEnclave): void {
    this.#call("STOP", enclave.addrspace);
    for (const page of [...enclave.pages, enclave.addrspace]) {
      this.#call("REMOVE", page);
      this.#freeSecure.add(page);
    }
    enclave.pages.clear();
    for (const { requestPage } of enclave.threads) this.#freeInsecure.push(requestPage);
  }

  #mapRegion(addrspace: number, va: number, pages: readonly number[]): void {
    for (const [i, page] of pages.entries())
      this.#call("MAP_INSECURE", addrspace, page, (va + i * PAGE_SIZE) | MAPPING_R | MAPPING_W);
  }

  #call(name: KomodoCallName, ...args: readonly number[]): void {
    const { error } = this.port.call(name, ...args);
    if (error !== 0n) throw new KomodoRefusal(name, error, this.port.lastExplanation);
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
    const page = this.#freeInsecure.shift();
    if (page === undefined) throw new UserError("no insecure page is left", "give the machine more memory");
    return page;
  }
}
