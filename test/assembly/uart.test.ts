/** UART 16550: interrupts, FIFO control, loopback, modem lines. National Semiconductor PC16550D, section 8. */
import { describe, expect, it } from "vitest";
import type { Machine } from "../../core/machine.ts";
import { access } from "./device-access.ts";
import { place } from "./place.ts";

const UART = 0x1000_0000;
const [DATA, IER, IIR, LCR, MCR, LSR, MSR] = [0, 1, 2, 3, 4, 5, 6];
const FCR = IIR;
const PENDING = 0xc00_1000;
const NONE = 0x01;
const LOOP = 0x10;

interface Uart {
  readonly machine: Machine;
  read(register: number): number;
  write(register: number, value: number): void;
  /** The line as the PLIC sees it, once: a request is claimed and completed. */
  isRaised(): boolean;
}

async function uart(): Promise<Uart> {
  const machine = await place("", { mode: "firmware" });
  const device = access(machine);
  device.store(0xc00_0000 + 40, 1);
  device.store(0xc00_2000, 1 << 10);
  return {
    machine,
    read: (register) => Number(BigInt.asUintN(8, device.load(UART + register, 1))),
    write: (register, value) => device.store(UART + register, value, 1),
    isRaised() {
      const isPending = device.load(PENDING) !== 0n;
      device.load(0xc20_0004);
      device.store(0xc20_0004, 10);
      return isPending;
    },
  };
}

describe("interrupts of the UART", () => {
  it("received data: from the first character to the last, and only if enabled", async () => {
    const { machine, read, write, isRaised } = await uart();
    machine.type(Uint8Array.of(1, 2));
    expect([isRaised(), read(IIR)]).toEqual([false, NONE]);
    write(IER, 1);
    expect([isRaised(), read(IIR), read(DATA), read(IIR), read(DATA), read(IIR)]).toEqual([true, 4, 1, 4, 2, NONE]);
  });

  it("transmitter empty: when enabled and after each character, until IIR is read", async () => {
    const { read, write, isRaised } = await uart();
    write(IER, 2);
    expect([isRaised(), read(IIR), read(IIR)]).toEqual([true, 2, NONE]);
    isRaised();
    expect(isRaised()).toBe(false);
    write(DATA, 65);
    expect([isRaised(), read(IIR), read(IIR)]).toEqual([true, 2, NONE]);
    write(IER, 0);
    write(IER, 2);
    expect(read(IIR)).toBe(2);
  });

  it("line status, then data, then transmitter, then modem", async () => {
    const { read, write } = await uart();
    write(MCR, LOOP);
    write(DATA, 1);
    write(DATA, 2);
    write(MCR, LOOP | 1);
    write(IER, 0x0f);
    expect(read(IIR)).toBe(6);
    expect(read(LSR)).toBe(0x63);
    expect(read(IIR)).toBe(4);
    expect(read(DATA)).toBe(2);
    expect(read(IIR)).toBe(2);
    // clear to send, data set ready and carrier fell with the switch to loopback; then data set ready changed again
    expect(read(IIR)).toBe(0);
    expect(read(MSR)).toBe(0x2b);
    expect([read(IIR), read(MSR)]).toEqual([NONE, 0x20]);
  });

  it("a timeout stands for fewer characters than the trigger level", async () => {
    const { machine, read, write } = await uart();
    write(IER, 1);
    for (const [fcr, level] of [
      [0x01, 1],
      [0x41, 4],
      [0x81, 8],
      [0xc1, 14],
    ] as const) {
      write(FCR, fcr);
      machine.type(new Uint8Array(level));
      expect(read(IIR)).toBe(0xc4);
      read(DATA);
      expect(read(IIR)).toBe(level > 1 ? 0xcc : 0xc1);
      while (read(LSR) & 1) read(DATA);
    }
  });
});

describe("registers of the UART", () => {
  it("loopback gives back what is sent, 16 characters with FIFOs, and hides the line", async () => {
    const { machine, read, write } = await uart();
    const seen: number[] = [];
    machine.onConsole((bytes) => seen.push(...bytes));
    machine.type(Uint8Array.of(99));
    write(FCR, 1);
    write(MCR, LOOP);
    expect(read(LSR)).toBe(0x60);
    for (let value = 0; value < 17; value++) write(DATA, value);
    expect(read(LSR)).toBe(0x63);
    expect(read(LSR)).toBe(0x61);
    expect(Array.from({ length: 16 }, () => read(DATA))).toEqual(Array.from({ length: 16 }, (_, index) => index));
    expect([read(LSR), read(DATA)]).toEqual([0x60, 0]);
    write(MCR, 0);
    expect([read(LSR), read(DATA), seen]).toEqual([0x61, 99, []]);
  });

  it("a reset of the receiver takes what loopback left and nothing that was typed", async () => {
    const { machine, read, write } = await uart();
    machine.type(Uint8Array.of(7));
    write(FCR, 1);
    write(MCR, LOOP);
    write(DATA, 1);
    write(FCR, 3);
    write(MCR, 0);
    expect([read(LSR), read(DATA), read(LSR)]).toEqual([0x61, 7, 0x60]);
  });

  it("modem lines: somebody is there; in loopback they are RTS, DTR, OUT1 and OUT2", async () => {
    const { read, write } = await uart();
    expect(read(MSR)).toBe(0xb0);
    for (const [mcr, lines] of [
      [1, 0x20],
      [2, 0x10],
      [4, 0x40],
      [8, 0x80],
    ] as const) {
      write(MCR, LOOP | mcr);
      expect(read(MSR) & 0xf0).toBe(lines);
    }
    // of the ring indicator only the trailing edge counts
    write(MCR, LOOP);
    read(MSR);
    write(MCR, LOOP | 4);
    expect(read(MSR)).toBe(0x40);
    write(MCR, LOOP);
    expect(read(MSR)).toBe(0x04);
  });

  it("keeps only the bits that there are, and nothing in LSR and MSR", async () => {
    const { read, write } = await uart();
    write(LCR, 0x7f);
    for (const register of [IER, MCR, LSR, MSR]) write(register, 0xff);
    expect([read(IER), read(MCR), read(LCR), read(LSR)]).toEqual([0x0f, 0x1f, 0x7f, 0x60]);
    write(FCR, 0xc1);
    expect(read(IIR) & 0xc0).toBe(0xc0);
    write(FCR, 0);
    expect(read(IIR) & 0xc0).toBe(0);
  });
});

describe("the slots of virtio", () => {
  it("say that no device is there, and ignore stores", async () => {
    const device = access(await place("", { mode: "firmware" }));
    for (let slot = 0; slot < 8; slot++) {
      const base = 0x1000_1000 + slot * 0x1000;
      device.store(base + 0x70, 1);
      expect([0, 4, 8, 0x70].map((offset) => device.load(base + offset))).toEqual([0x7472_6976n, 2n, 0n, 0n]);
    }
  });
});
