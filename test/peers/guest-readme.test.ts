/** The programs and commands of guest/README.md work as they stand. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseElf } from "../../core/elf.ts";

const GUEST = fileURLToPath(new URL("../../guest", import.meta.url));
const readme = readFileSync(join(GUEST, "README.md"), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(([, code]) => code!);

const folder = mkdtempSync(join(tmpdir(), "atoll-readme-"));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  symlinkSync(GUEST, join(folder, "guest"));
  for (const program of blocks("c")) writeFileSync(join(folder, program.match(/^\/\* (\S+) \*\//)![1]!), program);
  for (const command of blocks("sh")) execFileSync("sh", ["-c", command], { cwd: folder, stdio: "pipe" });
});

test.each(["own.elf", "own-libc.elf"])("%s is an eapp", (elf) => {
  expect(parseElf(readFileSync(join(folder, elf)), elf).entry).toBe(0x1000n);
});

test("bare.elf prints and passes under QEMU", () => {
  const args = ["-M", "virt", "-bios", "none", "-nographic", "-kernel", join(folder, "bare.elf")];
  expect(execFileSync("qemu-system-riscv64", args, { encoding: "utf8" })).toBe("bare metal\n");
});
