/**
 * The Penglai-PMP enclave driver: asks the monitor for a block, builds an enclave in it while the grant is open, creates,
 * attests, stops and destroys. What happens while an enclave runs is in pmp-program.ts. Penglai reference §6.5, §6.11, §9.
 *
 * Untrusted memory and kbuffer are zero when the enclave is created, so that its measurement can be computed offline; what the
 * application has for the enclave comes in when it runs first.
 *
 * Deviation from the published driver: a grant that CREATE refuses is given back at once.
 */

import { PAGE_SIZE, type Pa, pa, va } from "../../core/units.ts";
import type { Result } from "../enclave.ts";
import type { EnclaveImage } from "../enclave-image.ts";
import { READ_WRITE } from "../enclave-image.ts";
import { regionContents, type SharedPage, tablesBelowRoot } from "../enclave-tables.ts";
import { orderFor } from "../frame-allocator.ts";
import {
  encodeCreateParam,
  FREE_SPEC,
  KBUFFER_VA,
  type Mailbox,
  mailboxOf,
  NO_MEMORY,
  ResumeFrom,
  UNTRUSTED_VA,
} from "./pmp-abi.ts";
import { noMemory, type PmpKernel } from "./pmp-kernel.ts";

/** "Driver enclave size = pow2 >= ELF + stack + 15 pages (PMP)". */
const EXTRA_PAGES = 15;
/** "Driver retries up to 5". */
const MAX_RETRIES = 5;
/** The root table is a block's first page. */
const PMP_LAYOUT = { rootPage: 0, firstFreePage: 1 };
const REPORT_BYTE_LEN = 328;

/** The driver's record of an enclave. */
export interface PmpEnclave {
  readonly eid: number;
  readonly mailbox: Mailbox;
  readonly kbuffer: Pa;
  readonly untrusted: Pa;
  readonly untrustedByteLen: number;
}

export class PmpDriver {
  readonly kernel: PmpKernel;

  constructor(kernel: PmpKernel) {
    this.kernel = kernel;
  }

  /**
   * @param untrustedByteLen whole pages, a power of two
   * @throws UserError if the machine has no memory for it
   */
  create(image: EnclaveImage, untrustedByteLen: number): Result<PmpEnclave> {
    const { kernel } = this;
    const enclave = {
      mailbox: mailboxOf(kernel.pages(1)),
      kbuffer: kernel.pages(1),
      untrusted: kernel.pages(untrustedByteLen / PAGE_SIZE),
      untrustedByteLen,
    };
    try {
      return this.#createWith(image, enclave);
    } catch (error) {
      this.release(enclave);
      throw error;
    }
  }

  #createWith(image: EnclaveImage, enclave: Omit<PmpEnclave, "eid">): Result<PmpEnclave> {
    const { kernel } = this;
    const shared = windowsOf(enclave);
    const tables = 1 + tablesBelowRoot([...image.pages, ...shared].map(({ va: at }) => BigInt.asUintN(39, at)));
    const order = orderFor(Math.max(image.pages.length + EXTRA_PAGES, image.pages.length + tables));
    const block = this.#allocate(order);
    const { freeMem, stores } = regionContents(block, image.pages, shared, PMP_LAYOUT);
    for (const { at, bytes } of stores) kernel.store(at, bytes);
    const blockByteLen = 2 ** order * PAGE_SIZE;
    const param = { ...enclave, block, blockByteLen, entry: image.entry, freeMem, kbufferByteLen: PAGE_SIZE };
    kernel.store(enclave.mailbox.param, encodeCreateParam(param));
    let result = kernel.call("CREATE_ENCLAVE", enclave.mailbox.param, 0);
    for (let i = 0; i < MAX_RETRIES && result.ok && result.value === NO_MEMORY && kernel.extend(0); i++)
      result = kernel.call("CREATE_ENCLAVE", enclave.mailbox.param, 1);
    if (result.ok && result.value === 0n)
      return { ok: true, value: { ...enclave, eid: Number(kernel.load64(enclave.mailbox.eid) & 0xffff_ffffn) } };
    const refusal = kernel.refusal("CREATE_ENCLAVE", result);
    kernel.call("FREE_ENCLAVE_MEM", kernel.mailbox.size, FREE_SPEC);
    this.release(enclave);
    return { ok: false, refusal };
  }

  /** @returns the 328-byte report */
  attest({ eid, mailbox }: PmpEnclave, nonce: bigint): Result<Uint8Array> {
    const attested = this.kernel.command("ATTEST_ENCLAVE", eid, mailbox.report, nonce);
    return attested.ok ? { ok: true, value: this.kernel.load(mailbox.report, REPORT_BYTE_LEN) } : attested;
  }

  /** DESTROY, and the RESUME that frees what DESTROY only marks. */
  destroy(enclave: PmpEnclave, wasEntered: boolean): Result<undefined> {
    const destroyed = this.kernel.command("DESTROY_ENCLAVE", enclave.eid);
    if (!destroyed.ok) return destroyed;
    const freed = wasEntered
      ? this.kernel.command("RESUME_ENCLAVE", enclave.eid, ResumeFrom.TIMER)
      : ({ ok: true, value: undefined } as const);
    if (freed.ok) this.release(enclave);
    return freed;
  }

  /** The kernel takes back what an enclave had that is gone. */
  release({ mailbox, kbuffer, untrusted, untrustedByteLen }: Omit<PmpEnclave, "eid">): void {
    this.kernel.freePages(mailbox.param, 1);
    this.kernel.freePages(kbuffer, 1);
    this.kernel.freePages(untrusted, untrustedByteLen / PAGE_SIZE);
    this.kernel.collect();
  }

  /** A block from ALLOC_ENCLAVE_MM, with another region if the monitor has none. */
  #allocate(order: number): Pa {
    const { kernel } = this;
    const { allocArg } = kernel.mailbox;
    const ask = (): boolean => {
      kernel.store64(allocArg, BigInt(2 ** order * PAGE_SIZE));
      const result = kernel.call("ALLOC_ENCLAVE_MM", allocArg);
      if (result.ok && result.value === 0n) return true;
      if (result.ok && result.value === NO_MEMORY) return false;
      throw new Error(`ALLOC_ENCLAVE_MM: ${kernel.refusal("ALLOC_ENCLAVE_MM", result).explanation}`);
    };
    if (!ask() && !(kernel.extend(order) && ask())) throw noMemory(2 ** order);
    return pa(Number(kernel.load64(pa(allocArg + 8))));
  }
}

/** What host and enclave both see: "mapped U RW". */
function windowsOf({ kbuffer, untrusted, untrustedByteLen }: Omit<PmpEnclave, "eid">): SharedPage[] {
  const pages = untrustedByteLen / PAGE_SIZE;
  return [
    ...Array.from({ length: pages }, (_, i) => ({
      va: va(UNTRUSTED_VA + BigInt(i * PAGE_SIZE)),
      flags: READ_WRITE,
      at: pa(untrusted + i * PAGE_SIZE),
    })),
    { va: KBUFFER_VA, flags: READ_WRITE, at: kbuffer },
  ];
}
