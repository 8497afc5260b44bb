/** Why an address can or cannot be accessed, as a personality tells it to people. */
import type { Pa, PageNo } from "../../core/units.ts";

/** Who owns an address and what follows from it. */
export interface Explanation {
  readonly pa: Pa;
  readonly page: PageNo;
  /** "public", "enclave 7", "the monitor", … */
  readonly owner: string;
  /** Whether the monitor lets the host map the page. */
  readonly hostMayMap: boolean;
  /** Whether a live enclave shares the page with the host. */
  readonly isShared: boolean;
  /** What stands between the host and the page, and what would be allowed. */
  readonly text: string;
}
