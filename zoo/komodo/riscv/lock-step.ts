/**
 * `komodo-riscv` on a machine without a hart beside its naive reference: registers, types, owners, counts and all bytes of
 * all pages must agree after every trap; invariants hold. Random calls as in ../lock-step/generator.ts.
 */
import { ECALL_FROM_S } from "../../../assembly/cause.ts";
import * as csr from "../../../assembly/csr.gen.ts";
import { MSTATUS_TVM, MTI, STI } from "../../../core/registers.ts";
import { PAGE_SIZE, pa } from "../../../core/units.ts";
import { RISCV_CALL as C } from "../../../monitor/komodo/abi.ts";
import { insecurePages, securePages } from "../../../monitor/komodo/riscv/state.ts";
import { createKomodoRiscv, type KomodoRiscvMonitor, type KomodoRiscvOptions } from "../../../monitor/komodo-riscv.ts";
import { FakePlatform } from "../../scene/platform.ts";
import { Random } from "../../scene/random.ts";
import { sequences } from "../../scene/sequences.ts";
import { ADDRSPACE, DISPATCHER, FINAL, FREE, INIT, L1, L2, L3, Reference, type RefPage, STOPPED } from "./reference.ts";

const TYPES = ["free", "addrspace", "dispatcher", "l1", "l2", "l3", "data"];
const STATES = ["init", "final", "stopped"];
const OWN_CSRS = [csr.SSCRATCH, csr.STVEC, csr.SEPC, csr.SCAUSE, csr.STVAL, csr.SCOUNTEREN];
const INTERRUPT = 1n << 63n;
/** MXR, SUM, SPP, SPIE, SIE of the OS. */
const OS_STATUS = (1n << 19n) | (1n << 18n) | (1n << 8n) | (1n << 5n) | (1n << 1n);
const S_INTERRUPTS = 0x222n;
const ODD_NUMBERS = [2n ** 31n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 63n, 2n ** 64n - 1n];

/** An ecall (a7, a0 to a4), a trap of the thread, or a change of all registers. */
type RiscvAction =
  | { readonly kind: "call"; readonly nr: bigint; readonly args: readonly bigint[] }
  | { readonly kind: "trap"; readonly cause: bigint }
  | { readonly kind: "compute"; readonly salt: bigint }
  | { readonly kind: "fill"; readonly page: number; readonly byte: number };

interface RiscvLockStepOptions extends KomodoRiscvOptions {
  readonly deepEvery?: number;
}

class RiscvLockStep {
  readonly platform = new FakePlatform(256 * PAGE_SIZE);
  readonly monitor: KomodoRiscvMonitor;
  readonly reference: Reference;
  readonly coverage = new Map<string, number>();
  /** Actions between two comparisons of all bytes and checks of the invariants. */
  readonly #deepEvery: number;
  #actions = 0;
  #outcome = "";

  constructor({ deepEvery = 1, ...options }: RiscvLockStepOptions = {}) {
    this.#deepEvery = deepEvery;
    this.monitor = createKomodoRiscv(this.platform, {
      securePages: 16,
      insecurePages: 8,
      ...options,
      observe: ({ name, denial }) => {
        this.#outcome = `${name ?? "trap"} ${denial?.guard ?? "success"}`;
      },
    });
    this.monitor.boot();
    const { config } = this.monitor.state;
    this.reference = new Reference(
      securePages(config),
      insecurePages(config),
      config.secure.from,
      config.insecure.from,
    );
    this.platform.writeCsr(csr.MSTATUS, OS_STATUS | (1n << 11n));
    this.platform.writeCsr(csr.MIE, MTI);
    this.platform.pc = this.reference.core.pc = 0x8000_0000n;
  }

  /** @returns the first difference, as a clause */
  act(action: RiscvAction): string | undefined {
    const { platform, reference } = this;
    this.#outcome = "";
    if (action.kind === "trap" && reference.running < 0) return undefined;
    if (action.kind === "fill" && reference.running >= 0) return undefined;
    try {
      this.#perform(action);
    } catch (error) {
      return `the monitor throws: ${error}`;
    }
    if (this.#outcome !== "") this.coverage.set(this.#outcome, (this.coverage.get(this.#outcome) ?? 0) + 1);
    const { core } = reference;
    for (let i = 0; i < 32; i++) {
      if (platform.x[i] !== core.x[i])
        return `x${i} is 0x${platform.x[i]!.toString(16)}, not 0x${core.x[i]!.toString(16)}`;
      if (platform.f[i] !== core.f[i]) return `f${i} is 0x${platform.f[i]!.toString(16)}`;
    }
    if (platform.pc !== core.pc) return `pc is 0x${platform.pc.toString(16)}, not 0x${core.pc.toString(16)}`;
    for (const [i, name] of OWN_CSRS.entries())
      if (platform.readCsr(name) !== core.csrs[i])
        return `CSR 0x${name.toString(16)} is 0x${platform.readCsr(name).toString(16)}`;
    this.#actions++;
    const isDeep = this.#actions % this.#deepEvery === 0;
    return this.#status() ?? this.#pages() ?? (isDeep ? (this.#bytes() ?? this.monitor.violation()) : undefined);
  }

  #perform(action: RiscvAction): void {
    const { platform, reference } = this;
    switch (action.kind) {
      case "call":
        for (const [i, value] of action.args.entries()) this.#set(10 + i, BigInt.asUintN(64, value));
        this.#set(17, BigInt.asUintN(64, action.nr));
        this.monitor.handleTrap({ cause: BigInt(ECALL_FROM_S), epc: platform.pc, tval: 0n });
        reference.ecall();
        return;
      case "trap":
        this.monitor.handleTrap({ cause: action.cause, epc: platform.pc, tval: 0x99n });
        reference.trap(action.cause);
        return;
      case "fill": {
        const bytes = new Uint8Array(PAGE_SIZE).fill(action.byte);
        platform.writeBytes(pa((reference.insecureBase + action.page) * PAGE_SIZE), bytes);
        reference.insecure[action.page] = new DataView(bytes.buffer);
        return;
      }
      case "compute":
        for (let i = 1; i < 32; i++) this.#set(i, action.salt * 1000n + BigInt(i));
        for (let i = 0; i < 32; i++) platform.f[i] = reference.core.f[i] = action.salt + BigInt(i);
        for (const [i, name] of OWN_CSRS.entries()) {
          platform.writeCsr(name, action.salt + BigInt(i) * 64n);
          reference.core.csrs[i] = action.salt + BigInt(i) * 64n;
        }
    }
  }

  #set(register: number, value: bigint): void {
    this.platform.x[register] = value;
    this.reference.core.x[register] = value;
  }

  /** What belongs to the world: status bits, delegation, enabled interrupts, the timer. */
  #status(): string | undefined {
    const { platform, reference } = this;
    const status = platform.readCsr(csr.MSTATUS);
    const [mie, delegated] = [platform.readCsr(csr.MIE), platform.readCsr(csr.MEDELEG) | platform.readCsr(csr.MIDELEG)];
    if (platform.privilege !== 1) return `the privilege is ${platform.privilege}`;
    if (reference.running >= 0) {
      if ((status & OS_STATUS) !== 0n) return `status 0x${status.toString(16)} in an enclave`;
      if ((status & MSTATUS_TVM) === 0n) return "TVM is not set in an enclave";
      if (delegated !== 0n) return "traps of an enclave are delegated";
      return mie === (S_INTERRUPTS | MTI) ? undefined : `mie is 0x${mie.toString(16)} in an enclave`;
    }
    if ((status & (OS_STATUS | MSTATUS_TVM)) !== OS_STATUS) return `the status of the OS is 0x${status.toString(16)}`;
    if (delegated === 0n) return "nothing is delegated to the OS";
    const fired = reference.timerFired;
    if (mie !== (fired ? 0n : MTI) || (platform.readCsr(csr.MIP) & STI) !== (fired ? STI : 0n))
      return "the timer of the OS";
    reference.timerFired = false;
    platform.writeCsr(csr.MIE, MTI);
    platform.writeCsr(csr.MIP, 0n);
    return undefined;
  }

  #pages(): string | undefined {
    const { reference } = this;
    const { state } = this.monitor;
    if ((state.running?.dispatcher ?? -1) !== reference.running) return "another thread runs";
    for (const [nr, expected] of reference.pages.entries()) {
      const page = state.pages.get(nr);
      if (page.type !== TYPES[expected.type]) return `page ${nr} is a ${page.type} page, not ${TYPES[expected.type]}`;
      if (page.type !== "free" && page.owner !== expected.owner) return `page ${nr} belongs to ${page.owner}`;
      if (page.type === "addrspace") {
        const { l1, refcount, state: life } = page;
        if (l1 !== expected.l1 || refcount !== expected.refcount || life !== STATES[expected.state])
          return `page ${nr}: l1 ${l1}, ${refcount} pages, ${life}`;
      }
      if (page.type === "dispatcher" && page.entered !== expected.entered) return `page ${nr}: entered ${page.entered}`;
    }
    return undefined;
  }

  /** Of secure pages: tables lie in them, too. */
  #bytes(): string | undefined {
    const { platform, reference } = this;
    for (const [nr, expected] of reference.pages.entries()) {
      const bytes = platform.readBytes(pa((reference.secureBase + nr) * PAGE_SIZE), PAGE_SIZE);
      if (Buffer.compare(bytes, new Uint8Array(expected.bytes.buffer)) !== 0) return `bytes of page ${nr}`;
    }
    return undefined;
  }
}

/** Chooses the next action by the reference's state: mostly a call that succeeds now. */
function nextAction(random: Random, reference: Reference): RiscvAction {
  if (random.chance(10)) return { kind: "compute", salt: BigInt(random.between(1, 1_000_000)) };
  if (reference.running >= 0) {
    if (random.chance(3))
      return { kind: "trap", cause: random.pick([INTERRUPT | 7n, INTERRUPT | 9n, INTERRUPT | 1n, 2n, 13n, 15n]) };
    const nr = random.chance(3) ? random.between(0, 40) : C.EXIT;
    return { kind: "call", nr: BigInt(nr), args: [BigInt(random.word())] };
  }
  if (random.chance(20)) return { kind: "fill", page: random.between(0, 7), byte: random.between(0, 255) };
  const { pages } = reference;
  let misses = 0;
  const page = (accepts: (page: RefPage) => boolean): bigint => {
    const found = [...pages.keys()].filter((nr) => accepts(pages[nr]!));
    if (found.length > 0) return BigInt(random.pick(found));
    misses++;
    return BigInt(random.between(0, pages.length + 1));
  };
  const free = () => page(({ type }) => type === FREE);
  const space = (life: number) => page((one) => one.type === ADDRSPACE && one.state === life);
  const table = (wanted: number) => page(({ type, owner }) => type === wanted && pages[owner]!.state === INIT);
  const thread = (entered: boolean) =>
    page(
      (one) =>
        one.type === DISPATCHER &&
        (random.chance(10) || (one.entered === entered && pages[one.owner]!.state === FINAL)),
    );
  const index = () => BigInt(random.pick([0, 1, 1, 2, 511, 512]));
  const argumentsOf = (nr: number): bigint[] => {
    switch (nr) {
      case C.INIT_ADDRSPACE:
        return [free(), free()];
      case C.INIT_DISPATCHER:
        return [free(), space(INIT), BigInt(random.word())];
      case C.INIT_L2_TABLE:
        return [free(), table(L1), index()];
      case C.INIT_L3_TABLE:
        return [free(), table(L2), index()];
      case C.MAP_SECURE:
        return [free(), table(L3), index(), BigInt(random.word()), BigInt(random.between(0, 8))];
      case C.MAP_INSECURE:
        return [table(L3), index(), BigInt(random.between(0, 31)), BigInt(random.between(0, 8))];
      case C.REMOVE:
        return [
          page(
            (one) =>
              one.type !== FREE &&
              (random.chance(10) ||
                (pages[one.owner]!.state === STOPPED && (one.type !== ADDRSPACE || one.refcount === 1))),
          ),
        ];
      case C.FINALISE:
        return [space(INIT)];
      case C.ENTER:
        return [thread(false), 1n, 2n, 3n];
      case C.RESUME:
        return [thread(true)];
      case C.STOP:
        return [space(random.pick([INIT, FINAL, FINAL]))];
      default:
        return [];
    }
  };
  for (let tries = 0; ; tries++) {
    misses = 0;
    // numbers below 9 are SBI's
    const nr = random.chance(30) ? random.between(9, 40) : random.pick(OFTEN);
    const args = argumentsOf(nr);
    if (misses > 0 && tries < 4) continue;
    const spoiled =
      random.chance(4) && args.length > 0
        ? args.with(
            random.between(0, args.length - 1),
            random.pick([BigInt(random.between(0, 17)), random.pick(ODD_NUMBERS), 512n]),
          )
        : args;
    return { kind: "call", nr: BigInt(nr), args: spoiled };
  }
}

const OFTEN: readonly number[] = [
  C.QUERY,
  C.GET_PHYS_PAGES,
  ...new Array<number>(4).fill(C.INIT_ADDRSPACE),
  ...new Array<number>(4).fill(C.INIT_DISPATCHER),
  ...new Array<number>(5).fill(C.INIT_L2_TABLE),
  ...new Array<number>(7).fill(C.INIT_L3_TABLE),
  ...new Array<number>(8).fill(C.MAP_SECURE),
  ...new Array<number>(8).fill(C.MAP_INSECURE),
  ...new Array<number>(10).fill(C.REMOVE),
  ...new Array<number>(3).fill(C.FINALISE),
  ...new Array<number>(8).fill(C.ENTER),
  ...new Array<number>(6).fill(C.RESUME),
  ...new Array<number>(2).fill(C.STOP),
];

function describeRiscvAction(action: RiscvAction): string {
  switch (action.kind) {
    case "call": {
      const name = Object.entries(C).find(([, nr]) => BigInt(nr) === action.nr)?.[0] ?? `call ${action.nr}`;
      return `${name}(${action.args.map((arg) => `0x${arg.toString(16)}`).join(", ")})`;
    }
    case "trap":
      return `the thread traps, cause 0x${action.cause.toString(16)}`;
    case "compute":
      return `registers change (${action.salt})`;
    case "fill":
      return `the OS fills insecure page ${action.page} with ${action.byte}`;
  }
}

export const {
  runRandomCalls: runRiscvCalls,
  shrink: shrinkRiscvCalls,
  describeFailure: describeRiscvFailure,
} = sequences(
  {
    begin: (options) => new RiscvLockStep(options),
    generator: (seed, { reference }) => {
      const random = new Random(seed);
      return () => nextAction(random, reference);
    },
    describe: describeRiscvAction,
  },
  {} as RiscvLockStepOptions,
);
