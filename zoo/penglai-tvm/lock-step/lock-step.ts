/**
 * The monitor on a machine without a hart, and the naive reference, one action at a time: what the caller reads, who has the
 * hart, owners of all pages, records, the words of the host, every entry of pt_area, what the enclave that runs finds at its
 * addresses, wiped pages, and the invariants. Coverage counts what happened: "CREATE_ENCLAVE PAGE_SHARED", "RESUME success".
 */
import { LOAD_ACCESS, LOAD_PAGE_FAULT } from "../../../assembly/cause.ts";
import { SATP } from "../../../assembly/csr.gen.ts";
import { PAGE_SIZE, type Pa, pa, pageNoOf } from "../../../core/units.ts";
import { describeOwner } from "../../../monitor/penglai-tvm/owner.ts";
import type { PenglaiTvmOptions } from "../../../monitor/penglai-tvm.ts";
import * as at from "../host.ts";
import { FID, TestHost } from "../host.ts";
import { type Action, pagesOf, slotAt } from "./action.ts";
import { Reference } from "./reference.ts";
import { layoutOf } from "./reference-enclave.ts";
import { FIRST_PAGE } from "./reference-memory.ts";
import { RegisterContract } from "./registers.ts";

/** Where the host keeps batches and sources: a page of its own. */
const SOURCE = pa(at.KERNEL + 0xa00);
/** The driver's list of released blocks begins a page that was wiped. */
const LIST_BYTE_LEN = 24;
const WORDS = [at.OCALL_ID, at.ARG0, at.ARG1, at.RETVAL];
const SOIL = 0x5011n;
const ENCLAVE_PAGE = at.V | at.U | at.R | at.W | 0xc0n;

export interface LockStepOptions extends PenglaiTvmOptions {
  /** Actions between two comparisons of all tables and of the invariants. Default 1. */
  readonly deepEvery?: number;
}

export class LockStep {
  readonly host: TestHost;
  readonly reference = new Reference();
  /** How often each outcome of each call was seen. */
  readonly coverage = new Map<string, number>();
  readonly #deepEvery: number;
  readonly #registers: RegisterContract;
  readonly #drawn = new Set<string>();
  #actions = 0;

  constructor({ deepEvery = 1, ...options }: LockStepOptions = {}) {
    this.#deepEvery = deepEvery;
    this.host = TestHost.booted({
      ...options,
      observe: ({ name, denial }) => {
        const outcome = `${name ?? "trap"} ${denial?.guard ?? "success"}`;
        this.coverage.set(outcome, (this.coverage.get(outcome) ?? 0) + 1);
      },
    });
    this.coverage.clear();
    this.reference.memory.entries.set(this.#tables());
    this.#registers = new RegisterContract(this.host);
  }

  /** @returns the first difference, as a clause; undefined if both agree, or if nobody can do this now */
  act(action: Action): string | undefined {
    const isEnclaves = action.do === "enclave" || ["timer", "fault", "steal"].includes(action.do);
    if (isEnclaves !== (this.reference.running !== undefined)) return undefined;
    if (action.do === "bare" && this.#actions > 0) return undefined;
    this.#actions++;
    this.#registers.before(action, this.reference);
    try {
      this.#perform(action);
    } catch (error) {
      return `the monitor throws: ${error}`;
    }
    const expected = this.reference.act(action);
    const { host } = this;
    const read = host.world.kind === "enclave" ? host.platform.x[10]! : host.result();
    const isCall = !["satp", "hostFault", "bare"].includes(action.do);
    if (isCall && read !== expected) return `a0 is ${read}, the reference has ${expected}`;
    const kept = this.#registers.after(action, this.reference);
    return kept ?? this.#difference(this.#actions % this.#deepEvery === 0);
  }

  #perform(action: Action): void {
    const { host } = this;
    switch (action.do) {
      case "setPte":
        this.#setPte(action);
        return;
      case "mapPte":
        host.call(FID.MAP_PTE, action.entry, action.table);
        return;
      case "create":
      case "createShadow": {
        const image = this.#build(action);
        const words = action.shape === "kbuffer" ? { 64: at.MONITOR } : {};
        host.call(action.do === "create" ? FID.CREATE_ENCLAVE : FID.CREATE_SHADOW, host.createParam(image, words));
        return;
      }
      case "fork":
        host.call(FID.RUN_SHADOW, action.eid, host.forkParam(slotAt(action.slot), action.pageCount * PAGE_SIZE));
        return;
      case "run":
        host.call(FID.RUN, action.eid, host.runParam());
        return;
      case "stop":
        host.call(FID.STOP, action.eid);
        return;
      case "destroy":
        host.call(FID.DESTROY, action.eid);
        return;
      case "destroyShadow":
        host.call(FID.DESTROY_SHADOW, action.eid);
        return;
      case "attest":
      case "attestShadow":
        host.call(action.do === "attest" ? FID.ATTEST : FID.ATTEST_SHADOW, action.eid, at.REPORT, 1);
        return;
      case "resume":
        this.#soil(action.address, action.byteLen);
        host.call(FID.RESUME, action.eid, action.from, action.ocall, action.address, action.byteLen);
        return;
      case "extend":
      case "schrodinger":
        host.call(action.do === "extend" ? FID.MEMORY_EXTEND : FID.SCHRODINGER_INIT, action.address, action.byteLen);
        return;
      case "satp":
        host.writeSatp(action.value);
        return;
      case "call":
        host.call(action.fid);
        return;
      case "enclave":
        host.enclaveCall(action.fid, ...action.args);
        this.#draw(action);
        return;
      case "timer":
        host.timer();
        return;
      case "fault":
        host.trap(BigInt(LOAD_PAGE_FAULT), 0x123n, 0);
        return;
      case "steal":
        host.writeSatp(at.satp(at.SPARE_ROOT), 0);
        return;
      case "bare":
        host.platform.writeCsr(SATP, 0n);
        return;
      case "hostFault":
        host.trap(BigInt(LOAD_ACCESS), 0x123n, 1);
    }
  }

  #setPte({ flag, pairs, source = SOURCE }: Extract<Action, { do: "setPte" }>): void {
    const { host } = this;
    const [[address, value]] = pairs as [readonly [number, bigint]];
    const isBatch = flag === 4 || flag === 5;
    const words = isBatch ? pairs.flatMap(([place, word]) => [BigInt(place), word]) : pairs.map(([, entry]) => entry);
    for (const [i, word] of words.entries())
      if (source === SOURCE) host.platform.write64(pa(SOURCE + 8 * i), BigInt.asUintN(64, word));
    if (isBatch) host.call(FID.SET_PTE, flag, source, pairs.length);
    else if (flag === 3) host.call(FID.SET_PTE, flag, address, source, 8 * pairs.length);
    else if (flag === 2) host.call(FID.SET_PTE, flag, address, 0, value);
    else host.call(FID.SET_PTE, flag, address, value);
  }

  /** GETRANDOM never gives the same eight bytes again. */
  #draw({ args: [id, va, byteLen] }: Extract<Action, { do: "enclave" }>): void {
    const { host } = this;
    if (id !== 8n || host.platform.x[10] !== byteLen || byteLen! < 8n) return;
    const bytes = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((i) => {
      const at = host.access(va! + i, "read");
      return typeof at === "number" ? host.platform.readBytes(at, 1)[0] : 0;
    });
    if (this.#drawn.has(`${bytes}`)) throw new Error("GETRANDOM gives the same bytes again");
    this.#drawn.add(`${bytes}`);
  }

  /** Memory that the host is about to grant is full of what it left there. */
  #soil(address: number, byteLen: number): void {
    const { memory } = this.reference;
    if (!memory.isRange(address, byteLen) || !memory.isPublic(address, byteLen)) return;
    for (let offset = 0; offset < byteLen; offset += PAGE_SIZE) this.host.platform.write64(pa(address + offset), SOIL);
  }

  /** The image, if the host can store there; where it would be, if not. */
  #build({ slot, shape, pageCount }: Extract<Action, { do: "create" | "createShadow" }>) {
    const { host, reference } = this;
    const region = pa(slotAt(slot));
    const size = pageCount * PAGE_SIZE;
    const pages = pagesOf(shape);
    const { used } = layoutOf(pages, region);
    const freeMem = region + used * PAGE_SIZE;
    if (used > pageCount || !reference.memory.isPublic(region, size)) return { region, size, freeMem };
    host.pool = region;
    host.platform.zero(region, size);
    const image = host.buildImage(pages, pageCount);
    // page 3 and 4 are the tables of the first page
    const lastTable = region + 4 * PAGE_SIZE;
    if (shape === "double") host.platform.write64(pa(lastTable + 24), at.pte(region + 5 * PAGE_SIZE, ENCLAVE_PAGE));
    if (shape === "foreign") host.platform.write64(pa(lastTable + 24), at.pte(at.KERNEL, ENCLAVE_PAGE));
    if (shape === "free") host.platform.write64(pa(lastTable + 24), at.pte(freeMem, ENCLAVE_PAGE));
    if (shape !== "tables" || used === pageCount) return image;
    const middleTable = region + 3 * PAGE_SIZE;
    for (const index of [5, 6]) host.platform.write64(pa(middleTable + 8 * index), at.pte(freeMem, at.V));
    return { ...image, freeMem: freeMem + PAGE_SIZE };
  }

  #difference(isDeep: boolean): string | undefined {
    return (
      this.#records() ?? this.#owners() ?? this.#accesses() ?? this.#wiped() ?? (isDeep ? this.#deep() : undefined)
    );
  }

  #records(): string | undefined {
    const { host, reference } = this;
    const { state } = host.monitor;
    const differs = (what: string, found: unknown, expected: unknown): string | undefined =>
      `${found}` === `${expected}` ? undefined : `${what}: ${found}, the reference has ${expected}`;
    const live = [...state.enclaves.runs()].flatMap(({ value }) => (value ? `${value.eid} ${value.status}` : []));
    const shadows = [...state.shadows.runs()].flatMap(({ value }) => value?.eid ?? []);
    const shared = state.secureShms.map(({ key, attached }) => `${key}:${attached.length}`);
    return (
      differs("who has the hart", host.world.kind === "enclave" ? host.world.eid : "host", this.#holder()) ??
      differs(
        "enclaves",
        live,
        [...reference.enclaves.values()].map(({ eid, status }) => `${eid} ${status}`),
      ) ??
      differs("shadows", shadows, [...reference.shadows.keys()]) ??
      differs("free records", state.freeRecords, reference.records) ??
      differs(
        "shared memory",
        shared,
        reference.shared.map(({ key, attached }) => `${key}:${attached.size}`),
      ) ??
      differs(
        "the host's words",
        WORDS.map((word) => host.platform.read64(word)),
        reference.words,
      ) ??
      differs(
        "satp",
        reference.running ? "" : host.platform.readCsr(SATP),
        reference.running ? "" : reference.memory.satp,
      )
    );
  }

  #holder(): number | string {
    return this.reference.running?.eid ?? "host";
  }

  #owners(): string | undefined {
    const { owners } = this.reference.memory;
    for (const { from, to, value } of this.host.monitor.state.owners.runs()) {
      const owner = describeOwner(value);
      for (let page = from; page < to; page++)
        if (owners[page] !== owner)
          return `page 0x${((FIRST_PAGE + page) * PAGE_SIZE).toString(16)} belongs to ${owner}, the reference has ${owners[page]}`;
    }
    return undefined;
  }

  /** What the enclave that runs finds where the reference has something. */
  #accesses(): string | undefined {
    const { host, reference } = this;
    const { running } = reference;
    if (running === undefined) return undefined;
    const { granted } = reference;
    reference.granted = undefined;
    for (let offset = 0; offset < (granted?.byteLen ?? 0); offset += PAGE_SIZE) {
      const found = host.access(granted!.va + BigInt(offset), "read");
      if (typeof found !== "number" || host.platform.read64(found) !== 0n) return "granted memory is not zero";
    }
    const { address: region, byteLen } = running.region;
    for (const [va, { address, isWritable }] of running.map) {
      const found = host.access(va, "read");
      const isOwn = typeof found === "number" && found >= region && found < region + byteLen;
      const isRight = address === "own" ? isOwn : found === address;
      if (!isRight) return `0x${va.toString(16)} shows ${found}, the reference has ${address}`;
      if ((typeof host.access(va, "write") === "number") !== isWritable) return `0x${va.toString(16)}: permissions`;
    }
    for (const va of [0xffff_ffe0_0000_0000n, 0x39_0000_0000n])
      if (typeof host.access(va, "execute") === "number") return `0x${va.toString(16)} is executable`;
    for (const va of running.gone)
      if (!running.map.has(va) && typeof host.access(va, "read") === "number")
        return `0x${va.toString(16)} is still mapped`;
    return undefined;
  }

  /** Memory that became public holds nothing. */
  #wiped(): string | undefined {
    const { memory } = this.reference;
    for (const { address, byteLen } of memory.released.splice(0)) {
      const pages = this.host.platform.backedPages(pageNoOf(pa(address)), pageNoOf(pa(address + byteLen)));
      for (const page of pages) {
        const bytes = this.host.platform.readBytes(pa(page * PAGE_SIZE), PAGE_SIZE);
        const skip = page * PAGE_SIZE === address ? LIST_BYTE_LEN : 0;
        if (bytes.subarray(skip).some((byte) => byte !== 0))
          return `page 0x${(page * PAGE_SIZE).toString(16)} is not wiped`;
      }
    }
    return undefined;
  }

  #deep(): string | undefined {
    const tables = this.#tables();
    const { entries } = this.reference.memory;
    for (let i = 0; i < tables.length; i++)
      if (tables[i] !== entries[i])
        return `the host's entry at 0x${(at.PT_AREA + 8 * i).toString(16)} is 0x${tables[i]!.toString(16)}, the reference has 0x${entries[i]!.toString(16)}`;
    return this.host.monitor.violation();
  }

  #tables(): BigUint64Array {
    return new BigUint64Array(this.host.platform.readBytes(at.PT_AREA as Pa, at.PT_AREA_SIZE).buffer);
  }
}
