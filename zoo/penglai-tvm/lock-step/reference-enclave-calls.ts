/** An enclave's calls as the reference has them. Penglai reference §6.3, §6.4, §6.13. */
import { PAGE_SIZE } from "../../../core/units.ts";
import { ENCLAVE_FID } from "../host.ts";
import type { Reference, SharedObject } from "./reference.ts";
import type { ReferenceEnclave, Waiting } from "./reference-enclave.ts";

const REFUSED = 2n ** 64n - 1n;
const PAGE = BigInt(PAGE_SIZE);
const GIB = 2n ** 30n;
const [HEAP_BASE, MMAP_BASE, MMAP_END] = [0x10_0000_0000n, 0x20_0000_0000n, 0x30_0000_0000n];
const [SHARED_BASE, SHARED_END] = [0x39_4000_0000n, 0x40_0000_0000n];
const MAX_SHARERS = 64;

export class EnclaveSide {
  readonly #all: Reference;

  constructor(all: Reference) {
    this.#all = all;
  }

  get #me(): ReferenceEnclave {
    return this.#all.running!;
  }

  /** The hart goes back to the host, which reads `value`. */
  leave(status: ReferenceEnclave["status"], value: bigint): bigint {
    this.#me.status = status;
    this.#all.running = undefined;
    return value;
  }

  end(value: bigint): bigint {
    this.#all.forget(this.#me);
    this.#all.running = undefined;
    return value;
  }

  /** @returns a0, or what the host reads if it has the hart now */
  call(fid: number, args: readonly bigint[]): bigint {
    const [a0 = 0n, a1 = 0n, a2 = 0n] = args;
    const me = this.#me;
    me.a0 = a0;
    switch (fid) {
      case ENCLAVE_FID.EXIT:
        this.#all.words[3] = a0;
        return this.end(0n);
      case ENCLAVE_FID.YIELD:
        return this.leave("runnable", 3n);
      case ENCLAVE_FID.GET_ENCLAVE_ID:
        return this.#reply(BigInt(me.eid));
      case ENCLAVE_FID.GET_REPORT:
        return this.#reply(me.mayWrite(a1, 328n) ? 0n : REFUSED);
      case ENCLAVE_FID.GET_KEY:
        return this.#reply(a0 <= 2n && a2 > 0n && a2 <= 255n * 32n && me.mayWrite(a1, a2) ? 0n : REFUSED);
      case ENCLAVE_FID.SHM_ATTACH:
        return this.#reply(this.#attachByKey(a0));
      case ENCLAVE_FID.SHM_STAT:
        return this.#reply(this.#find(a0)?.block !== undefined && me.mayWrite(a1, 16n) ? 0n : REFUSED);
      case ENCLAVE_FID.OCALL:
        return this.#ocall(Number(a0), a1, a2);
      default:
        return this.end(-1n);
    }
  }

  #reply(a0: bigint): bigint {
    this.#me.a0 = a0;
    return a0;
  }

  /** The host reads 2 and its words; those that the ocall does not have keep what they had. */
  #toHost(waiting: Waiting, arg0?: bigint, arg1?: bigint): bigint {
    const { words } = this.#all;
    words[0] = BigInt(waiting.id);
    if (arg0 !== undefined) words[1] = arg0;
    if (arg1 !== undefined) words[2] = arg1;
    this.#me.waiting = waiting;
    return this.leave("ocalling", 2n);
  }

  #ocall(id: number, a1: bigint, a2: bigint): bigint {
    switch (id) {
      case 1:
        return this.#mmap(a1, a2);
      case 2:
        return this.#unmap(a1, a2);
      case 3:
        return this.#toHost({ id, for: "nothing" });
      case 4:
        return this.#sbrk(BigInt.asIntN(64, a1));
      case 5:
      case 6:
        return this.#toHost({ id, for: "status" }, a1);
      case 8:
        return this.#reply(a2 > 0n && a2 <= 65536n && this.#me.mayWrite(a1, a2) ? a2 : REFUSED);
      case 9:
        return this.#get(a1, a2);
      case 10:
        return this.#detach(a1);
      case 11:
        return this.#destroy(a1);
      default:
        return this.#reply(REFUSED);
    }
  }

  #mmap(wanted: bigint, size: bigint): bigint {
    const { mmaps, free } = this.#me;
    if (size === 0n || size % PAGE !== 0n || size > GIB) return this.#reply(0n);
    const taken = ({ va, byteLen }: { va: bigint; byteLen: number }, at: bigint): boolean =>
      at < va + BigInt(byteLen) && va < at + size;
    let va = wanted === 0n ? MMAP_END - size : wanted;
    // The highest place at which nothing lies, page by page where something does.
    while (wanted === 0n && va >= MMAP_BASE && mmaps.some((held) => taken(held, va))) va -= PAGE;
    const isRoom =
      va % PAGE === 0n && va >= MMAP_BASE && va + size <= MMAP_END && !mmaps.some((held) => taken(held, va));
    if (!isRoom || this.#me.missing(va, Number(size)) > free) return this.#reply(0n);
    return this.#toHost({ id: 1, for: "mmap", va, byteLen: Number(size) }, undefined, size + PAGE);
  }

  #unmap(va: bigint, size: bigint): bigint {
    const me = this.#me;
    const grant = me.mmaps.find((held) => held.va === va && BigInt(held.byteLen) === size);
    if (grant === undefined) return this.#reply(REFUSED);
    me.mmaps = me.mmaps.filter((held) => held !== grant);
    me.remove(va, grant.byteLen);
    this.#all.memory.release(grant.block);
    return this.#toHost({ id: 2, for: "nothing", a0: 0n }, BigInt(grant.block.address), BigInt(grant.block.byteLen));
  }

  #sbrk(change: bigint): bigint {
    const me = this.#me;
    if (change === 0n) return this.#reply(me.heapTop);
    const top = me.heapTop + change;
    const size = change < 0n ? -change : change;
    if (size % PAGE !== 0n || size > GIB || top < HEAP_BASE || top > MMAP_BASE) return this.#reply(0n);
    if (change > 0n) {
      if (me.missing(me.heapTop, Number(size)) > me.free) return this.#reply(0n);
      return this.#toHost({ id: 4, for: "sbrk", byteLen: Number(size) }, undefined, size + PAGE);
    }
    me.remove(top, Number(size));
    me.heapTop = top;
    const gone = me.heap.filter(({ va }) => va >= top);
    me.heap = me.heap.filter(({ va }) => va < top);
    for (const grant of me.heap) grant.byteLen = Math.min(grant.byteLen, Number(top - grant.va));
    for (const { block } of gone) this.#all.memory.release(block);
    if (gone.length === 0) return this.#reply(top);
    return this.#toHost({ id: 4, for: "nothing", a0: top }, BigInt(gone[0]!.block.address), size);
  }

  #find(key: bigint): SharedObject | undefined {
    return this.#all.shared.find((object) => object.key === key);
  }

  /** At the top, or below all others if something is there. */
  #placeFor(me: ReferenceEnclave, byteLen: number): bigint | undefined {
    const held = this.#all.shared.flatMap((object) => {
      const va = object.attached.get(me.eid);
      return va === undefined ? [] : [{ va, end: va + BigInt(object.byteLen) }];
    });
    let va = SHARED_END - BigInt(byteLen);
    if (held.some(({ end }) => end > va)) {
      for (const other of held) if (other.va - BigInt(byteLen) < va) va = other.va - BigInt(byteLen);
    }
    return va >= SHARED_BASE && me.missing(va, byteLen) <= me.free ? va : undefined;
  }

  attach(me: ReferenceEnclave, object: SharedObject): bigint | undefined {
    const va = this.#placeFor(me, object.byteLen);
    if (va === undefined) return undefined;
    me.put(va, object.byteLen, object.block!.address + PAGE_SIZE, true);
    object.attached.set(me.eid, va);
    return va;
  }

  #attachByKey(key: bigint): bigint {
    const object = this.#find(key);
    if (object?.block === undefined || object.isDoomed) return 0n;
    const va = object.attached.get(this.#me.eid);
    if (va !== undefined) return va;
    return object.attached.size < MAX_SHARERS ? (this.attach(this.#me, object) ?? 0n) : 0n;
  }

  #get(key: bigint, size: bigint): bigint {
    const me = this.#me;
    if (this.#all.records === 0) return this.#toHost({ id: 12, for: "nothing", a0: REFUSED });
    if (size === 0n || size % PAGE !== 0n || size > GIB || this.#find(key) !== undefined) return this.#reply(REFUSED);
    const byteLen = Number(size);
    if (this.#placeFor(me, byteLen) === undefined) return this.#reply(REFUSED);
    this.#all.records--;
    this.#all.shared.push({ key, byteLen, block: undefined, creator: me.eid, attached: new Map(), isDoomed: false });
    return this.#toHost({ id: 9, for: "shm", key }, undefined, size + PAGE);
  }

  #detach(key: bigint): bigint {
    const object = this.#find(key);
    const va = object?.attached.get(this.#me.eid);
    if (object === undefined || va === undefined) return this.#reply(REFUSED);
    this.#me.remove(va, object.byteLen);
    object.attached.delete(this.#me.eid);
    return this.#settled(object);
  }

  #destroy(key: bigint): bigint {
    const object = this.#find(key);
    if (object === undefined) return this.#reply(0n);
    if (object.block === undefined) return this.#reply(REFUSED);
    object.isDoomed = true;
    return this.#settled(object);
  }

  #settled(object: SharedObject): bigint {
    const freed = this.#all.settle(object);
    if (freed === undefined) return this.#reply(0n);
    return this.#toHost({ id: 2, for: "nothing", a0: 0n }, BigInt(freed.address), BigInt(freed.byteLen));
  }
}
