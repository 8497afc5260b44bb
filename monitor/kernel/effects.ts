/**
 * What a monitor call does to the machine, as data. The specification lists effects in order; the shell carries them out
 * in that order and decides nothing.
 */

import type { Pa, PageNo } from "../../core/units.ts";
import type { GptBounds } from "./gpt-port.ts";
import type { PmpEntry } from "./pmp.ts";

export type Effect =
  | { readonly kind: "write32"; readonly pa: Pa; readonly value: number }
  | { readonly kind: "write64"; readonly pa: Pa; readonly value: bigint }
  | { readonly kind: "writeBytes"; readonly pa: Pa; readonly bytes: Uint8Array }
  | { readonly kind: "zero"; readonly pa: Pa; readonly byteLen: number }
  | { readonly kind: "copyPage"; readonly destination: PageNo; readonly source: PageNo }
  | { readonly kind: "setPmp"; readonly entries: readonly PmpEntry[] }
  /** mstatus.TVM := 1: satp and sfence.vma of S-mode trap from now on. */
  | { readonly kind: "setTvm" }
  /** The walker checks from now on (mode `paper`). */
  | { readonly kind: "setGpt"; readonly bounds: GptBounds }
  /** Whether the walker takes the tables it reads for an enclave's. */
  | { readonly kind: "enclaveMode"; readonly on: boolean }
  | { readonly kind: "writeCsr"; readonly csr: number; readonly value: bigint }
  /** Sets and clears bits of mip. */
  | { readonly kind: "pending"; readonly set: bigint; readonly clear: bigint }
  /** Sets and clears bits of mie. */
  | { readonly kind: "enable"; readonly set: bigint; readonly clear: bigint }
  | { readonly kind: "timeCompare"; readonly time: bigint }
  | { readonly kind: "flushTlb" }
  /** The only effect that hardware may refuse; the outcome says what holds then. */
  | { readonly kind: "lockLines"; readonly pa: Pa; readonly byteLen: number }
  | { readonly kind: "unlockLines"; readonly pa: Pa; readonly byteLen: number };
