/**
 * Who may read and write which CSR: all 4096 numbers at all privileges. Sentences are quoted from RISC-V Privileged
 * Architecture 20240411, §2.1, §3.1.6.5, §3.1.11, §3.1.12 and §10.1.5, and Volume I, "Zicsr".
 */
import { beforeAll, describe, expect, it } from "vitest";
import * as csr from "../../assembly/csr.gen.ts";
import { assemble } from "../../core/assembler.ts";
import type { Machine } from "../../core/machine.ts";
import { loadIsa } from "../../isa/isa.ts";
import { CODE, openPmp, place, RAM, setRegisters, x } from "../assembly/place.ts";

const [U, S, M] = [0, 1, 3] as const;
const ALL = (1n << 64n) - 1n;
const [TVM, FS_ON] = [1n << 20n, 3n << 13n];
const ILLEGAL = 2n;
const there = new Set(loadIsa().csrs.map(({ number }) => number));
const isReadOnly = (number: number): boolean => number >>> 10 === 3;
const isFloat = (number: number): boolean => number >= csr.FFLAGS && number <= csr.FCSR;

/** funct3 of the six instructions. */
const FORMS = { csrrw: 1, csrrs: 2, csrrc: 3, csrrwi: 5, csrrsi: 6, csrrci: 7 } as const;
type Form = keyof typeof FORMS;
/** rd = a0. */
const word = (form: Form, number: number, source: number): number =>
  ((number << 20) | (source << 15) | (FORMS[form] << 12) | (10 << 7) | 0x73) >>> 0;

let machine: Machine;
beforeAll(async () => {
  machine = await place("nop", { mode: "firmware" });
  openPmp(machine);
});

/** Executes one instruction. @returns whether it did not trap as an illegal instruction */
function isLegal(instruction: number, privilege: 0 | 1 | 3): boolean {
  machine.memory.writeBytes(CODE, new Uint8Array(Uint32Array.of(instruction).buffer));
  machine.writeCsr(csr.MTVEC, BigInt(RAM + 0x4000));
  machine.writeCsr(csr.MCAUSE, 0n);
  machine.pc = BigInt(CODE);
  machine.privilege = privilege;
  machine.step();
  if (machine.readCsr(csr.MCAUSE) === 0n) return true;
  expect([machine.readCsr(csr.MCAUSE), machine.readCsr(csr.MTVAL), machine.readCsr(csr.MEPC)]).toEqual([
    ILLEGAL,
    BigInt(instruction),
    BigInt(CODE),
  ]);
  return false;
}

/** Everything that a higher privilege may grant a lower one. */
function grantAll(): void {
  machine.writeCsr(csr.MCOUNTEREN, ALL);
  machine.writeCsr(csr.SCOUNTEREN, ALL);
  machine.writeCsr(csr.MENVCFG, ALL);
  machine.writeCsr(csr.MSTATUS, FS_ON);
}

describe("Machine-level ISA: 2.1 CSR address mapping", () => {
  it.each([U, S, M])(
    'access to a CSR that is not there, and "to access a CSR without appropriate privilege level", are illegal, at privilege %i',
    (privilege) => {
      grantAll();
      for (let number = 0; number < 4096; number++)
        expect(isLegal(word("csrrs", number, 0), privilege), `CSR 0x${number.toString(16)}`).toBe(
          there.has(number) && privilege >= ((number >>> 8) & 3),
        );
    },
  );

  it('"Attempts to write a read-only register" are illegal, also with the value that is there', () => {
    grantAll();
    // x5 holds zero, but it is not x0: the instruction writes
    for (const number of [...there].filter(isReadOnly))
      for (const form of ["csrrw", "csrrs", "csrrc", "csrrwi", "csrrsi", "csrrci"] as const)
        expect(isLegal(word(form, number, 5), M), `${form} 0x${number.toString(16)}`).toBe(false);
  });

  it('csrrs and csrrc with x0, csrrsi and csrrci with 0 "will not write to the CSR at all"; csrrw and csrrwi do', () => {
    for (const [form, expected] of [
      ["csrrs", true],
      ["csrrc", true],
      ["csrrsi", true],
      ["csrrci", true],
      ["csrrw", false],
      ["csrrwi", false],
    ] as const)
      expect(isLegal(word(form, csr.MVENDORID, 0), M), form).toBe(expected);
  });

  it.each([
    [
      "the hypervisor extension",
      [
        0x600, 0x602, 0x603, 0x604, 0x606, 0x607, 0x60a, 0x643, 0x644, 0x645, 0x64a, 0x680, 0x200, 0x280, 0x34a, 0x34b,
        0xe12,
      ],
    ],
    ["Smrnmi", [0x740, 0x741, 0x742, 0x744]],
    ["Sscofpmf", [0xda0]],
    ["Smstateen", [0x30c, 0x10c]],
    ["Smaia and Ssaia", [0x350, 0x351, 0x150, 0x151, 0x15c, 0xfb0]],
    ["debug mode", [0x7b0, 0x7b1, 0x7b2, 0x7b3]],
    ["RV32", [0x310, 0x31a, 0x3a1, 0x3a3, 0x757, 0xb80, 0xc80, 0x15d]],
    ["vectors and cryptography", [0x008, 0x009, 0x00a, 0x015, 0xc20, 0xc21, 0xc22]],
    ["PMP entries 16 to 63", [0x3a4, 0x3ae, 0x3c0, 0x3ef]],
  ])("registers of %s are not there", (_, numbers) => {
    for (const number of numbers) expect(isLegal(word("csrrs", number, 0), M), `0x${number.toString(16)}`).toBe(false);
  });
});

describe("Machine-level ISA: 3.1.6.5 mstatus.TVM", () => {
  it.each(["csrrw", "csrrs"] as const)(
    '"attempts to read or write the satp CSR" in S-mode are illegal with TVM = 1: %s',
    (form) => {
      for (const [mstatus, privilege, expected] of [
        [0n, S, true],
        [TVM, S, false],
        [TVM, M, true],
        [0n, M, true],
      ] as const) {
        machine.writeCsr(csr.MSTATUS, mstatus);
        expect(isLegal(word(form, csr.SATP, 0), privilege), `TVM ${mstatus !== 0n} at ${privilege}`).toBe(expected);
      }
    },
  );
});

describe("Machine-level ISA: 3.1.11 and 10.1.5 counter enables", () => {
  const bits = Array.from({ length: 32 }, (_, bit) => bit);

  it.each(bits)(
    'bit %i of mcounteren and scounteren: where it is clear, "attempts to read the [...] register" in a lower mode are illegal',
    (bit) => {
      const number = csr.CYCLE + bit;
      for (const isInM of [true, false])
        for (const isInS of [true, false]) {
          machine.writeCsr(csr.MCOUNTEREN, isInM ? 1n << BigInt(bit) : ALL & ~(1n << BigInt(bit)));
          machine.writeCsr(csr.SCOUNTEREN, isInS ? 1n << BigInt(bit) : ALL & ~(1n << BigInt(bit)));
          const legal = [M, S, U].map((privilege) => isLegal(word("csrrs", number, 0), privilege));
          expect(legal, `mcounteren ${isInM}, scounteren ${isInS}`).toEqual([true, isInM, isInM && isInS]);
        }
    },
  );
});

describe("Zicsr: what the six instructions do", () => {
  it.each([
    ["csrrw", 0xf0n, 0x3cn, 0x3cn],
    ["csrrs", 0xf0n, 0x3cn, 0xfcn],
    ["csrrc", 0xf0n, 0x3cn, 0xc0n],
  ] as const)("%s: %i with %i leaves %i", (form, old, operand, expected) => {
    machine.writeCsr(csr.MSCRATCH, old);
    setRegisters(machine, { t0: operand });
    expect(isLegal(word(form, csr.MSCRATCH, 5), M)).toBe(true);
    expect([x(machine, "a0"), machine.readCsr(csr.MSCRATCH)]).toEqual([old, expected]);
    setRegisters(machine, { t0: 0 });
  });

  it.each([
    ["csrrwi", 0xf0n, 21, 21n],
    ["csrrsi", 0xf0n, 31, 0xffn],
    ["csrrci", 0xffn, 31, 0xe0n],
  ] as const)("%s: %i with %i leaves %i: the immediate is zero-extended", (form, old, operand, expected) => {
    machine.writeCsr(csr.MSCRATCH, old);
    expect(isLegal(word(form, csr.MSCRATCH, operand), M)).toBe(true);
    expect([x(machine, "a0"), machine.readCsr(csr.MSCRATCH)]).toEqual([old, expected]);
  });

  it("rd and rs1 may be the same register", () => {
    machine.writeCsr(csr.MSCRATCH, 7n);
    setRegisters(machine, { a0: 9 });
    expect(isLegal(word("csrrw", csr.MSCRATCH, 10), M)).toBe(true);
    expect([x(machine, "a0"), machine.readCsr(csr.MSCRATCH)]).toEqual([7n, 9n]);
  });

  it("fcsr and its fields are illegal while mstatus.FS is Off (3.1.6.6)", () => {
    for (const number of [...there].filter(isFloat)) {
      machine.writeCsr(csr.MSTATUS, 0n);
      expect(isLegal(word("csrrs", number, 0), M)).toBe(false);
      machine.writeCsr(csr.MSTATUS, FS_ON);
      expect(isLegal(word("csrrs", number, 0), M)).toBe(true);
    }
  });
});

describe("Machine-level ISA: 3.1.12 mcountinhibit", () => {
  async function counting(source: string): Promise<Machine> {
    const other = await place(source, { mode: "firmware" });
    setRegisters(other, { t0: 1, t1: 4, t2: 5 });
    return other;
  }

  it.each([
    ["CY", "t0", "mcycle", "minstret"],
    ["IR", "t1", "minstret", "mcycle"],
  ])(
    'when the %s bit is set, "the corresponding counter does not increment", the other one does, and it goes on from where it stood',
    async (_, bit, still, other) => {
      const program = await counting(
        `csrw mcountinhibit, ${bit}\n csrr a0, ${still}\n csrr a1, ${other}\n nop\n nop\n csrr a2, ${still}\n csrr a3, ${other}\n` +
          ` csrw mcountinhibit, zero\n csrr a4, ${still}\n nop\n csrr a5, ${still}\n j .`,
      );
      program.run(11);
      const [a0, a1, a2, a3, a4, a5] = ["a0", "a1", "a2", "a3", "a4", "a5"].map((name) => x(program, name)) as bigint[];
      expect([a2! - a0!, a3! - a1!, a4! - a2!, a5! - a4!]).toEqual([0n, 4n, 1n, 2n]);
    },
  );

  it("a counter that stands still holds what is written to it", async () => {
    const program = await counting(
      "csrw mcountinhibit, t2\n csrw mcycle, t2\n csrw minstret, t1\n csrr a0, mcycle\n csrr a1, minstret\n j .",
    );
    program.run(5);
    expect([x(program, "a0"), x(program, "a1")]).toEqual([5n, 4n]);
  });

  it("time does not stand still: TM is read-only zero", async () => {
    const program = await counting("nop");
    program.writeCsr(csr.MCOUNTINHIBIT, 2n);
    expect(program.readCsr(csr.MCOUNTINHIBIT)).toBe(0n);
  });
});

describe("Machine-level ISA: debug triggers", () => {
  it("software that looks for triggers finds none: tselect takes 0 only, tdata1 has type 0, tinfo says so", () => {
    machine.writeCsr(csr.TSELECT, 1n);
    machine.writeCsr(csr.TDATA1, ALL);
    expect([csr.TSELECT, csr.TDATA1, csr.TINFO].map((number) => machine.readCsr(number))).toEqual([0n, 0n, 1n]);
  });

  it.each(["csrr a0, tdata1", "csrw tselect, zero"])("they are M-mode's: %s", (source) => {
    expect(isLegal(assemble(source), S)).toBe(false);
    expect(isLegal(assemble(source), M)).toBe(true);
  });
});
