/**
 * The registers of the Guarded Page Table, as a platform offers them that has one. Penglai reference §2.1 names
 * reg_hptarea_start, reg_hptarea_size and reg_ms; their numbers were never published, hence properties and no CSRs.
 */
import type { GptRegisters } from "../../core/gpt-registers.ts";
import type { Platform } from "../../core/platform.ts";

/** Where the Host Page Table Area and its sub-areas begin, and the first byte behind. */
export type GptBounds = Pick<GptRegisters, "hptBase" | "pmdBase" | "pteBase" | "end">;
export type GptPort = GptBounds & Pick<GptRegisters, "mode" | "enclaveMode">;

export type GptPlatform = Platform & { readonly gpt?: GptPort };
