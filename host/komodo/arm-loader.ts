/** The calls that build an enclave under `komodo`, in the order of guest/komodo/README.md. Komodo reference §1.6. */
import { PAGE_SIZE } from "../../core/units.ts";
import { type BuildCall, type KomodoPort, L1_ALIGNMENT, MAPPING_R, MAPPING_W } from "./komodo-abi.ts";
import { CHANNEL, HOST_REGION, isZeros, type KomodoImage, komodoMeasurementOf } from "./komodo-image.ts";
import { type Construction, KomodoLoader, type KomodoThread } from "./komodo-loader.ts";

export class ArmLoader extends KomodoLoader<BuildCall> {
  protected readonly stop = "STOP";
  protected readonly remove = "REMOVE";

  constructor(port: KomodoPort<BuildCall>) {
    super(port, Number(port.call("GET_PHYS_PAGES").value));
  }

  protected build({ image, addrspace, hostRegion, take }: Construction): KomodoThread[] {
    this.call("INIT_ADDRSPACE", addrspace, take(L1_ALIGNMENT));
    for (const slot of image.slots) this.call("INIT_L2PTABLE", take(), addrspace, slot);
    for (const { va, rights, bytes } of image.pages)
      this.call("MAP_SECURE", take(), addrspace, va | rights, isZeros(bytes) ? 0 : this.staged(bytes));
    const threads = image.entries.map((entry, thread) => {
      const dispatcher = take();
      this.call("INIT_DISPATCHER", dispatcher, addrspace, entry);
      return { dispatcher, requestPage: hostRegion[thread]! };
    });
    this.#mapRegion(addrspace, HOST_REGION, hostRegion);
    this.#mapRegion(addrspace, CHANNEL, this.channel);
    this.call("FINALISE", addrspace);
    return threads;
  }

  protected measurementOf(image: KomodoImage): Uint32Array {
    return komodoMeasurementOf(image);
  }

  protected allocSpare(page: number, addrspace: number): boolean {
    return this.port.call("ALLOC_SPARE", page, addrspace).error === 0n;
  }

  #mapRegion(addrspace: number, va: number, pages: readonly number[]): void {
    for (const [i, page] of pages.entries())
      this.call("MAP_INSECURE", addrspace, page, (va + i * PAGE_SIZE) | MAPPING_R | MAPPING_W);
  }
}
