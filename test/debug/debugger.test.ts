/** Running under a debugger: stops, steps, what it sees before a monitor does, how it leaves. */
import { describe, expect, it } from "vitest";
import { MCAUSE, MEPC, MTVEC } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { takeSnapshot } from "../../core/snapshot.ts";
import { describeDifference, diffSnapshots } from "../../core/snapshot-diff.ts";
import { pa } from "../../core/units.ts";
import { KilledByDebugger } from "../../debug/debugger.ts";
import { CODE, place } from "../assembly/place.ts";
import { debugged } from "./client.ts";

const at = (offset: number): string => (CODE + offset).toString(16);
const pc = (machine: Machine): number => Number(machine.pc) - CODE;
const firmware = (source: string) => place(source, { mode: "firmware" });
/** exit(3) by the test finisher. */
const EXIT = "li t5, 0x100000\nli t6, 0x33333\nsw t6, 0(t5)\nj .";
const COUNT = `li t0, 3\nloop: addi t1, t1, 1\naddi t0, t0, -1\nbnez t0, loop\n${EXIT}`;

describe("a machine under a debugger", () => {
  it("stands at its first instruction until it is told to go, and tells its exit code", async () => {
    const machine = await firmware(COUNT);
    const { wire, debug, end } = debugged({ machine });
    expect(await wire.ask("?")).toBe("T05thread:1;");
    expect(pc(machine)).toBe(0);
    wire.tell("vCont;c");
    expect(await end).toEqual({ kind: "exit", code: 3 });
    debug.ended(3);
    expect(await wire.reply()).toBe("W03");
    expect(wire.isClosed).toBe(true);
  });

  it("stops before an instruction with a breakpoint, each time, until it is removed", async () => {
    const machine = await firmware(COUNT);
    const { wire, end } = debugged({ machine });
    await wire.ask("qSupported:swbreak+;hwbreak+");
    expect(await wire.ask(`Z0,${at(4)},4`)).toBe("OK");
    // inserting twice is inserting once
    expect(await wire.ask(`Z0,${at(4)},4`)).toBe("OK");
    for (let round = 0; round < 3; round++) {
      expect(await wire.ask("vCont;c")).toBe("T05thread:1;swbreak:;");
      expect([pc(machine), machine.x[6]]).toEqual([4, BigInt(round)]);
      if (round < 2) expect(await wire.ask("vCont;s:1")).toBe("T05thread:1;");
    }
    expect(await wire.ask(`z0,${at(4)},4`)).toBe("OK");
    wire.tell("c");
    expect(await end).toEqual({ kind: "exit", code: 3 });
  });

  it("steps by one instruction, or as long as the pc is within a range", async () => {
    const machine = await firmware(COUNT);
    const { wire } = debugged({ machine });
    expect(await wire.ask("s")).toBe("T05thread:1;");
    expect(pc(machine)).toBe(4);
    expect(await wire.ask(`vCont;r${at(4)},${at(16)}:1;c`)).toBe("T05thread:1;");
    expect([pc(machine), machine.x[6]]).toEqual([16, 3n]);
  });

  it("stops within a range at a breakpoint", async () => {
    const machine = await firmware(COUNT);
    const { wire } = debugged({ machine });
    await wire.ask("s");
    await wire.ask(`Z1,${at(12)},4`);
    await wire.ask(`vCont;r${at(4)},${at(16)}:1;c`);
    expect([pc(machine), machine.x[6]]).toEqual([12, 1n]);
  });

  it("steps over a trap's entry to the first instruction of its handler", async () => {
    const machine = await firmware("ecall\nj .");
    machine.writeCsr(MTVEC, BigInt(CODE) + 0x100n);
    const { wire } = debugged({ machine });
    await wire.ask("vCont;s:1");
    expect(pc(machine)).toBe(0x100);
    expect([machine.readCsr(MCAUSE), machine.readCsr(MEPC)]).toEqual([11n, BigInt(CODE)]);
  });

  it("stops after an access to a watched byte and says which", async () => {
    const machine = await firmware(`li t1, 0x40004000\nslli t1, t1, 1\nli t0, 7\nsd t0, 0(t1)\nlw t2, 4(t1)\n${EXIT}`);
    const { wire, end } = debugged({ machine });
    await wire.ask("Z2,80008004,2");
    expect(await wire.ask("c")).toBe("T05thread:1;watch:80008004;");
    await wire.ask("z2,80008004,2");
    await wire.ask("Z3,80008005,1");
    expect(await wire.ask("c")).toBe("T05thread:1;rwatch:80008005;");
    await wire.ask("z3,80008005,1");
    wire.tell("c");
    expect(await end).toEqual({ kind: "exit", code: 3 });
  });

  it("stops at Ctrl-C wherever it is", async () => {
    const machine = await firmware("j .");
    const { wire } = debugged({ machine });
    const stopped = wire.ask("c");
    wire.send(Uint8Array.of(3));
    expect(await stopped).toBe("T02thread:1;");
    expect(pc(machine)).toBe(0);
  });

  it("stops when a request comes while it runs, and answers it", async () => {
    const machine = await firmware("j .");
    const { wire } = debugged({ machine });
    const stopped = wire.ask("c");
    wire.tell("qC");
    expect(await stopped).toBe("T02thread:1;");
    expect(await wire.reply()).toBe("QC1");
  });

  it("goes on from where GDB says", async () => {
    const machine = await firmware(COUNT);
    const { wire } = debugged({ machine });
    await wire.ask(`Z0,${at(12)},4`);
    await wire.ask(`c${at(8)}`);
    expect([pc(machine), machine.x[6]]).toEqual([12, 0n]);
  });

  it.each(["D", "D;1"])("runs to its end when GDB detaches with %s", async (detach) => {
    const machine = await firmware(COUNT);
    const { wire, debug, end } = debugged({ machine });
    await wire.ask(`Z0,${at(4)},4`);
    expect(await wire.ask(detach)).toBe("OK");
    expect(await end).toEqual({ kind: "exit", code: 3 });
    debug.ended(3);
    expect(wire.replies).toEqual([]);
  });

  it("runs to its end when the connection is lost, standing or running", async () => {
    const machine = await firmware(COUNT);
    const { wire, end } = debugged({ machine });
    await wire.ask(`Z0,${at(4)},4`);
    await wire.ask("c");
    wire.hangUp();
    expect(await end).toEqual({ kind: "exit", code: 3 });
  });

  it.each([
    ["k", []],
    ["vKill;1", ["OK"]],
  ])("ends at once when GDB kills it with %s", async (kill, replies) => {
    const machine = await firmware("j .");
    const { wire, end } = debugged({ machine });
    await wire.ask("?");
    wire.tell(kill);
    await expect(end).rejects.toThrow(KilledByDebugger);
    expect(wire.replies).toEqual(replies);
  });

  it("stands where no interrupt can ever come, and then ends as without a debugger", async () => {
    const machine = await firmware("wfi\nj .");
    const { wire, end } = debugged({ machine });
    expect(await wire.ask("c")).toBe("T06thread:1;");
    wire.tell("c");
    expect(await end).toEqual({ kind: "idle" });
  });

  it("is in the state of one that nobody looked at, whatever the debugger did", async () => {
    const plain = await firmware(COUNT);
    const machine = await firmware(COUNT);
    expect(plain.run(1000)).toEqual({ kind: "exit", code: 3 });
    const { wire, end } = debugged({ machine });
    for (const request of [`Z0,${at(8)},4`, `Z4,${at(0x2000)},8`, "g", `m${at(0)},40`, "c", "s", "p2", "s", "c", "qC"])
      await wire.ask(request);
    await wire.ask("D");
    expect(await end).toEqual({ kind: "exit", code: 3 });
    expect(diffSnapshots(takeSnapshot(plain), takeSnapshot(machine)).map(describeDifference)).toEqual([]);
  });
});

describe("a machine whose traps a monitor answers", () => {
  it("shows a fault before the monitor gets it", async () => {
    const machine = await place("li t0, 5\nlw t1, 0(zero)\nj .");
    const { wire, end } = debugged({ machine });
    expect(await wire.ask("c")).toBe("T0athread:1;");
    expect([pc(machine), machine.x[5]]).toEqual([4, 5n]);
    wire.tell("c");
    expect(await end).toMatchObject({ kind: "trap", trap: { cause: 5n, epc: BigInt(CODE) + 4n } });
  });

  it("executes the instruction again if GDB has changed something", async () => {
    const machine = await place("lw t1, 0(t0)\necall");
    machine.writeBytes(pa(0x8000_8000), Uint8Array.of(0x2a));
    const { wire, end } = debugged({ machine });
    expect(await wire.ask("c")).toBe("T0athread:1;");
    expect(await wire.ask("P5=0080008000000000")).toBe("OK");
    wire.tell("c");
    expect(await end).toMatchObject({ kind: "trap", trap: { cause: 9n } });
    expect(machine.x[6]).toBe(0x2an);
  });
});
