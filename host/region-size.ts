/**
 * How many pages an enclave is lent at creation. Penglai reference §6.11: "Driver enclave size = pow2 >= ELF + stack + 256
 * pages (TVM)", and §4 for forks.
 */
import { checkCount } from "../core/argument.ts";
import { PAGE_SIZE } from "../core/units.ts";
import { DEFAULT_STACK, type EnclaveImage, KBUFFER_BASE, READ_EXECUTE, SHM_BASE, STACK_TOP } from "./enclave-image.ts";
import { tablesBelowRoot } from "./enclave-tables.ts";

/** Room for the tables of what it maps later. */
const PUBLISHED_SLACK = 256;
const FORK_SLACK = 16;
/** More pages than any RAM of the kernel has (512 GiB). */
const MAX_SLACK = 2 ** 27;

/** @throws RangeError for a number of pages that is none: a region smaller than its image would spoil its neighbours */
export function slackOf(slackPages: number | undefined, published = PUBLISHED_SLACK): number {
  if (slackPages === undefined) return published;
  checkCount("slackPages", slackPages, MAX_SLACK);
  return slackPages;
}

/**
 * Pages that an instance needs (§4): records, root, a copy of each table and of each writable page, its stack, the tables
 * of what the monitor maps for it, and the last page, which its free list leaves out.
 */
export function forkPages(image: EnclaveImage, slackPages?: number): number {
  const mappedByMonitor = [STACK_TOP - BigInt(DEFAULT_STACK), KBUFFER_BASE, SHM_BASE].map((at) => at & 0x7f_ffff_ffffn);
  const tables = tablesBelowRoot([...image.pages.map((page) => page.va), ...mappedByMonitor]);
  const writable = image.pages.filter((page) => page.flags !== READ_EXECUTE).length;
  return 2 + tables + writable + DEFAULT_STACK / PAGE_SIZE + 1 + slackOf(slackPages, FORK_SLACK);
}
