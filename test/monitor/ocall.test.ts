import { beforeEach, describe, expect, test } from "vitest";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const [MMAP, UNMAP, SYS_WRITE, SBRK, GETRANDOM] = [1, 2, 3, 4, 8];
const HEAP = 0x10_0000_0000n;
const MMAP_TOP = 0x30_0000_0000n;
const OCALL_RESULT = 2n;

let host: TestHost;
let eid: number;

beforeEach(() => {
  host = TestHost.booted();
  eid = host.create().eid;
  host.run(eid);
});

const ocall = (id: number, ...args: (number | bigint)[]): bigint => host.enclaveCall(ENCLAVE_FID.OCALL, id, ...args);
const word = (address: number): bigint => host.platform.read64(pa(address));
/** The enclave asks for memory, the host grants a block of the size it reads. @returns a0 of the enclave, and the block */
const grow = (id: number, ...args: (number | bigint)[]): { a0: bigint; block: number } => {
  expect(ocall(id, ...args)).toBe(OCALL_RESULT);
  const size = Number(word(at.ARG1));
  const block = host.allocate(size / PAGE_SIZE);
  host.must(FID.RESUME, eid, 2, id, block, size);
  return { a0: host.platform.x[10]!, block };
};

describe("MMAP and UNMAP", () => {
  test("the host reads id and size, grants, and the enclave has zeroed pages at the top of the area", () => {
    const at0 = host.pool;
    host.platform.writeBytes(pa(at0), new Uint8Array(3 * PAGE_SIZE).fill(0x77));
    const { a0, block } = grow(MMAP, 0, 2 * PAGE_SIZE);
    expect([word(at.OCALL_ID), word(at.ARG1)]).toEqual([1n, BigInt(3 * PAGE_SIZE)]);
    expect(a0).toBe(MMAP_TOP - BigInt(2 * PAGE_SIZE));
    expect(host.access(a0, "write")).toBe(block + PAGE_SIZE);
    expect(host.access(a0 + 8191n, "read")).toBe(block + 3 * PAGE_SIZE - 1);
    expect(host.platform.read64(pa(block + PAGE_SIZE))).toBe(0n);
    expect(host.monitor.owner(pa(block))).toBe(`enclave ${eid}`);
  });

  test("a wanted address is taken, an occupied one refused without asking the host", () => {
    const { a0 } = grow(MMAP, 0x28_0000_0000n, PAGE_SIZE);
    expect(a0).toBe(0x28_0000_0000n);
    for (const va of [0x28_0000_0000n, 0x28_0000_0800n, 0x1000n, HEAP, 0x38_0000_0000n, 2n ** 64n - 4096n]) {
      expect(ocall(MMAP, va, PAGE_SIZE)).toBe(0n);
      expect(host.monitor.lastDenial?.guard).toBe("NO_ADDRESS_SPACE");
    }
  });

  test.each([0, 1, 4095, 2 ** 40, 2n ** 64n - 4096n])("a size of %s is refused without asking the host", (size) => {
    expect(ocall(MMAP, 0, size)).toBe(0n);
    expect(host.monitor.lastDenial?.guard).toBe("BAD_SIZE");
  });

  test("more than the free list can map is refused without asking the host", () => {
    expect(ocall(MMAP, 0, 2 ** 30)).toBe(0n);
    expect(host.monitor.lastDenial?.guard).toBe("NO_ADDRESS_SPACE");
  });

  test("UNMAP gives the block back wiped and public, then the enclave reads 0", () => {
    const { a0, block } = grow(MMAP, 0, PAGE_SIZE);
    host.platform.write64(pa(block + PAGE_SIZE), 0x5ec7e7n);
    expect(ocall(UNMAP, a0, PAGE_SIZE)).toBe(OCALL_RESULT);
    expect([word(at.OCALL_ID), word(at.ARG0), word(at.ARG1)]).toEqual([2n, BigInt(block), BigInt(2 * PAGE_SIZE)]);
    expect(host.monitor.owner(pa(block))).toBe("public");
    expect(host.access(block + PAGE_SIZE, "read")).toBe(block + PAGE_SIZE);
    expect(word(block + PAGE_SIZE)).toBe(0n);
    host.must(FID.RESUME, eid, 2, UNMAP);
    expect(host.platform.x[10]).toBe(0n);
    expect(host.access(a0, "read")).toBe("page fault");
    expect(grow(MMAP, 0, PAGE_SIZE).a0).toBe(a0);
  });

  test("UNMAP of anything but a whole block is refused", () => {
    const { a0 } = grow(MMAP, 0, 2 * PAGE_SIZE);
    for (const [va, size] of [
      [a0, PAGE_SIZE],
      [a0 + 4096n, PAGE_SIZE],
      [0x1000n, PAGE_SIZE],
    ] as const)
      expect(BigInt.asIntN(64, ocall(UNMAP, va, size))).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe("NO_SUCH_BLOCK");
  });

  test("gaps are found again", () => {
    const blocks = [grow(MMAP, 0, PAGE_SIZE), grow(MMAP, 0, PAGE_SIZE), grow(MMAP, 0, PAGE_SIZE)];
    ocall(UNMAP, blocks[1]!.a0, PAGE_SIZE);
    host.must(FID.RESUME, eid, 2, UNMAP);
    expect(grow(MMAP, 0, 2 * PAGE_SIZE).a0).toBe(blocks[2]!.a0 - BigInt(2 * PAGE_SIZE));
    expect(grow(MMAP, 0, PAGE_SIZE).a0).toBe(blocks[1]!.a0);
  });
});

describe("SBRK", () => {
  const pages = (count: number): bigint => BigInt(count * PAGE_SIZE);

  test("0 is answered by the monitor, growth by the host, and the new top comes back", () => {
    expect(ocall(SBRK, 0)).toBe(HEAP);
    const { a0, block } = grow(SBRK, pages(3));
    expect(a0).toBe(HEAP + pages(3));
    expect(host.access(HEAP, "write")).toBe(block + PAGE_SIZE);
    expect(grow(SBRK, pages(1)).a0).toBe(HEAP + pages(4));
  });

  test("shrinking wipes; whole blocks go back as a list, part of a block stays", () => {
    const first = grow(SBRK, pages(2)).block;
    const second = grow(SBRK, pages(2)).block;
    const third = grow(SBRK, pages(1)).block;
    host.platform.write64(pa(second + 2 * PAGE_SIZE), 0x5ec7e7n);
    expect(ocall(SBRK, -pages(2))).toBe(OCALL_RESULT);
    expect([word(at.OCALL_ID), word(at.ARG0), word(at.ARG1)]).toEqual([4n, BigInt(third), pages(2)]);
    expect([word(third), word(third + 8), word(third + 16)]).toEqual([BigInt(third), pages(2), 0n]);
    expect(word(second + 2 * PAGE_SIZE)).toBe(0n);
    expect(host.monitor.owner(pa(second))).toBe(`enclave ${eid}`);
    host.must(FID.RESUME, eid, 2, SBRK);
    expect(host.platform.x[10]).toBe(HEAP + pages(3));
    expect(host.access(HEAP + pages(3), "read")).toBe("page fault");
    expect(ocall(SBRK, -pages(3))).toBe(OCALL_RESULT);
    expect([word(first), word(first + 8), word(first + 16)]).toEqual([BigInt(first), pages(3), BigInt(second)]);
    expect(word(second + 16)).toBe(0n);
    host.must(FID.RESUME, eid, 2, SBRK);
    expect(ocall(SBRK, 0)).toBe(HEAP);
  });

  test("part of a block alone does not bother the host", () => {
    grow(SBRK, pages(2));
    expect(ocall(SBRK, -pages(1))).toBe(HEAP + pages(1));
    expect(host.world.kind).toBe("enclave");
    expect(host.platform.journal.at(-1)).toBe("flush");
    expect(grow(SBRK, pages(1)).a0).toBe(HEAP + pages(2));
  });

  test.each([1n, -4096n, 2n ** 63n, 2n ** 40n])("by %s is refused", (change) => {
    expect(ocall(SBRK, change)).toBe(0n);
    expect(host.monitor.lastDenial?.guard).toBe("BAD_SIZE");
  });
});

describe("what the host answers (B14)", () => {
  const size = 4 * PAGE_SIZE;
  test.each([
    ["another ocall", () => [SBRK, host.pool, size], "WRONG_OCALL"],
    ["a smaller block", () => [MMAP, host.pool, 3 * PAGE_SIZE], "GRANT_TOO_SMALL"],
    ["an unaligned block", () => [MMAP, host.pool + 8, size], "MISALIGNED"],
    ["a block of the monitor", () => [MMAP, at.MONITOR, size], "NOT_PUBLIC"],
    ["pt_area", () => [MMAP, at.PT_AREA, size], "NOT_PUBLIC"],
    ["the enclave's own region", () => [MMAP, at.POOL, size], "NOT_PUBLIC"],
    ["its own kbuffer", () => [MMAP, at.KBUFFER, size], "PAGE_SHARED"],
    ["memory outside RAM", () => [MMAP, at.RAM_END, size], "OUTSIDE_RAM"],
  ] as [string, () => number[], string][])("%s is refused and the enclave keeps waiting", (_, answer, guard) => {
    ocall(MMAP, 0, 3 * PAGE_SIZE);
    expect(host.refusal(FID.RESUME, eid, 2, ...answer())).toBe(guard);
    host.must(FID.RESUME, eid, 2, MMAP, host.allocate(4), size);
    expect(host.world.kind).toBe("enclave");
  });

  test("a larger block is accepted and comes back whole", () => {
    ocall(MMAP, 0, PAGE_SIZE);
    const block = host.allocate(8);
    host.must(FID.RESUME, eid, 2, MMAP, block, 8 * PAGE_SIZE);
    ocall(UNMAP, host.platform.x[10]!, PAGE_SIZE);
    expect(word(at.ARG1)).toBe(BigInt(8 * PAGE_SIZE));
    expect(host.monitor.owner(pa(block + 7 * PAGE_SIZE))).toBe("public");
  });

  test("nothing at all declines: the enclave reads 0", () => {
    ocall(MMAP, 0, PAGE_SIZE);
    host.must(FID.RESUME, eid, 2, MMAP, 0, 0);
    expect(host.platform.x[10]).toBe(0n);
    expect(ocall(SBRK, 0)).toBe(HEAP);
  });

  test("grants go back when the enclave ends while it waits, and when it exits", () => {
    const { block } = grow(MMAP, 0, PAGE_SIZE);
    const heap = grow(SBRK, PAGE_SIZE).block;
    ocall(SYS_WRITE);
    host.must(FID.DESTROY, eid);
    for (const address of [block, heap]) expect(host.monitor.owner(pa(address))).toBe("public");
  });
});

describe("words of the host", () => {
  test("a word whose page is no longer public is left alone", () => {
    const words = host.allocate(1);
    const image = host.buildImage([at.CODE]);
    host.timer();
    host.must(FID.CREATE_ENCLAVE, host.createParam(image, { 96: words, 104: 0, 112: 0, 128: words + 8 }));
    const other = host.eid();
    host.must(FID.MEMORY_EXTEND, words, PAGE_SIZE);
    host.run(other);
    expect(ocall(SYS_WRITE)).toBe(OCALL_RESULT);
    expect(word(words)).toBe(0n);
    host.must(FID.RESUME, other, 2, SYS_WRITE);
    expect(host.enclaveCall(ENCLAVE_FID.EXIT, 9)).toBe(0n);
    expect(word(words + 8)).toBe(0n);
  });

  test("unknown ocalls fail in the enclave and the host hears nothing", () => {
    for (const id of [0, 12, 2006, 2n ** 64n - 1n]) {
      expect(BigInt.asIntN(64, ocall(Number(id)))).toBe(-1n);
      expect(host.monitor.lastDenial?.guard).toBe("UNKNOWN_OCALL");
    }
    expect(host.world.kind).toBe("enclave");
  });
});

describe("GETRANDOM", () => {
  test("fills the buffer, differently each time, the same for the same seed", () => {
    const draw = (): Uint8Array => {
      expect(ocall(GETRANDOM, 0x2f00n, 200)).toBe(200n);
      return host.platform.readBytes(pa(host.access(0x2f00n, "read") as number), 200);
    };
    const [a, b] = [draw(), draw()];
    expect(a).not.toEqual(b);
    expect(new Set(a).size).toBeGreaterThan(50);
    const first = a;
    host = TestHost.booted();
    host.run(host.create().eid);
    expect(draw()).toEqual(first);
    host = TestHost.booted({ seed: 1n });
    host.run(host.create().eid);
    expect(draw()).not.toEqual(first);
  });
});
