/**
 * The registers of the Guarded Page Table, as a platform offers them that has one. Penglai reference §2.1 names
 * reg_hptarea_start, reg_hptarea_size and reg_ms; their numbers were never published, hence properties and no CSRs.
 */
import type { Platform } from "../core/platform.ts";
import type { Pa } from "../core/units.ts";

export interface GptPort {
  /** off and published: the walker checks nothing. paper: it checks each table page that it reads for the host. */
  mode: "off" | "published" | "paper";
  hptBase: Pa;
  pmdBase: Pa;
  pteBase: Pa;
  /** First byte behind the area. */
  end: Pa;
  /** While set, tables are an enclave's and are not checked. */
  enclaveMode: boolean;
}

export type GptPlatform = Platform & { readonly gpt?: GptPort };
