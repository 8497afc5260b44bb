import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, type Hash } from "../../attest/hash.ts";
import {
  bindNonce,
  type EnclaveImage,
  type Leaf,
  type MeasureOptions,
  measure,
  measuredDigest,
  walkVa,
} from "../../attest/measure.ts";
import { ATOLL, PENGLAI_PMP, PENGLAI_TVM } from "../../attest/measurement-profile.ts";
import { SM3 } from "../../attest/sm3.ts";
import { leaf, R, RW, RX, sample } from "./leaves.ts";
import { PageTables, type WalkRules, walkAndMeasure } from "./sv39-tables.ts";

const prologue = {
  untrustedVa: 0x10_0000_0000n,
  untrustedSize: 0x2000n,
  kbufferVa: 0xffff_ffe0_0000_0000n,
  kbufferSize: 0x1000n,
};
const image = (leaves: Iterable<Leaf>, nonce = 0n): EnclaveImage => ({ entry: 0x1000n, prologue, leaves, nonce });
const hexOf = (leaves: Iterable<Leaf>, options?: MeasureOptions, nonce = 0n): string =>
  bytesToHex(measure(image(leaves, nonce), options).digest);

const PROFILES = [
  { profile: PENGLAI_TVM, rules: { pteByte: 7n } },
  { profile: PENGLAI_PMP, rules: { pteByte: 0n, prologue: Object.values(prologue) } },
  { profile: ATOLL, rules: { pteByte: 0n, atoll: true } },
] as const satisfies { profile: unknown; rules: WalkRules }[];

describe("pinned vectors", () => {
  // Computed by a third program, which writes the runs out by hand.
  const PINNED = {
    "penglai-tvm": "dd78f7e134aff21af09d5463e34a7810d50c2de0d35a996a839bd8a338700e1a",
    "penglai-pmp": "ef80ab115d6f6fd018579aaed9d55af4d6caffbd7a2ad20562d251f254c054f6",
    atoll: "838c8d9e27c0f396ce5250d34515f2761379dde80a2ed41768b01d4402acdcb6",
  };

  it.each(PROFILES)(
    "$profile.name: the sample enclave, by the list of leaves and by the walk",
    ({ profile, rules }) => {
      const walked = walkAndMeasure(new PageTables(sample()), 0x1000n, 12345n, rules);
      expect(walked).toBe(PINNED[profile.name]);
      expect(hexOf(sample(), { profile }, 12345n)).toBe(PINNED[profile.name]);
    },
  );

  it("an enclave without pages is its entry point and nonce", () => {
    const words = new Uint8Array(16);
    words[1] = 0x10;
    words[8] = 7;
    expect(hexOf([], { profile: PENGLAI_TVM }, 7n)).toBe(bytesToHex(digestOf(SM3, words)));
  });

  it("a gigapage contributes its address and PTE byte only", () => {
    const leaves = [
      leaf(0x20_4000_0000n, RW, 0, 2),
      leaf(0x20_8000_0000n, RW, 1),
      leaf(0xffff_ffff_c000_0000n, RX, 0, 2),
    ];
    const walked = walkAndMeasure(new PageTables(leaves), 0x1000n, 0n, { pteByte: 7n });
    expect(hexOf(leaves, { profile: PENGLAI_TVM })).toBe(walked);
  });
});

describe("the list of leaves and the walk over tables agree", () => {
  /** Pages in a few dense places, so that runs form, break, and cross the borders of tables at every level. */
  const places = [
    0x1000n,
    0x1f_d000n,
    0x3fff_d000n,
    0x7f_ffff_d000n,
    0x10_0000_0000n - 0x3000n,
    0xffff_ffc0_0000_0000n,
  ];
  const pageSets = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...places), fc.bigInt(0n, 7n)), {
      selector: ([p, i]) => walkVa(p + i * 0x1000n),
    })
    .map((pages) => pages.map(([place, i]) => walkVa(place + i * 0x1000n)).sort((a, b) => (a < b ? -1 : 1)));
  const attributes = fc.constantFrom(R, RW, RX, RW | (3n << 62n));

  it.each(PROFILES)("$profile.name", ({ profile, rules }) => {
    fc.assert(
      fc.property(pageSets, fc.infiniteStream(fc.tuple(attributes, fc.nat(255))), (vas, stream) => {
        const choices = stream[Symbol.iterator]();
        const leaves = vas.map((va) => leaf(va, ...(choices.next().value as [bigint, number])));
        expect(hexOf(leaves, { profile }, 5n)).toBe(walkAndMeasure(new PageTables(leaves), 0x1000n, 5n, rules));
      }),
    );
  });

  it.each(PROFILES)("$profile.name: where leaves of both sizes touch", ({ profile, rules }) => {
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3, 4, 5]), (indices) => {
        const mixed = [
          leaf(0x1f_f000n, RW, 1),
          leaf(0x20_0000n, RW, 2, 1),
          leaf(0x40_0000n, RW, 3),
          leaf(0x40_1000n, RX, 4),
          leaf(0x3fe0_0000n, RW, 5, 1),
          leaf(0x4000_0000n, RW, 6, 1),
        ].filter((_, i) => indices.includes(i));
        expect(hexOf(mixed, { profile })).toBe(walkAndMeasure(new PageTables(mixed), 0x1000n, 0n, rules));
      }),
      { numRuns: 12 },
    );
  });
});

describe("the addresses of the walk", () => {
  it.each([
    [0x1000n, 0xffff_ff80_0000_1000n],
    [0x38_0000_0000n, 0xffff_ffb8_0000_0000n],
    [0xffff_ffe0_0000_0000n, 0xffff_ffe0_0000_0000n],
    [0xffff_ffff_ffff_f000n, 0xffff_ffff_ffff_f000n],
  ])("%x", (va, expected) => {
    expect(walkVa(va)).toBe(expected);
  });
});

describe("what is measured", () => {
  const changePermissions = (index: number, attributes: bigint) =>
    sample().map((l, i) => (i === index ? leaf(l.va, attributes, l.bytes[0], l.level) : l));

  it("atoll: the permissions of every page (B16 mended)", () => {
    for (const [i, l] of sample().entries()) {
      const other = (l.pte & 0xffn) === RX ? RW : RX;
      expect(hexOf(changePermissions(i, other)), `page ${i}`).not.toBe(hexOf(sample()));
    }
  });

  it("penglai-tvm: the permissions of no page (B16)", () => {
    const options = { profile: PENGLAI_TVM };
    expect(hexOf(changePermissions(0, RW), options)).toBe(hexOf(sample(), options));
  });

  it("penglai-pmp: the permissions of the first page of a run alone", () => {
    const options = { profile: PENGLAI_PMP };
    expect(hexOf(changePermissions(0, RW), options)).not.toBe(hexOf(sample(), options));
    expect(hexOf(changePermissions(1, RW), options)).toBe(hexOf(sample(), options));
  });

  it.each(PROFILES)("$profile.name: contents, addresses, entry and nonce", ({ profile }) => {
    const options = { profile };
    const original = hexOf(sample(), options);
    const content = sample();
    content[5]!.bytes[4095]! ^= 1;
    const moved = sample().map((l, i) => (i === 5 ? { ...l, va: l.va - 0x1000n } : l));
    expect(hexOf(content, options)).not.toBe(original);
    expect(hexOf(moved, options)).not.toBe(original);
    expect(hexOf(sample(), options, 1n)).not.toBe(original);
    expect(bytesToHex(measure({ ...image(sample()), entry: 0x1002n }, options).digest)).not.toBe(original);
  });

  it.each(["untrustedVa", "untrustedSize", "kbufferVa", "kbufferSize"] as const)("penglai-pmp: %s", (field) => {
    const options = { profile: PENGLAI_PMP };
    const changed = { ...image(sample()), prologue: { ...prologue, [field]: 1n } };
    expect(bytesToHex(measure(changed, options).digest)).not.toBe(hexOf(sample(), options));
  });
});

describe("ambiguity", () => {
  /**
   * Two enclaves: pages at A and at B, C  /  pages at A, A' and at D. The last 9 bytes of B's page imitate the head of the
   * run at D, and the page at A' holds the head of the run at B and the rest of B's page.
   */
  const twins = (): [Leaf[], Leaf[]] => {
    const [b, d] = [0x10_0000n, 0x70_0000n];
    const head = (va: bigint, pteByte: number): Uint8Array => {
      const bytes = new Uint8Array(9);
      new DataView(bytes.buffer).setBigUint64(0, walkVa(va), true);
      bytes[8] = pteByte;
      return bytes;
    };
    const first = leaf(b, RW, 0xbb);
    first.bytes.set(head(d, Number(RW)), 4096 - 9);
    const second = leaf(0x2000n, RW, 0);
    second.bytes.set(head(b, Number(RW)));
    second.bytes.set(first.bytes.subarray(0, 4096 - 9), 9);
    return [
      [leaf(0x1000n, RW, 0xaa), first, leaf(b + 0x1000n, RW, 0xcc)],
      [leaf(0x1000n, RW, 0xaa), second, leaf(d, RW, 0xcc)],
    ];
  };

  it("penglai-pmp: two different enclaves have one measurement", () => {
    const [one, other] = twins();
    expect(hexOf(one, { profile: PENGLAI_PMP })).toBe(hexOf(other, { profile: PENGLAI_PMP }));
  });

  it("atoll without the lengths of runs: likewise; with them: not", () => {
    const [one, other] = twins();
    const profile = { ...ATOLL, runStatesLength: false };
    expect(hexOf(one, { profile })).toBe(hexOf(other, { profile }));
    expect(hexOf(one)).not.toBe(hexOf(other));
  });

  it("atoll: what was measured can be read back from the measured bytes", () => {
    const vas = fc.uniqueArray(fc.bigInt(0n, 40n), { maxLength: 9 }).map((n) => n.sort((a, b) => Number(a - b)));
    fc.assert(
      fc.property(vas, fc.infiniteStream(fc.tuple(fc.constantFrom(R, RW, RX), fc.nat(255))), (numbers, stream) => {
        const choices = stream[Symbol.iterator]();
        const leaves = numbers.map((n) => leaf(n * 0x1000n, ...(choices.next().value as [bigint, number])));
        const measured = measure(image(leaves, 9n), { hash: identity }).digest;
        expect(measuredDigest(image(leaves, 9n), { hash: identity })).toEqual(measured);
        expect(readBack(measured)).toEqual({
          label: ATOLL.label,
          entry: 0x1000n,
          nonce: 9n,
          pages: leaves.map((l) => [walkVa(l.va), Number(l.pte & 0xffn), l.bytes[0]]),
        });
      }),
    );
  });

  /** No hash: its digest is everything that was absorbed. */
  const identity: Hash = {
    name: "identity",
    digestLength: 0,
    create: () => {
      const parts: Uint8Array[] = [];
      return { update: (bytes) => parts.push(bytes.slice()), digest: () => Uint8Array.from(Buffer.concat(parts)) };
    },
  };

  function readBack(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let end = bytes.length;
    const word = (): bigint => {
      end -= 8;
      return view.getBigUint64(end, true);
    };
    const nonce = word();
    const pages: [bigint, number, number][] = [];
    while (end > ATOLL.label.length + 8) {
      const runByteLen = Number(word());
      end -= runByteLen;
      const run = bytes.subarray(end, end + runByteLen);
      end -= 1;
      const pteByte = bytes[end]!;
      const va = word();
      for (let at = runByteLen - 4096; at >= 0; at -= 4096) pages.unshift([va + BigInt(at), pteByte, run[at]!]);
    }
    const entry = word();
    return { label: Buffer.from(bytes.subarray(0, end)).toString(), entry, nonce, pages };
  }
});

describe("bindNonce", () => {
  it("hashes measurement and nonce, and leaves the measurement alone (B23 mended)", () => {
    const { digest } = measure(image(sample()));
    const before = digest.slice();
    const first = bindNonce(digest, 12345n);
    expect(bindNonce(digest, 12345n)).toEqual(first);
    expect(digest).toEqual(before);
    expect(bindNonce(digest, 12346n)).not.toEqual(first);
  });
});

describe("a caller's mistake is a RangeError that names it", () => {
  const page = (): Leaf => leaf(0x5000n, RW);
  it.each<[string, Partial<EnclaveImage>, RegExp]>([
    ["invalid PTE", { leaves: [{ ...page(), pte: 0xden }] }, /is no leaf/],
    ["pointer PTE", { leaves: [{ ...page(), pte: 1n }] }, /is no leaf/],
    ["oversized PTE", { leaves: [{ ...page(), pte: (1n << 64n) | RW }] }, /PTE is no u64/],
    ["misaligned", { leaves: [{ ...page(), va: 0x5008n }] }, /not aligned for level 0/],
    ["misaligned megapage", { leaves: [leaf(0x10_0000n, RW, 0, 1)] }, /not aligned for level 1/],
    ["contents of another size", { leaves: [{ ...page(), bytes: new Uint8Array(4095) }] }, /4095 bytes of content/],
    ["gigapage", { leaves: [leaf(0x4000_0000n, RW, 0, 2)] }, /does not measure gigapages/],
    ["descending", { leaves: [leaf(0x6000n, RW), page()] }, /out of order or overlaps/],
    ["twice", { leaves: [page(), page()] }, /out of order or overlaps/],
    ["inside a megapage", { leaves: [leaf(0n, RW, 0, 1), page()] }, /out of order or overlaps/],
    ["entry", { entry: -1n }, /entry is no u64/],
    ["nonce", { nonce: 1n << 64n }, /nonce is no u64/],
  ])("%s", (_, part, message) => {
    const run = () => measure({ ...image([]), ...part });
    expect(run).toThrow(RangeError);
    expect(run).toThrow(message);
  });

  it("a prologue field that the profile needs", () => {
    expect(() => measure({ entry: 0n, leaves: [], nonce: 0n }, { profile: PENGLAI_PMP })).toThrow(
      /measures untrustedVa, which is missing/,
    );
  });
});
