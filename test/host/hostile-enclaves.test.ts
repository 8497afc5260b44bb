/** Enclaves that try to hold, crash or fool host and monitor, on the real machine. */
import { describe, expect, test } from "vitest";
import { parseElf } from "../../core/elf.ts";
import { pa, va } from "../../core/units.ts";
import { System } from "../../host/system.ts";
import { buildElf, RW, RX, text } from "../core/elf-builder.ts";
import { ecall, FID, program } from "./enclave-program.ts";
import { granted } from "./machine-fixture.ts";

const [MMAP, SYS_WRITE, SBRK, GETRANDOM, BINDING] = [1, 3, 4, 8, 2004];
const STACK = 0x37_ffff_0000n;
const KBUFFER = 0xffff_ffe0_0000_0000n;
const EXIT = ecall(FID.EXIT, 0);

/** Runs a program on a small machine; whatever it does, its memory comes back. */
async function run(source: string) {
  const { host } = await System.create({ memory: 2 ** 28, fuel: 1_000_000 });
  const { frames } = host.driver.kernel;
  const before = frames.freePages;
  const outcome = granted(host.createEnclave(program(source))).run();
  return { ...outcome, lostPages: before - frames.freePages };
}

describe("an enclave that does not want to stop", () => {
  const forever = (body: string): string => `again:\n${body}j again\n`;

  test.each([
    ["calls for nothing", forever(ecall(FID.OCALL, 99))],
    ["yields", forever(ecall(FID.YIELD))],
    ["writes", forever(ecall(FID.OCALL, SYS_WRITE))],
    ["asks for random bytes", forever(ecall(FID.OCALL, GETRANDOM, STACK, 65536))],
    ["asks for reports", forever(ecall(FID.GET_REPORT, 0, STACK, 1))],
    ["binds and binds", forever(ecall(FID.OCALL, BINDING, STACK, 65536))],
    ["asks for memory", forever(ecall(FID.OCALL, MMAP, 0, 4096))],
    ["grows and shrinks", forever(ecall(FID.OCALL, SBRK, 4096 * 64) + ecall(FID.OCALL, SBRK, -4096 * 64))],
  ])("ends with its fuel, and soon: it %s", { timeout: 5000 }, async (_, source) => {
    expect((await run(source)).end.kind).toBe("out-of-fuel");
  });

  test("gets the fuel to itself if it calls nobody", async () => {
    const { end, statistics } = await run(forever(""));
    expect(end.kind).toBe("out-of-fuel");
    expect(statistics.instructions).toBe(1_000_000);
  });
});

describe("an enclave that jumps or points where it has nothing", () => {
  test.each([
    ["to no canonical address", "li t0, 0x8000000000000000\njr t0\n"],
    ["into its kbuffer", `li t0, ${KBUFFER}\njr t0\n`],
    ["into the monitor", "li t0, 0x80000000\njr t0\n"],
    ["into its stack", `li t0, ${STACK}\njr t0\n`],
    ["to a wfi", "wfi\n"],
    ["to an sfence.vma", "sfence.vma zero, zero\n"],
    ["to an sret", "sret\n"],
  ])("is destroyed: %s", async (_, source) => {
    expect(await run(source)).toMatchObject({ end: { kind: "killed" }, lostPages: 0 });
  });

  test.each([
    ["the last byte of all", 2n ** 64n - 1n],
    ["no canonical address", 2n ** 63n - 1n],
    ["the monitor", 0x8000_0000n],
    ["its own code", 0x1000n],
    ["the end of its stack", 0x38_0000_0000n - 8n],
    ["null", 0n],
  ])("reads -1 for a report and a key at %s", async (_, at) => {
    const source = `${ecall(FID.GET_REPORT, 0, at, 1)}mv s0, a0\n${ecall(FID.GET_KEY, 0, at, 64)}and a0, a0, s0\nli a7, 99\necall\n`;
    const { end, lostPages } = await run(source);
    expect(end).toEqual({ kind: "exited", value: 2n ** 64n - 1n });
    expect(lostPages).toBe(0);
  });
});

test("a heap of 256 MiB comes and goes", { timeout: 10_000 }, async () => {
  const { host } = await System.create({ memory: 2 ** 30 });
  const source = ecall(FID.OCALL, SBRK, 2 ** 28) + ecall(FID.OCALL, SBRK, -(2 ** 28)) + EXIT;
  const { end, statistics } = granted(host.createEnclave(program(source))).run();
  expect(end).toEqual({ kind: "exited", value: 0n });
  expect(statistics.ocall).toBe(2);
});

test.each([
  ["none is left", [], true],
  ["they fill the cache if nobody flushes them", ["flush-locked-lines"], false],
] as const)("lines that twenty enclaves locked: %s", async (_, without, isFree) => {
  const source = ecall(FID.OCALL, BINDING, STACK, 2048) + ecall(FID.OCALL, BINDING, KBUFFER, 2048) + EXIT;
  const { host, machine } = await System.create({ memory: 2 ** 28, flavour: "timed", without });
  const enclaves = Array.from({ length: 20 }, () => granted(host.createEnclave(program(source))));
  for (const enclave of enclaves) enclave.run();
  expect(machine.lockLines(pa(machine.ramBase + 2 ** 27), 8192)).toBe(isFree);
});

describe("an executable that is no program", () => {
  const elf = (spec: Parameters<typeof buildElf>[0]) => parseElf(buildElf(spec), "hostile.elf");
  const create = async (spec: Parameters<typeof buildElf>[0]) => {
    const { host } = await System.create({ memory: 2 ** 26, fuel: 100_000 });
    return granted(host.createEnclave(elf(spec))).run();
  };
  const code = text();

  test.each([
    ["2^60 bytes of zeros", { segments: [code, { flags: RW, vaddr: 0x10_0000n, memSize: 2n ** 60n }] }],
    ["2^45 bytes of zeros", { segments: [code, { flags: RW, vaddr: 0x10_0000n, memSize: 2n ** 45n }] }],
    ["a gigabyte of .bss", { segments: [code], bss: { vaddr: 0x10_0000n, byteLen: 2n ** 30n } }],
    [
      ".bss up to the end of the address space",
      { segments: [code], bss: { vaddr: 2n ** 64n - 4096n, byteLen: 4096n } },
    ],
    ["a segment in the heap", { segments: [code, { flags: RW, vaddr: 0x10_0000_0000n, memSize: 4096n }] }],
    ["a segment in the stack", { segments: [code, { flags: RW, vaddr: STACK, memSize: 4096n }] }],
    ["a segment in the kbuffer", { segments: [code, { flags: RW, vaddr: KBUFFER, memSize: 4096n }] }],
    ["more than the machine has", { segments: [code, { flags: RW, vaddr: 0x10_0000n, memSize: 2n ** 28n }] }],
    [
      "1,000 segments",
      { segments: Array.from({ length: 1000 }, (_, i) => ({ flags: RX, vaddr: BigInt(i + 1) << 12n })) },
    ],
  ])("is a mistake of the user's: %s", async (_, spec) => {
    await expect(create(spec)).rejects.toMatchObject({ name: "UserError", exitCode: 2 });
  });

  test.each([
    ["odd", 0x1001n],
    ["outside", 0x9000_0000n],
    ["not canonical", 2n ** 63n],
  ])("ends by itself: an entry that is %s", async (_, entry) => {
    const outcome = await create({ entry, segments: [code] }).catch((error: Error) => error.name);
    if (typeof outcome === "string") expect(outcome).toBe("UserError");
    else expect(outcome.end.kind).toBe("killed");
  });

  test("200 segments a page each run", async () => {
    const data = Array.from({ length: 200 }, (_, i) => ({
      flags: RW,
      vaddr: va(BigInt(i + 16) << 12n),
      memSize: 4096n,
    }));
    expect((await create({ segments: [code, ...data] })).end.kind).toBe("killed");
  });
});
