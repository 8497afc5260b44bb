import { describe, expect, it } from "vitest";
import { ECALL_FROM_S, FETCH_ACCESS, LOAD_ACCESS } from "../../../../assembly/cause.ts";
import { assembleProgram } from "../../../../core/assembler.ts";
import { Machine } from "../../../../core/machine.ts";
import { S_MODE, U_MODE } from "../../../../core/platform.ts";
import { type Pa, paOfPage, va } from "../../../../core/units.ts";
import { RISCV_CALL as C } from "../../../../monitor/komodo/abi.ts";
import { insecurePageAt, securePage } from "../../../../monitor/komodo/riscv/state.ts";
import { createKomodoRiscv, type KomodoRiscvOptions } from "../../../../monitor/komodo-riscv.ts";

const [R, W, X] = [2, 4, 8];
const INTERRUPT = 1n << 63n;
const EXIT = "li a7, 30\n ecall\n";

async function boot(options: KomodoRiscvOptions = {}) {
  const machine = await Machine.create({ mode: "monitor", ramSize: 16 * 2 ** 20 });
  const monitor = createKomodoRiscv(machine, options);
  monitor.boot();
  const call = (nr: number, ...args: readonly number[]): [bigint, bigint] => {
    machine.x[17] = BigInt(nr);
    for (let i = 0; i < 5; i++) machine.x[10 + i] = BigInt(args[i] ?? 0);
    machine.privilege = S_MODE;
    let world = monitor.handleTrap({ cause: BigInt(ECALL_FROM_S), epc: machine.pc, tval: 0n });
    for (let patience = 100; world.kind === "enclave"; patience--) {
      const stop = machine.run(10_000);
      if (stop.kind === "trap") world = monitor.handleTrap(stop.trap);
      else if (patience === 0) throw new Error("the enclave does not come back");
    }
    expect(monitor.violation()).toBeUndefined();
    return [machine.x[10]!, machine.x[11]!];
  };
  const { config } = monitor.state;
  /** Code at 0x1000, data at 0x2000, insecure page 9 at 0x3000; address space 0, thread 6. */
  const load = (source: string) => {
    machine.writeBytes(paOfPage(insecurePageAt(config, 8)), assembleProgram(source, 0x1000n).bytes);
    const results = [
      call(C.INIT_ADDRSPACE, 0, 1),
      call(C.INIT_L2_TABLE, 2, 1, 0),
      call(C.INIT_L3_TABLE, 3, 2, 0),
      call(C.MAP_SECURE, 4, 3, 1, R | X, 8),
      call(C.MAP_SECURE, 5, 3, 2, R | W, 10),
      call(C.MAP_INSECURE, 3, 3, R | W | X, 9),
      call(C.INIT_DISPATCHER, 6, 0, 0x1000),
      call(C.FINALISE, 0),
    ];
    expect(results.map(([error]) => error)).toEqual(new Array(8).fill(0n));
  };
  const setTimer = (ticks: number) => call(0, Number(machine.time) + ticks);
  return {
    machine,
    monitor,
    call,
    load,
    setTimer,
    secureAt: (nr: number): Pa => paOfPage(securePage(config, nr)),
    config,
  };
}

describe("komodo-riscv on the machine", () => {
  it("runs a thread that leaves and comes back behind its ecall", async () => {
    const { call, load } = await boot();
    load(`li s0, 100\n again: add s0, s0, a0\n mv a0, s0\n ${EXIT} j again\n`);
    expect(call(C.ENTER, 6, 1)).toEqual([0n, 101n]);
    expect(call(C.ENTER, 6, 20)).toEqual([0n, 121n]);
  });

  it("interrupts and resumes it", async () => {
    const { call, load, setTimer } = await boot();
    load(`li t0, 30000\n loop: addi s0, s0, 1\n addi t0, t0, -1\n bnez t0, loop\n mv a0, s0\n ${EXIT}`);
    setTimer(200);
    let [error, value] = call(C.ENTER, 6);
    let interrupts = 0;
    for (; error === 9n; interrupts++) {
      expect(value).toBe(INTERRUPT | 7n);
      setTimer(200);
      [error, value] = call(C.RESUME, 6);
    }
    expect(interrupts).toBeGreaterThan(20);
    expect([error, value]).toEqual([0n, 30000n]);
  });

  it.each([
    ["a load where nothing is mapped", "ld t1, 0(zero)\n", 13n],
    ["a store to code", "li t0, 0x1000\n sd t0, 0(t0)\n", 15n],
    ["a jump into data", "li t0, 0x2000\n jr t0\n", 12n],
    ["a write of satp", "csrw satp, zero\n", 2n],
    ["a fence of translations", "sfence.vma zero, zero\n", 2n],
    ["a CSR of M-mode", "csrr t0, mepc\n", 2n],
    ["a breakpoint", "ebreak\n", 3n],
  ])("reports %s by its cause, and Resume meets it again", async (_, cause, number) => {
    const { call, load } = await boot();
    load(`csrw sscratch, a0\n ${cause}\n ${EXIT}`);
    expect(call(C.ENTER, 6, 5)).toEqual([10n, number]);
    expect(call(C.RESUME, 6)).toEqual([10n, number]);
  });

  it("lets an enclave execute insecure memory, as the retrofit does", async () => {
    const { call, load, machine, config } = await boot();
    load("li t0, 0x3000\n jr t0\n");
    machine.writeBytes(paOfPage(insecurePageAt(config, 9)), assembleProgram(`li a0, 42\n ${EXIT}`, 0x3000n).bytes);
    expect(call(C.ENTER, 6)).toEqual([0n, 42n]);
  });

  it("keeps the OS out of everything but insecure memory", async () => {
    const { load, machine, config } = await boot();
    load(EXIT);
    for (const page of [
      config.insecure.to,
      config.insecure.to + 1,
      config.secure.from,
      config.secure.from + 4,
      config.secure.to - 1,
    ])
      for (const privilege of [S_MODE, U_MODE]) {
        const address = va(BigInt(page) * 4096n);
        expect(machine.loadAs(privilege, address, 8)).toMatchObject({ ok: false, cause: BigInt(LOAD_ACCESS) });
        expect(machine.fetchAs(privilege, address, 4)).toMatchObject({ ok: false, cause: BigInt(FETCH_ACCESS) });
      }
    expect(machine.loadAs(S_MODE, va(BigInt(config.insecure.to) * 4096n - 8n), 8).ok).toBe(true);
  });

  it("would let an enclave change its translation without TVM (E13)", async () => {
    const { call, load } = await boot({ defects: ["E13"] });
    load(`csrr a0, satp\n csrw satp, a0\n ${EXIT}`);
    expect(call(C.ENTER, 6)[0]).toBe(0n);
  });
});
