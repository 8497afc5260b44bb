/**
 * The driver's answers to ocalls: what an enclave asks of the untrusted host. Penglai reference §6.4.
 *
 * | ocall     | the monitor gives        | the driver                         | and resumes with |
 * | MMAP      | arg1 = size + a page     | allocates that many pages          | paddr, size      |
 * | UNMAP     | arg0 = paddr, arg1 = size| frees them (wiped, public)         | 0, 0             |
 * | SYS_WRITE | text in the kbuffer      | hands it to the console            | 0, 0             |
 * | SBRK grow | arg0 = 0, arg1 = size + a page | as MMAP                      | paddr, size      |
 * | SBRK back | arg0 = paddr, arg1 = size| frees them                         | 0, 0             |
 *
 * GETRANDOM and the cache-line calls are the monitor's and do not come here. Not served, so that the enclave ends:
 * sectors, relay pages, secure shared memory.
 */
import { PAGE_SIZE, type Pa, pa } from "../core/units.ts";
import type { Enclave } from "./enclave.ts";
import type { Kernel } from "./kernel.ts";
import { KBUFFER_LAST_BYTE, Ocall } from "./penglai-abi.ts";

/** Last two arguments of RESUME, or undefined for an ocall that this driver does not serve. */
export type OcallAnswer = readonly [bigint, bigint] | undefined;

const DONE: OcallAnswer = [0n, 0n];

/** @param arg0 @param arg1 as the monitor left them for this ocall */
export function serveOcall(kernel: Kernel, enclave: Enclave, id: bigint, arg0: bigint, arg1: bigint): OcallAnswer {
  switch (id) {
    case Ocall.SYS_WRITE:
      enclave.console(readText(kernel, enclave.kbuffer));
      return DONE;
    case Ocall.MMAP:
      return grant(kernel, enclave, arg1);
    case Ocall.UNMAP:
      return takeBack(kernel, enclave, arg0);
    case Ocall.SBRK:
      return arg0 === 0n ? grant(kernel, enclave, arg1) : takeBack(kernel, enclave, arg0);
    default:
      return undefined;
  }
}

function readText(kernel: Kernel, kbuffer: Pa): Uint8Array {
  const text = kernel.load(kbuffer, KBUFFER_LAST_BYTE);
  if (!text.ok) throw new Error(`the kbuffer at 0x${kbuffer.toString(16)} cannot be read`);
  const end = text.bytes.indexOf(0);
  return end === -1 ? text.bytes : text.bytes.subarray(0, end);
}

/** No memory is an answer too: address 0 and size 0. */
function grant(kernel: Kernel, enclave: Enclave, byteLen: bigint): OcallAnswer {
  const pageCount = Math.ceil(Number(byteLen) / PAGE_SIZE);
  const at = pageCount > 0 ? kernel.tryPages(pageCount) : undefined;
  if (at === undefined) return DONE;
  kernel.prepareSecure(at, pageCount * PAGE_SIZE);
  enclave.grants.set(at, { at, pageCount });
  return [BigInt(at), BigInt(pageCount * PAGE_SIZE)];
}

function takeBack(kernel: Kernel, enclave: Enclave, address: bigint): OcallAnswer {
  const range = enclave.grants.get(pa(Number(address)));
  if (range && kernel.takeBack(range.at, range.pageCount)) enclave.grants.delete(range.at);
  return DONE;
}
