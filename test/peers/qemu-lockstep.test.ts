/**
 * Random programs on atoll and on QEMU's `virt`: what they leave behind has to be equal.
 *
 * Where QEMU 7.2 deviates, the programs stay away, as the manual leaves it open or QEMU simplifies:
 * - a store-conditional succeeds on QEMU whenever memory still holds the reserved value, and makes no access at all (so
 *   no fault either) when its address is not the reserved one;
 * - an AMO at a misaligned address is a misaligned load there (cause 4), by the manual a misaligned store (6);
 * - mtval of a breakpoint is 0 there, and the address here: the manual allows both;
 * - stvec and mtvec with the reserved modes 2 and 3 are left unchanged by QEMU, and lose their low bits here;
 * - a store into the running block is seen by QEMU only after FENCE.I;
 * - time, cycle and instret count the host's time there.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bootFirmware, runFirmware } from "../../core/firmware.ts";
import { pa } from "../../core/units.ts";
import { batchOf, LINES, RETIRED } from "./qemu-batch.ts";

const BATCHES = 6;
const PROGRAMS = 100;
/** Instructions of a batch, without fills and reports. */
const RETIRED_AT_LEAST = 100_000n;
const SECONDS = 120;

describe("random programs on atoll and on QEMU", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "atoll-qemu-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** @throws Error if QEMU is missing or does not end */
  function runQemu(elf: Uint8Array): string[] {
    const file = join(folder, "batch.elf");
    writeFileSync(file, elf);
    const args = [
      "-M",
      "virt",
      "-bios",
      "none",
      "-m",
      "128M",
      "-display",
      "none",
      "-monitor",
      "none",
      "-serial",
      "stdio",
      "-kernel",
      file,
    ];
    const { error, status, stdout, stderr } = spawnSync("qemu-system-riscv64", args, {
      timeout: SECONDS * 1000,
      maxBuffer: 2 ** 28,
      encoding: "latin1",
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (error) throw error;
    expect(stderr).toBe("");
    expect(status).toBe(0);
    return stdout.trimEnd().split("\n");
  }

  async function runAtoll(elf: Uint8Array): Promise<{ lines: string[]; retired: bigint }> {
    const machine = await bootFirmware(elf, { ramSize: 2 ** 27 });
    let text = "";
    machine.onConsole((bytes) => {
      text += String.fromCharCode(...bytes);
    });
    expect(runFirmware(machine, { fuel: 1e9 })).toEqual({ stop: { kind: "exit", code: 0 }, exitCode: 0 });
    return { lines: text.trimEnd().split("\n"), retired: machine.read64(pa(RETIRED)) };
  }

  it.each(Array.from({ length: BATCHES }, (_, batch) => batch))("batch %i", async (batch) => {
    const seeds = Array.from({ length: PROGRAMS }, (_, index) => 1000 * batch + index);
    const { elf } = batchOf(seeds);
    const [ours, theirs] = [await runAtoll(elf), runQemu(elf)];
    expect(theirs).toHaveLength(PROGRAMS * LINES.length);
    for (const [index, seed] of seeds.entries()) {
      const at = index * LINES.length;
      const named = (lines: string[]): string[] =>
        LINES.map((name, line) => `seed ${seed} ${name} ${lines[at + line]}`);
      expect(named(ours.lines)).toEqual(named(theirs));
    }

    expect(ours.retired).toBeGreaterThan(RETIRED_AT_LEAST);
  });
});
