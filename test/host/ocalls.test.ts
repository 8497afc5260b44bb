/** Sectors and secure shared memory, from enclave to driver and back, on the machine. Penglai reference §6.4, §6.13. */
import { describe, expect, it } from "vitest";
import { MemoryDisk, SECTOR_BYTE_LEN } from "../../host/block-device.ts";
import { ecall, FID, program } from "./enclave-program.ts";
import { bootHost, granted } from "./machine-fixture.ts";

const [READ, WRITE, SHM_GET, DETACH, DESTROY] = [5, 6, 9, 10, 11];
const SHM_ATTACH = 84;
const KBUFFER = "0xffffffe000000000";

/** Exits with what the ocall gave. */
const exitWithA0 = ecall(FID.EXIT);

describe("the disk", () => {
  const copy = program(`
    ${ecall(FID.OCALL, READ, 3)}
    li t0, ${KBUFFER}
    ld s1, 0(t0)
    addi s1, s1, 1
    sd s1, 0(t0)
    ${ecall(FID.OCALL, WRITE, 4)}
    mv a0, s1
    ${exitWithA0}`);

  it("carries sectors through the kbuffer", async () => {
    const contents = new Uint8Array(4 * SECTOR_BYTE_LEN);
    contents[3 * SECTOR_BYTE_LEN] = 41;
    const disk = new MemoryDisk(5, contents);
    const { host } = await bootHost({ host: { disk } });
    expect(granted(host.createEnclave(copy)).run()).toMatchObject({ exitCode: 42 });
    expect(disk.read(4n)?.subarray(0, 2)).toEqual(Uint8Array.of(42, 0));
  });

  it.each([
    ["a sector that there is not", new MemoryDisk(2)],
    ["no disk", undefined],
  ])("%s is -1 to the enclave", async (_, disk) => {
    const { host } = await bootHost({ host: { ...(disk && { disk }) } });
    for (const id of [READ, WRITE]) {
      const enclave = granted(host.createEnclave(program(ecall(FID.OCALL, id, 2) + exitWithA0)));
      expect(enclave.run()).toMatchObject({ exitCode: 255 });
    }
  });

  it("is as large as it says", () => {
    const disk = new MemoryDisk(2, new Uint8Array(SECTOR_BYTE_LEN + 1).fill(7));
    expect(disk.read(1n)?.filter((byte) => byte === 7).length).toBe(1);
    expect(disk.read(2n)).toBeUndefined();
    expect(disk.write(-1n, new Uint8Array(SECTOR_BYTE_LEN))).toBe(false);
    expect(() => new MemoryDisk(1, new Uint8Array(SECTOR_BYTE_LEN + 1))).toThrow("do not fit");
    expect(() => new MemoryDisk(-1)).toThrow("sectorCount");
  });
});

describe("secure shared memory", () => {
  /** Creates key 7, writes 42, and waits for 43. */
  const creator = program(`
    ${ecall(FID.OCALL, SHM_GET, 7, 8192, 0)}
    mv s0, a0
    li s1, 42
    sd s1, 0(s0)
    li s2, 43
wait:
    ${ecall(FID.YIELD)}
    ld s1, 0(s0)
    bne s1, s2, wait
    ${ecall(FID.OCALL, DESTROY, 7)}
    ${ecall(FID.OCALL, DETACH, 7)}
    mv a0, s1
    ${exitWithA0}`);
  /** Attaches key 7 as soon as it is there, adds one, and ends with the memory attached. */
  const adder = program(`
    li s3, 42
again:
    ${ecall(FID.YIELD)}
    ${ecall(SHM_ATTACH, 7)}
    beqz a0, again
    mv s0, a0
look:
    ld s1, 0(s0)
    bne s1, s3, look
    addi s1, s1, 1
    sd s1, 0(s0)
    li a0, 0
    ${exitWithA0}`);

  it("carries a word from enclave to enclave and comes back to the kernel", async () => {
    const { host } = await bootHost({ host: { sliceTicks: 1000 } });
    const { frames } = host.driver.kernel;
    const [one, other] = [granted(host.createEnclave(creator)), granted(host.createEnclave(adder))];
    const lentBefore = frames.freePages;
    expect(host.runAll([one, other]).map(({ exitCode }) => exitCode)).toEqual([43, 0]);
    expect(host.driver.lent.count).toBe(0);
    expect(frames.freePages).toBeGreaterThan(lentBefore);
  });

  it("stays lent as long as anybody has it", async () => {
    const { host } = await bootHost();
    const maker = program(`
      ${ecall(FID.OCALL, SHM_GET, 7, 4096, 0)}
      ${ecall(FID.YIELD)}
      ${ecall(FID.EXIT, 0)}`);
    const holder = program(`
      ${ecall(SHM_ATTACH, 7)}
      ${ecall(FID.YIELD)}
      ${ecall(FID.EXIT, 0)}`);
    const [made, held] = [granted(host.createEnclave(maker)), granted(host.createEnclave(holder))];
    for (const enclave of [made, held]) expect(enclave.runSlice()).toBe("yield");
    expect(made.runSlice()).toBe("ended");
    expect(host.driver.lent.count).toBe(1);
    expect(held.runSlice()).toBe("ended");
    expect(host.driver.lent.count).toBe(0);
  });
});
