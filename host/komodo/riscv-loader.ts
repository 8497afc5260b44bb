/**
 * The calls that build an enclave under `komodo-riscv`: three levels of tables in secure pages, each named by page and index;
 * every page is copied from insecure memory, the zero ones too; nothing is measured. Komodo reference §3.1.
 */
import { PAGE_SIZE } from "../../core/units.ts";
import type { KomodoPort } from "./komodo-abi.ts";
import { MAPPING_R, MAPPING_W, MAPPING_X } from "./komodo-abi.ts";
import { CHANNEL, HOST_REGION, type KomodoImage } from "./komodo-image.ts";
import { type Construction, KomodoLoader, type KomodoThread } from "./komodo-loader.ts";
import type { RiscvBuildCall } from "./riscv-abi.ts";
import { PERMISSION_R, PERMISSION_W, PERMISSION_X, RISCV_SECURE_PAGES } from "./riscv-abi.ts";

const ENTRIES = 512;
const MEGAPAGE = PAGE_SIZE * ENTRIES;

export class RiscvLoader extends KomodoLoader<RiscvBuildCall> {
  protected readonly stop = "STOP";
  protected readonly remove = "REMOVE";

  constructor(port: KomodoPort<RiscvBuildCall>) {
    super(port, RISCV_SECURE_PAGES);
  }

  protected build({ image, addrspace, hostRegion, take }: Construction): KomodoThread[] {
    const l1 = take();
    this.call("INIT_ADDRSPACE", addrspace, l1);
    const l2 = take();
    this.call("INIT_L2PTABLE", l2, l1, 0);
    const l3s = new Map<number, number>();
    /** The last table on the way to an address, and the index in it. */
    const slotOf = (va: number): [l3: number, index: number] => {
      const megapage = Math.floor(va / MEGAPAGE);
      let l3 = l3s.get(megapage);
      if (l3 === undefined) {
        l3 = take();
        l3s.set(megapage, l3);
        this.call("INIT_L3PTABLE", l3, l2, megapage);
      }
      return [l3, Math.floor(va / PAGE_SIZE) % ENTRIES];
    };
    for (const { va, rights, bytes } of image.pages) {
      const slot = slotOf(va);
      this.call("MAP_SECURE", take(), ...slot, permissionsOf(rights), this.staged(bytes));
    }
    const threads = image.entries.map((entry, thread) => {
      const dispatcher = take();
      this.call("INIT_DISPATCHER", dispatcher, addrspace, entry);
      return { dispatcher, requestPage: hostRegion[thread]! };
    });
    for (const [va, pages] of [
      [HOST_REGION, hostRegion],
      [CHANNEL, this.channel],
    ] as const)
      for (const [i, page] of pages.entries())
        this.call("MAP_INSECURE", ...slotOf(va + i * PAGE_SIZE), PERMISSION_R | PERMISSION_W, page);
    this.call("FINALISE", addrspace);
    return threads;
  }

  protected measurementOf(_: KomodoImage): Uint32Array {
    return new Uint32Array(8);
  }

  /** There are no spare pages here. */
  protected allocSpare(): boolean {
    return false;
  }
}

const permissionsOf = (rights: number): number =>
  (rights & MAPPING_R ? PERMISSION_R : 0) |
  (rights & MAPPING_W ? PERMISSION_W : 0) |
  (rights & MAPPING_X ? PERMISSION_X : 0);
