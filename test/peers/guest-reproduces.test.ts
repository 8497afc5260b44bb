/** The committed ELFs are what their sources say, and do under QEMU what expected.json says. */
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import expected from "../../guest/bench/expected.json" with { type: "json" };

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("guest:build gives the committed ELFs, byte by byte", () => {
  const check = spawnSync(process.execPath, ["scripts/guest-build.ts", "--check"], { cwd: ROOT, encoding: "utf8" });
  expect(check).toMatchObject({ status: 0, stdout: "" });
});

// -icount makes QEMU's counters count instructions; without it they are host time.
test.each(Object.entries(expected))("bench-%s retires its instructions and prints its checksum", (name, bench) => {
  const args = ["-M", "virt", "-bios", "none", "-nographic", "-icount", "shift=0", "-kernel"];
  const line = execFileSync("qemu-system-riscv64", [...args, `guest/prebuilt/bench-${name}.elf`], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const [printedName, instructions, , checksum] = line.trimEnd().split(" ");
  expect({ printedName, instructions: Number(instructions), checksum }).toEqual({
    printedName: name,
    instructions: bench.instructions,
    checksum: bench.checksum,
  });
});
