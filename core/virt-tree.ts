/**
 * The device tree of our machine: what assembly/dev answers, in the words that firmware and kernels look for. Node names
 * and `compatible` are those of QEMU's `virt`, whose map this is. Devicetree Specification v0.4, chapter 3; Linux
 * bindings riscv/cpus.yaml and riscv/extensions.yaml, sifive,plic-1.0.0.yaml, sifive,clint.yaml.
 *
 * `riscv,isa` is there beside the newer `riscv,isa-base` and `riscv,isa-extensions`: OpenSBI before 1.4 reads only that.
 */
import { cells64, type TreeNode } from "./device-tree.ts";

/** What the tree says that is not the same for every machine. */
export interface TreeOptions {
  readonly ramBase: number;
  readonly ramSize: number;
  readonly harts: number;
  /** ISA naming string in canonical form: `rv64imac_zicsr_zifencei`. */
  readonly isa: string;
  /** The largest page-table format, `Sv39` or `Sv48`; none if satp takes mode Bare only. */
  readonly mmu?: string | undefined;
  /** Command line of the kernel. */
  readonly bootargs?: string | undefined;
  /** Where the initial RAM disk lies. */
  readonly initrd?: { readonly start: number; readonly end: number } | undefined;
}

/** mtime advances by one every TIME_DIVISOR cycles: the machine calls itself one of 100 MHz. */
const TIMEBASE_HZ = 10_000_000;
const UART_CLOCK_HZ = 3_686_400;
const PLIC_SOURCES = 95;
const UART_SOURCE = 10;
const EXTERNAL_M = 11;
const EXTERNAL_S = 9;
const SOFTWARE_M = 3;
const TIMER_M = 7;
/** Phandles: what other nodes point at. Behind them the interrupt controller of each hart. */
const PLIC = 1;
const FINISHER = 2;
const controllerOf = (hart: number): number => 3 + hart;

const reg = (base: number, size: number): number[] => [...cells64(base), ...cells64(size)];
const named = (name: string, base: number): string => `${name}@${base.toString(16)}`;

/** `rv64imac_zicsr`: base, and letters and names one by one. */
function isaProperties(isa: string): Record<string, string | string[]> {
  const [single = "", ...multi] = isa.split("_");
  const letters = [...single.replace(/^rv(32|64)/, "")];
  return { "riscv,isa": isa, "riscv,isa-base": "rv64i", "riscv,isa-extensions": [...letters, ...multi] };
}

/** Cache blocks are 64 bytes, for those whose instructions are there. */
function blockSizes(isa: string): Record<string, number[]> {
  const names = isa.split("_");
  return {
    ...(names.includes("zicbom") && { "riscv,cbom-block-size": [64] }),
    ...(names.includes("zicboz") && { "riscv,cboz-block-size": [64] }),
  };
}

function cpu(hart: number, { isa, mmu }: TreeOptions): TreeNode {
  return {
    name: named("cpu", hart),
    properties: {
      device_type: "cpu",
      reg: [hart],
      status: "okay",
      compatible: "riscv",
      ...isaProperties(isa),
      "mmu-type": `riscv,${(mmu ?? "none").toLowerCase()}`,
      ...blockSizes(isa),
    },
    children: [
      {
        name: "interrupt-controller",
        properties: {
          "#interrupt-cells": [1],
          "#address-cells": [0],
          "interrupt-controller": true,
          compatible: "riscv,cpu-intc",
          phandle: [controllerOf(hart)],
        },
      },
    ],
  };
}

function soc({ harts }: TreeOptions): TreeNode {
  const controllers = Array.from({ length: harts }, (_, hart) => controllerOf(hart));
  const wires = (...interrupts: number[]): number[] =>
    controllers.flatMap((phandle) => interrupts.flatMap((interrupt) => [phandle, interrupt]));
  return {
    name: "soc",
    properties: { "#address-cells": [2], "#size-cells": [2], compatible: "simple-bus", ranges: true },
    children: [
      {
        name: named("test", 0x10_0000),
        properties: {
          reg: reg(0x10_0000, 0x1000),
          compatible: ["sifive,test1", "sifive,test0", "syscon"],
          phandle: [FINISHER],
        },
      },
      {
        name: named("clint", 0x200_0000),
        properties: {
          reg: reg(0x200_0000, 0x1_0000),
          compatible: ["sifive,clint0", "riscv,clint0"],
          "interrupts-extended": wires(SOFTWARE_M, TIMER_M),
        },
      },
      {
        name: named("plic", 0xc00_0000),
        properties: {
          reg: reg(0xc00_0000, 0x60_0000),
          compatible: ["sifive,plic-1.0.0", "riscv,plic0"],
          "#interrupt-cells": [1],
          "#address-cells": [0],
          "interrupt-controller": true,
          "interrupts-extended": wires(EXTERNAL_M, EXTERNAL_S),
          "riscv,ndev": [PLIC_SOURCES],
          phandle: [PLIC],
        },
      },
      {
        name: named("serial", 0x1000_0000),
        properties: {
          reg: reg(0x1000_0000, 0x100),
          compatible: "ns16550a",
          "clock-frequency": [UART_CLOCK_HZ],
          "interrupt-parent": [PLIC],
          interrupts: [UART_SOURCE],
        },
      },
    ],
  };
}

/** What software writes to the finisher to end the machine. */
const power = (name: string, value: number): TreeNode => ({
  name,
  properties: { compatible: `syscon-${name}`, regmap: [FINISHER], offset: [0], value: [value] },
});

function chosen({ bootargs, initrd }: TreeOptions): TreeNode {
  return {
    name: "chosen",
    properties: {
      "stdout-path": "/soc/serial@10000000",
      ...(bootargs !== undefined && { bootargs }),
      ...(initrd && { "linux,initrd-start": cells64(initrd.start), "linux,initrd-end": cells64(initrd.end) }),
    },
  };
}

/** The tree of a machine. Memory that firmware keeps for itself is reserved by the firmware, in its own copy. */
export function virtTree(options: TreeOptions): TreeNode {
  const { ramBase, ramSize, harts } = options;
  return {
    name: "",
    properties: { "#address-cells": [2], "#size-cells": [2], compatible: "riscv-virtio", model: "atoll,virt" },
    children: [
      chosen(options),
      { name: named("memory", ramBase), properties: { device_type: "memory", reg: reg(ramBase, ramSize) } },
      { name: "reserved-memory", properties: { "#address-cells": [2], "#size-cells": [2], ranges: true } },
      {
        name: "cpus",
        properties: { "#address-cells": [1], "#size-cells": [0], "timebase-frequency": [TIMEBASE_HZ] },
        children: Array.from({ length: harts }, (_, hart) => cpu(hart, options)),
      },
      soc(options),
      power("poweroff", 0x5555),
      power("reboot", 0x7777),
    ],
  };
}
