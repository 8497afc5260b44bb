/**
 * Harts to which one address means different things. They take turns on the same TLBs, which serve both only while
 * nothing differs that a translation depends on: root, permissions, PMP, memory types.
 */
import { expect, it } from "vitest";
import { MCAUSE, MENVCFG, MSECCFG, MSTATUS, MTVEC, PMPADDR0, PMPCFG0, SATP } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { SHARED, sleep, together } from "./harts-program.ts";
import { CODE, openPmp, put } from "./place.ts";

const LOADS = 20;
const VA = 0x4000_0000n;
const [ROOT, OTHER_ROOT, MIDDLE, OTHER_MIDDLE] = [0x2000, 0x3000, 0x4000, 0x5000].map((at) => SHARED + at) as [
  number,
  number,
  number,
  number,
];
const [PAGE, OTHER_PAGE] = [0x8040_0000, 0x8020_0000];
const SUM = 1n << 18n;
const MXR = 1n << 19n;
const PBMTE = 1n << 62n;
const MMWP = 1n << 1n;
const SV39 = 8n << 60n;
const LOAD_ACCESS = 5n;
const LOAD_PAGE_FAULT = 13n;

const pointer = (table: number): bigint => ((BigInt(table) >> 12n) << 10n) | 1n;
const leaf = (page: number, bits = 0xcfn): bigint => ((BigInt(page) >> 12n) << 10n) | bits;

interface View {
  readonly name: string;
  /** The leaf of VA under both roots; the second root leads to another page. */
  readonly bits?: bigint;
  readonly privilege?: 1 | 3;
  /** What the two harts differ in. */
  readonly first?: (machine: Machine) => void;
  readonly second: (machine: Machine) => void;
  /** `mcause` of the second hart, or the sum of what it has loaded. */
  readonly seen: { readonly cause: bigint } | { readonly sum: bigint };
}

const set = (csr: number, bits: bigint) => (machine: Machine) => machine.writeCsr(csr, machine.readCsr(csr) | bits);

/** One entry, which M-mode may execute; what no entry matches, it may access unless MMWP says otherwise. */
const codeOnly = (machine: Machine): void => {
  machine.writeCsr(PMPADDR0, (BigInt(CODE) >> 2n) | 0x1ffn);
  machine.writeCsr(PMPCFG0, 0x9dn);
};

const VIEWS: readonly View[] = [
  {
    name: "another root in satp",
    second: (machine) => machine.writeCsr(SATP, SV39 | BigInt(OTHER_ROOT / 4096)),
    seen: { sum: 2n * BigInt(LOADS) },
  },
  {
    name: "a PMP entry that denies the page",
    second: (machine) => {
      machine.writeCsr(PMPADDR0, (BigInt(PAGE) >> 2n) | 0x1ffn);
      machine.writeCsr(PMPCFG0, 0x18n);
    },
    seen: { cause: LOAD_ACCESS },
  },
  { name: "mstatus.SUM", bits: 0xdfn, first: set(MSTATUS, SUM), second: () => {}, seen: { cause: LOAD_PAGE_FAULT } },
  { name: "mstatus.MXR", bits: 0xc9n, first: set(MSTATUS, MXR), second: () => {}, seen: { cause: LOAD_PAGE_FAULT } },
  {
    name: "menvcfg.PBMTE",
    bits: 0xcfn | (1n << 61n),
    first: set(MENVCFG, PBMTE),
    second: () => {},
    seen: { cause: LOAD_PAGE_FAULT },
  },
  {
    name: "mseccfg.MMWP",
    privilege: 3,
    first: codeOnly,
    second: (machine) => {
      codeOnly(machine);
      machine.writeCsr(MSECCFG, MMWP);
    },
    seen: { cause: LOAD_ACCESS },
  },
];

async function harts({ bits, privilege = 1, first, second }: View, quantum: number): Promise<Machine> {
  const machine = await together("", 2, { quantum });
  const symbols = put(
    machine,
    CODE,
    `li s3, ${LOADS}
     load: ld a2, 0(s2)\n add a3, a3, a2\n addi s3, s3, -1\n bnez s3, load
     ecall
     .align 2
     handler: ${sleep}`,
  );
  const target = (page: number): bigint => leaf(page, bits);
  for (const [root, middle, page] of [
    [ROOT, MIDDLE, PAGE],
    [OTHER_ROOT, OTHER_MIDDLE, OTHER_PAGE],
  ] as const) {
    machine.write64(pa(root + 8), pointer(middle));
    machine.write64(pa(root + 16), leaf(0x8000_0000));
    machine.write64(pa(middle), target(page));
  }
  machine.write64(pa(PAGE), 1n);
  machine.write64(pa(OTHER_PAGE), 2n);
  for (const [index, differ] of [first ?? (() => {}), second].entries()) {
    const hart = machine.harts[index]!;
    hart.privilege = privilege;
    hart.x[18] = privilege === 3 ? BigInt(PAGE) : VA;
    hart.select(() => {
      if (privilege === 1) openPmp(machine);
      machine.writeCsr(MTVEC, symbols.get("handler")!);
      machine.writeCsr(SATP, SV39 | BigInt(ROOT / 4096));
      differ(machine);
    });
  }
  return machine;
}

it.each(VIEWS.flatMap((view) => [1, 3, 10].map((quantum) => [view.name, quantum, view] as const)))(
  "%s of one hart, in turns of %i, is not the other's",
  async (_, quantum, view) => {
    const machine = await harts(view, quantum);
    expect(machine.run(2000).kind).toBe("idle");
    const [first, second] = machine.harts;
    expect(first!.x[13]).toBe(BigInt(LOADS));
    if ("sum" in view.seen) expect(second!.x[13]).toBe(view.seen.sum);
    else expect(second!.select(() => machine.readCsr(MCAUSE))).toBe(view.seen.cause);
  },
);
