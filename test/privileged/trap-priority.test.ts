/**
 * Which of several exceptions is taken, what mtval says of it, and how traps nest and return. Sentences are quoted from
 * RISC-V Privileged Architecture 20240411, §3.1.6.1, §3.1.8, §3.1.15, §3.1.16, §3.3.2 and §3.3.3.
 */
import { describe, expect, it } from "vitest";
import * as csr from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { CODE, openPmp, place, put, RAM, setRegisters, trapOf, x } from "../assembly/place.ts";
import { ALL, leaf, sv39 } from "../assembly/sv39.ts";

const [U, S, M] = [0, 1, 3] as const;
const PAGE = 0x4000_0000n;
const DATA = pa(RAM + 0x8000);
const HOLE = 0x30_0000n;
const HANDLER = RAM + 0x4000;
const [TW, TSR, MPRV] = [1n << 21n, 1n << 22n, 1n << 17n];
const ILLEGAL = 2n;
const at = (offset: number): bigint => BigInt(CODE + offset);
/** PMP entry 0: NA4, no rights. */
const CLOSED = 0x10n;

/** S-mode under Sv39: the code's page, PAGE with `bits`, and nothing behind it. */
async function mapped(source: string, bits: bigint, target = DATA): Promise<Machine> {
  const machine = await place(source);
  const tables = sv39(machine);
  tables.map(BigInt(CODE), CODE, ALL);
  tables.map(PAGE, target, bits);
  tables.use();
  setRegisters(machine, { t0: PAGE });
  return machine;
}

function close(machine: Machine, address: number): void {
  machine.writeCsr(csr.PMPADDR0, BigInt(address / 4));
  machine.writeCsr(csr.PMPCFG0, CLOSED);
}

describe("Machine-level ISA: 3.1.15 priority of synchronous exceptions", () => {
  it("translation comes before PMP: a page that may not be loaded and whose memory is closed is a page fault", async () => {
    const machine = await mapped("lw a0, 0(t0)", leaf.x | leaf.a | leaf.d);
    close(machine, DATA);
    expect(trapOf(machine)).toEqual({ cause: 13n, epc: at(0), tval: PAGE });
  });

  it("a page that may be loaded and whose memory is closed is an access fault", async () => {
    const machine = await mapped("lw a0, 0(t0)", ALL);
    close(machine, DATA);
    expect(trapOf(machine)).toEqual({ cause: 5n, epc: at(0), tval: PAGE });
  });

  it("a table that may not be read is met before the leaf that would refuse", async () => {
    const machine = await place("lw a0, 0(t0)");
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.map(PAGE, DATA, leaf.x | leaf.a);
    tables.use();
    setRegisters(machine, { t0: PAGE });
    close(machine, tables.entryAt(PAGE, 1));
    expect(trapOf(machine)).toEqual({ cause: 5n, epc: at(0), tval: PAGE });
  });

  it("an address that is not canonical is a page fault before any table is read", async () => {
    const machine = await mapped("lw a0, 0(t0)", ALL);
    setRegisters(machine, { t0: 1n << 40n });
    expect(trapOf(machine)).toEqual({ cause: 13n, epc: at(0), tval: 1n << 40n });
  });

  it.each([
    ["a misaligned AMO where nothing is mapped", "amoadd.w a0, a0, (t0)", 6n],
    ["a misaligned load-reserved where nothing is mapped", "lr.w a0, (t0)", 4n],
    ["a misaligned load where nothing is mapped", "lw a0, 0(t0)", 13n],
    ["a misaligned store where nothing is mapped", "sw a0, 0(t0)", 15n],
  ])(
    "misaligned addresses: AMO and LR trap for that first, loads and stores do not trap for it: %s",
    async (_, source, cause) => {
      const machine = await mapped(source, 0n);
      setRegisters(machine, { t0: PAGE + 2n });
      expect(trapOf(machine)).toEqual({ cause, epc: at(0), tval: PAGE + 2n });
    },
  );

  it("an instruction that cannot be fetched is not decoded: fetch faults come before illegal instructions", async () => {
    const machine = await mapped("jalr zero, 0(t0)", ALL);
    machine.write64(DATA, (1n << 64n) - 1n);
    close(machine, DATA);
    expect(trapOf(machine)).toEqual({ cause: 1n, epc: PAGE, tval: PAGE });
    machine.writeCsr(csr.PMPCFG0, 0n);
    expect(trapOf(machine)).toEqual({ cause: ILLEGAL, epc: PAGE, tval: 0xffff_ffffn });
  });

  it("an interrupt that pends is taken before the instruction, so that its exception waits", async () => {
    const machine = await place("ebreak", { mode: "firmware" });
    machine.writeCsr(csr.MTVEC, BigInt(HANDLER));
    machine.writeCsr(csr.MIE, 2n);
    machine.writeCsr(csr.MIP, 2n);
    machine.writeCsr(csr.MSTATUS, 8n);
    machine.step();
    expect([csr.MCAUSE, csr.MEPC, csr.MTVAL].map((number) => machine.readCsr(number))).toEqual([
      (1n << 63n) | 1n,
      at(0),
      0n,
    ]);
  });
});

describe('Machine-level ISA: 3.1.16 "mtval will contain the virtual address of the portion of the access that caused the fault"', () => {
  const END = PAGE + 0x1000n;

  it.each([
    ["ld a0, 0(t0)", 13n],
    ["sd a0, 0(t0)", 15n],
  ])("a page fault in the second page: %s", async (source, cause) => {
    for (let before = 1n; before < 8n; before++) {
      const machine = await mapped(source, ALL);
      setRegisters(machine, { t0: END - before });
      expect(trapOf(machine)).toEqual({ cause, epc: at(0), tval: END });
    }
  });

  it.each([
    ["ld a0, 0(t0)", 13n],
    ["sd a0, 0(t0)", 15n],
  ])("a page fault in the first page, whatever the second one is: %s", async (source, cause) => {
    const machine = await mapped(source, 0n);
    setRegisters(machine, { t0: END - 3n });
    expect(trapOf(machine)).toEqual({ cause, epc: at(0), tval: END - 3n });
  });

  it.each([
    ["lw a0, 0(t0)", 5n],
    ["sw a0, 0(t0)", 7n],
  ])("an access fault by PMP in the second page: %s", async (source, cause) => {
    const machine = await place(source);
    setRegisters(machine, { t0: DATA + 0xffe });
    close(machine, DATA + 0x1000);
    expect(trapOf(machine)).toEqual({ cause, epc: at(0), tval: BigInt(DATA + 0x1000) });
  });

  it("within a page an access is one to PMP, and names its own address", async () => {
    const machine = await place("ld a0, 0(t0)");
    setRegisters(machine, { t0: DATA });
    close(machine, DATA + 4);
    expect(trapOf(machine)).toEqual({ cause: 5n, epc: at(0), tval: BigInt(DATA) });
  });

  it("a fetch fault names the half of the instruction that could not be fetched; mepc its beginning", async () => {
    const machine = await place("nop");
    put(machine, pa(CODE + 0xffe), "li a0, 1");
    close(machine, CODE + 0x1000);
    machine.pc = at(0xffe);
    expect(trapOf(machine)).toEqual({ cause: 1n, epc: at(0xffe), tval: at(0x1000) });
  });

  it.each([
    ["ecall", 8n, 0n],
    ["ebreak", 3n, at(0)],
    ["c.ebreak", 3n, at(0)],
    [".half 0", ILLEGAL, 0n],
    [".half 0x8002", ILLEGAL, 0x8002n],
    [".word 0x00200073", ILLEGAL, 0x0020_0073n],
    ["csrw mstatus, t0", ILLEGAL, 0x3002_9073n],
    ["jalr zero, 0(t1)", 1n, HOLE],
  ])("%s in U-mode", async (source, cause, tval) => {
    const machine = await place(source);
    machine.privilege = U;
    setRegisters(machine, { t1: HOLE });
    expect(trapOf(machine)).toEqual({ cause, epc: source.startsWith("jalr") ? HOLE : at(0), tval });
  });
});

describe("Machine-level ISA: 3.1.8 delegation", () => {
  const causes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15];

  it.each(causes)(
    '"setting a bit in medeleg [...] will delegate the corresponding trap, when occurring in S-mode or U-mode": %i alone',
    async (cause) => {
      const sources: Readonly<Record<number, string>> = {
        1: "jalr zero, 0(t1)",
        2: ".half 0",
        3: "ebreak",
        4: "lr.w a0, (t2)",
        5: "lw a0, 0(t1)",
        6: "amoadd.w a0, a0, (t2)",
        7: "sw a0, 0(t1)",
        8: "ecall",
        9: "ecall",
        12: "jalr zero, 0(t0)",
        13: "lw a0, 0(t0)",
        15: "sw a0, 0(t0)",
      };
      const source = sources[cause];
      // instruction-address-misaligned cannot occur with IALIGN = 16, its bit is kept all the same
      if (source === undefined) return expect(cause).toBe(0);
      for (const isDelegated of [true, false]) {
        const privileges = cause === 8 ? ([U] as const) : cause === 9 ? ([S] as const) : ([U, S] as const);
        for (const privilege of privileges) {
          const machine = await mapped(source, 0n);
          const tables = sv39(machine);
          const user = privilege === U ? leaf.u : 0n;
          tables.map(BigInt(CODE), CODE, ALL | user);
          tables.map(HOLE, pa(Number(HOLE)), ALL | user);
          tables.map(BigInt(DATA), DATA, ALL | user);
          tables.use();
          machine.writeCsr(csr.STVEC, BigInt(HANDLER));
          machine.writeCsr(csr.MEDELEG, isDelegated ? 1n << BigInt(cause) : ~(1n << BigInt(cause)) & 0xffffn);
          setRegisters(machine, { t1: HOLE, t2: DATA + 1 });
          machine.privilege = privilege;
          machine.step();
          // a jump has retired, its target faults
          const stop = machine.pc === BigInt(HANDLER) ? undefined : machine.step();
          if (isDelegated) {
            expect([machine.privilege, machine.pc, machine.readCsr(csr.SCAUSE)]).toEqual([
              S,
              BigInt(HANDLER),
              BigInt(cause),
            ]);
          } else {
            expect(stop ?? machine.readCsr(csr.SCAUSE)).toMatchObject({ kind: "trap", trap: { cause: BigInt(cause) } });
          }
        }
      }
    },
  );

  it("a trap of the S-mode handler itself goes to S-mode again, and SPP and SIE say where from", async () => {
    const machine = await place("ebreak");
    machine.writeCsr(csr.MEDELEG, 8n);
    machine.writeCsr(csr.STVEC, BigInt(HANDLER));
    machine.writeCsr(csr.SSTATUS, 2n);
    put(machine, pa(HANDLER), "ebreak");
    machine.privilege = U;
    machine.step();
    expect(machine.readCsr(csr.SSTATUS) & 0x122n).toBe(0x20n);
    machine.step();
    expect(machine.readCsr(csr.SSTATUS) & 0x122n).toBe(0x100n);
    expect([machine.readCsr(csr.SEPC), machine.privilege]).toEqual([BigInt(HANDLER), S]);
  });
});

describe("Machine-level ISA: 3.3.2 trap-return instructions", () => {
  it.each([
    ["mret", M, 0n, true],
    ["mret", S, 0n, false],
    ["mret", U, 0n, false],
    ["sret", M, 0n, true],
    ["sret", M, TSR, true],
    ["sret", S, 0n, true],
    ["sret", S, TSR, false],
    ["sret", U, 0n, false],
  ] as const)("%s at privilege %i with mstatus %i: %s", async (source, privilege, mstatus, isLegal) => {
    const machine = await place(source, { mode: "firmware" });
    openPmp(machine);
    machine.writeCsr(csr.MTVEC, BigInt(HANDLER));
    machine.writeCsr(csr.MEPC, BigInt(DATA));
    machine.writeCsr(csr.SEPC, BigInt(DATA));
    machine.writeCsr(csr.MSTATUS, mstatus);
    machine.privilege = privilege;
    machine.step();
    expect([machine.readCsr(csr.MCAUSE), machine.pc]).toEqual(
      isLegal ? [0n, BigInt(DATA)] : [ILLEGAL, BigInt(HANDLER)],
    );
  });

  it.each([
    ["mret", 0n, U, 0n],
    ["mret", 1n << 11n, S, 0n],
    ["mret", 3n << 11n, M, MPRV],
    ["sret", 0n, U, 0n],
    ["sret", 1n << 8n, S, 0n],
  ] as const)(
    '%s with mstatus %i goes to %i; "If y≠M, xRET also sets MPRV=0"; xPP becomes U',
    async (source, previous, to, mprv) => {
      const machine = await place(source, { mode: "firmware" });
      machine.writeCsr(csr.MSTATUS, previous | MPRV);
      machine.step();
      expect([
        machine.privilege,
        machine.readCsr(csr.MSTATUS) & (MPRV | (source === "mret" ? 0x1800n : 0x100n)),
      ]).toEqual([to, mprv]);
    },
  );
});

describe("Machine-level ISA: 3.3.3 wait for interrupt", () => {
  it.each([
    [M, 0n, true],
    [M, TW, true],
    [S, 0n, true],
    [S, TW, false],
    [U, 0n, false],
    [U, TW, false],
  ] as const)(
    "at privilege %i with mstatus %i, an interrupt pending: legal %s",
    async (privilege, mstatus, isLegal) => {
      const machine = await place("wfi", { mode: "firmware" });
      openPmp(machine);
      machine.writeCsr(csr.MTVEC, BigInt(HANDLER));
      machine.writeCsr(csr.MIDELEG, 2n);
      machine.writeCsr(csr.MSTATUS, mstatus);
      machine.privilege = privilege;
      // pends, and is enabled for nobody who would take it before wfi
      machine.writeCsr(csr.MIP, 2n);
      machine.writeCsr(csr.MIE, privilege === U ? 0n : 2n);
      machine.step();
      expect([machine.readCsr(csr.MCAUSE), machine.pc]).toEqual(isLegal ? [0n, at(4)] : [ILLEGAL, BigInt(HANDLER)]);
    },
  );

  it('"the hart must resume if a locally enabled interrupt becomes pending", though sstatus.SIE and mideleg let nobody take it', async () => {
    const machine = await place("wfi\n li a0, 1\n j .");
    machine.writeCsr(csr.MIDELEG, 2n);
    machine.writeCsr(csr.MIE, 2n);
    machine.writeCsr(csr.MIP, 2n);
    expect(machine.run(2)).toEqual({ kind: "budget" });
    expect(x(machine, "a0")).toBe(1n);
  });
});
