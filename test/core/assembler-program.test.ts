import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assembleProgram } from "../../core/assembler.ts";
import { disassemble } from "../../core/disassembler.ts";
import { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";

const BASE = 0x8000_0000n;
const bytesOf = (source: string) => [...assembleProgram(source, BASE).bytes];

/** Runs a program up to its ebreak and gives a register. */
function run(machine: Machine, source: string, register: number): bigint {
  machine.writeBytes(pa(Number(BASE)), assembleProgram(`${source}\n ebreak`, BASE).bytes);
  machine.pc = BASE;
  expect(machine.run(10_000)).toMatchObject({ kind: "trap", trap: { cause: 3n } });
  return machine.x[register] as bigint;
}

describe("data directives", () => {
  it.each([
    [".byte 1, -1, 0xff", [1, 255, 255]],
    [".half 0x1234, -2", [0x34, 0x12, 0xfe, 0xff]],
    [".word 0x80000000", [0, 0, 0, 0x80]],
    [".dword -2", [0xfe, ...Array<number>(7).fill(0xff)]],
    ["x: .dword x + 8", [8, 0, 0, 0x80, 0, 0, 0, 0]],
    ['.asciz "a,#\\n\\"é" # text', [0x61, 0x2c, 0x23, 0x0a, 0x22, 0xc3, 0xa9, 0]],
    [".byte 1\n.align 2\n.byte 2", [1, 0, 0, 0, 2]],
    [".align 3\n.byte 1", [1]],
    [".zero 3\n.byte 4", [0, 0, 0, 4]],
  ])("%s", (source, bytes) => {
    expect(bytesOf(source)).toEqual(bytes);
  });
});

describe("labels", () => {
  it("are the address of what follows, on the line or below", () => {
    const { symbols } = assembleProgram("a: b:\n nop\nc: .byte 1\nd:", BASE);
    expect(Object.fromEntries(symbols)).toEqual({ a: BASE, b: BASE, c: BASE + 4n, d: BASE + 5n });
  });

  it("may be used before they are defined, and stand for addresses", () => {
    const { bytes } = assembleProgram("j end\nc.j end\nloop: bnez a0, loop + 4\nend: c.beqz a0, loop", BASE);
    const view = new DataView(bytes.buffer);
    const texts = [view.getUint32(0, true), view.getUint16(4, true), view.getUint32(6, true), view.getUint16(10, true)];
    expect(texts.map((word) => disassemble(word)?.text)).toEqual([
      "jal zero,10",
      "c.j 6",
      "bne a0,zero,4",
      "c.beqz a0,-4",
    ]);
  });
});

describe("on the machine", () => {
  it("li loads any number", async () => {
    const machine = await Machine.create({ mode: "monitor" });
    const number = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc
        .tuple(fc.integer({ min: -5000, max: 5000 }), fc.nat(63))
        .map(([value, shift]) => BigInt(value) << BigInt(shift)),
      fc.constantFrom(
        0x7fff_ffffn,
        0x8000_0000n,
        0x7fff_f800n,
        -0x8000_0000n,
        -0x8000_0801n,
        2n ** 63n,
        2n ** 63n - 1n,
      ),
    );
    fc.assert(
      fc.property(
        number.map((value) => BigInt.asIntN(64, value)),
        (value) => {
          expect(run(machine, `li a0, ${value}`, 10)).toBe(BigInt.asUintN(64, value));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("la and call reach forwards and backwards", async () => {
    const machine = await Machine.create({ mode: "monitor" });
    const source = (padding: number) =>
      `j start\nback: addi a0, a0, 1\nret\nstart: li a0, 0\ncall back\ncall on\nla a1, back\nla a2, on\nsub a3, a2, a1\nebreak\n.zero ${padding}\non: addi a0, a0, 2\nret`;
    for (const padding of [0, 2036, 2040, 2044, 2048, 4096, 8188]) {
      expect(run(machine, source(padding), 10)).toBe(3n);
      const { symbols } = assembleProgram(source(padding), BASE);
      expect(machine.x[11]).toBe(symbols.get("back"));
      expect(machine.x[12]).toBe(symbols.get("on"));
    }
  });
});
