/**
 * OpenSBI's generic firmware, as Debian builds it, on atoll and on QEMU's `virt`: it has to find the same machine and to
 * serve a program in S-mode alike. What may differ is named line by line.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBootImage } from "../../core/boot-image.ts";
import { bootFirmware, runFirmware } from "../../core/firmware.ts";
import { sbiPayload } from "./sbi-payload.ts";

const FIRMWARE = "/usr/lib/riscv64-linux-gnu/opensbi/generic";
const RAM_MIB = 128;
const SECONDS = 60;
/** The machines call themselves differently, have other extensions, and QEMU has counters and the hypervisor's delegations. */
const DIFFERENT = [
  "Platform Name",
  "Boot HART Base ISA",
  "Boot HART ISA Extensions",
  "Boot HART MHPM Count",
  "Boot HART MIDELEG",
  "Boot HART MEDELEG",
];

/** Lines without what may differ; the console's carriage returns are the firmware's. */
const comparable = (output: string): string[] =>
  output
    .replaceAll("\r", "")
    .split("\n")
    .filter((line) => !DIFFERENT.some((name) => line.startsWith(name)));

/** The order of harts and the time that caches take change nothing that firmware prints. */
describe.each([
  { name: "fw_dynamic.bin", harts: 1 },
  { name: "fw_jump.bin", harts: 1, flavour: "timed" },
  { name: "fw_jump.elf", harts: 1 },
  { name: "fw_dynamic.bin", harts: 2, quantum: 1 },
  { name: "fw_jump.bin", harts: 4, quantum: 1_000_000 },
  { name: "fw_dynamic.bin", harts: 8, flavour: "timed" },
] as const)("OpenSBI, $name, harts: $harts", ({ name, harts, ...order }) => {
  const payload = sbiPayload(harts === 1 ? 1 : 2);
  const firmware = join(FIRMWARE, name);
  let folder: string;
  beforeAll(() => {
    expect(existsSync(firmware), "install Debian's package opensbi").toBe(true);
    folder = mkdtempSync(join(tmpdir(), "atoll-opensbi-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function onQemu(): string {
    const kernel = join(folder, "payload.bin");
    writeFileSync(kernel, payload);
    // harts draw lots for who boots: one thread lets the first one win, as turns do
    const options = [
      "-accel",
      "tcg,thread=single",
      "-M",
      "virt",
      "-m",
      `${RAM_MIB}`,
      "-smp",
      `${harts}`,
      "-nographic",
      "-no-reboot",
      "-bios",
      firmware,
    ];
    const { stdout, status, error } = spawnSync("qemu-system-riscv64", [...options, "-kernel", kernel], {
      input: "",
      encoding: "utf8",
      timeout: SECONDS * 1000,
    });
    if (error) throw error;
    expect(status).toBe(0);
    return stdout;
  }

  async function onAtoll(): Promise<string> {
    const machine = await bootFirmware(readFileSync(firmware), {
      name,
      harts,
      ...order,
      ramSize: RAM_MIB * 2 ** 20,
      kernel: readBootImage(payload, "payload.bin"),
    });
    let output = "";
    machine.onConsole((bytes) => {
      output += new TextDecoder().decode(bytes);
    });
    expect(runFirmware(machine, { fuel: 1e8 })).toMatchObject({ stop: { kind: "exit" }, exitCode: 0 });
    return output;
  }

  it("finds the same machine as on QEMU, and serves S-mode alike", async () => {
    const output = await onAtoll();
    expect(output).toContain("Platform Name             : atoll,virt");
    // the payload ran to its last question
    expect(output).toMatch(/^timer {2}8000000000000005 0000000000000000\r?$/m);
    expect(output).toMatch(/^external {2}8000000000000009 000000000000000a\r?$/m);
    expect(output).toMatch(/^reset of no kind /m);
    if (harts > 1) expect(output).toMatch(/^state of hart 1 in the end {2}0{16} 0{15}1\r?$/m);
    expect(comparable(output)).toEqual(comparable(onQemu()));
  });
});
