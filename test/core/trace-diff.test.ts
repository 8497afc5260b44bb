/** Traces read back and compared: forms of the line do not matter, what an instruction did does. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonLine } from "../../core/json-trace.ts";
import { type Commit, type RegisterWrite, spikeLine } from "../../core/spike-log.ts";
import { compareTraces } from "../../core/trace-diff.ts";
import { isKept } from "../../core/trace-filter.ts";
import { differencesOf, readTraceLine } from "../../core/trace-line.ts";

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const register = fc.oneof(
  fc.record({ file: fc.constant("x" as const), number: fc.integer({ min: 1, max: 31 }), value: u64 }),
  fc.record({ file: fc.constant("f" as const), number: fc.integer({ min: 0, max: 31 }), value: u64 }),
  fc.record({ file: fc.constant("csr" as const), number: fc.constantFrom(0x300, 0x180, 0x340), value: u64 }),
);
const oneEach = (writes: readonly RegisterWrite[]): RegisterWrite[] => [
  ...new Map(writes.map((write) => [`${write.file}${write.number}`, write])).values(),
];
const commits: fc.Arbitrary<Commit> = fc
  .record({
    hart: fc.integer({ min: 0, max: 7 }),
    privilege: fc.constantFrom(0 as const, 1 as const, 3 as const),
    pc: u64,
    registers: fc.array(register, { maxLength: 3 }).map(oneEach),
    access: fc.option(u64, { nil: undefined }),
    stored: fc.option(u64, { nil: undefined }),
    isShort: fc.boolean(),
  })
  .map(({ access, stored, isShort, ...commit }) => ({
    ...commit,
    word: isShort ? 0x4505 : 0x0062b023,
    byteLen: isShort ? 2 : 4,
    ...(access !== undefined && { read: access }),
    ...(stored !== undefined && { written: { address: stored, value: stored, byteLen: 8 as const } }),
  }));

describe("a line of a trace", () => {
  it("is read back from either form as the same instruction", () => {
    fc.assert(
      fc.property(commits, (commit) => {
        const [spike, json] = [readTraceLine(spikeLine(commit)), readTraceLine(jsonLine(commit))];
        expect(spike).toMatchObject({ pc: commit.pc, word: commit.word });
        expect(differencesOf(spike!, json!)).toEqual([]);
        expect(spike!.effects.get("hart")).toBe(String(commit.hart));
      }),
      { seed: 1 },
    );
  });

  it("names what is different", () => {
    fc.assert(
      fc.property(commits, register, (commit, write) => {
        fc.pre(!commit.registers.some(({ file, number }) => file === write.file && number === write.number));
        const other = { ...commit, registers: [...commit.registers, write] };
        const told = differencesOf(readTraceLine(spikeLine(commit))!, readTraceLine(jsonLine(other))!);
        expect(told).toHaveLength(1);
        expect(told[0]).toContain(`: nothing, 0x${write.value.toString(16)}`);
      }),
      { seed: 2 },
    );
  });

  it.each([
    ["a register padded on the left, as older versions of Spike do", "core   0: 3 0x80000000 (0x4505) x 5 0x1", "x5"],
    ["a fifth and a sixth space", "core   0:  3 0x80000000 (0x4505)  x5  0x1", undefined],
    ["disassembly", "core   0: 0x0000000080000000 (0x00000297) auipc   t0, 0x0", undefined],
    ["an exception", "core   0: exception trap_load_page_fault, epc 0x0000000080000000", undefined],
    ["a value that is none", "core   0: 3 0x80000000 (0x4505) x5 hello", undefined],
    ["JSON that is none", '{"hart":0', undefined],
    ["JSON of something else", '{"hart":0,"pc":17}', undefined],
    ["nothing", "", undefined],
  ])("may be %s", (_, line, effect) => {
    const read = readTraceLine(line);
    if (effect === undefined) expect(read).toBeUndefined();
    else expect(read?.effects.get(effect)).toBe("0x1");
  });
});

describe("two traces", () => {
  const line = (pc: number, value: number): string =>
    spikeLine({
      hart: 0,
      privilege: 3,
      pc: BigInt(pc),
      word: 0x4505,
      byteLen: 2,
      registers: [{ file: "x", number: 10, value: BigInt(value) }],
    });
  const long = Array.from({ length: 20 }, (_, index) => line(2 * index, index));

  it("are equal whatever stands between the instructions", async () => {
    const talkative = long.flatMap((text) => ["core   0: 0x0000000000000000 (0x4505) c.li a0, 1", text]);
    expect(await compareTraces(long, talkative)).toEqual({ equal: true, instructions: 20 });
  });

  it("part at the first difference, with so much context as was asked for", async () => {
    const changed = long.with(9, line(18, 77));
    const comparison = await compareTraces(long, changed, { context: 2 });
    if (comparison.equal) throw new Error("they differ");
    expect(comparison.instructions).toBe(9);
    expect(comparison.before.map(({ lineNo }) => lineNo)).toEqual([8, 9]);
    expect([comparison.one?.line, comparison.other?.line]).toEqual([long[9], changed[9]]);
    expect(comparison.differences).toEqual(["x10: 0x9, 0x4d"]);
  });

  it("part where one of them ends", async () => {
    const comparison = await compareTraces(long.slice(0, 3), long);
    expect(comparison).toMatchObject({ equal: false, instructions: 3, one: undefined });
    expect(comparison.equal || comparison.other?.lineNo).toBe(4);
  });

  it("are compared from an address on", async () => {
    const bootRom = [line(0x1000, 1), line(0x1004, 2)];
    expect(await compareTraces([...bootRom, ...long], long, { from: 0n })).toEqual({ equal: true, instructions: 20 });
    expect(await compareTraces(bootRom, long, { from: 0n })).toMatchObject({ equal: false, one: undefined });
  });

  it("are read no further than the first difference", async () => {
    function* endless(value: number): Generator<string> {
      for (let at = 0; ; at += 2) yield line(at, at < 100 ? 0 : value);
    }
    expect(await compareTraces(endless(1), endless(2))).toMatchObject({ equal: false, instructions: 50 });
  });
});

describe("a filter", () => {
  const at = (pc: bigint, privilege: 0 | 1 | 3 = 0) => ({ pc, privilege });

  it("keeps everything when it says nothing", () => {
    expect(isKept({}, at(0n), undefined)).toBe(true);
  });

  it("keeps addresses from the first of a range up to its end", () => {
    const ranges = [
      { start: 4n, stop: 8n },
      { start: 100n, stop: 2n ** 64n - 1n },
    ];
    const kept = [3n, 4n, 7n, 8n, 99n, 100n, 2n ** 64n - 2n].filter((pc) => isKept({ ranges }, at(pc), 1));
    expect(kept).toEqual([4n, 7n, 100n, 2n ** 64n - 2n]);
  });

  it("keeps privileges, and enclaves or everybody else", () => {
    expect([0, 1, 3].filter((level) => isKept({ privileges: [1, 3] }, at(0n, level as 0 | 1 | 3), 1))).toEqual([1, 3]);
    expect([1, 2, undefined].filter((who) => isKept({ enclaves: [2] }, at(0n), who))).toEqual([2]);
    expect([1, 2, undefined].filter((who) => isKept({ enclaves: [undefined] }, at(0n), who))).toEqual([undefined]);
  });

  it("keeps what all its parts keep", () => {
    const filter = { ranges: [{ start: 0n, stop: 8n }], privileges: [0] as const, enclaves: [1] };
    expect(isKept(filter, at(0n), 1)).toBe(true);
    expect(isKept(filter, at(8n), 1) || isKept(filter, at(0n, 3), 1) || isKept(filter, at(0n), 2)).toBe(false);
  });
});
