/** ISA naming strings: what is understood, what comes along, what is refused and how it is explained. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXTENSIONS } from "../../core/isa.gen.ts";
import { PROFILES } from "../../core/isa-profile.ts";
import { DEFAULT_ISA, parseIsaString } from "../../core/isa-string.ts";
import { UserError } from "../../core/user-error.ts";

/** What the machine keeps without a word about it, as the string prints it. */
const KEPT = [...parseIsaString("rv64i").extensions].filter((name) => /^Sv[0-9a]/.test(name) && name !== "Svbare");
const after = (text: string): string =>
  `${text}_${KEPT.map((name) => name.toLowerCase())
    .sort()
    .join("_")}`;

describe("a string names extensions and what they bring along", () => {
  it.each([
    ["rv64i", "rv64i"],
    ["RV64IMA", "rv64ima_zmmul_zaamo_zalrsc"],
    ["rv64iam", "rv64ima_zmmul_zaamo_zalrsc"],
    ["rv64ic", "rv64ic_zca"],
    ["rv64i_m_c", "rv64imc_zmmul_zca"],
    ["rv64i2p1_m2p0_zicsr2p0", "rv64im_zicsr_zmmul"],
    ["rv64i2p1m2", "rv64im_zmmul"],
    ["rv64izicsr_zifencei", "rv64i_zicsr_zifencei"],
    ["rv64i_zicntr", "rv64i_zicntr_zicsr"],
    ["rv64i_zalrsc", "rv64i_zalrsc"],
    ["rv64i_zic64b", "rv64i"],
  ])("%s is %s", (text, canonical) => {
    expect(parseIsaString(text).text).toBe(after(canonical));
  });

  it("and its canonical form names the same", () => {
    const names = EXTENSIONS.filter(({ presence }) => presence !== "none").map(({ name }) => name.toLowerCase());
    fc.assert(
      fc.property(fc.subarray(names), (some) => {
        const set = parseIsaString(["rv64i", ...some.filter((name) => name !== "i")].join("_"));
        const again = parseIsaString(set.text);
        expect(again.text).toBe(set.text);
        expect(again.word).toBe(set.word);
      }),
    );
  });

  it("as one word with a bit an extension", () => {
    const bit = (name: string) => 1n << BigInt(EXTENSIONS.find((row) => row.name === name)?.bit as number);
    const kept = KEPT.reduce((sum, name) => sum | bit(name), 0n);
    expect(parseIsaString("rv64im").word).toBe(bit("M") | bit("Zmmul") | kept);
    expect(parseIsaString(DEFAULT_ISA.text).word).toBe(DEFAULT_ISA.word);
  });

  it("a word about page tables turns the other formats off", () => {
    expect(parseIsaString("rv64i_svbare").extensions.has("Sv39")).toBe(false);
    expect(parseIsaString("rv64i_sv39").extensions.has("Sv39")).toBe(true);
  });
});

describe("a profile names what it makes mandatory", () => {
  it.each([...PROFILES.keys()])("%s", (profile) => {
    const mandatory = PROFILES.get(profile) as readonly string[];
    const absent = EXTENSIONS.filter(
      ({ name, presence }) => presence === "none" && mandatory.includes(name.toLowerCase()),
    );
    if (absent.length > 0) expect(() => parseIsaString(profile)).toThrow(UserError);
    else {
      const names = [...parseIsaString(`${profile}_zmmul`).extensions].map((name) => name.toLowerCase());
      const known = mandatory.filter((name) => EXTENSIONS.some((row) => row.name.toLowerCase() === name));
      expect(names).toEqual(expect.arrayContaining(known));
    }
  });
});

describe("a string that cannot be is refused:", () => {
  const refusal = (text: string): readonly [string, string] => {
    try {
      parseIsaString(text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      expect(error.exitCode).toBe(2);
      return [error.message, error.mend];
    }
    return ["accepted", ""];
  };

  it.each([
    ["", '--isa "" begins with neither rv64 nor a profile', "write it like rv64imac_zicsr_zifencei or rva22u64"],
    [
      "rv32i",
      '--isa "rv32i" begins with neither rv64 nor a profile',
      "write it like rv64imac_zicsr_zifencei or rva22u64",
    ],
    ["rv64", '--isa "rv64": rv64 is followed by i or g', "write it like rv64imac_zicsr_zifencei or rv64gc"],
    ["rv64e", '--isa "rv64e": rv64 is followed by i or g', "write it like rv64imac_zicsr_zifencei or rv64gc"],
    ["rv64i_zicsx", '--isa: there is no extension "zicsx" here', "did you mean zicsr?"],
    ["rv64i_zqq", '--isa: there is no extension "zqq" here', "docs/isa.md lists the extensions that it knows"],
    ["rv64ix", '--isa: there is no extension "x" here', "docs/isa.md lists the extensions that it knows"],
    ["rv64i__m", '--isa: "__m" is no name of an extension', "write names between underscores: rv64imac_zicsr_zifencei"],
    ["rv64i m", '--isa: " m" is no name of an extension', "write names between underscores: rv64imac_zicsr_zifencei"],
    ["rv64im3p0", "--isa: M is here in version 2.0, not 3.0", "leave the version out: m"],
    ["rv64i_zicsr7", "--isa: Zicsr is here in version 2.0, not 7.0", "leave the version out: zicsr"],
    [
      "rva23u64",
      '--isa: there is no profile "rva23u64" here',
      "the profiles are rva20u64, rva20s64, rva22u64, rva22s64",
    ],
  ])("%j", (text, what, mend) => {
    expect(refusal(text)).toEqual([what, mend]);
  });

  it("whatever the text is", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."rv64imafdc_zsxg0129p \u00e4.") });
    fc.assert(
      fc.property(letters, fc.boolean(), (text, hasBase) => {
        const [what] = refusal(hasBase ? `rv64i${text}` : text);
        expect(what).toMatch(/^(--isa|accepted)/);
      }),
      { numRuns: 2000 },
    );
  });
});
