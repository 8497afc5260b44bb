/**
 * PMP of the personality, as Komodo's memory filter (Komodo reference §1.2). The lowest matching entry decides:
 *
 *     entry            the OS runs     an enclave runs
 *     0  secure pages  no access       RWX: its page tables say which
 *     1  tables        no access       read: the walker needs them, no entry of theirs names one
 *     2  isolated      no access       no access
 *     7  everything    RWX             RWX: insecure mappings
 */
import { PAGE_SIZE, paOfPage } from "../../core/units.ts";
import type { PmpEntry } from "../kernel/pmp.ts";
import type { PageRange, Span } from "../kernel/span.ts";
import type { KomodoConfig } from "./state.ts";

const spanOf = ({ from, to }: PageRange): Span => ({ pa: paOfPage(from), byteLen: (to - from) * PAGE_SIZE });

/** The entries that a world switch changes. */
export const worldEntries = ({ opened, tables }: KomodoConfig, world: "os" | "enclave"): readonly PmpEntry[] => [
  { index: 0, access: world === "os" ? "none" : "all", span: spanOf(opened) },
  { index: 1, access: world === "os" ? "none" : "read", span: spanOf(tables) },
];

export const bootEntries = (config: KomodoConfig): readonly PmpEntry[] => [
  ...worldEntries(config, "os"),
  { index: 2, access: "none", span: spanOf(config.isolated) },
  { index: 7, access: "all", span: "everything" },
];
