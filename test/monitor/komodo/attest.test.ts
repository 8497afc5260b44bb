import { beforeEach, describe, expect, it } from "vitest";
import { komodoHmac, komodoStatement } from "../../../attest/komodo-mac.ts";
import { wordsOfBytes } from "../../../attest/words.ts";
import { PAGE_SIZE } from "../../../core/units.ts";
import { OS_CALL as C, ENCLAVE_CALL as E, mappingWord } from "../../../monitor/komodo/abi.ts";
import { KomodoOs, R, W, X } from "../../../zoo/komodo/os.ts";

/** Vectors of Komodo reference §1.9. */
const KEY = Uint32Array.from({ length: 8 }, (_, i) => 0x0102_0304 * (i + 1));
const DATA = Array.from({ length: 8 }, (_, i) => BigInt(0x1111_1111 * i));
const MEASUREMENT = Array.from({ length: 8 }, (_, i) => BigInt((0xdead_beef ^ i) >>> 0));
const MAC = "0bfb973aa8dd4b87ab11e85e868ab32443a2f7bb3c9f9a87aa6e8ec2f92f461a";
const MEASURED = "33522a418b4aca411b73230482e76cb82e3acefc3bd8f8c29673b1a2ca9520c9";

const wordsOf = (hex: string): bigint[] =>
  [...wordsOfBytes(Uint8Array.from(hex.match(/../g)!, (byte) => Number.parseInt(byte, 16)))].map(BigInt);

let os: KomodoOs;
beforeEach(() => {
  os = new KomodoOs({ attestKey: KEY });
});

/** An enclave as in the vector; its thread has been entered. */
function enterMeasured(seed?: bigint): void {
  if (seed !== undefined) os = new KomodoOs({ seed });
  const words = Uint32Array.from({ length: PAGE_SIZE / 4 }, (_, i) => i);
  os.platform.writeBytes(os.insecureAt(3), new Uint8Array(words.buffer));
  os.os(C.INIT_ADDRSPACE, 0, 4);
  os.os(C.INIT_L2_TABLE, 5, 0, 0);
  os.os(C.INIT_DISPATCHER, 6, 0, 0x8000);
  os.os(C.ALLOC_SPARE, 8, 0);
  os.os(C.MAP_SECURE, 7, 0, mappingWord(0x8000, R | X), 3);
  os.os(C.FINALISE, 0);
  os.os(C.ENTER, 6, 0, 0, 0);
}

/** VerifyStep0 to 2. @returns R1 of the last */
function verify(data: readonly bigint[], measurement: readonly bigint[], mac: readonly bigint[]): bigint {
  os.enclave(E.VERIFY_STEP0, ...data);
  os.enclave(E.VERIFY_STEP1, ...measurement);
  return os.enclave(E.VERIFY_STEP2, ...mac)[1]!;
}

describe("the published bytes", () => {
  it("of a measurement come out of the calls", () => {
    enterMeasured();
    const page = os.page(0);
    expect(page.type === "addrspace" && [...page.measurement.digest()].map(BigInt)).toEqual(wordsOf(MEASURED));
    expect(page.type === "addrspace" && page.measurement.blocks).toBe(66);
  });

  it("are HMAC's in the recommended form, and the two forms do not pass for one another", () => {
    os = new KomodoOs({ attestKey: KEY, macForm: "hmac" });
    enterMeasured();
    expect(verify(DATA, MEASUREMENT, wordsOf(MAC))).toBe(0n);
    const statement = komodoStatement(DATA.map(Number), MEASUREMENT.map(Number));
    expect(verify(DATA, MEASUREMENT, [...komodoHmac(KEY, statement)].map(BigInt))).toBe(1n);
    expect(() => new KomodoOs({ macForm: "sha" as "hmac" })).toThrow(/macForm/);
  });

  it("of a MAC pass Verify, and no bit of them may be another", () => {
    enterMeasured();
    expect(verify(DATA, MEASUREMENT, wordsOf(MAC))).toBe(1n);
    for (let i = 0; i < 8; i++) {
      expect(verify(DATA, MEASUREMENT, wordsOf(MAC).with(i, wordsOf(MAC)[i]! ^ 1n))).toBe(0n);
      expect(verify(DATA.with(i, DATA[i]! ^ 1n), MEASUREMENT, wordsOf(MAC))).toBe(0n);
      expect(verify(DATA, MEASUREMENT.with(i, MEASUREMENT[i]! ^ 0x8000_0000n), wordsOf(MAC))).toBe(0n);
    }
  });

  it("are words: signs that lw extends do not matter", () => {
    enterMeasured();
    const extended = (words: readonly bigint[]) => words.map((word) => BigInt.asUintN(64, BigInt.asIntN(32, word)));
    expect(verify(extended(DATA), extended(MEASUREMENT), extended(wordsOf(MAC)))).toBe(1n);
  });
});

describe("Attest", () => {
  it("is verified by another enclave of the machine, under the measurement of who attested", () => {
    enterMeasured();
    const [error, ...mac] = os.enclave(E.ATTEST, ...DATA);
    expect(error).toBe(0n);
    os.exit();
    os.build(1, 12);
    os.os(C.ENTER, 15, 0, 0, 0);
    expect(verify(DATA, wordsOf(MEASURED), mac)).toBe(1n);
    expect(verify(DATA.toReversed(), wordsOf(MEASURED), mac)).toBe(0n);
    expect(verify(DATA, MEASUREMENT, mac)).toBe(0n);
  });

  it("has a key of its own on every device, and never zeros", () => {
    const keys = [0n, 1n, 2n ** 63n].map((seed) => new KomodoOs({ seed }).monitor.state.config.attestKey.join());
    expect(new Set(keys).size).toBe(3);
    expect(keys).not.toContain(new Uint32Array(8).join());
    expect(new KomodoOs({ seed: 1n }).monitor.state.config.attestKey.join()).toBe(keys[1]);
    const debugging = new KomodoOs({ seed: 1n, debug: true });
    expect(keys).not.toContain(debugging.monitor.state.config.attestKey.join());
  });
});

describe("the verify stash", () => {
  it("begins with zeros, belongs to the thread and survives Exit", () => {
    enterMeasured();
    os.enclave(E.VERIFY_STEP0, ...DATA);
    os.exit();
    expect(os.page(6)).toMatchObject({
      verifyWords: Uint32Array.from(DATA, Number),
      verifyMeasurement: new Uint32Array(8),
    });
    os.os(C.ENTER, 6, 0, 0, 0);
    os.enclave(E.VERIFY_STEP1, ...MEASUREMENT);
    expect(os.enclave(E.VERIFY_STEP2, ...wordsOf(MAC))[1]).toBe(1n);
  });
});

describe("what is measured", () => {
  const measured = (...calls: readonly (readonly number[])[]): string => {
    const made = new KomodoOs();
    made.fill(1, 1);
    made.fill(2, 2);
    made.os(C.INIT_ADDRSPACE, 0, 4);
    for (const [nr, ...args] of calls) expect(made.os(nr!, ...args)[0]).toBe(0);
    const page = made.page(0);
    return page.type === "addrspace" ? page.measurement.digest().join() : "";
  };
  const L2 = [C.INIT_L2_TABLE, 5, 0, 0];
  const base = measured(L2, [C.MAP_SECURE, 6, 0, mappingWord(0x1000, R), 1], [C.INIT_DISPATCHER, 7, 0, 0x1000]);

  it.each([
    ["page numbers", [L2, [C.MAP_SECURE, 12, 0, mappingWord(0x1000, R), 1], [C.INIT_DISPATCHER, 13, 0, 0x1000]]],
    [
      "L2 tables",
      [
        L2,
        [C.INIT_L2_TABLE, 8, 0, 9],
        [C.MAP_SECURE, 6, 0, mappingWord(0x1000, R), 1],
        [C.INIT_DISPATCHER, 7, 0, 0x1000],
      ],
    ],
    [
      "insecure mappings",
      [
        L2,
        [C.MAP_SECURE, 6, 0, mappingWord(0x1000, R), 1],
        [C.MAP_INSECURE, 0, 2, mappingWord(0, R | W)],
        [C.INIT_DISPATCHER, 7, 0, 0x1000],
      ],
    ],
    [
      "spare pages",
      [L2, [C.ALLOC_SPARE, 9, 0], [C.MAP_SECURE, 6, 0, mappingWord(0x1000, R), 1], [C.INIT_DISPATCHER, 7, 0, 0x1000]],
    ],
  ])("are not %s", (_, calls) => {
    expect(measured(...calls)).toBe(base);
  });

  it.each([
    ["the address", [L2, [C.MAP_SECURE, 6, 0, mappingWord(0x2000, R), 1], [C.INIT_DISPATCHER, 7, 0, 0x1000]]],
    ["the permissions", [L2, [C.MAP_SECURE, 6, 0, mappingWord(0x1000, R | X), 1], [C.INIT_DISPATCHER, 7, 0, 0x1000]]],
    ["the contents", [L2, [C.MAP_SECURE, 6, 0, mappingWord(0x1000, R), 2], [C.INIT_DISPATCHER, 7, 0, 0x1000]]],
    ["the entry point", [L2, [C.MAP_SECURE, 6, 0, mappingWord(0x1000, R), 1], [C.INIT_DISPATCHER, 7, 0, 0x1004]]],
    ["the order", [L2, [C.INIT_DISPATCHER, 7, 0, 0x1000], [C.MAP_SECURE, 6, 0, mappingWord(0x1000, R), 1]]],
    [
      "reserved bits of the mapping word",
      [L2, [C.MAP_SECURE, 6, 0, mappingWord(0x1000, R) | 0x10, 1], [C.INIT_DISPATCHER, 7, 0, 0x1000]],
    ],
  ])("is %s", (_, calls) => {
    expect(measured(...calls)).not.toBe(base);
  });
});

describe("GetRandom", () => {
  it("gives another word at each draw, the same ones from the same seed", () => {
    const draw = (seed: bigint) => {
      enterMeasured(seed);
      return Array.from({ length: 20 }, () => os.enclave(E.GET_RANDOM)).map(([error, word]) => [error, word]);
    };
    const words = draw(1n);
    expect(new Set(words.map(([, word]) => word)).size).toBe(20);
    expect(words.every(([error, word]) => error === 0n && word! < 2n ** 32n)).toBe(true);
    expect(draw(1n)).toEqual(words);
    expect(draw(2n)).not.toEqual(words);
  });
});

describe("a defect of attestation", () => {
  it("M6 is seen: one enclave attests with the measurement of another", () => {
    os = new KomodoOs({ defects: ["M6"] });
    os.fill(1, 1);
    os.build(0, 4);
    os.fill(1, 2);
    os.build(1, 12);
    const attest = (thread: number) => {
      os.os(C.ENTER, thread, 0, 0, 0);
      // R1 names an address space
      const [, ...mac] = os.enclave(E.ATTEST, 1n, ...DATA.slice(1));
      os.exit();
      return mac;
    };
    expect(attest(7)).toEqual(attest(15));
  });

  it("M8 is seen: one right word is enough", () => {
    os = new KomodoOs({ attestKey: KEY, defects: ["M8"] });
    enterMeasured();
    expect(verify(DATA, MEASUREMENT, wordsOf(MAC).with(5, 0n))).toBe(1n);
  });

  it("M12 is seen: the key is zero, whatever the seed", () => {
    expect(new KomodoOs({ seed: 5n, defects: ["M12"] }).monitor.state.config.attestKey).toEqual(new Uint32Array(8));
  });
});
