/**
 * What a monitor call does to the machine, as data. The specification lists effects in order; the shell carries them out
 * in that order and decides nothing.
 *
 * What concerns other harts has happened on them before the call returns: "broadcast by IPI with a sync" (Penglai
 * reference §2.2). Here nobody waits for anybody, as no hart executes while a call is carried out.
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
  /** On all harts if `everyHart`, else on the one that trapped. */
  | { readonly kind: "setPmp"; readonly entries: readonly PmpEntry[]; readonly everyHart?: boolean }
  /** mstatus.TVM := 1: satp and sfence.vma of S-mode trap from now on. On harts as `setPmp`. */
  | { readonly kind: "setTvm"; readonly everyHart?: boolean }
  /** The walkers of all harts check from now on (mode `paper`). */
  | { readonly kind: "setGpt"; readonly bounds: GptBounds }
  /** Whether the walker takes the tables it reads for an enclave's. */
  | { readonly kind: "enclaveMode"; readonly on: boolean }
  | { readonly kind: "writeCsr"; readonly csr: number; readonly value: bigint }
  /** Sets and clears bits of mip. */
  | { readonly kind: "pending"; readonly set: bigint; readonly clear: bigint }
  /** Sets and clears bits of mie. */
  | { readonly kind: "enable"; readonly set: bigint; readonly clear: bigint }
  | { readonly kind: "timeCompare"; readonly time: bigint }
  /** The hart that trapped forgets its translations. */
  | { readonly kind: "flushTlb" }
  /** Every hart does. */
  | { readonly kind: "shootDown" }
  /** The monitor takes a software interrupt on another hart, behind all other effects. */
  | { readonly kind: "interrupt"; readonly hartId: number }
  /** The only effect that hardware may refuse; the outcome says what holds then. */
  | { readonly kind: "lockLines"; readonly pa: Pa; readonly byteLen: number }
  | { readonly kind: "unlockLines"; readonly pa: Pa; readonly byteLen: number };
