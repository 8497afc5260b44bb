/** The programs and commands of the READMEs in guest/ work as they stand. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseElf } from "../../core/elf.ts";

const GUEST = fileURLToPath(new URL("../../guest", import.meta.url));
const ATOLL = fileURLToPath(new URL("../../bin/atoll.js", import.meta.url));
const readme = ["README.md", "komodo/README.md", "penglai-sdk/README.md"]
  .map((name) => readFileSync(join(GUEST, name), "utf8"))
  .join("\n");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(([, code]) => code!);

const folder = mkdtempSync(join(tmpdir(), "atoll-readme-"));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  symlinkSync(GUEST, join(folder, "guest"));
  for (const program of blocks("c")) writeFileSync(join(folder, program.match(/^\/\* (\S+) \*\//)![1]!), program);
  for (const command of blocks("sh").filter((text) => !text.startsWith("atoll ")))
    execFileSync("sh", ["-c", command], { cwd: folder, stdio: "pipe" });
});

test.each(["own.elf", "own-libc.elf"])("%s is an eapp", (elf) => {
  expect(parseElf(readFileSync(join(folder, elf)), elf).entry).toBe(0x1000n);
});

test.each([
  ["own-komodo.elf", "komodo", "hello, Ada\n"],
  ["own-sdk.elf", "penglai-tvm", "started as number 0\n"],
])("%s runs under %s", (elf, monitor, stdout) => {
  const args = [ATOLL, "run", "-q", "--monitor", monitor, join(folder, elf), "--", "Ada"];
  expect(spawnSync(process.execPath, args, { encoding: "utf8" })).toMatchObject({ status: 7, stdout });
});

test("bare.elf prints and passes under QEMU", () => {
  const args = ["-M", "virt", "-bios", "none", "-nographic", "-kernel", join(folder, "bare.elf")];
  expect(execFileSync("qemu-system-riscv64", args, { encoding: "utf8" })).toBe("bare metal\n");
});
