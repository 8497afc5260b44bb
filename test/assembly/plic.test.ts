/**
 * PLIC, through the guest's eyes: a small model answers the same random accesses. RISC-V PLIC Specification 1.0.0.
 * The UART is the device at source 10; its line is driven by IER and what is typed.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MIDELEG, MIP } from "../../assembly/csr.gen.ts";
import { PLIC_IN_FLIGHT, PLIC_LEVEL, PLIC_OUTPUT, PLIC_PENDING } from "../../assembly/layout.ts";
import type { Machine } from "../../core/machine.ts";
import { access, type Device } from "./device-access.ts";
import { place, setRegisters, trapOf, x } from "./place.ts";

const PLIC = 0xc00_0000;
const UART = 0x1000_0000;
const IER = UART + 1;
const SOURCE = 10;
const priority = (source: number): number => PLIC + 4 * source;
const pendingWord = (index: number): number => PLIC + 0x1000 + 4 * index;
const enable = (context: number, index = 0): number => PLIC + 0x2000 + 0x80 * context + 4 * index;
const threshold = (context: number): number => PLIC + 0x20_0000 + 0x1000 * context;
const claim = (context: number): number => threshold(context) + 4;
const MEIP = 0x800n;
const SEIP = 0x200n;

async function uartAtPriority(level: number): Promise<{ machine: Machine; device: Device }> {
  const machine = await place("", { mode: "firmware" });
  const device = access(machine);
  device.store(priority(SOURCE), level);
  device.store(enable(0), 1 << SOURCE);
  device.store(enable(1), 1 << SOURCE);
  device.store(IER, 1, 1);
  return { machine, device };
}
const lines = (machine: Machine): bigint => machine.readCsr(MIP) & (MEIP | SEIP);

describe("the PLIC", () => {
  it("raises MEIP and SEIP of the contexts that have the source enabled, until it is claimed", async () => {
    const { machine, device } = await uartAtPriority(1);
    expect(lines(machine)).toBe(0n);
    machine.type(Uint8Array.of(65));
    expect(device.load(pendingWord(0))).toBe(1n << 10n);
    expect(lines(machine)).toBe(MEIP | SEIP);
    device.store(enable(0), 0);
    expect(lines(machine)).toBe(SEIP);
    expect(device.load(claim(1))).toBe(10n);
    expect([lines(machine), device.load(pendingWord(0)), device.load(claim(1))]).toEqual([0n, 0n, 0n]);
  });

  it("asks again after the completion while the line is high, and not before", async () => {
    const { machine, device } = await uartAtPriority(1);
    machine.type(Uint8Array.of(65, 66));
    device.load(claim(1));
    device.load(UART, 1);
    expect(device.load(pendingWord(0))).toBe(0n);
    device.store(claim(1), SOURCE);
    expect(device.load(pendingWord(0))).toBe(1n << 10n);
    device.load(claim(1));
    device.load(UART, 1);
    device.store(claim(1), SOURCE);
    expect(device.load(pendingWord(0))).toBe(0n);
  });

  it("keeps a request whose line has fallen", async () => {
    const { machine, device } = await uartAtPriority(1);
    machine.type(Uint8Array.of(65));
    device.load(UART, 1);
    expect(device.load(claim(1))).toBe(10n);
  });

  it("ignores the completion of a source that is not enabled, of none, and of one that is not claimed", async () => {
    const { machine, device } = await uartAtPriority(1);
    machine.type(Uint8Array.of(65));
    device.load(UART + 5, 1);
    device.store(claim(0), SOURCE);
    expect(device.load(pendingWord(0))).toBe(1n << 10n);
    device.load(claim(1));
    for (const id of [0, 11, 96, 0xffff_ffff]) device.store(claim(1), id);
    device.store(enable(0), 0);
    device.store(claim(0), SOURCE);
    expect(device.load(pendingWord(0))).toBe(0n);
    device.store(claim(1), SOURCE);
    expect(device.load(pendingWord(0))).toBe(1n << 10n);
  });

  it.each([
    ["priority above threshold", 3, 2, true],
    ["priority at threshold", 3, 3, false],
    ["priority 0", 0, 0, false],
  ])("compares priority and threshold: %s", async (_, level, limit, isRaised) => {
    const { machine, device } = await uartAtPriority(level);
    device.store(threshold(1), limit);
    machine.type(Uint8Array.of(65));
    device.load(UART + 5, 1);
    expect((lines(machine) & SEIP) !== 0n).toBe(isRaised);
    // "the claim operation is not affected by the setting of the priority threshold register"
    expect(device.load(claim(1))).toBe(level > 0 ? 10n : 0n);
  });

  it("answers 32 bits and nothing else", async () => {
    for (const source of ["lb a0, 0(t0)", "lhu a0, 0(t0)", "ld a0, 0(t0)"]) {
      const machine = await place(source);
      setRegisters(machine, { t0: PLIC });
      expect(trapOf(machine).cause).toBe(5n);
    }
    for (const source of ["sb a0, 0(t0)", "sh a0, 0(t0)", "sd a0, 0(t0)"]) {
      const machine = await place(source);
      setRegisters(machine, { t0: PLIC });
      expect(trapOf(machine).cause).toBe(7n);
    }
  });

  it("gives csrrs and csrrc the software's SEIP to work on, and a reader both", async () => {
    const machine = await place("csrrs a0, mip, t1\n csrrc a1, mip, t2\n csrr a2, mip\n ecall", { mode: "firmware" });
    new DataView(machine.core.memory.buffer).setUint16(PLIC_OUTPUT, Number(SEIP), true);
    setRegisters(machine, { t1: 2, t2: 2 });
    machine.run(3);
    expect(["a0", "a1", "a2"].map((name) => x(machine, name) & SEIP)).toEqual([SEIP, SEIP, SEIP]);
    new DataView(machine.core.memory.buffer).setUint16(PLIC_OUTPUT, 0, true);
    // the line was not written into the bit by the way
    expect(machine.readCsr(MIP)).toBe(0n);
  });

  it("interrupts S-mode through stvec when SEIP is delegated", async () => {
    const machine = await place(`
      li t0, ${enable(1)}
      li t1, ${1 << SOURCE}
      sw t1, 0(t0)
      li t0, ${priority(SOURCE)}
      sw t1, 0(t0)
      li t1, 1
      sw t1, 0(t0)
      la t0, handler
      csrw stvec, t0
      li t0, 0x200
      csrw sie, t0
      csrrsi zero, sstatus, 2
      li t0, ${IER}
      li t1, 2
      sb t1, 0(t0)
      li a0, 1
      ecall
      .align 2
    handler: csrr a1, scause
      li t0, ${claim(1)}
      lw a2, 0(t0)
      ecall`);
    machine.writeCsr(MIDELEG, 0x222n);
    trapOf(machine);
    expect(["a0", "a1", "a2"].map((name) => x(machine, name))).toEqual([0n, (1n << 63n) | 9n, 10n]);
  });
});

/** The rules in their plainest form, over sets. */
class PlicModel {
  readonly priority = new Array<number>(96).fill(0);
  readonly pending = new Set<number>();
  readonly inFlight = new Set<number>();
  readonly level = new Set<number>();
  readonly enabled = Array.from({ length: 16 }, () => new Set<number>());
  readonly threshold = new Array<number>(16).fill(0);

  best(context: number, above: number): number {
    const ready = [...this.pending].filter(
      (source) => this.enabled[context]!.has(source) && this.priority[source]! > above,
    );
    return ready.sort((a, b) => this.priority[b]! - this.priority[a]! || a - b)[0] ?? 0;
  }

  forward(source: number): void {
    if (!this.level.has(source) || this.inFlight.has(source)) return;
    this.inFlight.add(source);
    this.pending.add(source);
  }

  claim(context: number): number {
    const source = this.best(context, 0);
    this.pending.delete(source);
    return source;
  }

  complete(context: number, source: number): void {
    if (!this.enabled[context]!.has(source) || this.pending.has(source)) return;
    this.inFlight.delete(source);
    this.forward(source);
  }

  output(hart: number): number {
    const isRaised = (context: number): boolean => this.best(context, this.threshold[context]!) > 0;
    return (isRaised(2 * hart) ? 0x800 : 0) | (isRaised(2 * hart + 1) ? 0x200 : 0);
  }
}

const context = fc.nat(15);
const source = fc.oneof(fc.integer({ min: 0, max: 95 }), fc.constantFrom(1, 10, 31, 32, 95));
const step = fc.oneof(
  fc.record({ kind: fc.constant("priority" as const), source, value: fc.nat(9) }),
  fc.record({ kind: fc.constant("enable" as const), context, index: fc.nat(3), value: fc.nat(0xffff_ffff) }),
  fc.record({ kind: fc.constant("threshold" as const), context, value: fc.nat(9) }),
  fc.record({ kind: fc.constant("raise" as const), source }),
  fc.record({ kind: fc.constant("fall" as const), source }),
  fc.record({ kind: fc.constant("claim" as const), context }),
  fc.record({ kind: fc.constant("complete" as const), context, source }),
);

/** No device of ours raises these: their lines are put where the gateway looks, as its device would. */
function raise(machine: Machine, model: PlicModel, line: number): void {
  model.level.add(line);
  model.forward(line);
  const bytes = new Uint8Array(machine.core.memory.buffer);
  const bit = 1 << (line & 7);
  bytes[PLIC_LEVEL + (line >>> 3)]! |= bit;
  if (bytes[PLIC_IN_FLIGHT + (line >>> 3)]! & bit) return;
  bytes[PLIC_IN_FLIGHT + (line >>> 3)]! |= bit;
  bytes[PLIC_PENDING + (line >>> 3)]! |= bit;
}

describe("the PLIC and a model of sets", () => {
  it("agree on claims, pending bits and the lines of all harts", async () => {
    const machine = await place("", { mode: "firmware" });
    const device = access(machine);
    const reset = machine.core.memory.buffer.slice(PLIC_PENDING - 0x60, PLIC_PENDING + 0x200);
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
        new Uint8Array(machine.core.memory.buffer).set(new Uint8Array(reset), PLIC_PENDING - 0x60);
        const model = new PlicModel();
        for (const each of steps) {
          switch (each.kind) {
            case "priority":
              device.store(priority(each.source), each.value);
              if (each.source > 0) model.priority[each.source] = each.value & 7;
              break;
            case "enable":
              device.store(enable(each.context, each.index), each.value);
              for (let bit = 0; bit < 32; bit++) {
                const id = each.index * 32 + bit;
                if (id === 0 || id >= 96) continue;
                if ((each.value >>> bit) & 1) model.enabled[each.context]!.add(id);
                else model.enabled[each.context]!.delete(id);
              }
              break;
            case "threshold":
              device.store(threshold(each.context), each.value);
              model.threshold[each.context] = each.value & 7;
              break;
            case "raise":
              if (each.source > 0 && each.source !== SOURCE) raise(machine, model, each.source);
              break;
            case "fall":
              if (each.source === SOURCE) break;
              model.level.delete(each.source);
              new Uint8Array(machine.core.memory.buffer)[PLIC_LEVEL + (each.source >>> 3)]! &= ~(
                1 <<
                (each.source & 7)
              );
              break;
            case "claim":
              expect(device.load(claim(each.context))).toBe(BigInt(model.claim(each.context)));
              break;
            case "complete":
              device.store(claim(each.context), each.source);
              model.complete(each.context, each.source);
          }
          // a store anywhere makes the PLIC look at its lines anew
          device.store(PLIC, 0);
          const output = new Uint16Array(machine.core.memory.buffer, PLIC_OUTPUT, 8);
          expect([...output]).toEqual(Array.from({ length: 8 }, (_, hart) => model.output(hart)));
          for (let index = 0; index < 3; index++) {
            const bits = [...model.pending]
              .filter((id) => id >> 5 === index)
              .reduce((sum, id) => sum + 2 ** (id & 31), 0);
            expect(BigInt.asUintN(32, device.load(pendingWord(index)))).toBe(BigInt(bits));
          }
        }
      }),
      { seed: 16550, numRuns: 150 },
    );
  });
});
