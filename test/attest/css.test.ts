/** The author's signature in an ELF file: where it lies, what it says, and files that are not well formed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CSS_BYTES, decodeCss, encodeCss, signedCss, signerOf, verifyCss } from "../../attest/css.ts";
import { simulatedDevice } from "../../attest/device-chain.ts";
import { cssOfElf, withCss } from "../../attest/elf-note.ts";
import { EvidenceError } from "../../attest/evidence-error.ts";

const author = simulatedDevice(11n);
const hash = new Uint8Array(32).fill(0xaa);
const css = signedCss(author, hash);
const failedBy = (...of: Parameters<typeof verifyCss>) => verifyCss(...of).failed.map(({ name }) => name);

/** Name and descriptor of a note, in a file with the sections "", ".note.penglaimeta", ".shstrtab". */
function elfWith({
  section = ".note.penglaimeta",
  name = "penglai_metadata\0",
  descriptorBytes = 0x1000,
} = {}): Uint8Array {
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const note = Buffer.concat([Buffer.alloc(12), Buffer.from(name), Buffer.alloc(descriptorBytes)]);
  note.writeUInt32LE(name.length, 0);
  note.writeUInt32LE(descriptorBytes, 4);
  const names = Buffer.from(`\0${section}\0.shstrtab\0`);
  const table = Buffer.alloc(3 * 64);
  for (const [index, at, offset, byteLen] of [
    [1, 1, 64, note.length],
    [2, 2 + section.length, 64 + note.length, names.length],
  ] as const) {
    table.writeUInt32LE(at, 64 * index);
    table.writeBigUInt64LE(BigInt(offset), 64 * index + 24);
    table.writeBigUInt64LE(BigInt(byteLen), 64 * index + 32);
  }
  header.writeBigUInt64LE(BigInt(64 + note.length + names.length), 40);
  header.writeUInt16LE(3, 60);
  header.writeUInt16LE(2, 62);
  return new Uint8Array(Buffer.concat([header, note, names, table]));
}

describe("the structure", () => {
  it("is hash, signature, key, in 160 bytes, and comes back", () => {
    const bytes = encodeCss(css);
    expect(bytes).toHaveLength(CSS_BYTES);
    expect(bytes.subarray(0, 32)).toEqual(hash);
    expect(bytes.subarray(96)).toEqual(author.public);
    expect(decodeCss(Uint8Array.of(...bytes, 0, 0))).toEqual(css);
    expect(() => decodeCss(bytes.subarray(1))).toThrow(/159 bytes, not 160/);
  });

  it("is accepted for the file that was signed, from an author who is expected", () => {
    expect(failedBy(css, { measurement: hash })).toEqual([]);
    expect(failedBy(css, { measurement: hash, authors: [author.public] })).toEqual([]);
  });

  it("is refused for another file, another author, another signature, no signature", () => {
    const other = new Uint8Array(32).fill(0xab);
    expect(failedBy(css, { measurement: other })).toEqual(["hash-matches"]);
    expect(failedBy({ ...css, hash: other }, { measurement: other })).toEqual(["author-signed"]);
    expect(failedBy(signedCss(simulatedDevice(12n), hash), { measurement: hash, authors: [author.public] })).toEqual([
      "author-expected",
    ]);
    const unsigned = decodeCss(new Uint8Array(CSS_BYTES));
    expect(failedBy(unsigned, { measurement: hash })).toEqual(["hash-matches", "author-signed"]);
  });

  it("names the signer by a hash of the key", () => {
    expect(signerOf(css)).toHaveLength(32);
    expect(signerOf(css)).not.toEqual(signerOf(signedCss(simulatedDevice(12n), hash)));
  });
});

describe("in a file", () => {
  it("stands where the SDK's sign tool writes it: right behind the name, 29 bytes into the section", () => {
    const elf = elfWith();
    const signed = withCss(elf, css);
    expect(signed.subarray(64 + 29, 64 + 29 + CSS_BYTES)).toEqual(encodeCss(css));
    expect(cssOfElf(signed)).toEqual(css);
    expect(cssOfElf(elf)).toEqual(decodeCss(new Uint8Array(CSS_BYTES)));
    expect(signed.length).toBe(elf.length);
  });

  it("a file without the note has none, and cannot be signed", () => {
    const elf = elfWith({ section: ".note.gnu" });
    expect(cssOfElf(elf)).toBeNull();
    expect(() => withCss(elf, css)).toThrow(/the file has no section .note.penglaimeta/);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["no ELF file", new Uint8Array(100), /not an ELF-64 file/],
    ["cut header", elfWith().subarray(0, 63), /the ELF header lies outside of the file/],
    ["cut table", elfWith().subarray(0, -1), /the section table lies outside of the file/],
    ["another note", elfWith({ name: "penglai_metadatb\0" }), /another name/],
    ["no room", elfWith({ descriptorBytes: 159 }), /no room for 160 bytes/],
    ["names elsewhere", elfWith().with(62, 9), /the section of names is none of the file's/],
  ])("refuses %s", (_, elf, message) => {
    expect(() => cssOfElf(elf)).toThrow(message);
  });

  it("damaged anywhere gives a signature, none, or an EvidenceError", () => {
    const elf = elfWith({ descriptorBytes: 200 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(elf.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(300),
        (bytes, cut) => {
          const damaged = elf.slice(0, elf.length - (cut % 3 === 0 ? cut : 0));
          for (const [at, value] of bytes) damaged[at % damaged.length] = value;
          try {
            cssOfElf(damaged);
          } catch (error) {
            expect(error).toBeInstanceOf(EvidenceError);
          }
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });
});
