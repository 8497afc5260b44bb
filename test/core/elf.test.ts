import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkFitsRam, parseElf } from "../../core/elf.ts";
import { pa } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { buildElf, RW, RX, text } from "./elf-builder.ts";

const refusal = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    const { message, mend, exitCode } = error as UserError;
    expect(exitCode).toBe(2);
    expect(message).not.toContain("\n");
    expect(mend).toMatch(/^\S[^\n]+$/);
    return message;
  }
  return "accepted";
};
const data = { flags: RW, vaddr: 0x3000n, bytes: Uint8Array.of(1, 2, 3), memSize: 0x100n };

describe("a correct executable", () => {
  it("gives its entry, segments and flags", () => {
    const elf = parseElf(buildElf({ segments: [text(), data], entry: 0x1002n, flags: 0x5 }), "app.elf");
    expect(elf).toMatchObject({
      name: "app.elf",
      entry: 0x1002n,
      flags: { rvc: true, floatAbi: "double", rve: false, tso: false },
      segments: [
        { vaddr: 0x1000n, memSize: 8, fileSize: 8, readable: true, writable: false, executable: true },
        { vaddr: 0x3000n, memSize: 256, fileSize: 3, readable: true, writable: true, executable: false },
      ],
    });
    expect([...elf.segments[1]!.bytes]).toEqual([1, 2, 3]);
  });

  it("may lie anywhere in a larger buffer", () => {
    const file = buildElf({ symbols: [{ name: "tohost", value: 5n }] });
    const larger = new Uint8Array(file.length + 7);
    larger.set(file, 7);
    const elf = parseElf(larger.subarray(7));
    expect(elf.segments[0]!.bytes[0]).toBe(0x73);
    expect(elf.symbols.get("tohost")).toBe(5n);
  });

  it("leaves out segments that occupy no memory, and headers that are not PT_LOAD", () => {
    const segments = [text(), { vaddr: 0x1000n }, { type: 0x6474e551, vaddr: 0x1000n, memSize: 8n }];
    expect(parseElf(buildElf({ segments })).segments).toHaveLength(1);
  });

  it("may end at the last address and touch its neighbour", () => {
    const last = { flags: RW, vaddr: 2n ** 64n - 16n, memSize: 16n };
    const touching = { flags: RW, vaddr: 0x1008n, memSize: 16n };
    expect(parseElf(buildElf({ segments: [text(), last, touching] })).segments).toHaveLength(3);
  });
});

describe("every defect has its own message", () => {
  const defects: [string, Uint8Array, RegExp][] = [
    ["empty file", new Uint8Array(0), /the file is empty/],
    ["text file", new TextEncoder().encode("#!/bin/sh\necho\n".repeat(9)), /not an ELF file/],
    ["shorter than the magic", Uint8Array.of(0x7f, 0x45), /not an ELF file/],
    ["header cut", buildElf().subarray(0, 63), /ELF header truncated: 63 of 64 bytes/],
    ["32-bit", buildElf({ class: 1 }), /32-bit/],
    ["unknown class", buildElf({ class: 9 }), /unknown ELF class 9/],
    ["big-endian", buildElf({ data: 2 }), /big-endian/],
    ["unknown encoding", buildElf({ data: 0 }), /unknown ELF data encoding 0/],
    ["version in e_ident", buildElf({ identVersion: 0 }), /unknown ELF version 0 in e_ident/],
    ["version in header", buildElf({ version: 2 }), /unknown ELF version 2 in e_version/],
    ["x86-64", buildElf({ machine: 62 }), /another machine \(e_machine 62/],
    ["object file", buildElf({ type: 1 }), /not linked \(ET_REL\)/],
    ["shared object", buildElf({ type: 3 }), /\(ET_DYN\)/],
    ["core dump", buildElf({ type: 4 }), /core dump/],
    ["unknown type", buildElf({ type: 0xfe00 }), /unknown ELF type 65024/],
    [
      "interpreter",
      buildElf({ segments: [text(), { type: 3 }] }),
      /dynamically linked \(program header 1 is PT_INTERP/,
    ],
    ["dynamic", buildElf({ segments: [text(), { type: 2 }] }), /dynamically linked \(program header 1 is PT_DYNAMIC/],
    ["no program header", buildElf({ phnum: 0 }), /no program headers/],
    ["32-bit program headers", buildElf({ phentsize: 32 }), /program headers of 32 bytes/],
    ["absurd count", buildElf({ phnum: 0xffff }), /65535 program headers/],
    ["program headers cut", buildElf({ phnum: 9 }), /program headers truncated/],
    ["program headers far away", buildElf({ phoff: 2n ** 64n - 8n }), /program headers truncated/],
    ["nothing to load", buildElf({ segments: [{ type: 4 }] }), /no loadable segment/],
    ["segment cut", buildElf({ segments: [{ ...text(), fileSize: 9n, memSize: 9n }] }), /segment 0 truncated/],
    ["segment far away", buildElf({ segments: [{ ...text(), offset: 2n ** 64n - 4n }] }), /segment 0 truncated/],
    [
      "more in the file",
      buildElf({ segments: [{ ...text(), memSize: 4n }] }),
      /more bytes in the file \(8\) than in memory \(4\)/,
    ],
    ["bytes but no memory", buildElf({ segments: [{ ...text(), memSize: 0n }] }), /more bytes in the file \(8\)/],
    ["absurd size", buildElf({ segments: [text(), { ...data, memSize: 2n ** 47n }] }), /segment 1 is absurdly large/],
    [
      "wrap",
      buildElf({ segments: [text(), { ...data, vaddr: 2n ** 64n - 255n }] }),
      /segment 1 wraps around the address space/,
    ],
    ["physical wrap", buildElf({ segments: [{ ...text(), paddr: 2n ** 64n - 7n }] }), /wraps around physical memory/],
    ["overlap", buildElf({ segments: [text(), { ...data, vaddr: 0x1007n }] }), /segments 0 and 1 overlap at 0x1007/],
    [
      "overlap, other order",
      buildElf({ segments: [text(), { ...data, vaddr: 0xf01n }] }),
      /segments 0 and 1 overlap at 0x1000/,
    ],
    ["entry outside", buildElf({ entry: 0x1008n }), /entry point 0x1008 lies in no executable segment/],
    [
      "entry in data",
      buildElf({ segments: [text(), data], entry: 0x3000n }),
      /entry point 0x3000 lies in no executable/,
    ],
    ["odd entry", buildElf({ entry: 0x1001n }), /entry point 0x1001 is odd/],
  ];

  it.each(defects)("%s", (_, file, message) => {
    expect(refusal(() => parseElf(file, "app.elf"))).toMatch(message);
    expect(refusal(() => parseElf(file, "app.elf"))).toMatch(/^app\.elf: /);
  });

  it("and the correct file has none", () => {
    expect(refusal(() => parseElf(buildElf()))).toBe("accepted");
  });
});

describe("sections and symbols", () => {
  const spec = {
    symbols: [
      { name: "tohost", value: 0x3000n },
      { name: "begin_signature", value: 0x3010n },
      { name: "imported", value: 1n, section: 0 },
      { name: "crt0.c", value: 2n, info: 0x04 },
      { name: "$xrv64i2p1", value: 3n, info: 0x00 },
    ],
    bss: { vaddr: 0x4000n, byteLen: 0x2000n },
  };

  it("are read when present; undefined, file, section and mapping symbols name nothing", () => {
    const elf = parseElf(buildElf(spec));
    expect(elf.symbols).toEqual(
      new Map([
        ["tohost", 0x3000n],
        ["begin_signature", 0x3010n],
      ]),
    );
    expect(elf.sections.map((s) => s.name)).toEqual([".strtab", ".symtab", ".bss"]);
    expect(elf.sections.at(-1)).toMatchObject({
      nobits: true,
      alloc: true,
      writable: true,
      vaddr: 0x4000n,
      byteLen: 0x2000n,
    });
  });

  it.each([
    [1n, 0x10, 2n, 0x00],
    [2n, 0x00, 1n, 0x10],
  ])("a global symbol wins over a local one of the same name", (first, firstInfo, second, secondInfo) => {
    const symbols = [
      { name: "buffer", value: first, info: firstInfo },
      { name: "buffer", value: second, info: secondInfo },
    ];
    expect(parseElf(buildElf({ symbols })).symbols.get("buffer")).toBe(1n);
  });

  it("are empty in a stripped file", () => {
    expect(parseElf(buildElf())).toMatchObject({ sections: [], symbols: new Map() });
  });

  it("whose tables are cut do not make the program unusable", () => {
    const whole = buildElf(spec);
    const elf = parseElf(whole.subarray(0, whole.length - 1));
    expect(elf).toMatchObject({ sections: [], symbols: new Map() });
    expect(elf.segments).toHaveLength(1);
  });

  it("damaged in any byte do not make the program unusable", () => {
    const whole = buildElf(spec);
    const firstTableByte = 64 + 56 + 8;
    fc.assert(
      fc.property(
        fc.integer({ min: firstTableByte, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const damaged = whole.slice();
          damaged[at]! ^= flip;
          expect(parseElf(damaged).segments).toHaveLength(1);
        },
      ),
    );
  });
});

describe("arbitrary bytes", () => {
  const onlyUserErrors = (file: Uint8Array): void => {
    try {
      const elf = parseElf(file);
      for (const s of elf.segments) expect(s.bytes.length).toBe(s.fileSize);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
    }
  };

  it("never cause anything but a UserError", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), onlyUserErrors));
    const magic = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => onlyUserErrors(Uint8Array.of(...magic, ...tail))),
    );
  });

  it("nor do mutations of a correct file", () => {
    const whole = buildElf({
      segments: [text(), data],
      symbols: [{ name: "tohost", value: 1n }],
      bss: { vaddr: 0x4000n, byteLen: 8n },
    });
    const mutation = fc.record({
      at: fc.integer({ min: 0, max: whole.length - 8 }),
      bytes: fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.constant(new Uint8Array(8).fill(0xff))),
    });
    fc.assert(
      fc.property(
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 40 }),
        (mutations, cut) => {
          const file = whole.slice();
          for (const { at, bytes } of mutations) file.set(bytes, at);
          onlyUserErrors(file.subarray(0, file.length - cut));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("checkFitsRam", () => {
  const ram = [pa(0x8000_0000), 0x10000] as const;
  const at = (paddr: bigint, memSize = 8n) => ({ ...text(), paddr, memSize });
  const place = (...segments: ReturnType<typeof at>[]) =>
    checkFitsRam(
      parseElf(buildElf({ segments: segments.map((s, i) => ({ ...s, vaddr: 0x1000n + BigInt(i) * 0x100000n })) })),
      ...ram,
    );

  it("gives one placement a segment, by physical address", () => {
    expect(place(at(0x8000_8000n, 0x8000n), at(0x8000_0000n))).toMatchObject([
      { address: 0x8000_0000, memSize: 8 },
      { address: 0x8000_8000, memSize: 0x8000 },
    ]);
  });

  it.each([
    ["below", 0x7fff_fff9n, /lies outside RAM \(0x80000000 to 0x80010000\)/],
    ["across the end", 0x8000_fff9n, /lies outside RAM/],
    ["beyond what a number can hold", 2n ** 63n + 1n, /segment 0 at 0x8000000000000001/],
  ])("refuses a segment %s", (_, paddr, message) => {
    expect(refusal(() => place(at(paddr)))).toMatch(message);
  });

  it("refuses segments that share physical memory though their virtual addresses differ", () => {
    expect(refusal(() => place(at(0x8000_0000n), at(0x8000_0007n)))).toMatch(
      /overlap in physical memory at 0x80000007/,
    );
  });

  describe("a first segment that begins with the file's own headers, as GNU ld makes it", () => {
    const withHeaders = (paddr: bigint, padding = 0) => {
      const code = Uint8Array.of(padding, 0, 0, 0, 0, 0, 0, 0, 0x73, 0, 0, 0);
      const fileSize = 64n + 56n + 12n;
      const file = buildElf({
        segments: [{ flags: RX, vaddr: 0x1000n, paddr, offset: 0n, bytes: code, fileSize, memSize: 200n }],
      });
      return checkFitsRam(parseElf(file), ...ram);
    };

    it("loads from where RAM begins if nothing but headers and zeros lies below", () => {
      const [placement] = withHeaders(0x8000_0000n - 128n);
      expect(placement).toMatchObject({ address: 0x8000_0000, memSize: 72 });
      expect([...placement!.bytes]).toEqual([0x73, 0, 0, 0]);
    });

    it("loads whole inside RAM", () => {
      expect(withHeaders(0x8000_0000n)).toMatchObject([{ address: 0x8000_0000, memSize: 200 }]);
    });

    it("is refused when a byte of the program, or of the headers, would be cut off", () => {
      expect(refusal(() => withHeaders(0x8000_0000n - 128n, 1))).toMatch(/lies outside RAM/);
      expect(refusal(() => withHeaders(0x8000_0000n - 129n))).toMatch(/lies outside RAM/);
    });

    it("is refused when RAM begins inside the headers or behind the segment", () => {
      expect(refusal(() => withHeaders(0x8000_0000n - 119n))).toMatch(/lies outside RAM/);
      expect(refusal(() => withHeaders(0x1000n))).toMatch(/lies outside RAM/);
    });
  });

  it("reads flags as the psABI numbers them", () => {
    expect(parseElf(buildElf({ flags: 0x1f })).flags).toEqual({ rvc: true, floatAbi: "quad", rve: true, tso: true });
    expect(parseElf(buildElf({ segments: [{ ...text(), flags: RX }] })).flags.floatAbi).toBe("soft");
  });
});
