/**
 * PMP of `komodo-riscv`: "TOR: entries 2–3 = insecure (payload, RWX), 4–5 = secure; entry 5 has RWX only while an enclave
 * runs". What no entry matches, S-mode does not reach: the monitor, and devices. In an enclave "PMP opens all secure
 * pages; so PT invariants carry the whole burden" (Komodo reference §3.1).
 */
import { PAGE_SIZE, paOfPage } from "../../../core/units.ts";
import type { PmpEntry } from "../../kernel/pmp.ts";
import type { PageRange, Span } from "../../kernel/span.ts";
import type { RiscvConfig } from "./state.ts";

const INSECURE_ENTRY = 3;
const SECURE_ENTRY = 5;

const spanOf = ({ from, to }: PageRange): Span => ({ pa: paOfPage(from), byteLen: (to - from) * PAGE_SIZE });

export const secureEntry = ({ secure }: RiscvConfig, world: "os" | "enclave"): PmpEntry => ({
  index: SECURE_ENTRY,
  access: world === "os" ? "none" : "all",
  span: spanOf(secure),
  top: true,
});

export const bootEntries = (config: RiscvConfig): readonly PmpEntry[] => [
  { index: INSECURE_ENTRY, access: "all", span: spanOf(config.insecure), top: true },
  secureEntry(config, "os"),
];
