/**
 * Speed of several harts: instructions of all of them together a second, by how many there are and how long a turn lasts.
 * Every hart walks through 64 pages of its own, with loads and stores. `shared`: addresses mean the same to all of them, as
 * to harts that run one kernel; `own`: each has its own page tables, so that every turn begins with empty TLBs.
 */
import { MSTATUS, PMPADDR0, PMPCFG0, SATP } from "../assembly/csr.gen.ts";
import { assembleProgram } from "../core/assembler.ts";
import { Machine, type MachineOptions } from "../core/machine.ts";
import { pa } from "../core/units.ts";
import { interleave, type Summary } from "./statistics.ts";

const HARTS = [1, 2, 4, 8] as const;
const QUANTA = [1, 10, 100, 1000, 10_000, 100_000] as const;
const SLICE = 1_000_000;
/** Instructions a measurement; turns of a few cycles get fewer. */
const INSTRUCTIONS = 40_000_000;

interface HartsRow {
  readonly harts: number;
  readonly quantum: number;
  /** Millions of instructions a second. */
  readonly shared: Summary;
  readonly own: Summary;
}

export interface HartsResult {
  readonly unit: "million instructions a second, all harts together";
  readonly rows: readonly HartsRow[];
}

/** Adds 1 to the first doubleword of each page. */
const LOOP = `
  loop: ld t0, 0(s0)
  addi t0, t0, 1
  sd t0, 0(s0)
  xor s1, s1, t0
  slli t1, s1, 3
  add s1, s1, t1
  add s0, s0, s2
  bne s0, s3, loop
  sub s0, s0, s4
  j loop`;
const CODE = pa(0x8000_0000);
const PAGES = 64;
const SV39 = 8n << 60n;
const MPRV_AS_S = 0x2_0800n;

async function machineOf(options: Partial<MachineOptions>, isOwn: boolean): Promise<Machine> {
  const machine = await Machine.create({ mode: "firmware", ...options });
  machine.writeBytes(CODE, assembleProgram(LOOP, BigInt(CODE)).bytes);
  for (const hart of machine.harts) {
    const [data, root] = [0x8100_0000 + hart.index * 0x10_0000, 0x8020_0000 + (isOwn ? hart.index : 0) * 0x1000];
    hart.x[8] = BigInt(data);
    hart.x[18] = 0x1000n;
    hart.x[19] = BigInt(data + PAGES * 0x1000);
    hart.x[20] = BigInt(PAGES * 0x1000);
    // the third gigabyte as it is; loads and stores act as S-mode's
    machine.write64(pa(root + 16), ((0x8000_0000n >> 12n) << 10n) | 0xcfn);
    hart.writeCsr(PMPADDR0, (1n << 54n) - 1n);
    hart.writeCsr(PMPCFG0, 0x1fn);
    hart.writeCsr(SATP, SV39 | BigInt(root / 4096));
    hart.writeCsr(MSTATUS, MPRV_AS_S);
  }
  return machine;
}

async function speed(harts: number, quantum: number, isOwn: boolean): Promise<number> {
  const machine = await machineOf({ harts, quantum }, isOwn);
  const instructions = quantum < 1000 ? INSTRUCTIONS / 10 : INSTRUCTIONS;
  machine.run(Math.ceil(SLICE / harts));
  const before = machine.retired;
  const start = performance.now();
  while (machine.retired - before < instructions) {
    const { kind } = machine.run(Math.ceil(SLICE / harts));
    if (kind !== "budget") throw new Error(`the harts stopped: ${kind}`);
  }
  return Number(machine.retired - before) / (performance.now() - start) / 1000;
}

export async function benchHarts(rounds: number, say: (line: string) => void): Promise<HartsResult> {
  const rows: HartsRow[] = [];
  for (const harts of HARTS) {
    for (const quantum of harts === 1 ? [10_000] : QUANTA) {
      const summaries = await interleave(
        { shared: () => speed(harts, quantum, false), own: () => speed(harts, quantum, true) },
        rounds,
      );
      rows.push({ harts, quantum, ...summaries });
      say(
        `${harts} harts, ${quantum} cycles: shared ${summaries.shared.median.toFixed(0)}, own ${summaries.own.median.toFixed(0)}`,
      );
    }
  }
  return { unit: "million instructions a second, all harts together", rows };
}
