/**
 * Memory as a privilege sees it: loads, stores and fetches through satp, PMP and GPT as the hart itself would make them,
 * for the host. What the access would have trapped with is a value, not an exception.
 */
import { EXECUTE, READ, TRANSLATE_STOP, TRANSLATE_TRAP, WRITE } from "../assembly/access.ts";
import { FETCH_ACCESS, INTEGRITY_FAULT, LOAD_ACCESS, STORE_ACCESS } from "../assembly/cause.ts";
import { EXIT_CAUSE, EXIT_TVAL, EXIT_VALUE } from "../assembly/layout.ts";
import { checkBytes, checkCount, checkPrivilege, checkWord } from "./argument.ts";
import type { CoreInstance } from "./core-module.ts";
import { outOfFrames, type PhysicalMemory } from "./physical-memory.ts";
import type { Privilege } from "./platform.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, pageNoOf, type Va } from "./units.ts";

/** Cause and address of a trap that an access would have taken. */
export interface AccessFault {
  readonly ok: false;
  readonly cause: bigint;
  readonly tval: bigint;
}
/** The bytes, or the trap that the load would have taken. */
export type LoadOutcome = { readonly ok: true; readonly bytes: Uint8Array } | AccessFault;
/** Done, or the trap that the store would have taken. */
export type StoreOutcome = { readonly ok: true } | AccessFault;

const accessFault = (kind: number): number =>
  kind === READ ? LOAD_ACCESS : kind === WRITE ? STORE_ACCESS : FETCH_ACCESS;

export class GuestAccess {
  readonly #core: CoreInstance;
  readonly #memory: PhysicalMemory;
  readonly #view: DataView;

  constructor(core: CoreInstance, memory: PhysicalMemory) {
    this.#core = core;
    this.#memory = memory;
    this.#view = new DataView(core.memory.buffer);
  }

  /** @throws RangeError if the range is empty or crosses a page */
  load(privilege: Privilege, address: Va, byteLen: number): LoadOutcome {
    const fault = this.#access(privilege, address, byteLen, READ);
    if (fault) return fault;
    return { ok: true, bytes: this.#memory.readBytes(this.#translated(), byteLen) };
  }

  /** @throws as `load` */
  store(privilege: Privilege, address: Va, bytes: Uint8Array): StoreOutcome {
    checkBytes("bytes", bytes);
    const fault = this.#access(privilege, address, bytes.length, WRITE);
    if (fault) return fault;
    this.#memory.writeBytes(this.#translated(), bytes);
    return { ok: true };
  }

  /** Where an instruction fetch would go. @throws as `load` */
  fetch(privilege: Privilege, address: Va, byteLen: number): { readonly ok: true; readonly pa: Pa } | AccessFault {
    return this.#access(privilege, address, byteLen, EXECUTE) ?? { ok: true, pa: this.#translated() };
  }

  #access(privilege: Privilege, address: Va, byteLen: number, kind: number): AccessFault | undefined {
    checkPrivilege(privilege);
    checkWord("address", address);
    checkCount("byteLen", byteLen, PAGE_SIZE);
    if (!(byteLen > 0 && Number(address & 0xfffn) + byteLen <= PAGE_SIZE))
      throw new RangeError(`an access of ${byteLen} bytes at 0x${address.toString(16)} is empty or crosses a page`);
    const outcome = this.#core.exports.hostTranslate(BigInt.asIntN(64, address), byteLen, kind, privilege);
    if (outcome === TRANSLATE_TRAP)
      return {
        ok: false,
        cause: this.#view.getBigUint64(EXIT_CAUSE, true),
        tval: this.#view.getBigUint64(EXIT_TVAL, true),
      };
    if (outcome === TRANSLATE_STOP) {
      const page = Number(this.#view.getBigUint64(EXIT_VALUE, true)) as PageNo;
      // the walker found no frame for an accessed bit, or met a watched table
      if (!this.#memory.isWatched(page)) throw outOfFrames();
      if (this.#memory.hasRefill && this.#memory.verify(page)) return this.#access(privilege, address, byteLen, kind);
      return { ok: false, cause: BigInt(INTEGRITY_FAULT), tval: address };
    }
    const target = this.#translated();
    const { base, size } = this.#memory;
    if (target < base || target + byteLen > base + size)
      return { ok: false, cause: BigInt(accessFault(kind)), tval: address };
    if (!this.#memory.verify(pageNoOf(target))) return { ok: false, cause: BigInt(INTEGRITY_FAULT), tval: address };
    return undefined;
  }

  #translated(): Pa {
    return pa(Number(BigInt.asUintN(64, this.#core.exports.translatedAddress())));
  }
}
