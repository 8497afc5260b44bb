import { describe, expect, it } from "vitest";
import { FETCH_ACCESS, LOAD_ACCESS, STORE_ACCESS } from "../../../assembly/cause.ts";
import * as csr from "../../../assembly/csr.gen.ts";
import { S_MODE, U_MODE } from "../../../core/platform.ts";
import { PAGE_SIZE, paOfPage, va } from "../../../core/units.ts";
import { OS_CALL as C, mappingWord } from "../../../monitor/komodo/abi.ts";
import { KomodoMachine, SHARED } from "../../../zoo/komodo/machine.ts";

/** a0 = 0: Exit with R1. */
const EXIT = "li a0, 0\n ecall\n";
const INTERRUPTED = 9n;
const FAULT = 10n;

describe("a thread on the machine", () => {
  it("gets three words and leaves one", async () => {
    const komodo = await KomodoMachine.create();
    const { thread } = komodo.load(`add a1, a0, a1\n add a1, a1, a2\n ${EXIT}`);
    expect(komodo.call(C.ENTER, thread, 2n ** 40n, 20, 3)).toEqual([0n, 2n ** 40n + 23n]);
    expect(komodo.call(C.ENTER, thread, 1, 2, 4)).toEqual([0n, 7n]);
  });

  it("finds zeros in all other registers", async () => {
    const komodo = await KomodoMachine.create();
    const others = Array.from({ length: 31 }, (_, i) => i + 1).filter((i) => i < 10 || i > 12);
    const sum = others.filter((i) => i !== 11).map((i) => `or a1, a1, x${i}\n`);
    const floats = Array.from({ length: 32 }, (_, i) => `fmv.x.d t0, f${i}\n or a1, a1, t0\n`);
    const { thread } = komodo.load(`${sum.join("")} ${floats.join("")} csrr t0, fcsr\n or a1, a1, t0\n ${EXIT}`);
    komodo.machine.x.fill(0xffn, 1);
    komodo.machine.f.fill(0xffn);
    expect(komodo.call(C.ENTER, thread, 0, 0, 0)).toEqual([0n, 0n]);
    expect([...komodo.machine.f]).toEqual(new Array(32).fill(0xffn));
    expect(komodo.machine.x[9]).toBe(0xffn);
  });

  it("keeps its data between runs and starts over each time", async () => {
    const komodo = await KomodoMachine.create();
    const { thread } = komodo.load(
      `li t0, 0x2000\n ld t1, 0(t0)\n addi t1, t1, 1\n sd t1, 0(t0)\n mv a1, t1\n ${EXIT}`,
    );
    expect([1, 2, 3].map(() => komodo.must(C.ENTER, thread))).toEqual([1n, 2n, 3n]);
  });

  it("goes on after interrupts as if there had been none", async () => {
    const source = `
      li t0, 0\n li t1, 20000\n fcvt.d.l ft0, t1\n fsqrt.d ft0, ft0
      loop: addi t0, t0, 3\n xor t2, t0, t1\n add a1, a1, t2\n addi t1, t1, -1\n bnez t1, loop
      fcvt.l.d t3, ft0\n add a1, a1, t3\n csrr t4, fcsr\n add a1, a1, t4\n ${EXIT}`;
    const run = async (ticks: number) => {
      const komodo = await KomodoMachine.create();
      const { thread } = komodo.load(source);
      komodo.setTimer(ticks);
      let interrupts = 0;
      let [error, value] = komodo.call(C.ENTER, thread);
      for (; error === INTERRUPTED; interrupts++) {
        expect(value).toBe(0n);
        komodo.machine.f.fill(0n);
        komodo.setTimer(ticks);
        [error, value] = komodo.call(C.RESUME, thread);
      }
      return { interrupts, error, value };
    };
    const [quiet, busy] = [await run(1_000_000), await run(173)];
    expect(quiet.interrupts).toBe(0);
    expect(busy.interrupts).toBeGreaterThan(30);
    expect([busy.error, busy.value]).toEqual([quiet.error, quiet.value]);
  });

  it("interleaves with other threads of its enclave", async () => {
    const komodo = await KomodoMachine.create();
    const wait = "li t0, 0x2000\n";
    const { threads } = komodo.load(`
      ${wait} first: ld t1, 0(t0)\n beqz t1, first\n addi a1, t1, 1\n ${EXIT}
      thread1: ${wait} li t1, 41\n sd t1, 0(t0)\n ${EXIT}`);
    const [first, second] = threads as [number, number];
    komodo.setTimer(50);
    expect(komodo.call(C.ENTER, first)[0]).toBe(INTERRUPTED);
    expect(komodo.call(C.ENTER, second)[0]).toBe(0n);
    komodo.setTimer(1_000_000);
    expect(komodo.call(C.RESUME, first)).toEqual([0n, 42n]);
  });
});

describe("a fault", () => {
  it.each([
    ["a load where nothing is mapped", "li t0, 0x5000\n ld t1, 0(t0)\n"],
    ["a store to code", "li t0, 0x1000\n sd t0, 0(t0)\n"],
    ["a jump into data", "li t0, 0x2000\n jr t0\n"],
    ["a jump into insecure memory", "li t0, 0x3000\n jr t0\n"],
    ["an access beyond 1 GiB", "li t0, 0x40000000\n ld t1, 0(t0)\n"],
    ["an access to a physical address", "li t0, 0x80000000\n ld t1, 0(t0)\n"],
    ["an illegal instruction", ".word 0\n"],
    ["a breakpoint", "ebreak\n"],
    ["a CSR of the OS", "csrr t0, satp\n"],
    ["a write of satp", "csrw satp, zero\n"],
    ["a return from a trap", "sret\n"],
  ])("by %s is the bare word, and the next Enter starts over", async (_, cause) => {
    const komodo = await KomodoMachine.create();
    const { thread } =
      komodo.load(`li t0, 0x2000\n ld t1, 0(t0)\n addi t2, t1, 1\n sd t2, 0(t0)\n bnez t1, good\n ${cause}
      good: li a1, 5\n ${EXIT}`);
    for (const name of [csr.SCAUSE, csr.STVAL, csr.SEPC]) komodo.machine.writeCsr(name, 0x40n);
    expect(komodo.call(C.ENTER, thread)).toEqual([FAULT, 0n]);
    expect([csr.SCAUSE, csr.STVAL, csr.SEPC].map((name) => komodo.machine.readCsr(name))).toEqual([
      0x40n,
      0x40n,
      0x40n,
    ]);
    expect(komodo.monitor.lastDenial).toMatchObject({ guard: "ENCLAVE_FAULT", blame: "enclave" });
    expect(komodo.call(C.ENTER, thread)).toEqual([0n, 5n]);
  });
});

describe("memory", () => {
  it("of the monitor and of enclaves is out of the OS's reach, page by page, whatever it tries", async () => {
    const komodo = await KomodoMachine.create();
    komodo.load(EXIT);
    const { machine } = komodo;
    const { isolated, ram } = komodo.monitor.state.config;
    for (let page = isolated.from; page < isolated.to; page++) {
      const address = va(BigInt(paOfPage(page)));
      for (const privilege of [S_MODE, U_MODE]) {
        expect(machine.loadAs(privilege, address, 8)).toMatchObject({ ok: false, cause: BigInt(LOAD_ACCESS) });
        expect(machine.storeAs(privilege, address, Uint8Array.of(1))).toMatchObject({ cause: BigInt(STORE_ACCESS) });
        expect(machine.fetchAs(privilege, address, 4)).toMatchObject({ ok: false, cause: BigInt(FETCH_ACCESS) });
      }
    }
    expect(machine.loadAs(S_MODE, va(BigInt(paOfPage(isolated.from)) - 8n), 8).ok).toBe(true);
    expect(isolated.to).toBe(ram.to);
  });

  it("of an enclave is what its tables map, by the machine's own walk", async () => {
    const komodo = await KomodoMachine.create();
    const { thread, code, data } = komodo.load("loop: j loop\n");
    komodo.load(EXIT);
    komodo.setTimer(20);
    const { machine, monitor } = komodo;
    machine.x.set([BigInt(C.ENTER), BigInt(thread), 0n, 0n, 0n], 10);
    machine.privilege = S_MODE;
    expect(monitor.handleTrap({ cause: 9n, epc: machine.pc, tval: 0n }).kind).toBe("enclave");
    const rights = (address: number) => {
      const at = va(BigInt(address));
      const bits = [
        machine.loadAs(U_MODE, at, 8),
        machine.storeAs(U_MODE, at, new Uint8Array(8)),
        machine.fetchAs(U_MODE, at, 4),
      ];
      return bits.map(({ ok }, i) => (ok ? "rwx"[i] : "-")).join("");
    };
    for (let address = 0; address < 0x40_0000; address += PAGE_SIZE)
      expect(rights(address), address.toString(16)).toBe({ 4096: "r-x", 8192: "rw-", 12288: "rw-" }[address] ?? "---");
    for (const address of [
      0x40_0000,
      0x3fff_f000,
      0x4000_0000,
      komodo.secureAt(code),
      komodo.secureAt(data),
      komodo.insecureAt(0),
    ])
      expect(rights(address), address.toString(16)).toBe("---");
    expect(machine.fetchAs(U_MODE, va(0x1000n), 4)).toEqual({ ok: true, pa: komodo.secureAt(code) });
  });

  it("that is shared carries words both ways", async () => {
    const komodo = await KomodoMachine.create();
    const { thread } = komodo.load(`li t0, 0x3000\n ld t1, 0(t0)\n slli t1, t1, 1\n sd t1, 8(t0)\n ${EXIT}`);
    komodo.machine.write64(komodo.insecureAt(SHARED) as never, 21n);
    komodo.must(C.ENTER, thread);
    expect(komodo.machine.read64((komodo.insecureAt(SHARED) + 8) as never)).toBe(42n);
  });
});

describe("dynamic memory", () => {
  const MAP = 10;
  const UNMAP = 11;
  const word = mappingWord(0x9000, 3);
  /** Maps R0 of Enter, writes, unmaps it, and reads again: there must be nothing. */
  const source = `
    mv s3, a0\n mv a1, a0\n li a0, ${MAP}\n li a2, ${word}\n ecall\n bnez a0, wrong
    li t0, 0x9000\n ld t1, 0(t0)\n bnez t1, wrong\n sd t0, 0(t0)\n ld t1, 0(t0)\n bne t0, t1, wrong
    li a0, ${UNMAP}\n mv a1, s3\n li a2, ${word}\n ecall\n bnez a0, wrong\n li t0, 0x9000\n ld a1, 0(t0)\n ${EXIT}
    wrong: addi a1, a0, 100\n ${EXIT}`;

  it("is there after MapData and gone after UnmapData, translations and all", async () => {
    const komodo = await KomodoMachine.create();
    const { thread, spare } = komodo.load(source, 1);
    komodo.machine.writeBytes(komodo.secureAt(spare[0]!) as never, new Uint8Array(PAGE_SIZE).fill(7));
    expect(komodo.call(C.ENTER, thread, spare[0]!)).toEqual([FAULT, 0n]);
    expect(komodo.monitor.state.pages.get(spare[0]!)).toEqual({ type: "spare", owner: 1 });
    expect(komodo.must(C.REMOVE, spare[0]!)).toBe(0n);
  });

  it("would stay in reach without the flush (D3)", async () => {
    const komodo = await KomodoMachine.create({ defects: ["D3"] });
    const { thread, spare } = komodo.load(source, 1);
    expect(komodo.call(C.ENTER, thread, spare[0]!)).toEqual([0n, 0x9000n]);
  });
});

describe("attestation", () => {
  it("goes from one enclave to another over insecure memory, and not by another's measurement", async () => {
    const komodo = await KomodoMachine.create({ seed: 5n });
    const words = [1, 2, 3, 4, 5, 6, 7, 8];
    const results = ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "s2"];
    const load = (offset: number) =>
      `li t0, ${0x3000 + offset}\n${results.map((name, i) => `lw ${name}, ${4 * i}(t0)\n`).join("")}`;
    const prover = komodo.load(
      `${load(0)} li a0, 1\n ecall\n li t0, 0x3020\n${results.map((name, i) => `sw ${name}, ${4 * i}(t0)\n`).join("")} ${EXIT}`,
    );
    const verifier = komodo.load(
      `${load(0)} li a0, 2\n ecall\n ${load(0x40)} li a0, 3\n ecall\n ${load(0x20)} li a0, 4\n ecall\n ${EXIT}`,
    );
    const shared = komodo.insecureAt(SHARED);
    const put = (offset: number, values: ArrayLike<number>) =>
      komodo.machine.writeBytes((shared + offset) as never, new Uint8Array(Uint32Array.from(values).buffer));
    const measurementOf = (space: number) => {
      const page = komodo.monitor.state.pages.get(space);
      return page.type === "addrspace" ? page.measurement.digest() : [];
    };
    put(0, words);
    komodo.must(C.ENTER, prover.thread);
    put(0x40, measurementOf(prover.space));
    expect(komodo.must(C.ENTER, verifier.thread)).toBe(1n);
    put(0x40, measurementOf(verifier.space));
    expect(komodo.must(C.ENTER, verifier.thread)).toBe(0n);
  });
});

describe("an interrupt of the OS", () => {
  it("that is pending ends the run at once and reaches the OS's handler afterwards", async () => {
    const komodo = await KomodoMachine.create();
    const { thread } = komodo.load("loop: j loop\n");
    const { machine } = komodo;
    // the OS is at a loop of its own; its handler is another
    const [osAt, handler] = [komodo.insecureAt(20), komodo.insecureAt(21)];
    for (const at of [osAt, handler]) machine.write64(at as never, 0x0000_006fn);
    machine.pc = BigInt(osAt) - 4n;
    machine.writeCsr(csr.STVEC, BigInt(handler));
    komodo.setTimer(30);
    machine.pc = BigInt(osAt) - 4n;
    machine.writeCsr(csr.MSTATUS, machine.readCsr(csr.MSTATUS) | 2n);
    machine.writeCsr(csr.MIE, machine.readCsr(csr.MIE) | (1n << 5n));
    expect(komodo.call(C.ENTER, thread)).toEqual([INTERRUPTED, 0n]);
    expect(machine.pc).toBe(BigInt(osAt));
    machine.run(5);
    expect(machine.pc).toBe(BigInt(handler));
    expect(machine.readCsr(csr.SCAUSE)).toBe((1n << 63n) | 5n);
    expect(machine.readCsr(csr.SEPC)).toBe(BigInt(osAt));
  });

  it("ends a run at once if the OS has it enabled, and not at all if it has not", async () => {
    const komodo = await KomodoMachine.create();
    const { thread } = komodo.load(`li a1, 3\n ${EXIT}`);
    const { machine } = komodo;
    const SSI = 2n;
    machine.writeCsr(csr.MIP, SSI);
    expect(komodo.call(C.ENTER, thread)).toEqual([0n, 3n]);
    machine.writeCsr(csr.MIE, SSI);
    expect(komodo.call(C.ENTER, thread)).toEqual([INTERRUPTED, 0n]);
    expect(komodo.call(C.RESUME, thread)).toEqual([INTERRUPTED, 0n]);
    expect(machine.readCsr(csr.MIP) & SSI).toBe(SSI);
    machine.writeCsr(csr.MIP, 0n);
    expect(komodo.call(C.RESUME, thread)).toEqual([0n, 3n]);
  });
});
