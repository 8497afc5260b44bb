/**
 * Enclaves of random instructions, privileged ones, calls and addresses among them, under every personality that commands know:
 * whatever they do, the monitor does not throw, its invariants hold, the operating system finds its registers and its memory as
 * they were, and a well-behaved enclave runs afterwards.
 */
import { expect, test } from "vitest";
import * as csr from "../../assembly/csr.gen.ts";
import { assembleProgram } from "../../core/assembler.ts";
import { parseElf } from "../../core/elf.ts";
import { PAGE_SIZE, pa, va } from "../../core/units.ts";
import type { RunOutcome } from "../../host/hosted.ts";
import type { HostedProgram, HostedSystem } from "../../host/hosting.ts";
import { hostingNamed } from "../../host/hostings.ts";
import type { CallRecord } from "../../monitor/kernel/personal-monitor.ts";
import { Random } from "../../zoo/scene/random.ts";
import { buildElf, RW, RX } from "../core/elf-builder.ts";
import { granted, prebuilt } from "../host/machine-fixture.ts";

const CODE = 0x1000n;
const DATA = 0x4000n;
const MAX_SLICES = 2;

/** How many programs, a guest that shows afterwards that the monitor still works, and what it prints. */
const WELL_BEHAVED = {
  "penglai-tvm": [50, "mem", "mem: ok\n"],
  // with a megabyte of stack, which is measured
  "penglai-pmp": [12, "pmp-prime", "1229 primes below 10000\n"],
  komodo: [50, "komodo-memory", "memory: ok\n"],
  "komodo-riscv": [50, "komodo-riscv-threads", "worker: over\nsum of squares: 385\n"],
} as const;
type Name = keyof typeof WELL_BEHAVED;

const ADDRESSES = [
  0n,
  CODE,
  DATA,
  DATA + 4088n,
  0x1f_f000n,
  0x20_0000n,
  0x30_0000n,
  0x31_0000n,
  0x40_0000n,
  0x3fff_f000n,
  0x8000_0000n,
  0x8020_0000n,
  0x8100_0000n,
  0x83ff_f000n,
  0x1000_0000n,
  0x200_0000n,
  0xc00_0000n,
  0x10_0000_0000n,
  0x37_ffff_f000n,
  0x38_0000_0000n,
  0x3f_ffff_f000n,
  0x7f_ffff_f000n,
  2n ** 63n,
  -8n,
  -32n * 2n ** 32n,
] as const;
const CALLS = [
  0n,
  1n,
  2n,
  3n,
  4n,
  7n,
  10n,
  11n,
  12n,
  13n,
  20n,
  22n,
  29n,
  30n,
  31n,
  79n,
  84n,
  88n,
  89n,
  92n,
  93n,
  94n,
  95n,
  96n,
  97n,
  98n,
  99n,
  100n,
  101n,
  0x100100n,
  0x100101n,
  0x54494d45n,
  0x48534dn,
  0x53525354n,
] as const;
/** What an enclave may call. Penglai reference §6.3, §6.6; Komodo reference §1.7, §3.1. */
const FUNCTIONS: Readonly<Record<Name, readonly number[]>> = {
  "penglai-tvm": [83, 84, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 98, 98, 98, 98, 98],
  "penglai-pmp": [88, 98],
  komodo: [1, 2, 3, 4, 10, 11, 12, 20],
  "komodo-riscv": [30, 31],
};
const CONVENTIONS: Readonly<Record<Name, (number: bigint) => string>> = {
  "penglai-tvm": (number) => `li a6, 0x100101\nli a7, ${number}`,
  "penglai-pmp": (number) => `li a7, 0x100101\nli a6, ${number}`,
  komodo: (number) => `li a0, ${number}`,
  "komodo-riscv": (number) => `li a7, ${number}`,
};
const CSRS = [
  "sstatus",
  "sie",
  "stvec",
  "scounteren",
  "sscratch",
  "sepc",
  "scause",
  "stval",
  "sip",
  "satp",
  "senvcfg",
  "stimecmp",
  "mstatus",
  "medeleg",
  "mie",
  "mtvec",
  "mepc",
  "pmpcfg0",
  "pmpaddr0",
  "mhartid",
  "cycle",
  "time",
  "instret",
  "fcsr",
  "frm",
] as const;
const WORDS = [
  "wfi",
  "sret",
  "mret",
  "ebreak",
  "fence.i",
  "sfence.vma zero, zero",
  "sfence.vma a0, a1",
  "unimp",
  "nop",
] as const;

/** What a program is after: privileges end it at the first try, calls do not. */
const MOODS = [
  [0, 1, 2, 7, 8, 9],
  [0, 1, 2, 9],
  [0, 3, 3, 7, 9],
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
] as const;

/** Lines of assembly; a register or an address is as likely one that means something. */
function lines(random: Random, name: Name, mood: readonly number[]): string {
  const register = () => `${random.pick(["a", "s"])}${random.between(0, 7)}`;
  const address = () =>
    BigInt.asIntN(64, random.pick(ADDRESSES) + (random.chance(4) ? BigInt(random.between(-9, 9)) : 0n));
  switch (random.pick(mood)) {
    case 0:
    case 1:
    case 2: {
      const number = random.chance(40) ? random.pick(CALLS) : BigInt(random.pick(FUNCTIONS[name]));
      const extension = random.pick(CALLS);
      const args = [0, 1, 2, 3, 4, 5]
        .filter(() => random.chance(2))
        .map((i) => `li a${i}, ${random.pick([random.pick(CALLS), address(), 4096n, 8192n, BigInt(random.word())])}`);
      if (number === 98n) args.push(`li a0, ${random.pick([1, 2, 3, 3, 4, 5, 8, 9, 10, 11])}`);
      const convention = random.chance(40)
        ? `li a0, ${number}\nli a6, ${extension}\nli a7, ${extension}`
        : CONVENTIONS[name](number);
      return [...args, convention, "ecall"].join("\n");
    }
    case 3:
      return `li t0, ${address()}\n${random.pick(["ld", "lw", "lb", "sd", "sw", "sb"])} ${register()}, 0(t0)`;
    case 4:
      return `csrrw ${register()}, ${random.pick(CSRS)}, ${register()}`;
    case 5:
      return `csrr ${register()}, ${random.pick(CSRS)}`;
    case 6:
      return random.pick(WORDS);
    case 7:
      return random.chance(40)
        ? `.word ${random.word()}`
        : `addi ${register()}, ${register()}, ${random.between(-2048, 2047)}`;
    case 8:
      return random.chance(30)
        ? `li t0, ${address() + 2n}\njr t0`
        : `li ${register()}, ${BigInt.asIntN(64, (BigInt(random.word()) << 32n) | BigInt(random.word()))}`;
    default:
      return `li t0, ${DATA}\namoadd.d ${register()}, ${register()}, (t0)`;
  }
}

function hostileElf(random: Random, name: Name) {
  const mood = random.pick(MOODS);
  const source = Array.from({ length: random.between(1, 40) }, () => lines(random, name, mood)).join("\n");
  const { bytes } = assembleProgram(
    `li s9, ${random.pick([1, 1, 20])}\nagain:\n${source}\naddi s9, s9, -1\nbnez s9, again`,
    va(CODE),
  );
  return parseElf(
    buildElf({
      entry: CODE,
      segments: [
        { flags: RX, vaddr: CODE, bytes: bytes.subarray(0, Number(DATA - CODE)) },
        { flags: RW, vaddr: DATA, bytes: new Uint8Array(PAGE_SIZE) },
      ],
    }),
    "hostile",
  );
}

/** What no enclave may change: the operating system's CSRs. */
const OS_CSRS = [
  csr.STVEC,
  csr.SSCRATCH,
  csr.SEPC,
  csr.SCAUSE,
  csr.STVAL,
  csr.SCOUNTEREN,
  csr.SATP,
  csr.MEDELEG,
  csr.MIDELEG,
];
const MARK = 0x5a5a_1234n;

async function boot(name: string) {
  const accepted = new Map<string, number>();
  const observe = ({ caller, name: call, denial }: CallRecord): void => {
    if (caller.kind === "enclave" && call !== undefined && denial === undefined)
      accepted.set(call, (accepted.get(call) ?? 0) + 1);
  };
  const system = await (await hostingNamed(name)).create({ memory: 128 << 20, observe });
  for (const marked of [csr.SSCRATCH, csr.SEPC, csr.STVAL]) system.machine.writeCsr(marked, MARK);
  return { system, accepted, csrs: OS_CSRS.map((number) => system.machine.readCsr(number)) };
}

/** @returns how it ended, "stopped" if it still could run */
function run(program: HostedProgram, maxSlices: number): RunOutcome {
  for (let slice = 0; slice < maxSlices; slice++) {
    const steps = program.sliceInSteps();
    let step = steps.next();
    while (!step.done) step = steps.next();
    if (step.value === "ended") break;
  }
  return program.outcome;
}

function checkSystem({ machine, monitor }: HostedSystem, csrs: readonly bigint[]): void {
  expect(monitor.violation()).toBeUndefined();
  expect(OS_CSRS.map((number) => machine.readCsr(number))).toEqual(csrs);
  expect(machine.readBytes(pa(machine.ramBase + machine.ramSize - 8), 8)).toEqual(new Uint8Array(8));
}

test.each(Object.entries(WELL_BEHAVED) as [Name, (typeof WELL_BEHAVED)[Name]][])(
  "%s stands enclaves of random instructions",
  async (name, [count, guest, output]) => {
    const ends = new Map<string, number>();
    const { system, accepted, csrs } = await boot(name);
    for (let seed = 0; seed < count; seed++) {
      const launched = granted(system.launch(hostileElf(new Random(seed), name), { kind: "enclave" }));
      const { kind } = run(launched.programs()[0]!, MAX_SLICES).end;
      ends.set(kind, (ends.get(kind) ?? 0) + 1);
      checkSystem(system, csrs);
    }
    expect(ends.get("killed")).toBeGreaterThan(count / 4);
    expect([...accepted.values()].reduce((sum, times) => sum + times)).toBeGreaterThan(count / 2);
    const well = granted(system.launch(prebuilt(guest), { kind: "enclave" }));
    expect(run(well.programs()[0]!, 1000).output).toBe(output);
  },
);
