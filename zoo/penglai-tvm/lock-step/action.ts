/** What a hostile host and hostile enclaves do, as data: it can be printed, repeated and left out. */
import { PAGE_SIZE } from "../../../core/units.ts";
import * as at from "../host.ts";
import { CODE, DATA, type ImagePage } from "../host.ts";

/** Images by what is wrong with them. `double` maps a page twice, `foreign` one of the host's, `stack` brings its
 * own, `kbuffer` shares one of the monitor's, `tables` uses a page as two tables, `free` maps one of its free list. */
export type Shape = "good" | "stack" | "double" | "foreign" | "heap" | "kbuffer" | "tables" | "free";

export type Action =
  /** Flags 1 to 5: the store, the clearing, consecutive entries, clearings, stores. `source` is the monitor's memory. */
  | {
      readonly do: "setPte";
      readonly flag: number;
      readonly pairs: readonly (readonly [number, bigint])[];
      readonly source?: number;
    }
  | { readonly do: "mapPte"; readonly entry: number; readonly table: number }
  | { readonly do: "create" | "createShadow"; readonly slot: number; readonly shape: Shape; readonly pageCount: number }
  | { readonly do: "fork"; readonly eid: number; readonly slot: number; readonly pageCount: number }
  | {
      readonly do: "run" | "stop" | "destroy" | "destroyShadow" | "attest" | "attestShadow";
      readonly eid: number;
    }
  | {
      readonly do: "resume";
      readonly eid: number;
      readonly from: number;
      readonly ocall: number;
      readonly address: number;
      readonly byteLen: number;
    }
  | { readonly do: "extend" | "schrodinger"; readonly address: number; readonly byteLen: number }
  /** csrw satp. */
  | { readonly do: "satp"; readonly value: bigint }
  /** SM_INIT, PT_AREA_SEPARATION, PRINT, and numbers that are none. */
  | { readonly do: "call"; readonly fid: number }
  | { readonly do: "enclave"; readonly fid: number; readonly args: readonly bigint[] }
  /** `steal` is csrw satp inside the enclave, `hostFault` a trap of the host that is not the monitor's. */
  | { readonly do: "timer" | "fault" | "steal" | "hostFault" }
  /** The host never switched translation on. Possible at the beginning only. */
  | { readonly do: "bare" };

const STACK_PAGE: ImagePage = { va: 0x37_ffff_f000n, permissions: at.R | at.W };

/** The pages of an image, before anything is made wrong. */
export const pagesOf = (shape: Shape): readonly ImagePage[] =>
  shape === "stack"
    ? [CODE, DATA, STACK_PAGE]
    : shape === "heap"
      ? [CODE, { ...DATA, va: 0x10_0000_0000n }]
      : [CODE, DATA];

export const SLOTS = 8;
const SLOT_PAGES = 48;
export const slotAt = (slot: number): number => at.POOL + slot * SLOT_PAGES * PAGE_SIZE;

const show = (value: unknown): string =>
  typeof value === "bigint" || (typeof value === "number" && value > 9)
    ? `0x${value.toString(16)}`
    : Array.isArray(value)
      ? `[${value.map(show).join(" ")}]`
      : `${value}`;

export const describeAction = ({ do: name, ...rest }: Action): string =>
  [name, ...Object.entries(rest).map(([key, value]) => `${key} ${show(value)}`)].join(" ");
