import { describe, expect, it } from "vitest";
import { lineOf, linePa, PAGE0, pageOf, RAM, SUBTREE_PAGES } from "./mmt-fixture.ts";
import { PlainMachine, RAM_BYTES } from "./plain-machine.ts";

const PAGE1 = PAGE0 + 1;
const write = (index: number, fill: number) => ({ index, contents: lineOf(fill) });

function machineWith(...pages: number[]): PlainMachine {
  const machine = new PlainMachine();
  for (const page of pages) {
    machine.secure(page);
    machine.touch(page, write(0, 1));
  }
  return machine;
}

/** One bit of DRAM, wherever. */
function flip(machine: PlainMachine, pa: number) {
  return machine.view.tamper([{ pa, bytes: Uint8Array.of(machine.view.snoop(pa, 1)[0]! ^ 1) }]);
}

describe("the image is made when somebody looks", () => {
  it("nothing is stored before", () => {
    const machine = machineWith(PAGE0, PAGE1);
    expect(machine.view.engine.image.storedPages).toBe(0);
    machine.view.observe(PAGE0);
    expect(machine.view.engine.isProtected(PAGE0)).toBe(true);
    expect(machine.view.engine.isProtected(PAGE1)).toBe(false);
  });

  it("a line that changed has new ciphertext, a line that did not keeps it", () => {
    const machine = machineWith(PAGE0);
    const first = machine.view.observe(PAGE0);
    machine.touch(PAGE0, write(5, 9));
    const second = machine.view.observe(PAGE0);
    for (let line = 0; line < 64; line++) {
      const at = [line * 64, line * 64 + 64] as const;
      const isEqual = first.subarray(...at).toString() === second.subarray(...at).toString();
      expect(isEqual).toBe(line !== 5);
    }
    expect(machine.view.observe(PAGE0)).toEqual(second);
  });

  it("a secure page shows no plaintext, a normal page is shown as it is", () => {
    const machine = machineWith(PAGE0);
    machine.touch(PAGE1, write(0, 0xab));
    expect(machine.view.snoop(RAM, 64)).not.toEqual(lineOf(1));
    expect(machine.view.snoop(linePa(PAGE1, 0), 64)).toEqual(lineOf(0xab));
    machine.touch(PAGE1, write(0, 0xac));
    expect(machine.view.snoop(linePa(PAGE1, 0), 64)).toEqual(lineOf(0xac));
  });

  it("beyond the end of RAM there are only the attacker's own bytes", () => {
    const machine = new PlainMachine();
    const pa = RAM + RAM_BYTES;
    machine.view.tamper([{ pa: pa - 64, bytes: new Uint8Array(128).fill(5) }]);
    expect(machine.view.snoop(pa, 64)).toEqual(lineOf(5));
    expect(machine.readPlain(pa / 4096)).toEqual(pageOf(0));
    expect(machine.readPlain(pa / 4096 - 1).slice(-64)).toEqual(lineOf(5));
  });

  it("a look at a node shows the counters of pages that nobody has looked at", () => {
    const machine = machineWith(PAGE0, PAGE1);
    machine.view.observe(PAGE0);
    const { lines } = machine.view.engine.locate(RAM);
    const before = machine.view.snoop(lines["ST-1"], 64);
    machine.touch(PAGE1, write(0, 2));
    expect(machine.view.snoop(lines["ST-1"], 64)).not.toEqual(before);
  });
});

describe("an attacker's change", () => {
  it("of a normal page becomes the plaintext", () => {
    const machine = new PlainMachine();
    machine.touch(PAGE0, write(0, 1));
    expect(machine.view.tamper([{ pa: RAM, bytes: lineOf(7) }])).toEqual({ changedLines: [RAM], watched: [] });
    expect(machine.touch(PAGE0)).toEqual({ ok: true, page: new Uint8Array(4096).fill(7, 0, 64) });
  });

  it("of a secure page is found when the CPU next touches it, and every time after", () => {
    const machine = machineWith(PAGE0);
    expect(flip(machine, linePa(PAGE0, 9))).toEqual({ changedLines: [linePa(PAGE0, 9)], watched: [PAGE0] });
    for (const access of [machine.touch(PAGE0), machine.touch(PAGE0, write(9, 3))]) {
      expect(access).toMatchObject({
        ok: false,
        fault: { page: PAGE0, accessPa: linePa(PAGE0, 9), linePa: linePa(PAGE0, 9), level: "data" },
      });
    }
  });

  it("that is undone is not found", () => {
    const machine = machineWith(PAGE0);
    flip(machine, RAM);
    flip(machine, RAM);
    expect(machine.touch(PAGE0)).toMatchObject({ ok: true });
    expect(machine.watched.size).toBe(0);
  });

  it("that writes what is there already is none", () => {
    const machine = machineWith(PAGE0);
    const bytes = machine.view.observe(PAGE0);
    expect(machine.view.tamper([{ pa: RAM, bytes }])).toEqual({ changedLines: [], watched: [] });
  });

  it.each([
    ["ST-2", [PAGE0]],
    ["ST-1", [PAGE0, PAGE1]],
    ["SubTree root", [PAGE0, PAGE1, PAGE0 + 40]],
    ["RT leaf", [PAGE0, PAGE1, PAGE0 + 40, PAGE0 + SUBTREE_PAGES]],
  ] as const)("of a %s line is found in all pages behind it and in no other", (level, behind) => {
    const pages = [PAGE0, PAGE1, PAGE0 + 40, PAGE0 + SUBTREE_PAGES, PAGE0 + 5000];
    const machine = machineWith(...pages);
    machine.view.observe(PAGE0);
    const pa = machine.view.engine.locate(RAM).lines[level];
    expect(flip(machine, pa).watched).toEqual(behind);
    for (const page of pages) {
      const access = machine.touch(page);
      expect(access.ok).toBe(!behind.some((other) => other === page));
      if (!access.ok) expect(access.fault).toMatchObject({ level, linePa: pa, page });
    }
  });

  it("of a node reaches pages that become secure later", () => {
    const machine = machineWith(PAGE0);
    machine.view.observe(PAGE0);
    flip(machine, machine.view.engine.locate(RAM).lines["ST-1"]);
    expect(machine.secure(PAGE1)).toMatchObject({ ok: false, fault: { level: "ST-1", page: PAGE1 } });
    expect(machine.touch(PAGE1).ok).toBe(false);
  });

  it("is not laundered by what else happens to the page before the CPU comes", () => {
    const machine = machineWith(PAGE0);
    flip(machine, RAM);
    machine.writePlain(PAGE0, pageOf(8));
    machine.view.observe(PAGE0);
    expect(machine.touch(PAGE0)).toMatchObject({ ok: false, fault: { level: "data", linePa: RAM } });
  });

  it.each([true, false])("defence MAC on: %s. Garbled data reaches the CPU only without it", (mac) => {
    const machine = new PlainMachine({ defences: { mac } });
    machine.secure(PAGE0);
    flip(machine, RAM + 2);
    const tampered = machine.view.observe(PAGE0);
    const access = machine.touch(PAGE0);
    expect(access.ok).toBe(!mac);
    if (access.ok) expect(access.page).toEqual(pageOf(0).with(2, 1));
    expect(machine.readPlain(PAGE0)[2]).toBe(mac ? 0 : 1);
    // Either way the bus goes on to show what the attacker wrote: nothing was written back.
    expect(machine.view.observe(PAGE0)).toEqual(tampered);
  });
});

describe("pages that change sides", () => {
  it("a released page is normal again, attacked or not", () => {
    const machine = machineWith(PAGE0);
    flip(machine, RAM);
    expect(machine.touch(PAGE0).ok).toBe(false);
    machine.release(PAGE0);
    expect(machine.watched.size).toBe(0);
    expect(machine.touch(PAGE0)).toEqual({ ok: true, page: pageOf(0) });
    expect(machine.view.observe(PAGE0)).toEqual(pageOf(0));
  });

  it("a page in a new life with equal contents has new ciphertext", () => {
    const machine = machineWith(PAGE0);
    const first = machine.view.observe(PAGE0);
    machine.release(PAGE0);
    machine.secure(PAGE0);
    machine.touch(PAGE0, write(0, 1));
    expect(machine.view.observe(PAGE0)).not.toEqual(first);
  });

  it("a change of sides that nobody announced is noticed at the next look", () => {
    const machine = machineWith(PAGE0);
    machine.view.observe(PAGE0);
    flip(machine, RAM);
    let isSecure = false;
    machine.isSecure = () => isSecure;
    expect(machine.view.refill(PAGE0)).toEqual({ ok: true });
    expect(machine.view.snoop(RAM, 64)).toEqual(lineOf(1));
    isSecure = true;
    expect(machine.view.snoop(RAM, 64)).not.toEqual(lineOf(1));
  });
});
