/**
 * Penglai-TVM as the document has it, call by call, on plain arrays and objects: what the caller reads, who has the hart,
 * who owns what. Penglai reference §6.2 to §6.4, §6.9, §6.11, §6.13. It shares nothing with the monitor but the words for
 * owners. -1 stands for every refusal.
 */
import { PAGE_SIZE } from "../../../core/units.ts";
import * as at from "../host.ts";
import { type Action, pagesOf, type Shape, slotAt } from "./action.ts";
import { layoutOf, ReferenceEnclave } from "./reference-enclave.ts";
import { EnclaveSide } from "./reference-enclave-calls.ts";
import { type Block, ReferenceMemory } from "./reference-memory.ts";

const REFUSED = -1n;
const NO_METADATA = -2n;
const SHM_BASE = 0x39_0000_0000n;
const KBUFFER_BASE = 0xffff_ffe0_0000_0000n;
const STACK_TOP = 0x38_0000_0000n;
const RECORD_BYTE_LEN = 752;

interface ReferenceShadow {
  readonly eid: number;
  readonly satp: bigint;
  readonly region: Block;
  readonly pages: readonly at.ImagePage[];
  readonly placed: ReturnType<typeof layoutOf>["placed"];
}

export interface SharedObject {
  readonly key: bigint;
  byteLen: number;
  block: Block | undefined;
  creator: number | undefined;
  readonly attached: Map<number, bigint>;
  isDoomed: boolean;
}

export class Reference {
  readonly memory = new ReferenceMemory();
  readonly enclaves = new Map<number, ReferenceEnclave>();
  readonly shadows = new Map<number, ReferenceShadow>();
  shared: SharedObject[] = [];
  running: ReferenceEnclave | undefined;
  nextEid = 1;
  records = 100;
  /** ocall id, arg0, arg1, retval: what the monitor left there. */
  readonly words: bigint[] = [0n, 0n, 0n, 0n];
  /** What the enclave that was entered just got: zeros. */
  granted: { readonly va: bigint; readonly byteLen: number } | undefined;
  readonly #inside = new EnclaveSide(this);

  /** @returns what the caller, or the host that gets the hart back, reads; an enclave that is entered: its a0 */
  act(action: Action): bigint {
    switch (action.do) {
      case "setPte":
        return this.#setPte(action);
      case "mapPte":
        return code(this.memory.split(action.entry, action.table));
      case "create":
      case "createShadow":
        return this.#create(action);
      case "fork":
        return this.#fork(action);
      case "run":
        return this.#enter(this.#own(action.eid, "fresh"));
      case "stop":
        return this.#become(action.eid, "runnable", "stopped");
      case "destroy":
        return this.#destroy(action.eid);
      case "destroyShadow":
        return this.#destroyShadow(action.eid);
      case "attest":
        return code(this.#own(action.eid, "fresh", "stopped") !== undefined);
      case "attestShadow":
        return code(this.shadows.has(action.eid));
      case "resume":
        return this.#resume(action);
      case "extend":
        return this.#extend(action);
      case "schrodinger":
        return code(this.#isWhole(action.address, action.byteLen));
      case "satp":
        if (this.memory.isSatp(action.value)) this.memory.satp = action.value;
        return 0n;
      case "call":
        return action.fid === at.FID.PRINT ? 0n : REFUSED;
      case "timer":
        return this.#inside.leave("runnable", 1n);
      case "hostFault":
        return 0n;
      case "bare":
        this.memory.satp = 0n;
        return 0n;
      case "fault":
      case "steal":
        return this.#inside.end(REFUSED);
      case "enclave":
        return this.#inside.call(action.fid, action.args);
    }
  }

  #setPte({ flag, pairs, source }: Extract<Action, { do: "setPte" }>): bigint {
    const { memory } = this;
    if (source !== undefined && flag >= 3) return REFUSED;
    // The batches of flags 4 and 5, and the source of 3, lie in memory of the host's.
    if (flag === 2 || flag === 4) return code(memory.clear(flag === 2 ? pairs.slice(0, 1) : pairs));
    if (flag === 3) return code(memory.store(pairs.map(([, entry], i) => [pairs[0]![0] + 8 * i, entry])));
    return code(flag === 1 || flag === 5 ? memory.store(flag === 1 ? pairs.slice(0, 1) : pairs) : false);
  }

  #create({ do: kind, slot, shape, pageCount }: Extract<Action, { do: "create" | "createShadow" }>): bigint {
    const { memory } = this;
    const isShadow = kind === "createShadow";
    if (this.records === 0) return NO_METADATA;
    const region = slotAt(slot);
    const pages = pagesOf(shape);
    const { placed, used } = layoutOf(pages, region);
    if (!isSound(shape, isShadow) || used > pageCount) return REFUSED;
    const eid = this.nextEid;
    const enclave = new ReferenceEnclave(
      eid,
      memory.satp,
      { address: region, byteLen: 0, hidden: [] },
      pageCount - used,
    );
    for (const { va } of pages) enclave.builtIn(va, PAGE_SIZE);
    if (!isShadow && !this.#mapSurroundings(enclave)) return REFUSED;
    const block = memory.secure(region, pageCount * PAGE_SIZE, `${isShadow ? "shadow enclave" : "enclave"} ${eid}`);
    if (block === undefined) return REFUSED;
    this.nextEid++;
    this.records--;
    if (isShadow) {
      this.shadows.set(eid, { eid, satp: memory.satp, region: block, pages, placed });
      return 0n;
    }
    for (const [va, mapped] of placed) enclave.map.set(va, mapped);
    this.#record(enclave, block);
    return 0n;
  }

  /** kbuffer and shared memory, a page each, that must be the host's to share. */
  #mapSurroundings(enclave: ReferenceEnclave): boolean {
    if (!this.memory.isPublic(at.KBUFFER, 2 * PAGE_SIZE)) return false;
    return enclave.put(KBUFFER_BASE, PAGE_SIZE, at.KBUFFER, true) && enclave.put(SHM_BASE, PAGE_SIZE, at.SHM, true);
  }

  #record(enclave: ReferenceEnclave, region: Block): void {
    Object.assign(enclave, { region });
    this.memory.share(at.KBUFFER, 2 * PAGE_SIZE, 1);
    this.enclaves.set(enclave.eid, enclave);
  }

  #fork({ eid: shadowId, slot, pageCount }: Extract<Action, { do: "fork" }>): bigint {
    const { memory } = this;
    const shadow = this.shadows.get(shadowId);
    if (shadow === undefined) return REFUSED;
    if (this.records === 0) return NO_METADATA;
    const region = slotAt(slot);
    const eid = this.nextEid;
    const nowhere = { address: region, byteLen: 0, hidden: [] };
    const enclave = new ReferenceEnclave(eid, memory.satp, nowhere, pageCount - 2, shadowId);
    for (const [va, { address, isWritable }] of shadow.placed) {
      if (isWritable) enclave.free--;
      if (enclave.free < 0 || !enclave.put(va, PAGE_SIZE, isWritable ? "own" : address, isWritable)) return REFUSED;
    }
    for (let i = 1n; i <= 16n; i++) {
      const va = STACK_TOP - i * BigInt(PAGE_SIZE);
      if (enclave.map.has(va)) continue;
      enclave.free--;
      if (enclave.free < 0 || !enclave.put(va, PAGE_SIZE, "own", true)) return REFUSED;
    }
    if (!this.#mapSurroundings(enclave)) return REFUSED;
    const block = memory.secure(region, pageCount * PAGE_SIZE, `enclave ${eid}`);
    if (block === undefined || pageCount < 3) return REFUSED;
    this.nextEid++;
    this.records--;
    this.#record(enclave, block);
    return this.#enter(enclave);
  }

  /** An enclave of the calling process in one of these states. */
  #own(eid: number, ...states: readonly ReferenceEnclave["status"][]): ReferenceEnclave | undefined {
    const enclave = this.enclaves.get(eid);
    return enclave !== undefined && enclave.satp === this.memory.satp && states.includes(enclave.status)
      ? enclave
      : undefined;
  }

  #enter(enclave: ReferenceEnclave | undefined, a0 = enclave?.a0): bigint {
    if (enclave === undefined) return REFUSED;
    enclave.status = "running";
    enclave.waiting = undefined;
    enclave.a0 = a0!;
    this.running = enclave;
    return a0!;
  }

  #become(eid: number, from: ReferenceEnclave["status"], to: ReferenceEnclave["status"]): bigint {
    const enclave = this.#own(eid, from);
    if (enclave !== undefined) enclave.status = to;
    return code(enclave !== undefined);
  }

  #destroy(eid: number): bigint {
    const enclave = this.#own(eid, "fresh", "runnable", "stopped", "ocalling");
    if (enclave !== undefined) this.forget(enclave);
    return code(enclave !== undefined);
  }

  #destroyShadow(eid: number): bigint {
    const shadow = this.shadows.get(eid);
    const isUsed = [...this.enclaves.values()].some((enclave) => enclave.shadow === eid);
    if (shadow === undefined || shadow.satp !== this.memory.satp || isUsed) return REFUSED;
    this.memory.release(shadow.region);
    this.shadows.delete(eid);
    this.records++;
    return 0n;
  }

  /** Everything that an enclave had goes back. */
  forget(enclave: ReferenceEnclave): void {
    const { memory } = this;
    for (const block of [enclave.region, ...[...enclave.heap, ...enclave.mmaps].map((grant) => grant.block)])
      memory.release(block);
    memory.share(at.KBUFFER, 2 * PAGE_SIZE, -1);
    this.enclaves.delete(enclave.eid);
    this.records++;
    for (const object of this.shared.filter((one) => one.creator === enclave.eid || one.attached.has(enclave.eid))) {
      object.attached.delete(enclave.eid);
      if (object.creator === enclave.eid) object.creator = undefined;
      this.settle(object);
    }
  }

  /** @returns the memory that became public because nobody is left for the object */
  settle(object: SharedObject): Block | undefined {
    if (object.attached.size > 0 || (!object.isDoomed && object.creator !== undefined)) return undefined;
    this.shared = this.shared.filter((other) => other !== object);
    this.records++;
    if (object.block !== undefined) this.memory.release(object.block);
    return object.block;
  }

  #resume(action: Extract<Action, { do: "resume" }>): bigint {
    const { eid, from } = action;
    if (from === 0) {
      if (!this.enclaves.has(eid)) return 0n;
      if (this.#own(eid, "stopped")) return 1n;
      return this.#enter(this.#own(eid, "runnable"));
    }
    if (from === 1) return this.#become(eid, "stopped", "runnable");
    return from === 2 ? this.#answer(action) : 0n;
  }

  #answer({ eid, ocall, address, byteLen }: Extract<Action, { do: "resume" }>): bigint {
    const { memory } = this;
    const enclave = this.#own(eid, "ocalling");
    const waiting = enclave?.waiting;
    if (enclave === undefined || waiting === undefined || waiting.id !== ocall) return REFUSED;
    if (waiting.for === "status") return this.#enter(enclave, BigInt.asUintN(64, BigInt(address)));
    if (waiting.for === "nothing") return this.#enter(enclave, waiting.a0 ?? enclave.a0);
    const object = waiting.for === "shm" ? this.shared.find(({ key }) => key === waiting.key)! : undefined;
    if (address === 0 && byteLen === 0) {
      if (object === undefined) return this.#enter(enclave, 0n);
      this.shared = this.shared.filter((other) => other !== object);
      this.records++;
      return this.#enter(enclave, 2n ** 64n - 1n);
    }
    const needed = object?.byteLen ?? (waiting as { byteLen: number }).byteLen;
    if (byteLen < needed + PAGE_SIZE) return REFUSED;
    const owner = object === undefined ? `enclave ${eid}` : "the enclaves that share it";
    const block = memory.secure(address, byteLen, owner);
    if (block === undefined) return REFUSED;
    if (object !== undefined) {
      object.block = block;
      const va = this.#inside.attach(enclave, object)!;
      this.granted = { va, byteLen: needed };
      return this.#enter(enclave, va);
    }
    const va = waiting.for === "mmap" ? waiting.va : enclave.heapTop;
    enclave.put(va, needed, address + PAGE_SIZE, true);
    this.granted = { va, byteLen: needed };
    if (waiting.for === "mmap") {
      enclave.mmaps.push({ block, va, byteLen: needed });
      return this.#enter(enclave, va);
    }
    enclave.heap.push({ block, va, byteLen: needed });
    enclave.heapTop += BigInt(needed);
    return this.#enter(enclave, enclave.heapTop);
  }

  #extend({ address, byteLen }: Extract<Action, { do: "extend" | "schrodinger" }>): bigint {
    const block = this.memory.secure(address, byteLen, "monitor metadata");
    if (block === undefined) return REFUSED;
    this.records += Math.floor(byteLen / RECORD_BYTE_LEN);
    return 0n;
  }

  #isWhole(address: number, byteLen: number): boolean {
    const { memory } = this;
    return (
      memory.isRange(address, byteLen) &&
      memory.isPublic(address, byteLen) &&
      memory.leavesInside(address, byteLen) !== undefined
    );
  }
}

/** A shadow brings no kbuffer. */
const isSound = (shape: Shape, isShadow: boolean): boolean =>
  shape === "good" || shape === "stack" || (shape === "kbuffer" && isShadow);

const code = (isDone: boolean): bigint => (isDone ? 0n : REFUSED);
