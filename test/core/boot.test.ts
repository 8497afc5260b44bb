/** Booting: where firmware, kernel, RAM disk and device tree go, what the firmware finds in its registers. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assembleProgram } from "../../core/assembler.ts";
import { readBootImage } from "../../core/boot-image.ts";
import { bootFirmware, type FirmwareOptions, runFirmware } from "../../core/firmware.ts";
import type { Machine } from "../../core/machine.ts";
import { A0, A1, A2 } from "../../core/registers.ts";
import { pa } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { buildElf, RX } from "./elf-builder.ts";
import { cellsOf, nodeAt, type ReadNode, readTree, textsOf } from "./tree-reader.ts";

const RAM = 0x8000_0000;
const MIB = 2 ** 20;
const spin = assembleProgram("j .", BigInt(RAM)).bytes;
const raw = (byteLen = 64): Uint8Array => Uint8Array.from({ length: byteLen }, (_, index) => spin[index] ?? 1);

/** A Linux Image that alleges to occupy `imageSize` bytes. */
function linuxImage(imageSize: bigint): Uint8Array {
  const bytes = new Uint8Array(4096);
  bytes.set(new TextEncoder().encode("RISCV\0\0\0RSC\x05"), 48);
  new DataView(bytes.buffer).setBigUint64(16, imageSize, true);
  return bytes;
}

const boot = (options: FirmwareOptions = {}): Promise<Machine> =>
  bootFirmware(raw(), { name: "fw.bin", ramSize: 128 * MIB, ...options });

function treeOf(machine: Machine): ReadNode {
  const at = pa(Number(machine.x[A1]));
  const byteLen = Buffer.from(machine.readBytes(pa(at + 4), 4)).readUInt32BE();
  return readTree(machine.readBytes(at, byteLen));
}

const dynamicInformation = (machine: Machine): bigint[] =>
  Array.from({ length: 6 }, (_, index) => machine.read64(pa(Number(machine.x[A2]) + 8 * index)));

describe("a boot", () => {
  it("puts bytes at the beginning of RAM, the tree at its last 2 MiB boundary", async () => {
    const machine = await boot();
    expect(machine.readBytes(pa(RAM), 64)).toEqual(raw());
    expect([machine.pc, machine.x[A0], machine.x[A1]]).toEqual([BigInt(RAM), 0n, BigInt(RAM + 126 * MIB)]);
    expect(dynamicInformation(machine)).toEqual([0x4942534fn, 2n, 0n, 1n, 0n, 0n]);
  });

  it("keeps the tree below 3 GiB, where 32-bit software reaches it", async () => {
    const machine = await boot({ ramSize: 8 * 2 ** 30 });
    expect(machine.x[A1]).toBe(BigInt(3 * 2 ** 30 - 2 * MIB));
  });

  it("puts a kernel at 2 MiB and tells fw_dynamic, and a RAM disk below the tree", async () => {
    const initrd = Uint8Array.from({ length: 5000 }, (_, index) => index);
    const machine = await boot({
      kernel: readBootImage(linuxImage(0x10_0000n), "Image"),
      initrd,
      bootargs: "console=ttyS0 quiet",
    });
    expect(machine.readBytes(pa(RAM + 2 * MIB), 4096)).toEqual(linuxImage(0x10_0000n));
    expect(dynamicInformation(machine)[2]).toBe(BigInt(RAM + 2 * MIB));
    const chosen = nodeAt(treeOf(machine), "/chosen");
    const [, start] = cellsOf(chosen, "linux,initrd-start");
    const [, end] = cellsOf(chosen, "linux,initrd-end");
    expect(end! - start!).toBe(5000);
    expect(machine.readBytes(pa(start!), 5000)).toEqual(initrd);
    expect(textsOf(chosen, "bootargs")).toEqual(["console=ttyS0 quiet"]);
    expect(textsOf(chosen, "stdout-path")).toEqual(["/soc/serial@10000000"]);
  });

  it("puts the kernel behind firmware that is larger than 2 MiB", async () => {
    const kernel = readBootImage(raw(), "kernel.bin");
    const machine = await bootFirmware(raw(2 * MIB + 1), { name: "fw.bin", ramSize: 128 * MIB, kernel });
    expect(dynamicInformation(machine)[2]).toBe(BigInt(RAM + 4 * MIB));
  });

  it("takes an ELF kernel where it says that it goes", async () => {
    const at = BigInt(RAM + 8 * MIB);
    const kernel = readBootImage(
      buildElf({ segments: [{ flags: RX, vaddr: 0xffff_ffff_8000_0000n, paddr: at, bytes: raw() }] }),
      "kernel.elf",
    );
    const machine = await boot({ kernel });
    expect(dynamicInformation(machine)[2]).toBe(at);
    expect(machine.readBytes(pa(Number(at)), 64)).toEqual(raw());
  });

  it("takes firmware that relocates itself, which no enclave may", async () => {
    const elf = buildElf({ type: 3, segments: [{ flags: RX, vaddr: BigInt(RAM), bytes: raw() }, { type: 2 }] });
    expect((await bootFirmware(elf)).pc).toBe(BigInt(RAM));
  });

  it("takes a tree of the user's as it is", async () => {
    const own = await boot({ bootargs: "mine" });
    const at = pa(Number(own.x[A1]));
    const blob = own.readBytes(at, Buffer.from(own.readBytes(pa(at + 4), 4)).readUInt32BE());
    expect(textsOf(nodeAt(treeOf(await boot({ tree: blob })), "/chosen"), "bootargs")).toEqual(["mine"]);
  });

  it("gives a RAM without room no tree", async () => {
    const machine = await bootFirmware(raw(), { name: "fw.bin", ramSize: 4096 });
    expect([machine.x[A1], machine.x[A2]]).toEqual([0n, 0n]);
  });

  it.each<readonly [string, () => Promise<unknown>, RegExp]>([
    ["a kernel beyond RAM", () => boot({ kernel: readBootImage(linuxImage(1n << 30n), "Image") }), /outside RAM/],
    [
      "a kernel up to the tree",
      () => boot({ kernel: readBootImage(linuxImage(125n << 20n), "Image") }),
      /Image reaches/,
    ],
    ["a RAM disk as large as RAM", () => boot({ initrd: new Uint8Array(127 * MIB) }), /do not fit/],
    ["a RAM disk over the firmware", () => boot({ initrd: new Uint8Array(126 * MIB) }), /RAM disk reaches into|fw.bin/],
    ["a tree that is none", () => boot({ tree: new Uint8Array(64) }), /no flattened device tree/],
    ["a tree and bootargs", () => boot({ tree: new Uint8Array(64), bootargs: "" }), /no flattened|of your own/],
  ])("refuses %s", async (_, attempt, what) => {
    await expect(attempt()).rejects.toThrow(UserError);
    await expect(attempt()).rejects.toThrow(what);
  });

  it.each<readonly [string, () => unknown, RegExp]>([
    ["an Image of 2^63 bytes", () => readBootImage(linuxImage(1n << 63n), "Image"), /occupies 9223372036854775808/],
    ["gzip", () => readBootImage(Uint8Array.of(0x1f, 0x8b, 8), "vmlinuz"), /compressed/],
    ["an empty .bin", () => readBootImage(new Uint8Array(0), "fw.bin"), /empty/],
    ["text", () => readBootImage(new TextEncoder().encode("#!/bin/sh\n"), "script"), /not an ELF file/],
  ])("refuses %s", (_, attempt, what) => {
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow(what);
  });
});

describe("the device tree of the machine", () => {
  it("names devices that answer, at the addresses where they do", async () => {
    const machine = await boot({ isa: "rv64imac_zicsr_zifencei_sv39" });
    const tree = treeOf(machine);
    const at = (path: string): number => cellsOf(nodeAt(tree, path), "reg")[1]!;
    const source = `
      li t0, ${at("/soc/plic@c000000")}
      lw a1, 4(t0)
      li t0, ${at("/soc/clint@2000000")}
      ld a2, 0x400(t0)
      li t0, ${at("/soc/serial@10000000")}
      li t1, 65
      sb t1, 0(t0)
      li t0, ${at("/soc/test@100000")}
      li t1, ${cellsOf(nodeAt(tree, "/poweroff"), "value")[0]!}
      sw t1, 0(t0)`;
    machine.writeBytes(pa(RAM), assembleProgram(source, BigInt(RAM)).bytes);
    let output = "";
    machine.onConsole((bytes) => {
      output += new TextDecoder().decode(bytes);
    });
    expect(runFirmware(machine, { fuel: 1000 })).toEqual({ stop: { kind: "exit", code: 0 }, exitCode: 0 });
    expect(output).toBe("A");
  });

  it("names memory, extensions and page-table format", async () => {
    const tree = treeOf(await boot({ isa: "rv64imac_zicsr_zifencei_sv39" }));
    expect(cellsOf(nodeAt(tree, "/memory@80000000"), "reg")).toEqual([0, RAM, 0, 128 * MIB]);
    const cpu = nodeAt(tree, "/cpus/cpu@0");
    expect(textsOf(cpu, "mmu-type")).toEqual(["riscv,sv39"]);
    expect(textsOf(cpu, "riscv,isa-base")).toEqual(["rv64i"]);
    const extensions = textsOf(cpu, "riscv,isa-extensions");
    expect(extensions.slice(0, 4)).toEqual(["i", "m", "a", "c"]);
    expect(extensions).toContain("zifencei");
    expect(textsOf(cpu, "riscv,isa")[0]?.split("_")[0]).toBe("rv64imac");
    expect(cpu.properties.has("riscv,cbom-block-size")).toBe(false);
  });

  it("counts time as the machine does: 10 cycles a tick of 10 MHz", async () => {
    const machine = await boot();
    expect(cellsOf(nodeAt(treeOf(machine), "/cpus"), "timebase-frequency")).toEqual([10_000_000]);
    machine.run(1000);
    expect(machine.time).toBe(100n);
    expect(readFileSync("assembly/layout.ts", "utf8")).toContain("TIME_DIVISOR: u32 = 10;");
  });
});
