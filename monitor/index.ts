/**
 * `atoll/monitor`: what a monitor of your own is made of. docs/tutorials/monitor.md builds one.
 */
export * as cause from "../assembly/cause.ts";
export { S_MODE, U_MODE } from "../core/platform.ts";
export { A0, A1, A6, A7, COUNTERS, MTI, SEI, SP, SSI, STI } from "../core/registers.ts";
export { PAGE_SIZE, type Pa, type PageNo, pa, pageNoOf, paOfPage } from "../core/units.ts";
export type { MemoryView } from "./kernel/draft.ts";
export type { Effect } from "./kernel/effects.ts";
export type { Explanation } from "./kernel/explanation.ts";
export { type Denial, defineGuards, type Guard, isDenial } from "./kernel/guard.ts";
export { advanced, enclaveMstatus, entryHart, type Hart, withRegisters } from "./kernel/hart.ts";
export type { Next, Outcome } from "./kernel/outcome.ts";
export { hex, type Owner, PUBLIC } from "./kernel/page-owner.ts";
export { type CallRecord, type MonitorOptions, PersonalMonitor } from "./kernel/personal-monitor.ts";
export type {
  Boot,
  Invariant,
  MachineFacts,
  MonitorModule,
  Ownership,
  Personality,
  PersonalityOptions,
} from "./kernel/personality.ts";
export { isNapot, type PmpEntry } from "./kernel/pmp.ts";
export { RadixMap } from "./kernel/radix-map.ts";
export { standardSbi, unknownExtension } from "./kernel/sbi.ts";
export type { PageRange, Span } from "./kernel/span.ts";
export type { TrapEntry } from "./kernel/trap-entry.ts";
