/**
 * The untrusted side of a monitor that a user wrote: an S-mode host without page tables that finds public memory, loads a
 * program into it, and runs it by the calls of plain-abi.ts.
 *
 * Not modelled: memory that an enclave asks for at run time, program arguments, forks.
 */
import type { ElfImage } from "../../core/elf.ts";
import type { Machine } from "../../core/machine.ts";
import { S_MODE } from "../../core/platform.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, pageNoOf, va } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { PUBLIC } from "../../monitor/kernel/page-owner.ts";
import type { PersonalMonitor } from "../../monitor/kernel/personal-monitor.ts";
import type { EnclaveEnd, Refusal, Result } from "../enclave.ts";
import { enclaveImage, KBUFFER_BASE, READ_WRITE } from "../enclave-image.ts";
import { pagesUsed, regionContents } from "../enclave-tables.ts";
import { FrameAllocator, orderFor } from "../frame-allocator.ts";
import { eidIn, type Hart, type NoResult, type SbiResult } from "../hart.ts";
import { Harts } from "../harts.ts";
import { PLAIN_HOST, PlainCall } from "./plain-abi.ts";

export class PlainHost {
  readonly hart: Hart;
  readonly #machine: Machine;
  readonly #monitor: PersonalMonitor<unknown>;
  readonly #frames: FrameAllocator;

  /** Boots the monitor. */
  constructor(machine: Machine, monitor: PersonalMonitor<unknown>, fuel: number | undefined) {
    this.#machine = machine;
    this.#monitor = monitor;
    monitor.boot();
    this.hart = new Harts(machine, monitor, fuel === undefined ? {} : { fuel }).first;
    this.#frames = new FrameAllocator(...longestPublicRun(machine, monitor));
  }

  /** A page of the host's own. @throws UserError if there is none left */
  page(): Pa {
    return this.#allocate(0);
  }

  /** Loads a program and creates an enclave of it. @param kbuffer a page of the host's. @returns the id */
  create(elf: ElfImage, kbuffer: Pa): Result<bigint> {
    const image = enclaveImage(elf);
    const text = { va: va(BigInt.asUintN(64, KBUFFER_BASE)), flags: READ_WRITE };
    const order = orderFor(pagesUsed([...image.pages, text]));
    const region = this.#allocate(order);
    const { root, stores } = regionContents(region, image.pages, [{ ...text, at: kbuffer }]);
    for (const { at, bytes } of stores) this.store(at, bytes);
    const created = this.call("CREATE", region, PAGE_SIZE * 2 ** order, image.entry, root);
    if (created.ok && created.error === 0n) return { ok: true, value: created.value };
    this.#frames.free(region, order);
    return { ok: false, refusal: this.refusal("CREATE", created) };
  }

  call(name: keyof typeof PlainCall, ...args: readonly (bigint | number)[]): SbiResult {
    return this.hart.sbi(PLAIN_HOST, PlainCall[name], ...args.map(BigInt));
  }

  /** What the monitor says about a call that did not succeed. */
  refusal(call: string, result: SbiResult): Refusal {
    if (!result.ok) return { call, value: -1n, explanation: `enclave ${eidIn(result)} still has the hart` };
    const denial = this.#monitor.lastDenial;
    const explanation = denial?.explanation ?? `the monitor returned ${result.error} and gave no reason`;
    return { call, value: result.error, ...(denial && { guard: denial.guard }), explanation };
  }

  /** @throws Error if the monitor keeps the host from its own memory */
  store(at: Pa, bytes: Uint8Array): void {
    const outcome = this.#machine.storeAs(S_MODE, va(BigInt(at)), bytes);
    if (!outcome.ok) throw new Error(`the host cannot store to 0x${at.toString(16)}: cause ${outcome.cause}`);
  }

  /** @throws Error as `store` */
  load(at: Pa, byteLen: number): Uint8Array {
    const outcome = this.#machine.loadAs(S_MODE, va(BigInt(at)), byteLen);
    if (!outcome.ok) throw new Error(`the host cannot load from 0x${at.toString(16)}: cause ${outcome.cause}`);
    return outcome.bytes;
  }

  #allocate(order: number): Pa {
    const at = this.#frames.allocate(order);
    if (at === undefined)
      throw new UserError(`no ${2 ** order} contiguous pages of RAM are free`, "give the machine more: --memory 2G");
    return at;
  }
}

export const fuelEnd = (result: NoResult): EnclaveEnd => ({ kind: "out-of-fuel", eid: eidIn(result) });

/** The pages that belong to the host when the monitor has booted. @throws UserError if there are none */
function longestPublicRun(machine: Machine, monitor: PersonalMonitor<unknown>): [from: PageNo, to: PageNo] {
  const end = pageNoOf(pa(machine.ramBase + machine.ramSize));
  const { first, owners } = monitor.personality.ownership(monitor.state);
  const runs = [...owners.runs(0, Math.min(owners.size, end - first))].filter(({ value }) => value === PUBLIC);
  const longest = runs.reduce((best, run) => (run.to - run.from > best.to - best.from ? run : best), {
    from: 0,
    to: 0,
    value: PUBLIC,
  });
  if (longest.to === longest.from)
    throw new UserError(`monitor ${monitor.name} leaves the host no memory`, "let ownership() have public pages");
  return [(first + longest.from) as PageNo, (first + longest.to) as PageNo];
}
