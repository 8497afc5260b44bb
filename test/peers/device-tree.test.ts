/** The machine's device tree under `dtc`: it is accepted without a warning, and means the same when written again. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { flattenTree } from "../../core/device-tree.ts";
import { DEFAULT_ISA } from "../../core/isa-string.ts";
import { type TreeOptions, virtTree } from "../../core/virt-tree.ts";
import { readTree } from "../core/tree-reader.ts";

/** Source that was made from a blob has numbers where an author writes labels; dtc says so of each. */
const NUMBERS_FOR_LABELS = /^.*is not a phandle reference\n/gm;

/** @throws Error if dtc is missing, fails, or warns */
function dtc(from: string, to: string, input: Uint8Array): Uint8Array {
  const { stdout, stderr, status, error } = spawnSync("dtc", ["-I", from, "-O", to], { input });
  if (error) throw error;
  expect(stderr.toString().replace(NUMBERS_FOR_LABELS, "")).toBe("");
  expect(status).toBe(0);
  return new Uint8Array(stdout);
}

const machine: TreeOptions = { ramBase: 0x8000_0000, ramSize: 2 ** 30, harts: 1, isa: DEFAULT_ISA.text, mmu: "Sv48" };

describe("the device tree of a machine", () => {
  it.each<readonly [string, TreeOptions]>([
    ["as it comes", machine],
    ["with 8 harts", { ...machine, harts: 8 }],
    ["without translation", { ...machine, isa: "rv64imac", mmu: undefined }],
    ["with a kernel", { ...machine, bootargs: "quiet", initrd: { start: 0x8800_0000, end: 0x8810_0000 } }],
    ["with 4 TiB", { ...machine, ramSize: 2 ** 42 }],
  ])("%s", (_, options) => {
    const blob = flattenTree(virtTree(options));
    const source = dtc("dtb", "dts", blob);
    expect(new TextDecoder().decode(source)).toContain('compatible = "riscv-virtio"');
    // dtc sorts nothing; it only stores suffixes of names once
    expect(readTree(dtc("dts", "dtb", source))).toEqual(readTree(blob));
  });
});
