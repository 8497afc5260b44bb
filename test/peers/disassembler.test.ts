/** The disassembler prints what GNU binutils prints, and takes for legal what they take. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { decode } from "../../core/decoder.ts";
import { disassemble } from "../../core/disassembler.ts";
import { CSRS, HINTS, INSTRUCTIONS } from "../../core/isa.gen.ts";
import { HALFWORDS, legalWords } from "../core/legal-words.ts";

const BASE = 0x8000_0000n;
const folder = mkdtempSync(join(tmpdir(), "atoll-objdump-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string): string => join(folder, name);

/** What binutils 2.40, which Debian has, can disassemble of what we can. */
const KNOWN_TO_BINUTILS = "rv64gc_zfh_zba_zbb_zbc_zbs_zbkb_zbkc_zbkx_zicbom_zicboz_zicbop_zihintpause_zawrs_svinval";
const UNKNOWN_TO_BINUTILS = ["Zicond", "Zacas", "Zimop", "Zcb", "Zcmop", "Zihintntl"];

/** Texts by address: `80000000:\t00a50513 \taddi\ta0,a0,10`, without binutils' comment about an address. */
function objdump(bytes: Uint8Array): Map<bigint, string> {
  writeFileSync(file("words.bin"), bytes);
  // the words behind an object file that says which extensions there are
  writeFileSync(file("empty.s"), "");
  execFileSync("riscv64-unknown-elf-as", [`-march=${KNOWN_TO_BINUTILS}`, "-o", file("empty.o"), file("empty.s")]);
  const section = `.text=${file("words.bin")}`;
  execFileSync("riscv64-unknown-elf-objcopy", ["--update-section", section, file("empty.o"), file("words.o")]);
  const args = ["-d", "-z", "-M", "no-aliases", `--adjust-vma=0x${BASE.toString(16)}`, file("words.o")];
  const listing = execFileSync("riscv64-unknown-elf-objdump", args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  const lines = [...listing.matchAll(/^\s*([0-9a-f]+):\t[0-9a-f]+\s*\t(.*)$/gm)];
  return new Map(
    lines.map(([, address, text]) => [
      BigInt(`0x${address}`),
      (text as string)
        .replace(/ # 0x[0-9a-f]+$/, "")
        .replace(/ <.*>$/, "")
        .replace("\t", " ")
        .trim(),
    ]),
  );
}

const isUnknownToThem = ({ extensions }: { readonly extensions: readonly string[] }): boolean =>
  extensions.every((name) => UNKNOWN_TO_BINUTILS.includes(name));

test("on every halfword", () => {
  const theirs = objdump(new Uint8Array(Uint16Array.from(HALFWORDS).buffer));
  expect(theirs.size).toBe(HALFWORDS.length);
  const different = HALFWORDS.flatMap((word, index) => {
    const pc = BASE + BigInt(index * 2);
    const ours = disassemble(word, pc)?.text ?? "illegal";
    const text = theirs.get(pc) as string;
    const row = decode(word)?.written;
    if (row && isUnknownToThem(row)) return text.startsWith(".2byte") ? [] : [{ ours, text }];
    return ours === text ? [] : [{ ours, text }];
  });
  // what they call legal and we do not: 0x0000 by its name, and a reserved word
  const known = /^(\.2byte .*|c\.unimp|c\.addi16sp sp,0)$/;
  expect(different.filter(({ ours, text }) => ours !== "illegal" || !known.test(text))).toEqual([]);
  expect(different.filter(({ text }) => !text.startsWith(".2byte"))).toHaveLength(1 + 1);
});

const known = [...INSTRUCTIONS, ...HINTS].filter((row) => !isUnknownToThem(row));

test.each(known.map((row) => [row.name, row] as const))("on %s with any operands", (name, row) => {
  const words = fc.sample(legalWords(row), 100);
  const theirs = objdump(new Uint8Array(Uint32Array.from(words).buffer));
  const differs = words.flatMap((word, index) => {
    const pc = BASE + BigInt(index * 4);
    const ours = disassemble(word, pc)?.text as string;
    const text = theirs.get(pc) as string;
    return ours === text || isKnownDifference(name, ours, text) ? [] : [{ word: word.toString(16), ours, text }];
  });
  expect(differs).toEqual([]);
});

test("what they do not know yet are words of no meaning to them", () => {
  const rows = INSTRUCTIONS.filter(isUnknownToThem);
  expect(rows.length).toBeGreaterThan(0);
  const words = rows.map((row) => fc.sample(legalWords(row), 1)[0] as number);
  const theirs = objdump(new Uint8Array(Uint32Array.from(words).buffer));
  expect([...theirs.values()].filter((text) => !text.startsWith(".4byte"))).toEqual([]);
});

/** Reserved fields of fences and exact conversions that name a rounding mode are nothing to binutils; CSRs have other names. */
function isKnownDifference(name: string, ours: string, theirs: string): boolean {
  if (name.startsWith("fence")) return theirs.startsWith(".4byte") && /^fence(\.i)? ([^,]+,){2}/.test(ours);
  if (/^fcvt\.(d\.(s|h|wu?)|s\.h)$/.test(name))
    return theirs.startsWith(".4byte") && /,(rtz|rdn|rup|rmm|dyn)$/.test(ours);
  if (!name.startsWith("csr")) return false;
  const withoutCsr = (text: string) => text.replace(/,[^,]*,/, ",,");
  return withoutCsr(ours) === withoutCsr(theirs);
}

test("on the CSRs that both know by name", () => {
  const known = CSRS.filter(({ name }) => !name.startsWith("gpt"));
  const words = known.map(({ number }) => ((number << 20) | 0x2573) >>> 0);
  const theirs = objdump(new Uint8Array(Uint32Array.from(words).buffer));
  expect([...theirs.values()]).toEqual(known.map(({ name }) => `csrrs a0,${name},zero`));
});
