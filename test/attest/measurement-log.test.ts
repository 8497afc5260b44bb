import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, SHA256 } from "../../attest/hash.ts";
import { type Leaf, type MeasureOptions, measure } from "../../attest/measure.ts";
import { diffLogs, explainDifference, formatFlags } from "../../attest/measurement-log.ts";
import { PENGLAI_PMP, PENGLAI_TVM } from "../../attest/measurement-profile.ts";
import { leaf, R, RW, RX, sample } from "./leaves.ts";

const logOf = (leaves: Leaf[], options?: MeasureOptions, entry = 0x1000n, nonce = 0n) =>
  measure({ entry, leaves, nonce }, options).log;

describe("the log", () => {
  it("lists 4 KiB pages, with the run each belongs to and where its bytes were measured", () => {
    const log = logOf([leaf(0x1000n, RX, 1), leaf(0x2000n, RX, 2), leaf(0x3000n, RW, 3)]);
    const [first, second, third] = log.pages;
    const start = "atoll-measurement-1".length + 8;
    expect(first).toMatchObject({ va: 0xffff_ff80_0000_1000n, flags: 0xdb, runStart: true, offset: start + 9 });
    expect(second).toMatchObject({ runStart: false, attribute: 0xdb, offset: start + 9 + 4096 });
    // In between: the length of the first run, address and byte of the second.
    expect(third).toMatchObject({ runStart: true, attribute: 0xd7, offset: start + 9 + 8192 + 8 + 9 });
    expect(log.byteLen).toBe(third!.offset + 4096 + 8 + 8);
    expect(second!.digest).toEqual(digestOf(SHA256, new Uint8Array(4096).fill(2)));
    expect(second!.bytes).toBeUndefined();
  });

  it("splits a megapage into 512 pages of one run", () => {
    const { pages } = logOf([leaf(0x20_0000n, RW, 7, 1)]);
    expect(pages).toHaveLength(512);
    expect(pages.filter((p) => p.runStart)).toEqual([pages[0]]);
    expect(pages[511]!.va).toBe(0xffff_ff80_003f_f000n);
  });

  it("lists a gigapage without contents", () => {
    const { pages } = logOf([leaf(0x4000_0000n, RW, 0, 2)], { profile: PENGLAI_TVM });
    expect(pages).toMatchObject([{ byteLen: 0, runStart: true }]);
  });

  it("spells flags as Sv39 draws them", () => {
    expect(formatFlags(0xd7)).toBe("da-u-wrv");
    expect(formatFlags(0x28)).toBe("--g-x---");
  });
});

describe("diffLogs", () => {
  it("finds no difference between equal enclaves, whatever the size of their leaves", () => {
    const small = Array.from({ length: 512 }, (_, i) => leaf(0x20_0000n + BigInt(i) * 0x1000n, RW, 7));
    expect(diffLogs(logOf(sample()), logOf(sample()))).toBeNull();
    expect(diffLogs(logOf(small), logOf([leaf(0x20_0000n, RW, 7, 1)]))).toBeNull();
  });

  it("names the entry point", () => {
    expect(diffLogs(logOf(sample()), logOf(sample(), {}, 0x1004n))).toEqual({
      field: "entry",
      a: "0x1000",
      b: "0x1004",
      measured: true,
    });
  });

  it("names the nonce", () => {
    expect(diffLogs(logOf([]), logOf([], {}, 0x1000n, 5n))).toMatchObject({ field: "nonce", a: "0x0", b: "0x5" });
  });

  it("names profile and hash", () => {
    expect(diffLogs(logOf([]), logOf([], { profile: PENGLAI_TVM }))).toMatchObject({
      field: "profile",
      b: "penglai-tvm",
    });
    expect(diffLogs(logOf([]), logOf([], { hash: { ...SHA256, name: "sm3" } }))).toMatchObject({
      field: "hash",
      b: "sm3",
    });
  });

  it("names a prologue value", () => {
    const prologue = { untrustedVa: 0n, untrustedSize: 0x2000n, kbufferVa: 0n, kbufferSize: 0n };
    const log = (untrustedSize: bigint) =>
      measure({ entry: 0n, prologue: { ...prologue, untrustedSize }, leaves: [], nonce: 0n }, { profile: PENGLAI_PMP })
        .log;
    expect(diffLogs(log(0x2000n), log(0x3000n))).toMatchObject({ field: "untrustedSize", a: "0x2000", b: "0x3000" });
  });

  it("names the first page that one of them lacks", () => {
    const without = sample().filter((_, i) => i !== 2);
    const missing = { field: "page", va: 0xffff_ff80_0000_3000n, measured: true };
    expect(diffLogs(logOf(sample()), logOf(without))).toEqual({ ...missing, a: "present", b: "missing" });
    expect(diffLogs(logOf(without), logOf(sample()))).toEqual({ ...missing, a: "missing", b: "present" });
    expect(diffLogs(logOf([]), logOf([leaf(0x1000n, R)]))).toMatchObject({ field: "page", a: "missing" });
  });

  it("names changed contents, and the byte if it has them", () => {
    const changed = sample();
    changed[4]!.bytes[1234]! ^= 0x80;
    const kept = diffLogs(logOf(sample(), { keepBytes: true }), logOf(changed, { keepBytes: true }));
    expect(kept).toMatchObject({ field: "contents", va: 0xffff_ff90_0020_0000n, byteOffset: 1234 });
    expect(explainDifference(kept!)).toMatch(
      /^contents of page 0xffffff9000200000, byte 1234 differs: [0-9a-f]{64} \/ [0-9a-f]{64}$/,
    );
    expect(diffLogs(logOf(sample()), logOf(changed))).not.toHaveProperty("byteOffset");
  });

  it("names changed permissions, and says when the profile does not measure them", () => {
    const changed = sample();
    changed[1] = leaf(0x2000n, RW, 0x6f);
    const field = { field: "permissions", va: 0xffff_ff80_0000_2000n, a: "da-ux-rv", b: "da-u-wrv" };
    expect(diffLogs(logOf(sample()), logOf(changed))).toEqual({ ...field, measured: true });
    const options = { profile: PENGLAI_TVM };
    const unmeasured = diffLogs(logOf(sample(), options), logOf(changed, options))!;
    expect(unmeasured).toEqual({ ...field, measured: false });
    expect(explainDifference(unmeasured)).toMatch(/does not measure it/);
  });

  it("prefers a measured difference to an earlier one that is not", () => {
    const changed = sample();
    changed[0] = leaf(0x1000n, RW, 0x13);
    changed[5]!.bytes[0]! ^= 1;
    const options = { profile: PENGLAI_TVM };
    expect(diffLogs(logOf(sample(), options), logOf(changed, options))).toMatchObject({
      field: "contents",
      measured: true,
    });
  });

  it("under atoll is null exactly when the digests are equal", () => {
    const enclave = fc
      .uniqueArray(fc.tuple(fc.bigInt(0n, 3n), fc.constantFrom(R, RW), fc.nat(1)), {
        selector: ([n]) => n,
        maxLength: 3,
      })
      .map((pages) =>
        pages.sort(([a], [b]) => Number(a - b)).map(([n, perms, fill]) => leaf(n * 0x1000n, perms, fill)),
      );
    fc.assert(
      fc.property(enclave, enclave, (a, b) => {
        const [one, other] = [a, b].map((leaves) => measure({ entry: 0n, leaves, nonce: 0n }));
        const equal = Buffer.compare(one!.digest, other!.digest) === 0;
        expect(diffLogs(one!.log, other!.log) === null).toBe(equal);
      }),
      { numRuns: 300 },
    );
  });
});
