/**
 * What hosts rely on in the prebuilt ELFs: pages of one kind only, the symbols they poke, and where in a cache the
 * actors of the prime+probe experiment lie (64 sets of 64-byte lines: the set is bits 11 to 6 of the address).
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseElf } from "../../core/elf.ts";
import { GUEST_PROGRAMS } from "../../scripts/guest-programs.ts";

const PREBUILT = fileURLToPath(new URL("../../guest/prebuilt/", import.meta.url));
const load = (elf: string) => parseElf(readFileSync(PREBUILT + elf), elf);
const pageOf = (address: bigint) => address >> 12n;
const setOf = (address: bigint) => Number((address >> 6n) & 63n);

const isBare = (elf: string) => elf.startsWith("bench");
const isKomodo = (elf: string) => elf.startsWith("komodo");
/** Those in the form of the public SDKs have all in one segment. */
const isPublicForm = (elf: string) => elf.endsWith("-form.elf");
const enclaves = GUEST_PROGRAMS.map(({ elf }) => elf).filter((elf) => !isBare(elf) && !isPublicForm(elf));
const bareMetal = GUEST_PROGRAMS.map(({ elf }) => elf).filter(isBare);

describe.each(enclaves)("%s", (elf) => {
  const image = load(elf);

  test("is entered at 0x1000 and passes floating point as it was compiled", () => {
    expect(image.entry).toBe(0x1000n);
    expect(image.flags.floatAbi).toBe(elf === "float.elf" ? "double" : "soft");
  });

  test("is one R-X and one RW- segment", () => {
    const rights = image.segments.map(({ readable, writable, executable }) => [readable, writable, executable]);
    expect(rights).toEqual([
      [true, false, true],
      [true, true, false],
    ]);
  });
});

describe.each(enclaves.filter((elf) => !isKomodo(elf)))("%s", (elf) => {
  const image = load(elf);

  test("has no page with bytes of the file and zero-initialised ones", () => {
    const pages = (nobits: boolean) =>
      image.sections
        .filter((section) => section.alloc && section.nobits === nobits && section.byteLen > 0n)
        .flatMap(({ vaddr, byteLen }) => {
          const first = pageOf(vaddr);
          return Array.from({ length: Number(pageOf(vaddr + byteLen - 1n) - first) + 1 }, (_, i) => first + BigInt(i));
        });
    const fromFile = new Set(pages(false));
    expect(fromFile.size).toBeGreaterThan(0);
    expect(pages(true).filter((page) => fromFile.has(page))).toEqual([]);
  });
});

test.each(enclaves.filter(isKomodo))("%s ends below its stack", (elf) => {
  const image = load(elf);
  for (const { vaddr, memSize } of image.segments) expect(vaddr + BigInt(memSize)).toBeLessThanOrEqual(0x1f_0000n);
});

test.each(bareMetal)("%s is entered at the start of RAM and fits in 16 MiB", (elf) => {
  const image = load(elf);
  expect(image.entry).toBe(0x8000_0000n);
  expect(image.symbols.has("bench_config")).toBe(true);
  for (const { paddr, memSize } of image.segments) expect(paddr + BigInt(memSize)).toBeLessThan(0x8100_0000n);
});

test.each(["secret.elf", "leak.elf", "victim.elf"])("%s has a secret to poke in initialised data", (elf) => {
  const image = load(elf);
  const secret = image.symbols.get("secret")!;
  const home = image.segments.find(
    ({ vaddr, fileSize }) => secret >= vaddr && secret + 32n <= vaddr + BigInt(fileSize),
  );
  expect(home?.writable).toBe(true);
});

test("the victim's table fills sets 0 to 15, and its secret lies in another set", () => {
  const { symbols } = load("victim.elf");
  const table = symbols.get("table")!;
  expect(setOf(table)).toBe(0);
  expect(pageOf(symbols.get("secret")!)).toBe(pageOf(table));
  expect(setOf(symbols.get("secret")!)).toBeGreaterThan(15);
});

test("the probe's buffer is whole pages of the file, one a way", () => {
  const data = load("probe.elf").sections.find(({ name }) => name === ".data")!;
  expect(data.vaddr % 4096n).toBe(0n);
  expect(data.byteLen).toBe(4n * 4096n);
});
