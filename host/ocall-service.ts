/**
 * The driver's answers to ocalls: what an enclave asks of the untrusted host. Penglai reference §6.4.
 *
 * | ocall     | the monitor gives        | the driver                         | and resumes with |
 * | MMAP      | arg1 = size + a page     | allocates that many pages          | paddr, size      |
 * | UNMAP     | arg0 = paddr, arg1 = size| frees them (wiped, public)         | 0, 0             |
 * | SYS_WRITE | text in the kbuffer      | hands it to the console            | 0, 0             |
 * | SBRK grow | arg0 = 0, arg1 = size + a page | as MMAP                      | paddr, size      |
 * | SBRK back | arg0 = list of blocks    | frees them all                     | 0, 0             |
 * | READ_SECT | arg0 = sector            | reads it into the kbuffer          | 0 or -1          |
 * | WRITE_SECT| arg0 = sector, text in the kbuffer | writes it                | 0 or -1          |
 * | RETURN_RELAY_PAGE | arg0, arg1 = first entry | hands the contents to who lent them | new ones, or 0, 0 |
 * | SHM_GET   | arg1 = size + a page     | as MMAP, but lends it to all       | paddr, size      |
 * | SHM_EXTEND| nothing                  | extends the monitor's memory       | 0 or -1          |
 *
 * The list ("pma list") lies in the blocks themselves: each begins with {paddr, size, next}, next = 0 at the end.
 *
 * GETRANDOM and the cache-line calls are the monitor's and do not come here. Memory that was shared comes back as UNMAP
 * (lent-blocks.ts).
 */
import { PAGE_SIZE, type Pa, pa } from "../core/units.ts";
import { type BlockDevice, SECTOR_BYTE_LEN } from "./block-device.ts";
import type { Driver } from "./driver.ts";
import type { Enclave, PageRange } from "./enclave.ts";
import type { Kernel } from "./kernel.ts";
import { KBUFFER_LAST_BYTE, Ocall } from "./penglai-abi.ts";
import { relayWords } from "./relay-pages.ts";

/** Last two arguments of RESUME, or undefined for an ocall that this driver does not serve. */
export type OcallAnswer = readonly [bigint, bigint] | undefined;

const DONE: OcallAnswer = [0n, 0n];
const LIST_ENTRY_BYTE_LEN = 24;
const NEXT_OFFSET = 16;

/** @param arg0 @param arg1 as the monitor left them for this ocall */
export function serveOcall(driver: Driver, enclave: Enclave, id: bigint, arg0: bigint, arg1: bigint): OcallAnswer {
  const { kernel, disk, lent } = driver;
  switch (id) {
    case Ocall.SYS_WRITE:
      enclave.console(readText(kernel, enclave.kbuffer));
      return DONE;
    case Ocall.MMAP:
      return grant(kernel, arg1, (block) => enclave.grants.set(block.at, block));
    case Ocall.UNMAP:
      takeBack(kernel, enclave, arg0);
      lent.takeBack(pa(Number(arg0)));
      return DONE;
    case Ocall.SBRK:
      if (arg0 === 0n) return grant(kernel, arg1, (block) => enclave.grants.set(block.at, block));
      takeBackList(kernel, enclave, arg0);
      return DONE;
    case Ocall.READ_SECT:
      return status(disk !== undefined && readSector(kernel, disk, enclave.kbuffer, arg0));
    case Ocall.WRITE_SECT:
      return status(disk !== undefined && writeSector(kernel, disk, enclave.kbuffer, arg0));
    case Ocall.RETURN_RELAY_PAGE:
      return exchangeRelay(driver, enclave, pa(Number(arg0)));
    case Ocall.SHM_GET:
      return grant(kernel, arg1, (block) => lent.add(block));
    case Ocall.SHM_EXTEND:
      return status(driver.calls.extendMetadata());
    default:
      return undefined;
  }
}

/** 0, or -1 for what failed. */
const status = (isDone: boolean): OcallAnswer => [isDone ? 0n : -1n, 0n];

function readSector(kernel: Kernel, disk: BlockDevice, kbuffer: Pa, sector: bigint): boolean {
  const bytes = disk.read(sector);
  if (bytes !== undefined) kernel.put(kbuffer, bytes);
  return bytes !== undefined;
}

function writeSector(kernel: Kernel, disk: BlockDevice, kbuffer: Pa, sector: bigint): boolean {
  const text = kernel.load(kbuffer, SECTOR_BYTE_LEN);
  return text.ok && disk.write(sector, text.bytes);
}

/**
 * Relay pages have come back, the monitor names the first. Their contents go to whoever lent them, who may give new ones
 * for the enclave: the driver's internal code 4 (§6.12), with the next run in the same call.
 */
function exchangeRelay(driver: Driver, enclave: Enclave, first: Pa): OcallAnswer {
  const { kernel, relays } = driver;
  const ranges = relays.regained(first).sort((a, b) => Number(b.at === first) - Number(a.at === first) || a.at - b.at);
  const bytes = new Uint8Array(ranges.reduce((sum, { pageCount }) => sum + pageCount * PAGE_SIZE, 0));
  let at = 0;
  for (const range of ranges) {
    const part = kernel.load(range.at, range.pageCount * PAGE_SIZE);
    if (!part.ok) throw new Error(`relay pages at 0x${range.at.toString(16)} cannot be read`);
    bytes.set(part.bytes, at);
    at += part.bytes.length;
  }
  relays.collect();
  const next = bytes.length === 0 ? undefined : enclave.onRelay(bytes);
  enclave.relay = next === undefined ? undefined : relays.grant(next);
  return relayWords(enclave.relay);
}

function readText(kernel: Kernel, kbuffer: Pa): Uint8Array {
  const text = kernel.load(kbuffer, KBUFFER_LAST_BYTE);
  if (!text.ok) throw new Error(`the kbuffer at 0x${kbuffer.toString(16)} cannot be read`);
  const end = text.bytes.indexOf(0);
  return end === -1 ? text.bytes : text.bytes.subarray(0, end);
}

/** No memory is an answer too: address 0 and size 0. */
function grant(kernel: Kernel, byteLen: bigint, remember: (block: PageRange) => void): OcallAnswer {
  const pageCount = Math.ceil(Number(byteLen) / PAGE_SIZE);
  const at = pageCount > 0 ? kernel.tryPages(pageCount) : undefined;
  if (at === undefined) return DONE;
  kernel.prepareSecure(at, pageCount * PAGE_SIZE);
  remember({ at, pageCount });
  return [BigInt(at), BigInt(pageCount * PAGE_SIZE)];
}

function takeBack(kernel: Kernel, enclave: Enclave, address: bigint): void {
  const range = enclave.grants.get(pa(Number(address)));
  if (range && kernel.takeBack(range.at, range.pageCount)) enclave.grants.delete(range.at);
}

/** Only blocks that this enclave was granted are followed, so the walk ends whatever the list says. */
function takeBackList(kernel: Kernel, enclave: Enclave, head: bigint): void {
  let address = head;
  while (enclave.grants.has(pa(Number(address)))) {
    const at = pa(Number(address));
    const words = kernel.load(at, LIST_ENTRY_BYTE_LEN);
    if (!words.ok) return;
    const next = new DataView(words.bytes.buffer).getBigUint64(NEXT_OFFSET, true);
    // The rest of the block was wiped; with these words gone it is all zeros again.
    kernel.put(at, new Uint8Array(LIST_ENTRY_BYTE_LEN));
    takeBack(kernel, enclave, address);
    if (enclave.grants.has(at)) return;
    address = next;
  }
}
