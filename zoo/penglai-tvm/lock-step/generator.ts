/**
 * The next action, chosen with a look at the reference: mostly something that can succeed now, so that calls reach past the
 * first guard, and often enough something that cannot. Komodo reference, finding 11: uniform random calls reach little.
 */
import { PAGE_SIZE } from "../../../core/units.ts";
import type { Random } from "../../scene/random.ts";
import * as at from "../host.ts";
import { CODE, DATA, ENCLAVE_FID, FID } from "../host.ts";
import { type Action, type Shape, SLOTS, slotAt } from "./action.ts";
import type { Reference } from "./reference.ts";
import type { ReferenceEnclave } from "./reference-enclave.ts";

const HUGE = 512 * PAGE_SIZE;
const ENTRY_FLAGS = [0n, at.V, at.V | at.R | at.W, at.R | at.W, at.V | at.R | 0xc0n, (1n << 63n) | at.V | at.R];
const KEYS = [1n, 2n, 3n];
const OCALLS = [1, 2, 3, 4, 5, 6, 8, 8, 9, 10, 11, 77];

export class Generator {
  readonly #random: Random;
  readonly #all: Reference;
  #calls = 0;

  /** Once true. */
  get #isFirst(): boolean {
    return this.#all.nextEid === 1 && this.#calls++ === 0;
  }

  constructor(random: Random, reference: Reference) {
    this.#random = random;
    this.#all = reference;
  }

  next(): Action {
    if (this.#isFirst && this.#random.chance(6)) return { do: "bare" };
    return this.#all.running === undefined ? this.#hosts() : this.#enclaves(this.#all.running);
  }

  #hosts(): Action {
    const random = this.#random;
    const eid = this.#eid();
    const sensible = this.#sensible();
    if (sensible !== undefined && !random.chance(4)) return sensible;
    switch (random.between(0, 15)) {
      case 13:
        return { do: "setPte", flag: random.pick([1, 5]), pairs: this.#pairs() };
      case 14: {
        // 2 MiB at once, of which some pages may be an enclave's
        const huge = at.pte(at.POOL + random.between(0, 2) * HUGE, at.V | at.R | at.W);
        return { do: "setPte", flag: random.pick([1, 5]), pairs: [[at.PMD_BASE + random.between(0, 31) * 8, huge]] };
      }
      case 15:
        return random.chance(2) ? { do: "hostFault" } : { do: "destroy", eid };
      case 0:
      case 1:
        return { do: random.pick(["create", "createShadow"]), ...this.#image() };
      case 2:
        return { do: "fork", eid, slot: random.between(0, SLOTS - 1), pageCount: random.pick([2, 20, 40]) };
      case 3:
        return { do: random.pick(["run", "stop", "attest"]), eid };
      case 4:
        return { do: random.pick(["destroy", "destroyShadow", "attestShadow"]), eid };
      case 5:
        return {
          do: "resume",
          eid,
          from: random.between(0, 3),
          ocall: random.pick(OCALLS),
          address: this.#address(),
          byteLen: random.between(0, 4) * PAGE_SIZE,
        };
      case 6:
      case 7:
        return {
          do: "setPte",
          flag: random.pick([1, 1, 1, 2, 3, 4, 5, 5, 9]),
          pairs: this.#pairs(),
          ...(random.chance(4) && { source: at.MONITOR }),
        };
      case 8:
        return {
          do: "mapPte",
          entry: random.chance(2) ? at.PMD_BASE + random.between(28, 31) * 8 : this.#entry(),
          table: random.pick([at.PTE_BASE + random.between(40, 240) * PAGE_SIZE, at.PMD_BASE, at.POOL]),
        };
      case 9:
        return { do: "extend", address: this.#address(), byteLen: random.between(0, 3) * PAGE_SIZE };
      case 10:
        return { do: "schrodinger", address: this.#address(), byteLen: random.pick([0, PAGE_SIZE, HUGE, 100]) };
      case 11:
        return {
          do: "satp",
          value: random.pick([at.satp(at.PT_AREA), at.satp(at.SPARE_ROOT), 0n, at.satp(at.PMD_BASE)]),
        };
      default:
        return { do: "call", fid: random.pick([FID.SM_INIT, FID.PT_AREA_SEPARATION, FID.PRINT, 77, 2 ** 31]) };
    }
  }

  /** Something that an enclave waits for. */
  #sensible(): Action | undefined {
    const random = this.#random;
    const enclaves = [...this.#all.enclaves.values()];
    if (this.#all.memory.satp === 0n && random.chance(4)) return { do: "satp", value: at.satp(at.PT_AREA) };
    if (enclaves.length < 2 && random.chance(2)) return { do: "create", ...this.#image("good") };
    const [shadow] = this.#all.shadows.keys();
    if (shadow !== undefined && random.chance(12))
      return { do: "fork", eid: shadow, slot: random.between(0, SLOTS - 1), pageCount: 40 };
    if (enclaves.length === 0) return undefined;
    const { eid, satp, status, waiting } = random.pick(enclaves);
    if (satp !== this.#all.memory.satp)
      return random.chance(4) ? { do: random.pick(["destroy", "run"]), eid } : { do: "satp", value: satp };
    if (status === "fresh") return { do: random.pick(["run", "attest"]), eid };
    const resume = { do: "resume", eid, ocall: 0, address: 0, byteLen: 0 } as const;
    if (status === "runnable") return random.chance(6) ? { do: "stop", eid } : { ...resume, from: 0 };
    if (status === "stopped") return { ...resume, from: random.pick([0, 1, 1]) };
    if (waiting === undefined) return undefined;
    const byteLen = "byteLen" in waiting ? waiting.byteLen : (this.#all.shared.at(-1)?.byteLen ?? 0);
    const size = byteLen + random.pick([0, PAGE_SIZE, PAGE_SIZE, 2 * PAGE_SIZE]);
    if (random.chance(12)) return { ...resume, from: 0 };
    const ocall = random.chance(12) ? random.pick(OCALLS) : waiting.id;
    if (random.chance(10)) return { ...resume, from: 2, ocall, address: this.#address(), byteLen: size };
    return {
      ...resume,
      from: 2,
      ocall,
      ...(random.chance(8) ? {} : { address: this.#free(), byteLen: size }),
    };
  }

  #enclaves(me: ReferenceEnclave): Action {
    const random = this.#random;
    if (random.chance(4)) return { do: "timer" };
    if (random.chance(40)) return { do: random.pick(["fault", "steal"]) };
    const call = (fid: number, ...args: readonly bigint[]): Action => ({
      do: "enclave",
      fid,
      args: Array.from({ length: 4 }, (_, i) => args[i] ?? 0n),
    });
    const buffer = random.pick([
      DATA.va,
      DATA.va,
      DATA.va,
      CODE.va,
      0n,
      me.heapTop - BigInt(PAGE_SIZE),
      DATA.va + 4000n,
    ]);
    switch (random.between(0, 11)) {
      case 0:
        return call(ENCLAVE_FID.YIELD);
      case 1:
        return random.chance(2) ? call(ENCLAVE_FID.EXIT, 7n) : call(random.pick([ENCLAVE_FID.GET_ENCLAVE_ID, 77]));
      case 2:
        return call(ENCLAVE_FID.GET_REPORT, 0n, buffer, 1n);
      case 3:
        return call(ENCLAVE_FID.GET_KEY, BigInt(random.between(0, 3)), buffer, random.pick([0n, 32n, 200n, 9000n]));
      case 4:
        return call(random.pick([ENCLAVE_FID.SHM_ATTACH, ENCLAVE_FID.SHM_STAT]), random.pick(KEYS), buffer);
      default:
        return call(ENCLAVE_FID.OCALL, ...this.#ocall(me, buffer));
    }
  }

  #ocall(me: ReferenceEnclave, buffer: bigint): readonly bigint[] {
    const random = this.#random;
    const id = random.pick(OCALLS);
    const size = BigInt(random.pick([0, 1, 1, 2, 3, 600]) * PAGE_SIZE);
    const held = me.mmaps.length > 0 ? random.pick(me.mmaps) : undefined;
    switch (id) {
      case 1:
        return [1n, random.pick([0n, 0n, 0x2f_0000_0000n, DATA.va]), size];
      case 2:
        return held && !random.chance(4) ? [2n, held.va, BigInt(held.byteLen)] : [2n, DATA.va, size];
      case 4:
        return [4n, BigInt.asUintN(64, random.chance(2) ? size : -size)];
      case 5:
      case 6:
        return [BigInt(id), BigInt(random.between(0, 9))];
      case 8:
        return [8n, buffer, random.pick([0n, 8n, 200n, 70_000n])];
      case 9:
      case 10:
      case 11:
        return [BigInt(id), random.pick(KEYS), size];
      default:
        return [BigInt(id)];
    }
  }

  #image(shape?: Shape) {
    const random = this.#random;
    const good: Shape = random.pick(["good", "good", "stack"]);
    return {
      slot: random.between(0, SLOTS - 1),
      shape:
        shape ??
        (random.chance(2) ? random.pick<Shape>(["double", "foreign", "heap", "kbuffer", "tables", "free"]) : good),
      pageCount: random.pick([32, 40, 48, 8]),
    };
  }

  #eid(): number {
    const { enclaves, shadows, nextEid } = this.#all;
    return this.#random.pick([...enclaves.keys(), ...shadows.keys(), nextEid - 1, nextEid]);
  }

  /** Memory for a grant, likely the host's. */
  #free(): number {
    return slotAt(SLOTS) + this.#random.between(0, 600) * 4 * PAGE_SIZE;
  }

  #address(): number {
    const random = this.#random;
    return random.pick([
      random.pick([at.KBUFFER, at.HUGE_POOL, at.HUGE_POOL + PAGE_SIZE]),
      slotAt(random.between(0, SLOTS - 1)),
      slotAt(random.between(0, SLOTS - 1)) + random.between(0, 40) * PAGE_SIZE,
      this.#free(),
      random.pick([at.MONITOR, at.PT_AREA, at.MBITMAP, at.HUGE_POOL, at.RAM_END, at.KBUFFER, 0, at.POOL + 8]),
    ]);
  }

  /** Where an entry of the host's stands, or may not. */
  #entry(): number {
    const random = this.#random;
    const page = Math.floor((this.#address() - at.KERNEL) / PAGE_SIZE);
    return random.pick([
      at.PTE_BASE + Math.max(0, page) * 8,
      at.PT_AREA + random.between(0, at.PT_AREA_SIZE / 8 - 1) * 8,
      at.PMD_BASE + random.between(0, 31) * 8,
      at.PT_AREA + random.between(0, 511) * 8,
      this.#address(),
      random.pick([at.PT_AREA - 8, at.PT_AREA + at.PT_AREA_SIZE, at.SPARE_PTE + 4, at.SPARE_ROOT, at.SPARE_PMD]),
    ]);
  }

  /** Entries and byte counts alike: a flag takes them as it takes them. */
  #pairs(): readonly (readonly [number, bigint])[] {
    const random = this.#random;
    return Array.from({ length: random.between(1, 3) }, () => {
      const table = at.PT_AREA + random.between(0, 255) * PAGE_SIZE;
      // 2 MiB that begin with memory of the host's and hold the regions of enclaves
      const target = random.pick([table, this.#address(), this.#address(), at.POOL + random.between(0, 2) * HUGE]);
      const entry = at.pte(target - (target % PAGE_SIZE), random.pick(ENTRY_FLAGS));
      return [this.#entry(), random.chance(4) ? BigInt(random.between(0, 3) * 8) : entry] as const;
    });
  }
}
