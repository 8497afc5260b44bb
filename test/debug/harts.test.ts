/** Several harts under a debugger: threads that stop together, and are looked at, and stepped, one by one. */
import { describe, expect, it } from "vitest";
import { place } from "../assembly/place.ts";
import { debugged } from "./client.ts";

/** Each hart counts in t1 by its own step: a0 is the hart's number. */
const SOURCE = `addi t0, a0, 1
loop: add t1, t1, t0
nop
j loop
other: add t2, t2, t0
j other`;
const [LOOP, OTHER] = [0x8000_1004, 0x8000_1010];

async function start(harts: number, quantum = 10) {
  const machine = await place(SOURCE, { mode: "firmware", harts, quantum });
  for (const hart of machine.harts) {
    hart.pc = 0x8000_1000n;
    hart.x[10] = BigInt(hart.index);
  }
  return { machine, ...debugged({ machine }) };
}

describe("harts under a debugger", () => {
  it("are threads, each with its registers and a name", async () => {
    const { wire, machine } = await start(3);
    expect(await wire.ask("qfThreadInfo")).toBe("m1,2,3");
    expect(Buffer.from(await wire.ask("qThreadExtraInfo,3"), "hex").toString()).toBe("hart 2");
    await wire.ask("Hg3");
    expect(await wire.ask("pa")).toBe("0200000000000000");
    expect(await wire.ask("Pa=0700000000000000")).toBe("OK");
    expect(machine.harts[2]!.x[10]).toBe(7n);
    expect((await wire.monitor("harts"))[2]).toBe("*  hart 2  thread 3  M-mode  0x80001000");
    expect(await wire.ask("T4")).toBe("E14");
  });

  it("stop together, and the one that met the breakpoint is told", async () => {
    const { wire, machine } = await start(2);
    machine.harts[1]!.pc = BigInt(OTHER);
    await wire.ask(`Z0,${(OTHER + 4).toString(16)},4`);
    expect(await wire.ask("c")).toBe("T05thread:2;");
    expect(machine.harts[1]!.pc).toBe(BigInt(OTHER + 4));
    expect(await wire.ask("qC")).toBe("QC2");
  });

  it("step one by one, while the others take their turns", async () => {
    const { wire, machine } = await start(2);
    for (const [thread, pc] of [
      [2, 0x8000_1004n],
      [2, 0x8000_1008n],
      [1, undefined],
      [2, undefined],
    ] as const) {
      expect(await wire.ask(`vCont;s:${thread};c`)).toBe(`T05thread:${thread};`);
      if (pc !== undefined) expect(machine.harts[1]!.pc).toBe(pc);
    }
  });

  it("step the one that waits as soon as it is awake, and meet breakpoints of others meanwhile", async () => {
    const { wire, machine } = await start(2);
    machine.harts[1]!.pc = BigInt(OTHER);
    await wire.ask(`Z0,${(LOOP + 8).toString(16)},4`);
    expect(await wire.ask("vCont;r80001010,80001018:2;c")).toBe("T05thread:1;");
    expect(machine.harts[0]!.pc).toBe(BigInt(LOOP + 8));
  });

  it("tell the hart whose access was watched", async () => {
    const machine = await place("csrr t0, mhartid\nbeqz t0, .\nsd t0, 0(t1)\nj .", {
      mode: "firmware",
      harts: 2,
      quantum: 100,
    });
    for (const hart of machine.harts) {
      hart.pc = 0x8000_1000n;
      hart.x[6] = 0x8000_8000n;
    }
    const { wire } = debugged({ machine });
    await wire.ask("Z2,80008000,8");
    expect(await wire.ask("c")).toBe("T05thread:2;watch:80008000;");
  });
});
