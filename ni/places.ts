/**
 * Where the places of an action lie in one machine: what the kernel's layout says, and what the OS lent to enclaves.
 */
import { MEGAPAGE } from "../core/sv39.ts";
import { PAGE_SIZE, type Pa, pa } from "../core/units.ts";
import type { Enclave } from "../host/enclave.ts";
import type { Kernel } from "../host/kernel.ts";
import { MONITOR_BYTE_LEN } from "../host/kernel-layout.ts";
import type { Place } from "./action.ts";

const WORD = 8;
const SCRATCH_PAGES = 16;

interface Span {
  readonly at: Pa;
  readonly byteLen: number;
}

export class Places {
  /** Pages of the OS's own that it may do anything with. */
  readonly scratch: Span;
  /** 2 MiB of addresses of the direct map that the OS maps elsewhere. */
  readonly window: Span;
  readonly #kernel: Kernel;
  readonly #enclave: (name: string) => Enclave | undefined;

  constructor(kernel: Kernel, enclave: (name: string) => Enclave | undefined) {
    this.#kernel = kernel;
    this.#enclave = enclave;
    this.scratch = { at: kernel.pages(SCRATCH_PAGES), byteLen: SCRATCH_PAGES * PAGE_SIZE };
    this.window = { at: kernel.pages(MEGAPAGE / PAGE_SIZE), byteLen: MEGAPAGE };
  }

  /** @returns an address at a multiple of 8; undefined if there is no such enclave, or it has no such memory */
  resolve(place: Place): Pa | undefined {
    const span = this.#span(place);
    if (span === undefined || span.byteLen === 0) return undefined;
    const offset = place.offset % span.byteLen;
    return pa(span.at + offset - (offset % WORD));
  }

  #span(place: Place): Span | undefined {
    const { ramBase, ramEnd, ptArea, mbitmap, mbitmapByteLen } = this.#kernel.layout;
    const lent = "of" in place ? this.#enclave(place.of) : undefined;
    switch (place.in) {
      case "ram":
        return { at: ramBase, byteLen: ramEnd - ramBase };
      case "scratch":
        return this.scratch;
      case "window":
        return this.window;
      case "monitor":
        return { at: ramBase, byteLen: MONITOR_BYTE_LEN };
      case "pt_area":
        return { at: ptArea.base, byteLen: ptArea.byteLen };
      case "mbitmap":
        return { at: mbitmap, byteLen: mbitmapByteLen };
      case "region":
        return lent && pages(lent.region);
      case "kbuffer":
        // A shadow has none: address 0.
        return lent && { at: lent.kbuffer, byteLen: lent.kbuffer === 0 ? 0 : PAGE_SIZE };
      case "shm":
        return lent?.shm && pages(lent.shm);
    }
  }
}

const pages = ({ at, pageCount }: { at: Pa; pageCount: number }): Span => ({ at, byteLen: pageCount * PAGE_SIZE });
