/** The walker's check of the Guarded Page Table is held to hw-model/gpt.ts. */
import { beforeAll, describe, expect, it } from "vitest";
import { MEDELEG, SATP } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { pa, va } from "../../core/units.ts";
import type { GptSetting, TableLevel } from "../../hw-model/gpt.ts";
import { AREA, gptSuite } from "../hw-model/gpt-suite.ts";
import { place, RAM } from "./place.ts";

const GPT_VIOLATION = 24n;
const LOAD_FAULT = 13n;
/** Entry n of a table leads to the table of level n - 1 under test, through tables in their own sub-areas. */
const POINTER = 1n;
const pointerTo = (address: number): bigint => (BigInt(address) >> 2n) | POINTER;

function apply(machine: Machine, { mode, area, enclaveMode }: GptSetting): void {
  machine.gpt.mode = mode;
  machine.gpt.enclaveMode = enclaveMode;
  machine.gpt.hptBase = pa(area.pgd.base);
  machine.gpt.pmdBase = pa(area.pmd.base);
  machine.gpt.pteBase = pa(area.pte.base);
  machine.gpt.end = pa(area.pte.base + area.pte.byteLen);
}

/**
 * Walks for address 0 with the table under test at `level`: tables above it lie where they may, all entries of the one
 * under test are zero, so the walk ends in a page fault there, or in a GPT violation before.
 */
function mayWalk(machine: Machine, setting: GptSetting, level: TableLevel, tablePa: number): boolean {
  apply(machine, setting);
  const above = [setting.area.pgd.base, setting.area.pmd.base].slice(0, Math.max(2 - level, 0));
  const chain = [...above, tablePa];
  machine.zero(pa(tablePa), 4096);
  for (const [index, table] of above.entries()) machine.write64(pa(table), pointerTo(chain[index + 1]!));
  machine.writeCsr(SATP, ((level === 3 ? 9n : 8n) << 60n) | BigInt(chain[0]! / 4096));
  const access = machine.loadAs(1, va(0n), 8);
  if (access.ok || (access.cause !== GPT_VIOLATION && access.cause !== LOAD_FAULT)) throw new Error("unexpected walk");
  return access.cause === LOAD_FAULT;
}

let machine: Machine;
beforeAll(async () => {
  machine = await place("", { ramSize: 2 ** 30 });
});

gptSuite("walker of the machine", {
  mayWalk: (setting, level, tablePa) => {
    // a table under test that is one of the tables above it would be its own pointer
    const isAbove =
      (level < 2 && tablePa === setting.area.pgd.base) || (level < 1 && tablePa === setting.area.pmd.base);
    const shift = isAbove ? 4096 : 0;
    return mayWalk(machine, setting, level, tablePa + shift);
  },
});

describe("a GPT violation", () => {
  it("is a trap to M that is never delegated, with the address of the access", async () => {
    const other = await place("ld a0, 0(t0)");
    apply(other, { mode: "paper", area: AREA, enclaveMode: false });
    other.writeCsr(MEDELEG, -1n);
    other.writeCsr(SATP, (8n << 60n) | BigInt((RAM + 0x8000) / 4096));
    expect(other.run(1)).toEqual({ kind: "trap", trap: { cause: GPT_VIOLATION, epc: other.pc, tval: other.pc } });
  });

  it("follows a change of the registers at once, though the TLB was filled", async () => {
    const other = await place("ecall");
    const { pgd } = AREA;
    other.write64(pa(pgd.base + 16), (BigInt(RAM) >> 2n) | 0xcfn);
    other.writeCsr(SATP, (8n << 60n) | BigInt(pgd.base / 4096));
    apply(other, { mode: "paper", area: AREA, enclaveMode: false });
    const pc = other.pc;
    expect(other.run(1)).toMatchObject({ trap: { cause: 9n } });
    other.pc = pc;
    other.gpt.hptBase = pa(pgd.base + 4096);
    expect(other.run(1)).toMatchObject({ trap: { cause: GPT_VIOLATION } });
    other.gpt.enclaveMode = true;
    expect(other.run(1)).toMatchObject({ trap: { cause: 9n } });
  });
});
