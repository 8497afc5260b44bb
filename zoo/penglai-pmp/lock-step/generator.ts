/**
 * Chooses the next action by looking at the reference's state: mostly one that does something now, sometimes with a word of it
 * spoilt, so that each check is met. Komodo reference §4.6.
 */
import type { Random } from "../../scene/random.ts";
import { ENCLAVE_FID, FID } from "../host.ts";
import type { Action } from "./action.ts";
import { END, FIRST, PAGE } from "./memory.ts";
import type { Reference } from "./reference.ts";

const KERNEL = 0x8020_0000n;
/** Pages that the kernel gives away in regions. */
const POOL = FIRST + 768;
const UNTRUSTED_VA = 0x10_0000_0000n;
const KBUFFER_VA = 0xffff_ffe0_0000_0000n;
/** Pages that the kernel shares with enclaves. */
const WINDOWS = FIRST + 528;
/** What an image takes. */
const MIN_PAGES = 9;
const V = 1n;
const LEAF = 0xdfn;
const ODD = [0n, 1n, 4n, 8n, 4095n, 1n << 32n, 1n << 63n, (1n << 64n) - 1n, 0x1000n, 0x7fff_f000n];
const pte = (page: bigint, flags: bigint): bigint => (page << 10n) | flags;

type Hart = 0 | 1;

export class Generator {
  readonly #random: Random;
  readonly #reference: Reference;
  /** What is still to be done of a longer plan. */
  #plan: Action[] = [];

  constructor(random: Random, reference: Reference) {
    this.#random = random;
    this.#reference = reference;
  }

  next(): Action {
    const planned = this.#plan.shift();
    if (planned !== undefined && !this.#percent(3)) return planned;
    const random = this.#random;
    const hart: Hart = this.#percent(70) ? 0 : 1;
    if (this.#percent(8)) return { kind: "compute", hart, salt: BigInt(random.between(1, 1_000_000)) };
    if (this.#percent(4)) return this.#trap(hart);
    return this.#reference.harts[hart]!.eid === undefined ? this.#host(hart) : this.#enclave(hart);
  }

  #percent(percent: number): boolean {
    return this.#random.between(0, 99) < percent;
  }

  #trap(hart: Hart): Action {
    const causes = [(1n << 63n) | 7n, (1n << 63n) | 7n, 2n, 5n, 13n, 15n];
    return { kind: "trap", hart, cause: this.#random.pick(causes), tval: 0x1234n };
  }

  #host(hart: Hart): Action {
    const random = this.#random;
    const call = (fid: number, ...args: readonly bigint[]): Action => ({
      kind: "host",
      hart,
      fid: BigInt(fid),
      args: this.#percent(6) ? this.#spoiled(args) : args,
    });
    if (this.#percent(3)) return { kind: "process", hart, satp: random.pick([0n, 0n, 0n, 1n]) };
    if (this.#percent(2)) return call(random.between(80, 105), random.pick(ODD), random.pick(ODD));
    const grant = this.#reference.grants[hart];
    if (grant !== undefined && grant[1] < MIN_PAGES && this.#percent(50)) return call(FID.FREE, KERNEL + 0x220n, 3n);
    if (grant !== undefined && this.#percent(60)) return this.#create(hart, call);
    const dice = random.between(0, 99);
    if (dice < 8) return this.#region(call);
    if (dice < 22) return this.#alloc(hart, call);
    if (dice < 26)
      return call(this.#percent(30) ? FID.RECLAIM : FID.FREE, KERNEL + 0x220n, BigInt(random.between(1, 4)));
    if (dice < 30) {
      const report = this.#percent(80) ? KERNEL + 0x400n : this.#address();
      return call(FID.ATTEST, this.#eid(), report, BigInt(random.word()));
    }
    if (dice < 52) return call(FID.RUN, this.#eid("fresh"));
    if (dice < 74) return call(FID.RESUME, this.#eid("runnable"), random.pick([2000n, 2000n, 2n, 2003n]), 3n);
    if (dice < 80) return call(FID.RESUME, this.#eid("stopped", "destroyed"), random.pick([2003n, 2000n, 2n, 7n]), 3n);
    if (dice < 86) return call(FID.STOP, this.#eid("runnable", "running"));
    if (dice < 93) return call(FID.DESTROY, this.#eid());
    return { kind: "store", hart, words: [[this.#address(), BigInt(random.word())]] };
  }

  #enclave(hart: Hart): Action {
    const random = this.#random;
    const call = (fid: number, ...args: readonly bigint[]): Action => ({
      kind: "enclave",
      hart,
      extension: this.#percent(4) ? random.pick([0x100100n, 0x10n, 29n]) : 0x100101n,
      fid: BigInt(fid),
      args: this.#percent(10) ? this.#spoiled(args) : args,
    });
    const dice = random.between(0, 99);
    const addresses = [0x1000n, 0x1ff8n, 0x2000n, UNTRUSTED_VA, KBUFFER_VA, UNTRUSTED_VA + 0xff8n, 0x5000n];
    if (dice < 20) return { kind: "trap", hart, cause: (1n << 63n) | 7n, tval: 0n };
    if (dice < 24) return this.#trap(hart);
    if (dice < 45) return call(ENCLAVE_FID.OCALL, random.pick([3n, 9n, 9n, 5n]), BigInt(random.word()));
    if (dice < 60) return call(ENCLAVE_FID.EXIT, BigInt(random.word()));
    if (dice < 64) return call(random.between(80, 100));
    if (dice < 80) {
      const length = () => BigInt(random.pick([0, 8, 16, 32, 33]));
      return call(ENCLAVE_FID.GET_KEY, random.pick(addresses), length(), random.pick(addresses), length());
    }
    return { kind: "store", hart, words: [[random.pick(addresses), BigInt(random.word())]] };
  }

  #region(call: (fid: number, ...args: readonly bigint[]) => Action): Action {
    const random = this.#random;
    const shared = BigInt(WINDOWS + random.between(0, 15));
    if (this.#percent(6)) return call(FID.EXTEND, shared * 4096n, 4096n);
    const pages = 2 ** random.between(this.#percent(40) ? 0 : 3, 7);
    const page = POOL + pages * random.between(0, Math.floor((END - POOL) / pages) - 1);
    const at = this.#percent(90) ? page : random.pick([FIRST, FIRST + 2, page + 1, page + 1, END, POOL - 16]);
    return call(this.#percent(50) ? FID.MM_INIT : FID.EXTEND, BigInt(at * PAGE), BigInt(pages * PAGE));
  }

  #alloc(hart: Hart, call: (fid: number, ...args: readonly bigint[]) => Action): Action {
    const random = this.#random;
    const size = this.#percent(92) ? BigInt(random.between(9, 20) * PAGE) : random.pick([...ODD, (1n << 32n) + 4096n]);
    this.#plan = [call(FID.ALLOC, KERNEL + 0x100n * BigInt(1 + hart))];
    return { kind: "store", hart, words: [[KERNEL + 0x100n * BigInt(1 + hart), size]] };
  }

  /** Tables and parameters for the grant, in a few stores, and the call. */
  #create(hart: Hart, call: (fid: number, ...args: readonly bigint[]) => Action): Action {
    const random = this.#random;
    const [page, pages] = this.#reference.grants[hart]!;
    const [block, size] = [BigInt(page), BigInt(pages)];
    const windowPage = BigInt(WINDOWS + 4 * random.between(0, 3));
    const at = (table: bigint, index: number): bigint => (block + table) * 4096n + BigInt(8 * index);
    const tables: [bigint, bigint][] = [
      [at(0n, 0), pte(block + 1n, V)],
      [at(1n, 0), pte(block + 2n, V)],
      [at(2n, 1), pte(block + 4n, LEAF)],
      [at(2n, 2), pte(block + 3n, random.pick([LEAF, 0xd3n, 0xdbn]))],
      [at(0n, 64), pte(block + 5n, V)],
      [at(5n, 0), pte(block + 6n, V)],
      [at(6n, 0), pte(windowPage, LEAF)],
      [at(0n, 384), pte(block + 7n, V)],
      [at(7n, 256), 0n],
      [at(7n, 0), pte(block + 8n, V)],
      [at(8n, 0), pte(windowPage + 1n, LEAF)],
      [at(3n, random.between(0, 511)), BigInt(random.word())],
    ];
    const words: bigint[] = [
      KERNEL + 0x200n,
      block * 4096n,
      size * 4096n,
      0x1000n,
      UNTRUSTED_VA,
      windowPage * 4096n,
      4096n,
      0n,
      KBUFFER_VA,
      (windowPage + 1n) * 4096n,
      4096n,
      random.pick([0n, KERNEL + 0x208n]),
      KERNEL + 0x210n,
      0n,
      0n,
    ];
    if (this.#percent(45)) this.#spoilTables(tables, block, windowPage);
    if (this.#percent(20)) words[random.between(0, 12)] = this.#percent(50) ? random.pick(ODD) : this.#address();
    if (this.#percent(8)) words[random.pick([0, 5, 9, 11])] = BigInt(POOL * PAGE);
    const param = KERNEL + 0x1000n * BigInt(1 + hart);
    const stores = words.map((word, i): [bigint, bigint] => [param + BigInt(8 * i), word]);
    this.#plan = [{ kind: "store", hart, words: stores }, call(FID.CREATE, param, this.#percent(30) ? 1n : 0n)];
    return { kind: "store", hart, words: tables };
  }

  /** One entry becomes one that some check refuses. */
  #spoilTables(tables: [bigint, bigint][], block: bigint, window: bigint): void {
    const random = this.#random;
    const leaf = random.pick([2, 3, 6, 10]);
    const kinds: readonly (readonly [index: number, entry: bigint])[] = [
      [leaf, tables[leaf]![1] & ~16n],
      [leaf, tables[leaf]![1] | (1n << 60n)],
      [leaf, (tables[leaf]![1] & ~2n) | 4n],
      [leaf, pte(block + 3n, LEAF)],
      [3, pte(block + 2n, LEAF)],
      [leaf, pte(BigInt(random.between(FIRST, END - 1)), LEAF)],
      [0, pte(window, V)],
      [4, pte(block + 1n, V)],
      [2, pte(block + 1n, V)],
      [8, pte(block, LEAF)],
      [4, pte(block - (block % 0x40000n), LEAF)],
      [8, pte(block + 1n, LEAF)],
    ];
    const [index, entry] = random.pick(kinds);
    tables[index] = [tables[index]![0], entry];
  }

  #eid(...states: readonly string[]): bigint {
    const random = this.#random;
    if (this.#percent(4)) return random.pick([...ODD, 0xffffn]);
    const { enclaves } = this.#reference;
    const fitting = [...enclaves].filter(([, { status }]) => states.length === 0 || states.includes(status));
    const from = fitting.length > 0 && this.#percent(85) ? fitting : [...enclaves];
    return from.length === 0 ? 1n : BigInt(random.pick(from)[0]);
  }

  #address(): bigint {
    const random = this.#random;
    const regions = this.#reference.regions.flatMap((region) => (region ? [region[0]] : []));
    if (regions.length > 0 && this.#percent(25)) return BigInt(random.pick(regions) * PAGE - 8);
    const page = this.#percent(50) ? random.between(POOL, END - 1) : random.between(FIRST + 512, FIRST + 560);
    return BigInt(page * PAGE + 8 * random.between(0, 511));
  }

  #spoiled(args: readonly bigint[]): readonly bigint[] {
    const random = this.#random;
    if (args.length === 0) return args;
    const index = random.between(0, args.length - 1);
    const value = args[index]!;
    const other = random.pick([
      ...ODD,
      value + 1n,
      BigInt.asUintN(64, value - 1n),
      value + 4096n,
      value + (1n << 32n),
      this.#address(),
      BigInt(FIRST * PAGE),
    ]);
    return args.map((arg, i) => (i === index ? other : arg));
  }
}
