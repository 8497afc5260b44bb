/**
 * Physical memory for the host: M-mode software's view, where neither PMP nor GPT apply. A range is alleged to lie in RAM
 * by the caller (core/physical-memory.ts checks it).
 */
import { clearRecords } from "./code.ts";
import { flushAll } from "./context.ts";
import { STALE_CODE_OF_HOST } from "./defect.ts";
import { isDefective } from "./defective.ts";
import { discard, entry, flagPage, pageOf, readable, share, writable } from "./frames.ts";
import { ENTRY_DEVICE, ENTRY_FRAME, ENTRY_WATCHED, HTIF_FROMHOST, HTIF_TOHOST } from "./layout.ts";

/** Host address of the page's bytes for reading. */
export function pageToRead(page: u32): u32 {
  return readable(page);
}

/** Host address of the page's bytes for writing all over, or 0 if the pool is empty. What was decoded is forgotten. */
export function pageToWrite(page: u32): u32 {
  const frame = writable(page);
  if (frame && !isDefective(STALE_CODE_OF_HOST)) clearRecords(frame);
  return frame;
}

export function zeroPage(page: u32): void {
  discard(page);
  flushAll();
}

export function copyPage(to: u32, from: u32): bool {
  const isDone = share(to, from);
  flushAll();
  return isDone;
}

/** Is there host memory behind the page? */
export function isBacked(page: u32): bool {
  return (entry(page) & ENTRY_FRAME) != 0;
}

/** Announces the CPU's next access to the page, or no longer. */
export function watchPage(page: u32, isOn: bool): bool {
  flushAll();
  return flagPage(page, isOn ? ENTRY_WATCHED : 0, isOn ? 0 : ENTRY_WATCHED);
}

/** Turns HTIF on: stores to the page of `tohost` are looked at. */
export function setHtif(tohost: i64, fromhost: i64): bool {
  store<i64>(HTIF_TOHOST, tohost);
  store<i64>(HTIF_FROMHOST, fromhost);
  flushAll();
  return flagPage(pageOf(tohost), ENTRY_DEVICE, 0);
}
