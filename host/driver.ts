/**
 * The Penglai enclave driver: lends memory to the monitor, prepares images and parameters, creates, attests, stops and
 * destroys. What happens while an enclave runs is in run-loop.ts. Penglai reference §4, §6.11, §6.14.
 *
 * Nothing here is trusted. In the direction of the caller, every refusal of the monitor becomes a `Refusal`.
 *
 * Deviations from the published driver: memory that the monitor does not give back is never reused (it would trap the
 * kernel); a fork's memory is chosen from its image (published: always 2 MiB), so that 1,000 forks fit one GiB; a shadow,
 * which never maps anything more, has no slack.
 */
import { PAGE_SIZE, type Pa, pa } from "../core/units.ts";
import type { BlockDevice } from "./block-device.ts";
import {
  type Enclave,
  type PageRange,
  paramOf,
  type Refusal,
  type RelaySource,
  type Result,
  reportOf,
  resultsOf,
  runParamOf,
} from "./enclave.ts";
import type { EnclaveImage } from "./enclave-image.ts";
import { pagesUsed, regionContents } from "./enclave-tables.ts";
import { orderFor, pagesFor } from "./frame-allocator.ts";
import { eidIn, type PenglaiResult } from "./hart.ts";
import type { Kernel } from "./kernel.ts";
import { LentBlocks } from "./lent-blocks.ts";
import { MonitorCalls } from "./monitor-calls.ts";
import {
  encodeCreateParam,
  encodeRelay,
  encodeShadowRunParam,
  REPORT_BYTE_LEN,
  ResumeFrom,
  SHADOW_RELAY_OFFSET,
} from "./penglai-abi.ts";
import { forkPages, slackOf } from "./region-size.ts";
import { RelayPages, relayWords } from "./relay-pages.ts";

const NO_PAGE = pa(0);

const CREATE = { enclave: "CREATE_ENCLAVE", server: "CREATE_SERVER", shadow: "CREATE_SHADOW" } as const;
const SERVER_GONE: Refusal = {
  call: "CALL_ENCLAVE",
  value: -1n,
  explanation: "the server ended in the middle of a call",
};
const DESTROY = {
  enclave: "DESTROY_ENCLAVE",
  fork: "DESTROY_ENCLAVE",
  server: "DESTROY_SERVER",
  shadow: "DESTROY_SHADOW",
} as const;

export interface EnclaveOptions {
  /** Shown to nobody but the monitor; the first 16 bytes count. */
  readonly name?: string;
  /** Contents of the host shared memory; none if absent. */
  readonly shm?: Uint8Array;
  /** Receives what the enclave writes. */
  readonly console?: (bytes: Uint8Array) => void;
  /** Receives relay pages that the enclave gives back. @returns what it gets instead, nothing if undefined */
  readonly onRelay?: (bytes: Uint8Array) => RelaySource | undefined;
  /** Pages for page tables beyond those of the image: one for each 2 MiB that the enclave maps later. */
  readonly slackPages?: number;
}

/** A shadow: its record and what its forks need room for. */
export interface Shadow {
  readonly enclave: Enclave;
  readonly image: EnclaveImage;
}

export class Driver {
  readonly kernel: Kernel;
  /** What READ_SECT and WRITE_SECT are about; without one they fail. */
  readonly disk: BlockDevice | undefined;
  readonly lent: LentBlocks;
  readonly relays: RelayPages;
  readonly calls: MonitorCalls;
  readonly #servers = new Set<Enclave>();

  constructor(kernel: Kernel, disk?: BlockDevice) {
    this.kernel = kernel;
    this.disk = disk;
    this.lent = new LentBlocks(kernel);
    this.relays = new RelayPages(kernel);
    this.calls = new MonitorCalls(kernel);
  }

  /** CREATE_ENCLAVE. @throws UserError if the machine has no memory for it */
  create(image: EnclaveImage, options: EnclaveOptions = {}): Result<Enclave> {
    return this.#createFrom(image, "enclave", options);
  }

  /** CREATE_SERVER: it runs when enclaves call it by its name. @throws UserError if the machine has no memory for it */
  createServer(image: EnclaveImage, options: EnclaveOptions & { readonly name: string }): Result<Enclave> {
    const created = this.#createFrom(image, "server", options);
    if (created.ok) this.#servers.add(created.value);
    return created;
  }

  /** CREATE_SHADOW: the template of forks; it never runs. @throws UserError if the machine has no memory for it */
  createShadow(image: EnclaveImage, options: EnclaveOptions = {}): Result<Shadow> {
    const created = this.#createFrom(image, "shadow", options);
    return created.ok ? { ok: true, value: { enclave: created.value, image } } : created;
  }

  /**
   * A fork of the shadow, not yet known to the monitor: RUN_SHADOW creates it and enters it at once, so that is its first
   * slice. @throws UserError if the machine has no memory for it
   */
  fork(shadow: Shadow, options: EnclaveOptions = {}): Enclave {
    const pageCount = forkPages(shadow.image, options.slackPages);
    const fork = this.#record("fork", shadow.image, pageCount, options, shadow.enclave);
    const { region } = fork;
    const param = encodeShadowRunParam({
      results: resultsOf(fork.mailbox),
      name: options.name ?? "",
      satp: this.kernel.satp,
      region: region.at,
      regionByteLen: region.pageCount * PAGE_SIZE,
      kbuffer: fork.kbuffer,
      kbufferByteLen: PAGE_SIZE,
      ...shmParam(fork),
    });
    this.#orGiveBack(fork, () => this.kernel.put(paramOf(fork.mailbox), param));
    return fork;
  }

  /** RUN or RUN_SHADOW: the first entry. */
  enter(enclave: Enclave): PenglaiResult {
    const { hart } = this.kernel;
    const { mailbox, template } = enclave;
    const relay = encodeRelay(relayWords(enclave.relay));
    if (template) {
      if (enclave.relay) this.kernel.put(pa(paramOf(mailbox) + SHADOW_RELAY_OFFSET), relay);
      const result = this.calls.withMetadata(() => hart.penglai("RUN_SHADOW", template.eid, paramOf(mailbox)));
      if (!result.ok) enclave.eid = eidIn(result);
      else if (result.value >= 0n) enclave.eid = this.#readEid(mailbox);
      return result;
    }
    this.kernel.put(runParamOf(mailbox), relay);
    return this.calls.withMetadata(() => hart.penglai("RUN_ENCLAVE", enclave.eid, runParamOf(mailbox)));
  }

  /** @returns the 328-byte report */
  attest(enclave: Enclave, nonce: bigint): Result<Uint8Array> {
    const call = enclave.kind === "shadow" ? "ATTEST_SHADOW" : "ATTEST_ENCLAVE";
    const at = reportOf(enclave.mailbox);
    const result = this.kernel.hart.penglai(call, enclave.eid, at, nonce);
    if (!result.ok || result.value !== 0n) return { ok: false, refusal: this.calls.refusal(call, result) };
    const report = this.kernel.load(at, REPORT_BYTE_LEN);
    if (!report.ok) throw new Error(`the report at 0x${at.toString(16)} cannot be read`);
    return { ok: true, value: report.bytes };
  }

  /** STOP: a runnable enclave runs no more until `resume`. */
  stop(enclave: Enclave): Result<undefined> {
    const stopped = this.calls.call("STOP_ENCLAVE", enclave.eid);
    if (stopped.ok) enclave.state = "stopped";
    return stopped;
  }

  /** RESUME from stop: the enclave becomes runnable again; it does not run yet. */
  resume(enclave: Enclave): Result<undefined> {
    const resumed = this.calls.call("RESUME_ENCLAVE", enclave.eid, ResumeFrom.STOP);
    if (resumed.ok) enclave.state = "runnable";
    return resumed;
  }

  /** DESTROY, DESTROY_SERVER or DESTROY_SHADOW; the memory comes back. */
  destroy(enclave: Enclave): Result<undefined> {
    if (enclave.kind !== "fork" || enclave.state !== "fresh") {
      const destroyed = this.calls.call(DESTROY[enclave.kind], enclave.eid);
      if (!destroyed.ok) return destroyed;
    }
    this.release(enclave);
    enclave.end = { kind: "destroyed" };
    return { ok: true, value: undefined };
  }

  /** The kernel takes back everything that the ended enclave had, once. */
  release(enclave: Enclave): void {
    if (enclave.state === "ended") return;
    enclave.state = "ended";
    const { region } = enclave;
    if (!this.kernel.takeBack(region.at, region.pageCount)) enclave.lost.push(region);
    // What is still secure went to another enclave.
    for (const range of enclave.grants.values())
      if (!this.kernel.takeBack(range.at, range.pageCount)) this.lent.add(range);
    enclave.grants.clear();
    this.relays.withdraw(enclave);
    for (const { at, pageCount } of sharedPages(enclave)) this.kernel.freePages(at, pageCount);
    this.#servers.delete(enclave);
    this.#followOthers();
  }

  /** With an enclave servers may have ended that it had called, and blocks that went from one to another. */
  #followOthers(): void {
    for (const server of this.#servers)
      if (this.kernel.load(server.region.at, 8).ok) {
        this.release(server);
        server.end = { kind: "killed", refusal: SERVER_GONE };
      }
    this.lent.takeBackWhatCan();
    this.relays.regained();
    this.relays.collect();
  }

  #createFrom(image: EnclaveImage, kind: "enclave" | "server" | "shadow", options: EnclaveOptions): Result<Enclave> {
    const pageCount = pagesUsed(image.pages) + (kind === "shadow" ? 0 : slackOf(options.slackPages));
    const enclave = this.#record(kind, image, pageCount, options);
    this.#orGiveBack(enclave, () => this.#prepare(enclave, image, options));
    const call = CREATE[kind];
    const result = this.calls.withMetadata(() => this.kernel.hart.penglai(call, paramOf(enclave.mailbox)));
    if (!result.ok || result.value !== 0n) {
      const refusal = this.calls.refusal(call, result);
      this.#giveBack([enclave.region, ...sharedPages(enclave)]);
      return { ok: false, refusal };
    }
    enclave.eid = this.#readEid(enclave.mailbox);
    return { ok: true, value: enclave };
  }

  /** Image and parameters of an enclave, as CREATE wants to find them. */
  #prepare(enclave: Enclave, image: EnclaveImage, options: EnclaveOptions): void {
    const { region } = enclave;
    const { freeMem, frames, stores } = regionContents(region.at, image.pages);
    enclave.frames = frames;
    for (const { at, bytes } of stores) this.kernel.put(at, bytes);
    const param = encodeCreateParam({
      results: resultsOf(enclave.mailbox),
      name: options.name ?? "",
      region: region.at,
      regionByteLen: region.pageCount * PAGE_SIZE,
      entry: image.entry,
      freeMem,
      kbuffer: enclave.kbuffer,
      kbufferByteLen: enclave.kbuffer === NO_PAGE ? 0 : PAGE_SIZE,
      ...shmParam(enclave),
    });
    this.kernel.put(paramOf(enclave.mailbox), param);
  }

  /** Pages that no enclave ever had: what the kernel stored there is still in them. */
  #giveBack(ranges: readonly PageRange[]): void {
    for (const { at, pageCount } of ranges) this.kernel.freeUnshared(at, pageCount);
  }

  /** A store that fails (the machine's host memory is used up) must not cost the kernel the pages it was for. */
  #orGiveBack(enclave: Enclave, prepare: () => void): void {
    try {
      prepare();
    } catch (error) {
      this.#giveBack([enclave.region, ...sharedPages(enclave)]);
      throw error;
    }
  }

  /** Allocates all that an enclave of this image needs, or nothing. */
  #record(
    kind: Enclave["kind"],
    image: EnclaveImage,
    regionPages: number,
    options: EnclaveOptions,
    template?: Enclave,
  ): Enclave {
    const taken: PageRange[] = [];
    const take = (pageCount: number): PageRange => {
      const range = { at: this.kernel.pages(pageCount), pageCount };
      taken.push(range);
      return range;
    };
    try {
      // A power of two of pages, naturally aligned: what Linux's __get_free_pages returns.
      const region = take(2 ** orderFor(regionPages));
      this.kernel.prepareSecure(region.at, region.pageCount * PAGE_SIZE);
      const shm = options.shm && kind !== "shadow" ? take(Math.max(1, pagesFor(options.shm.length))) : undefined;
      if (shm) this.kernel.put(shm.at, options.shm!);
      return {
        eid: -1,
        name: image.name,
        kind,
        template,
        region,
        frames: new Map(),
        grants: new Map(),
        mailbox: take(1).at,
        kbuffer: kind === "shadow" || kind === "server" ? NO_PAGE : take(1).at,
        shm,
        state: "fresh",
        end: undefined,
        statistics: { timer: 0, yield: 0, ocall: 0, instructions: 0 },
        console: options.console ?? (() => {}),
        relay: undefined,
        onRelay: options.onRelay ?? (() => undefined),
        lost: [],
      };
    } catch (error) {
      this.#giveBack(taken);
      throw error;
    }
  }

  /** eid_ptr points to a C `int`. */
  #readEid(mailbox: Pa): number {
    return Number(BigInt.asIntN(32, this.kernel.load64(resultsOf(mailbox).eid)));
  }
}

/** What the kernel shares with an enclave and keeps for itself. */
const sharedPages = ({ mailbox, kbuffer, shm }: Enclave): PageRange[] => [
  { at: mailbox, pageCount: 1 },
  ...(kbuffer === NO_PAGE ? [] : [{ at: kbuffer, pageCount: 1 }]),
  ...(shm ? [shm] : []),
];

const shmParam = ({ shm }: Enclave): { shm: Pa; shmByteLen: number } =>
  shm ? { shm: shm.at, shmByteLen: shm.pageCount * PAGE_SIZE } : { shm: NO_PAGE, shmByteLen: 0 };
