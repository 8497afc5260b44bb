/**
 * Chooses the next action by looking at the reference's state. Komodo reference §4.6: the call first and its arguments
 * second; mostly arguments that the call accepts now, else the same ones with one or two spoiled, so that the order of
 * errors is met, else anything.
 */
import { ENCLAVE_CALL, OS_CALL } from "../../../monitor/komodo/abi.ts";
import type { Random } from "../../scene/random.ts";
import type { Action } from "./action.ts";
import type { Reference } from "./reference.ts";
import { ADDRSPACE, DATA, DISPATCHER, FINAL, FREE, INIT, type RefPage, SPARE, STOPPED } from "./reference-page.ts";

const INTERRUPT = 1n << 63n;
const TRAPS = [0n, 1n, 2n, 3n, 5n, 7n, 12n, 13n, 15n].map((cause) => [cause, 0x1234n] as const);
const INTERRUPTS = [1n, 5n, 7n, 9n].map((number) => [INTERRUPT | number, 0n] as const);
const ODD_NUMBERS = [2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 63n, 2n ** 64n - 1n];
/** Slots of the L1 table that programs use, and one that there is not. */
const SLOTS = [0, 0, 0, 1, 255, 256];
const PAGES_IN_SLOT = [0, 1, 2, 3, 1023];

type Numbers = readonly bigint[];

export class Generator {
  readonly #random: Random;
  readonly #reference: Reference;
  /** Arguments of the call that nothing fits. */
  #misses = 0;

  constructor(random: Random, reference: Reference) {
    this.#random = random;
    this.#reference = reference;
  }

  next(): Action {
    const random = this.#random;
    if (random.chance(12)) return { kind: "compute", salt: BigInt(random.between(1, 1_000_000)) };
    return this.#reference.running < 0 ? this.#os() : this.#enclave();
  }

  #os(): Action {
    const random = this.#random;
    if (random.chance(15)) return { kind: "fill", page: random.between(0, 7), word: random.word() };
    const [nr, args] = this.#fitting(() => {
      const number = random.chance(40) ? random.pick([...Array(41).keys(), 99, 255]) : random.pick(OFTEN);
      return [number, this.#osArguments(number)];
    });
    return { kind: "os", nr, args: this.#spoiled(args) };
  }

  /** A call for which there are arguments, if a few tries find one. */
  #fitting(choose: () => readonly [nr: number, args: Numbers]): [nr: bigint, args: Numbers] {
    for (let tries = 0; ; tries++) {
      this.#misses = 0;
      const [nr, args] = choose();
      if (this.#misses === 0 || tries === 4) return [BigInt(nr), args];
    }
  }

  #enclave(): Action {
    const random = this.#random;
    const dice = random.between(0, 99);
    if (dice < 12) return trap(random.pick(INTERRUPTS));
    if (dice < 16) return trap(random.pick(TRAPS));
    if (dice < 30) {
      const va = BigInt(
        random.pick(SLOTS) * 0x40_0000 + random.pick(PAGES_IN_SLOT) * 0x1000 + 8 * random.between(0, 511),
      );
      return { kind: "store", va, value: BigInt(random.word()) };
    }
    const [nr, args] = this.#fitting(() => {
      const number = random.chance(30) ? random.between(5, 40) : random.pick(ENCLAVE_OFTEN);
      return [number, this.#enclaveArguments(number)];
    });
    return { kind: "enclave", nr, args: this.#spoiled(args) };
  }

  /** Arguments that the call accepts, as far as there are any. */
  #osArguments(nr: number): Numbers {
    const random = this.#random;
    const initial = MAPPING.includes(nr) ? this.#space(INIT) : 0n;
    switch (nr) {
      case OS_CALL.INIT_ADDRSPACE:
        return [this.#page((page) => page.type === FREE), this.#page(({ type }, l1) => type === FREE && l1 % 4 === 0)];
      case OS_CALL.INIT_DISPATCHER:
        return [this.#free(), this.#space(INIT), BigInt(random.pick([0x1000, 0x8000, 0xffff_fff0, random.word()]))];
      case OS_CALL.INIT_L2_TABLE:
        return [this.#free(), this.#space(INIT), BigInt(random.pick(SLOTS))];
      case OS_CALL.MAP_SECURE:
        return [this.#free(), initial, this.#mapping(initial), this.#insecure()];
      case OS_CALL.MAP_INSECURE:
        return [this.#space(INIT), this.#insecure(), this.#mapping()];
      case OS_CALL.ALLOC_SPARE:
        return [this.#free(), this.#space(random.pick([INIT, FINAL, FINAL]))];
      case OS_CALL.REMOVE:
        return [this.#page((page) => this.#isRemovable(page) || random.chance(10))];
      case OS_CALL.FINALISE:
        return [this.#space(INIT)];
      case OS_CALL.ENTER:
        return [this.#thread(false), BigInt(random.word()), 2n ** 40n, BigInt(random.word())];
      case OS_CALL.RESUME:
        return [this.#thread(true)];
      case OS_CALL.STOP:
        return [this.#space(random.pick([INIT, FINAL, FINAL, STOPPED]))];
      default:
        return [this.#anyPage(), this.#anyPage(), BigInt(random.word()), BigInt(random.word())];
    }
  }

  #enclaveArguments(nr: number): Numbers {
    const random = this.#random;
    const own = this.#reference.pages[this.#reference.running]!.owner;
    switch (nr) {
      case ENCLAVE_CALL.MAP_DATA:
        return [this.#spare(own), this.#mapping(BigInt(own))];
      case ENCLAVE_CALL.UNMAP_DATA: {
        const page = this.#page(({ type, owner }) => type === DATA && owner === own);
        return [page, this.#whereIs(page) ?? this.#mapping()];
      }
      case ENCLAVE_CALL.INIT_L2_TABLE:
        return [this.#spare(own), BigInt(random.pick(SLOTS))];
      case ENCLAVE_CALL.VERIFY_STEP2:
        // sometimes the MAC that Attest just left in R1 to R8
        return random.chance(2) ? this.#reference.core.x.slice(11, 19) : this.#words();
      default:
        return this.#words();
    }
  }

  /** Of an address space; now and then another's, or one that is in use. */
  #spare(own: number): bigint {
    const isStrange = this.#random.chance(10);
    return this.#page(({ type, owner }) =>
      isStrange ? type === SPARE || type === DATA : type === SPARE && owner === own,
    );
  }

  #words(): Numbers {
    const random = this.#random;
    return Array.from({ length: 8 }, () =>
      random.chance(8) ? 2n ** 64n - BigInt(random.word()) : BigInt(random.word()),
    );
  }

  #spoiled(args: Numbers): Numbers {
    const random = this.#random;
    const dice = random.between(0, 99);
    if (dice < 68 || args.length === 0) return args;
    if (dice > 95) return args.map(() => this.#wild());
    const first = args.with(random.between(0, args.length - 1), this.#wild());
    return dice > 86 ? first.with(random.between(0, args.length - 1), this.#wild()) : first;
  }

  #wild(): bigint {
    const random = this.#random;
    return random.pick([
      this.#anyPage(),
      this.#anyPage(),
      BigInt(this.#reference.pages.length),
      this.#mapping(),
      BigInt(random.between(0, 300)),
      random.pick(ODD_NUMBERS),
    ]);
  }

  /** Of insecure RAM, up to its end and a little beyond. */
  #insecure(): bigint {
    const { insecurePages } = this.#reference.given;
    const random = this.#random;
    return BigInt(random.chance(12) ? insecurePages + random.between(-1, 80) : random.between(0, 7));
  }

  /** Pages at and behind the end, too. */
  #anyPage(): bigint {
    return BigInt(this.#random.between(0, this.#reference.pages.length + 1));
  }

  #page(accepts: (page: RefPage, nr: number) => boolean): bigint {
    const found = [...this.#reference.pages.keys()].filter((nr) => accepts(this.#reference.pages[nr]!, nr));
    if (found.length > 0) return BigInt(this.#random.pick(found));
    this.#misses++;
    return this.#anyPage();
  }

  #free(): bigint {
    return this.#page(({ type }) => type === FREE);
  }

  #space(state: number): bigint {
    return this.#page((page) => page.type === ADDRSPACE && page.state === state);
  }

  /** Now and then one that must not run. */
  #thread(entered: boolean): bigint {
    const { pages } = this.#reference;
    if (this.#random.chance(10)) return this.#page(({ type }) => type === DISPATCHER);
    return this.#page(
      (page) => page.type === DISPATCHER && page.entered === entered && pages[page.owner]!.state === FINAL,
    );
  }

  #isRemovable({ type, owner, refcount }: RefPage): boolean {
    if (type === FREE) return false;
    if (type === ADDRSPACE) return refcount === 0;
    const { state } = this.#reference.pages[owner]!;
    return state === STOPPED || (state === FINAL && type === SPARE);
  }

  /** @param as an address space whose L2 tables are preferred */
  #mapping(as?: bigint): bigint {
    const random = this.#random;
    const { pages } = this.#reference;
    const space = as === undefined ? undefined : pages[Number(as)];
    const slots = space?.type === ADDRSPACE ? [...pages[space.l1]!.l1Table.keys()] : [];
    const slot = slots.length > 0 && !random.chance(5) ? random.pick(slots) : random.pick(SLOTS);
    const va = slot * 0x40_0000 + random.pick(PAGES_IN_SLOT) * 0x1000;
    const permissions = random.chance(12) ? random.between(0, 7) : 1 + 2 * random.between(0, 3);
    return BigInt(va + permissions + (random.chance(20) ? 8 * random.between(0, 511) : 0));
  }

  /** A mapping word for the address at which the running enclave has a page. */
  #whereIs(page: bigint): bigint | undefined {
    for (const slot of SLOTS)
      for (const inSlot of PAGES_IN_SLOT) {
        const va = BigInt(slot * 0x40_0000 + inSlot * 0x1000);
        const entry = this.#reference.entryAt(va);
        if (entry?.secure && BigInt(entry.page) === page) return va;
      }
    return undefined;
  }
}

const trap = ([cause, tval]: readonly [bigint, bigint]): Action => ({ kind: "trap", cause, tval });

const MAPPING: readonly number[] = [OS_CALL.MAP_SECURE, OS_CALL.MAP_INSECURE];

const repeated = (numbers: readonly (readonly [nr: number, times: number])[]): number[] =>
  numbers.flatMap(([nr, times]) => new Array<number>(times).fill(nr));

const OFTEN = repeated([
  [OS_CALL.QUERY, 1],
  [OS_CALL.GET_PHYS_PAGES, 1],
  [OS_CALL.INIT_ADDRSPACE, 5],
  [OS_CALL.INIT_DISPATCHER, 5],
  [OS_CALL.INIT_L2_TABLE, 8],
  [OS_CALL.MAP_SECURE, 12],
  [OS_CALL.MAP_INSECURE, 8],
  [OS_CALL.ALLOC_SPARE, 6],
  [OS_CALL.REMOVE, 9],
  [OS_CALL.FINALISE, 3],
  [OS_CALL.ENTER, 9],
  [OS_CALL.RESUME, 8],
  [OS_CALL.STOP, 2],
]);

const ENCLAVE_OFTEN = repeated([
  [ENCLAVE_CALL.EXIT, 2],
  [ENCLAVE_CALL.ATTEST, 1],
  [ENCLAVE_CALL.VERIFY_STEP0, 1],
  [ENCLAVE_CALL.VERIFY_STEP1, 1],
  [ENCLAVE_CALL.VERIFY_STEP2, 2],
  [ENCLAVE_CALL.MAP_DATA, 5],
  [ENCLAVE_CALL.UNMAP_DATA, 3],
  [ENCLAVE_CALL.INIT_L2_TABLE, 3],
  [ENCLAVE_CALL.GET_RANDOM, 1],
]);
