import { describe, expect, it } from "vitest";
import { parseElf } from "../../core/elf.ts";
import { PAGE_SIZE, va } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import {
  type EnclaveImageOptions,
  enclaveImage,
  READ_EXECUTE,
  READ_WRITE,
  READ_WRITE_EXECUTE,
  STACK_TOP,
  ZERO_PAGE,
} from "../../host/enclave-image.ts";
import { buildElf, type ElfSpec, RW, RX, text } from "../core/elf-builder.ts";

const image = (spec: ElfSpec, options?: EnclaveImageOptions) => enclaveImage(parseElf(buildElf(spec)), options);
const shadow = (spec: ElfSpec) => image(spec, { kind: "shadow" }).pages;
const filled = (byteLen: number, value: number) => new Uint8Array(byteLen).fill(value);

describe("enclave image", () => {
  it("maps segments page by page: writable RWX, others R-X", () => {
    const pages = shadow({
      segments: [
        { ...text(), bytes: filled(PAGE_SIZE + 1, 1) },
        { flags: RW, vaddr: 0x4000n, bytes: filled(8, 2) },
      ],
    });
    expect(pages.map((page) => [page.va, page.flags])).toEqual([
      [0x1000n, READ_EXECUTE],
      [0x2000n, READ_EXECUTE],
      [0x4000n, READ_WRITE_EXECUTE],
    ]);
    expect(pages[1]!.bytes[0]).toBe(1);
    expect(pages[1]!.bytes.subarray(1).every((byte) => byte === 0)).toBe(true);
  });

  it("maps NOBITS sections as zero RWX pages, and a segment's page wins over them", () => {
    const pages = shadow({
      segments: [text(), { flags: RW, vaddr: 0x4000n, bytes: filled(8, 2) }],
      bss: { vaddr: 0x4008n, byteLen: 0x1800n },
    });
    expect(pages.map((page) => page.va)).toEqual([0x1000n, 0x4000n, 0x5000n]);
    expect(pages[1]!.bytes[0]).toBe(2);
    expect(pages[2]).toEqual({ va: 0x5000n, flags: READ_WRITE_EXECUTE, bytes: ZERO_PAGE });
  });

  it("maps the zero tail of a segment even without sections", () => {
    const pages = shadow({ segments: [text(), { flags: RW, vaddr: 0x4000n, bytes: filled(8, 2), memSize: 0x2001n }] });
    expect(pages.map((page) => page.va)).toEqual([0x1000n, 0x4000n, 0x5000n, 0x6000n]);
    expect(pages[3]!.bytes).toBe(ZERO_PAGE);
  });

  it("keeps both segments' bytes in a page that they share", () => {
    const pages = shadow({
      segments: [
        { flags: RX, vaddr: 0x1000n, bytes: filled(8, 1) },
        { flags: RW, vaddr: 0x1800n, bytes: filled(8, 2) },
      ],
    });
    expect(pages).toHaveLength(1);
    expect(pages[0]!.flags).toBe(READ_WRITE_EXECUTE);
    expect([pages[0]!.bytes[0], pages[0]!.bytes[0x800]]).toEqual([1, 2]);
  });

  it("gives an enclave a zero RW stack below 0x38_0000_0000, and a shadow none", () => {
    const { pages } = image({});
    expect(pages).toHaveLength(17);
    expect(pages[16]).toEqual({ va: STACK_TOP - 4096n, flags: READ_WRITE, bytes: ZERO_PAGE });
    expect(pages[1]!.va).toBe(STACK_TOP - 65536n);
    expect(shadow({})).toHaveLength(1);
  });

  it("rounds the stack up to pages", () => {
    expect(image({}, { stackByteLen: 5000 }).pages).toHaveLength(3);
  });

  it("is ascending whatever the order of the segments", () => {
    const { pages } = image({
      entry: 0x1000n,
      segments: [{ flags: RW, vaddr: 0x9000n, bytes: filled(8, 2) }, text()],
    });
    expect(pages.map((page) => page.va)).toEqual(pages.map((page) => page.va).toSorted((a, b) => (a < b ? -1 : 1)));
    expect(pages[0]!.va).toBe(va(0x1000n));
  });

  it.each<[string, ElfSpec, RegExp]>([
    ["above the heap base", { segments: [text(), { flags: RW, vaddr: 0x10_0000_0000n, memSize: 8n }] }, /heap begins/],
    ["across the heap base", { segments: [text(), { flags: RW, vaddr: 0xf_ffff_f000n, memSize: 0x1001n }] }, /heap/],
    ["in the kernel half", { segments: [{ ...text(), vaddr: 0xffff_ffff_8000_0000n }] }, /heap begins/],
    ["a NOBITS section beyond", { segments: [text()], bss: { vaddr: 0x20_0000_0000n, byteLen: 8n } }, /\.bss/],
    ["too big", { segments: [text(), { flags: RW, vaddr: 0x4000n, memSize: 2n ** 30n }] }, /too big for an enclave/],
  ])("refuses an image %s", (_name, spec, message) => {
    expect(() => image(spec)).toThrow(UserError);
    expect(() => image(spec)).toThrow(message);
  });

  it.each([0, -1, 65 * 2 ** 20, Number.NaN])("refuses a stack of %s bytes", (stackByteLen) => {
    expect(() => image({}, { stackByteLen })).toThrow(UserError);
  });
});
