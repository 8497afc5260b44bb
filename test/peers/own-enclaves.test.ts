/**
 * Enclave programs as a user writes and builds them: with and without the SDK's linker script, at every level of optimisation,
 * stripped, with constructors, destructors and thread-local variables. What they print is what a C program prints anywhere.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const GCC = "riscv64-unknown-elf-gcc";
const GUEST = fileURLToPath(new URL("../../guest", import.meta.url));
const ATOLL = fileURLToPath(new URL("../../bin/atoll.js", import.meta.url));
const TARGET = ["-march=rv64imac", "-mabi=lp64", "-mcmodel=medany", `-I${GUEST}/include`];
const SCRIPT = ["-T", join(GUEST, "enclave.ld")];
const FREESTANDING = ["-ffreestanding", "-nostdlib", join(GUEST, "crt0.S")];

const folder = mkdtempSync(join(tmpdir(), "atoll-own-"));
afterAll(() => rmSync(folder, { recursive: true }));

const source = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

function run(gccArgs: readonly string[], ...args: string[]): { status: number | null; stdout: string } {
  const elf = join(folder, "own.elf");
  execFileSync(GCC, [...gccArgs, "-o", elf], { stdio: "pipe" });
  const { status, stdout } = spawnSync(process.execPath, [ATOLL, "run", "-q", elf, "--", ...args], {
    encoding: "utf8",
  });
  return { status, stdout };
}

const plain = source(
  "plain.c",
  `#include <atoll.h>
   static uint8_t large[1 << 20];
   static const char *const names[] = {"none", "one", "two"};
   static int depth(int n) { return n == 0 ? 0 : 1 + depth(n - 1); }
   static int pick(int n) { switch (n) { case 0: return 5; case 1: return 77; case 2: return 3; case 3: return 99;
     case 4: return 12; case 5: return 1; case 6: return 55; default: return -1; } }
   int main(int argc, char **argv) {
     for (size_t i = 0; i < sizeof large; i += 4096) if (large[i]++ != 0) return 100;
     volatile uint8_t bytes[24];
     for (int i = 0; i < 24; i++) bytes[i] = (uint8_t)i;
     if (*(volatile uint64_t *)(bytes + 3) != 0x0a09080706050403) return 101;
     eapp_print(names[argc]);
     eapp_print_u64((uint64_t)depth(200));
     eapp_print(argv[argc - 1]);
     int sum = 0;
     for (int i = 0; i < 8; i++) sum += pick(i);
     return sum;
   }`,
);
const PRINTED = { status: 251, stdout: "two200second" };

test.each(["-O0", "-Os", "-O2", "-O3", "-g", "-s", "-flto"])("a program built with %s", (option) => {
  expect(run([...TARGET, ...SCRIPT, ...FREESTANDING, option, plain, "-lgcc"], "first", "second")).toEqual(PRINTED);
});

test("a program whose unused sections were collected", () => {
  const options = ["-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections"];
  expect(run([...TARGET, ...SCRIPT, ...FREESTANDING, ...options, plain, "-lgcc"], "1", "second")).toEqual(PRINTED);
});

test.each([[["-Wl,-Ttext=0x1000"]], [["-Wl,-Ttext=0x10000"]], [[]]])(
  "a program without our linker script: %s",
  (where) => {
    expect(run([...TARGET, ...where, ...FREESTANDING, "-O2", plain, "-lgcc"], "1", "second")).toEqual(PRINTED);
  },
);

test("constructors, thread-local variables, floating point in software, destructors, on a C library", () => {
  const own = source(
    "libc.c",
    `#include <stdio.h>
     #include <stdlib.h>
     #include <string.h>
     static int made;
     static _Thread_local int mine = 7;
     __attribute__((constructor)) static void make(void) { made = 42; }
     __attribute__((destructor)) static void unmake(void) { puts("over"); }
     int main(void) {
       char *block = malloc(1 << 20);
       memset(block, 1, 1 << 20);
       printf("%d %d %.3f %d", made, mine, 22.0 / 7, block[(1 << 20) - 1]);
       return malloc((size_t)1 << 40) == NULL ? 9 : 1;
     }`,
  );
  const library = ["--specs=picolibc.specs", "-nostartfiles", join(GUEST, "crt0.S"), join(GUEST, "picolibc.c")];
  expect(run([...TARGET, ...SCRIPT, ...library, "-O2", own])).toEqual({ status: 9, stdout: "42 7 3.143 1over\n" });
});
