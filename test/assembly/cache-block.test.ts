/** Zicbom, Zicboz and Zicbop. RISC-V Volume I, 20240411, chapter "CMO"; gates: Volume II, `menvcfg` and `senvcfg`. */
import { describe, expect, it } from "vitest";
import { MENVCFG, PMPADDR0, PMPCFG0, SENVCFG } from "../../assembly/csr.gen.ts";
import type { Flavour } from "../../core/core-module.ts";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { CODE, place, put, RAM, setRegisters, trapOf } from "./place.ts";
import { ALL, sv39 } from "./sv39.ts";

const DATA = pa(RAM + 0x8000);
const CBIE = 3n << 4n;
const CBCFE = 1n << 6n;
const CBZE = 1n << 7n;
const EVERY = CBIE | CBCFE | CBZE;
const ILLEGAL = 2n;
const STORE_ACCESS = 7n;
const STORE_PAGE_FAULT = 15n;
const DONE = 3n;

async function machineFor(source: string, flavour: Flavour = "functional"): Promise<Machine> {
  const machine = await place(`${source}\n ebreak`, { flavour });
  machine.writeCsr(MENVCFG, machine.readCsr(MENVCFG) | EVERY);
  machine.writeCsr(SENVCFG, EVERY);
  return machine;
}

describe("cbo.zero", () => {
  it.each(["functional", "timed"] as const)("zeros the block around rs1 and nothing else, %s", async (flavour) => {
    const machine = await machineFor("cbo.zero (t0)", flavour);
    machine.writeBytes(DATA, new Uint8Array(192).fill(0xff));
    setRegisters(machine, { t0: DATA + 64 + 37 });
    expect(trapOf(machine).cause).toBe(DONE);
    const bytes = machine.readBytes(DATA, 192);
    expect([...bytes].map((byte) => (byte ? 1 : 0)).join("")).toBe("1".repeat(64) + "0".repeat(64) + "1".repeat(64));
  });

  it("forgets instructions that it zeros", async () => {
    const target = pa(RAM + 0x2000);
    const machine = await place("jalr ra, 0(t1)\n cbo.zero (t1)\n jalr ra, 0(t1)");
    put(machine, target, "jalr zero, 0(ra)");
    setRegisters(machine, { t1: target });
    machine.writeCsr(MENVCFG, EVERY);
    expect(trapOf(machine)).toEqual({ cause: ILLEGAL, epc: BigInt(target), tval: 0n });
  });

  it("may zero the table that its own address goes through", async () => {
    const machine = await machineFor("cbo.zero (t0)");
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    // one translation is enough: after the first bytes are zero there is no second
    const entry = tables.entryAt(0x4000_0000n, 0);
    tables.map(0x4000_0000n, pa(entry - (entry % 4096)), ALL);
    tables.use();
    setRegisters(machine, { t0: 0x4000_0000 + (entry % 4096) });
    expect(trapOf(machine).cause).toBe(DONE);
    expect(machine.readBytes(pa(entry - (entry % 64)), 64)).toEqual(new Uint8Array(64));
  });

  it("needs the permission of a store for the whole block; the trap value is rs1", async () => {
    const machine = await machineFor("cbo.zero (t0)");
    // the last eight bytes of the block are closed: TOR over [DATA + 56, DATA + 64)
    machine.writeCsr(PMPADDR0, BigInt(DATA + 56) >> 2n);
    machine.writeCsr(PMPADDR0 + 1, BigInt(DATA + 64) >> 2n);
    machine.writeCsr(PMPCFG0, 0x0800n);
    machine.writeBytes(DATA, new Uint8Array(64).fill(1));
    setRegisters(machine, { t0: DATA + 3 });
    expect(trapOf(machine)).toMatchObject({ cause: STORE_ACCESS, tval: BigInt(DATA + 3) });
    expect(machine.readBytes(DATA, 64)).toEqual(new Uint8Array(64).fill(1));
  });

  it("outside of RAM is a store access fault", async () => {
    const machine = await machineFor("cbo.zero (t0)");
    setRegisters(machine, { t0: 0x1000_0007 });
    expect(trapOf(machine)).toMatchObject({ cause: STORE_ACCESS, tval: 0x1000_0007n });
  });
});

describe("cache-block management", () => {
  it.each(["cbo.inval", "cbo.clean", "cbo.flush"])("%s changes no byte", async (name) => {
    const machine = await machineFor(`sd t1, 0(t0)\n ${name} (t0)\n ld a0, 0(t0)`);
    setRegisters(machine, { t0: DATA, t1: 0x1234 });
    expect(trapOf(machine).cause).toBe(DONE);
    expect(machine.x[10]).toBe(0x1234n);
  });

  it.each([
    ["readable", 0x4bn, DONE],
    ["executable only", 0x49n, STORE_PAGE_FAULT],
    ["not there", 0x00n, STORE_PAGE_FAULT],
  ])("of a page that is %s", async (_, flags, cause) => {
    for (const name of ["cbo.inval", "cbo.clean", "cbo.flush"]) {
      const machine = await machineFor(`${name} (t0)`);
      const tables = sv39(machine);
      tables.map(BigInt(CODE), CODE, ALL);
      tables.map(0x4000_0000n, DATA, flags);
      tables.use();
      setRegisters(machine, { t0: 0x4000_0123 });
      const trap = trapOf(machine);
      expect(trap.cause, name).toBe(cause);
      if (cause !== DONE) expect(trap.tval).toBe(0x4000_0123n);
    }
  });

  it.each([
    ["that is read-only", 0x43n],
    ["that may be written and is not dirty", 0x47n],
  ])("of a page %s, and that PMP closes, is a store access fault and leaves D as it is", async (_, flags) => {
    const machine = await machineFor("cbo.flush (t0)");
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.map(0x4000_0000n, DATA, flags);
    tables.use();
    const entry = tables.entryAt(0x4000_0000n, 0);
    const before = machine.read64(pa(entry));
    machine.writeCsr(PMPADDR0, BigInt(DATA) >> 2n);
    machine.writeCsr(PMPADDR0 + 1, BigInt(DATA + 64) >> 2n);
    machine.writeCsr(PMPCFG0, 0x0800n);
    machine.privilege = 1;
    setRegisters(machine, { t0: 0x4000_0000 });
    expect(trapOf(machine)).toMatchObject({ cause: STORE_ACCESS, tval: 0x4000_0000n });
    expect(machine.read64(pa(entry))).toBe(before);
  });

  it("outside of RAM is a store access fault", async () => {
    const machine = await machineFor("cbo.flush (t0)");
    setRegisters(machine, { t0: 0x40 });
    expect(trapOf(machine)).toMatchObject({ cause: STORE_ACCESS, tval: 0x40n });
  });
});

describe("a lower privilege may do what menvcfg and senvcfg let it:", () => {
  const causes = async (privilege: 0 | 1, menvcfg: bigint, senvcfg: bigint): Promise<string> => {
    const legal: string[] = [];
    for (const name of ["inval", "clean", "flush", "zero"]) {
      const machine = await place(`cbo.${name} (t0)\n ebreak`);
      machine.writeCsr(MENVCFG, menvcfg);
      machine.writeCsr(SENVCFG, senvcfg);
      machine.privilege = privilege;
      setRegisters(machine, { t0: DATA });
      const { cause } = trapOf(machine);
      if (cause === DONE) legal.push(name);
      else expect(cause).toBe(ILLEGAL);
    }
    return legal.join(" ");
  };

  it.each([
    [1, 0n, EVERY, ""],
    [1, CBIE, 0n, "inval"],
    [1, 1n << 4n, 0n, "inval"],
    [1, CBCFE, 0n, "clean flush"],
    [1, CBZE, 0n, "zero"],
    [0, EVERY, 0n, ""],
    [0, 0n, EVERY, ""],
    [0, EVERY, CBIE, "inval"],
    [0, EVERY, CBCFE, "clean flush"],
    [0, EVERY, CBZE, "zero"],
    [0, CBZE, EVERY, "zero"],
  ] as const)("privilege %i, menvcfg 0x%x, senvcfg 0x%x", async (privilege, menvcfg, senvcfg, legal) => {
    expect(await causes(privilege, menvcfg, senvcfg)).toBe(legal);
  });

  it("and M-mode everything", async () => {
    const machine = await place("cbo.zero (t0)\n cbo.inval (t0)\n cbo.clean (t0)\n cbo.flush (t0)\nend: j end", {
      mode: "firmware",
    });
    setRegisters(machine, { t0: DATA });
    machine.run(4);
    expect(machine.pc).toBe(BigInt(CODE) + 16n);
  });
});

describe("a prefetch does nothing, wherever it points", () => {
  it.each(["prefetch.i", "prefetch.r", "prefetch.w"])("%s", async (name) => {
    const machine = await place(`${name} -2048(t0)\n ${name} 2016(zero)\n ebreak`);
    expect(trapOf(machine).cause).toBe(DONE);
  });
});
