import { describe, expect, it } from "vitest";
import * as abi from "../../../monitor/komodo/abi.ts";

describe("the mapping word", () => {
  it("carries address and permissions, and the indices come back out of it", () => {
    for (const [va, l1, l2] of [
      [0, 0, 0],
      [0x1000, 0, 1],
      [0x40_0000 - 0x1000, 0, 1023],
      [0x40_0000, 1, 0],
      [0x8000, 0, 8],
      [abi.ENCLAVE_VA_END - 0x1000, abi.L1_ENTRIES - 1, abi.L2_ENTRIES - 1],
    ] as const) {
      const word = abi.mappingWord(va, abi.MAPPING_R | abi.MAPPING_W | abi.MAPPING_X);
      expect(word % 8).toBe(7);
      expect([abi.l1IndexOf(BigInt(word)), abi.l2IndexOf(BigInt(word))]).toEqual([BigInt(l1), l2]);
    }
  });

  it("beyond 1 GiB has an L1 index that no table has", () => {
    expect(abi.l1IndexOf(BigInt(abi.ENCLAVE_VA_END))).toBe(BigInt(abi.L1_ENTRIES));
    expect(abi.l1IndexOf((1n << 32n) | 0x8001n)).toBeGreaterThan(BigInt(abi.L1_ENTRIES));
    expect(abi.l1IndexOf(2n ** 64n - 1n)).toBeGreaterThan(BigInt(abi.L1_ENTRIES));
  });

  it("covers the enclave's gigabyte with its two indices", () => {
    expect(abi.L1_ENTRIES * abi.L2_ENTRIES * 4096).toBe(abi.ENCLAVE_VA_END);
  });
});

describe("numbers", () => {
  it.each([
    ["errors", abi.KOM_ERROR, 15],
    ["calls of the OS", abi.OS_CALL, 13],
    ["calls of an enclave", abi.ENCLAVE_CALL, 9],
    ["calls of komodo-riscv", abi.RISCV_CALL, 14],
  ] as const)("of %s are distinct", (_, numbers, count) => {
    expect(new Set(Object.values(numbers)).size).toBe(count);
  });

  it("are those of the published interface where they were published", () => {
    expect(abi.MAGIC).toBe(0x4b6d646f);
    expect([abi.R0, abi.L1_ALIGNMENT, abi.DEFAULT_SECURE_PAGES]).toEqual([10, 4, 256]);
    expect([abi.RISCV_SECURE_PAGES, abi.RISCV_INSECURE_PAGES, abi.ENOSYS]).toEqual([1024, 256, -38n]);
    expect(abi.OS_CALL.ENTER - abi.OS_CALL.REMOVE).toBe(2);
    expect(abi.RISCV_CALL.EXIT).toBe(30);
  });
});
