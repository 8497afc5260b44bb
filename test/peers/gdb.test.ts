/**
 * Debian's gdb-multiarch against the real command: sessions as a user would have them, with a bare-metal program and with
 * an enclave. Both are compiled here, with debugging information.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atoll, type Ended } from "../cli/atoll.ts";

const GUEST = fileURLToPath(new URL("../../guest", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "atoll-gdb-"));
afterAll(() => rmSync(folder, { recursive: true }));

const BARE = `
volatile long counter;
double half(double x) { return x / 2; }
static long twice(long n) { return n * 2; }
long sum(long n)
{
  long total = 0;
  for (long i = 0; i < n; i++) {
    total += twice(i);
    counter = total;
  }
  return total;
}
int main(void)
{
  volatile double h;
  __asm__ volatile("csrs mstatus, %0" : : "r"(0x2000));
  h = half(5.0);
  return sum(5) == 20 && h > 2 ? 0 : 1;
}
void forever(void) { for (;;) counter++; }
`;
const ENCLAVE = `
#include <atoll.h>
#include <atoll-print.h>
volatile long hits;
int work(int n)
{
  hits += n;
  eapp_print("working\\n");
  return (int)hits;
}
int main(void)
{
  for (int i = 1; i < 4; i++)
    work(i);
  return 7;
}
`;
const C = "-mcmodel=medany -g -O1 -fno-inline -ffreestanding -nostdlib".split(" ");

beforeAll(() => {
  writeFileSync(join(folder, "bare.c"), BARE);
  writeFileSync(join(folder, "app.c"), ENCLAVE);
  const compile = (words: readonly string[]): void =>
    void execFileSync("riscv64-unknown-elf-gcc", [...C, `-I${GUEST}/include`, ...words], { cwd: folder });
  const bare = ["-T", `${GUEST}/bare.ld`, `${GUEST}/bare.S`, "bare.c", "-o", "bare.elf"];
  compile(["-march=rv64imafdc", "-mabi=lp64d", ...bare]);
  const app = ["-T", `${GUEST}/enclave.ld`, `${GUEST}/crt0.S`, "app.c", "-lgcc", "-o", "app.elf"];
  compile(["-march=rv64imac", "-mabi=lp64", ...app]);
});

interface Session extends Ended {
  /** What GDB printed. */
  readonly gdb: string;
}

/** Runs the program under GDB, which executes the commands and leaves. @param interruptAfter a line of GDB's that Ctrl-C follows */
async function session(
  words: readonly string[],
  commands: readonly string[],
  interruptAfter?: RegExp,
): Promise<Session> {
  const { promise: started, resolve } = Promise.withResolvers<ChildProcess>();
  const ended = atoll(["run", "--gdb=0", ...words], { onStart: resolve });
  const child = await started;
  const port = await new Promise<string>((found) => {
    let text = "";
    child.stderr!.on("data", (piece) => {
      text += piece;
      const [, number] = /target remote localhost:(\d+)/.exec(text) ?? [];
      if (number !== undefined) found(number);
    });
  });
  const all = ["set pagination off", "set confirm off", `target remote localhost:${port}`, ...commands];
  const gdb = spawn("gdb-multiarch", ["-q", "-nx", "-batch", ...all.flatMap((line) => ["-ex", line]), words[0]!], {
    cwd: folder,
  });
  let output = "";
  let hasInterrupted = false;
  const hear = (piece: Buffer): void => {
    output += piece;
    if (hasInterrupted || !interruptAfter?.test(output)) return;
    hasInterrupted = true;
    setTimeout(() => gdb.kill("SIGINT"), 500);
  };
  gdb.stdout.on("data", hear);
  gdb.stderr.on("data", hear);
  await new Promise((close) => gdb.on("close", close));
  return { gdb: output, ...(await ended) };
}

const bare = (commands: readonly string[], interruptAfter?: RegExp) =>
  session([join(folder, "bare.elf"), "--firmware"], commands, interruptAfter);
const app = (commands: readonly string[]) => session([join(folder, "app.elf")], commands);

describe("gdb-multiarch and a bare-metal program", () => {
  it("breaks at a symbol, shows frames and code, steps, finishes, and sees the exit", async () => {
    const { gdb, exitCode } = await bare([
      ...["info threads", "break sum", "continue", "backtrace", "x/2i $pc", "next", "step", "info registers pc a0"],
      ...["tbreak twice", "continue", "finish", "delete", "continue"],
    ]);
    expect(gdb).toMatch(/\* 1 +Thread 1 "hart 0"/);
    expect(gdb).toMatch(/Breakpoint 1, sum \(n=n@entry=5\) at bare\.c:6/);
    expect(gdb).toMatch(/#0 +sum \(n=n@entry=5\)[\s\S]*#1 +0x[0-9a-f]+ in main \(\)/);
    expect(gdb).toMatch(/=> 0x[0-9a-f]+ <sum>:/);
    expect(gdb).toMatch(/Temporary breakpoint 2, twice \(n=/);
    expect(gdb).toMatch(/Value returned is \$1 = \d+/);
    expect(gdb).toMatch(/\[Inferior 1 \(Remote target\) exited normally\]/);
    expect(exitCode).toBe(0);
  });

  it("stops at watched variables, with old and new value", async () => {
    const { gdb } = await bare(["break sum", "continue", "watch counter", "continue", "continue", "print counter"]);
    expect(gdb).toMatch(/Hardware watchpoint 2: counter\s+Old value = 0\s+New value = 2/);
    expect(gdb).toMatch(/Old value = 2\s+New value = 6/);
    expect(gdb).toMatch(/\$1 = 6/);
    const read = await bare(["rwatch counter", "awatch counter", "delete 1", "continue"]);
    expect(read.gdb).toMatch(/Hardware access \(read\/write\) watchpoint 2: counter\s+Value = 0/);
  });

  it("reads and writes registers of every kind, and memory", async () => {
    const { gdb, exitCode } = await bare([
      ...["break half", "continue", "info registers fa0", "print $fa0.double", "info registers mstatus priv mhartid"],
      ...[
        "print/x (unsigned long)$misa >> 62",
        "set var $fa0.double = 9",
        "print $fa0.double",
        "set var counter = 41",
        "print counter",
      ],
      ...["break sum", "continue", "set var $a0 = 0", "delete", "continue"],
    ]);
    expect(gdb).toMatch(/fa0 +\{float = [^,]+, double = 5\}/);
    expect(gdb).toMatch(/\$1 = 5\n/);
    expect(gdb).toMatch(/mstatus +0x[0-9a-f]+/);
    expect(gdb).toMatch(/priv +0x3\s+prv:3 \[Machine\]/);
    expect(gdb).toMatch(/\$2 = 0x2\n[\s\S]*\$3 = 9\n[\s\S]*\$4 = 41\n/);
    // the sum of nothing is not 20
    expect(gdb).toMatch(/exited with code 01/);
    expect(exitCode).toBe(1);
  });

  it("is interrupted with Ctrl-C, wherever it is, and killed", async () => {
    const { gdb, exitCode } = await bare(
      ["set var $pc = forever", "echo going\\n", "continue", "bt 1", "kill"],
      /going/,
    );
    expect(gdb).toMatch(/Program received signal SIGINT[\s\S]*forever \(\)/);
    expect(exitCode).toBe(137);
  });

  it("shows several harts as threads", async () => {
    const words = [join(folder, "bare.elf"), "--firmware", "--harts", "2"];
    const { gdb } = await session(words, [
      "info threads",
      "thread 2",
      "print $mhartid",
      "break sum",
      "continue",
      "detach",
    ]);
    expect(gdb).toMatch(/\* 1 +Thread 1 "hart 0"[\s\S]*2 +Thread 2 "hart 1"/);
    expect(gdb).toMatch(/\$1 = 1\n/);
    expect(gdb).toMatch(/Thread 1 "hart 0" hit Breakpoint 1, sum/);
  });

  it("answers monitor commands", async () => {
    const { gdb } = await bare(["monitor help", "monitor pmp", "monitor csr mhartid", "monitor explain $pc", "detach"]);
    expect(gdb).toMatch(/monitor explain \[ADDR\] +which check/);
    expect(gdb).toMatch(/mhartid \(0xf14\) = 0x0/);
    expect(gdb).toMatch(/M-mode +execute +succeeds/);
  });
});

describe("gdb-multiarch and an enclave", () => {
  it("begins at its entry, breaks at its symbols, and sees its exit code", async () => {
    const { gdb, exitCode, stdout } = await app([
      ...["info registers pc priv", "break work", "continue", "bt", "watch hits", "continue", "delete", "continue"],
    ]);
    expect(gdb).toMatch(/pc +0x1000/);
    expect(gdb).toMatch(/prv:0 \[User\/Application\]/);
    expect(gdb).toMatch(/Breakpoint 1, work \(n=n@entry=1\) at app\.c/);
    expect(gdb).toMatch(/Old value = 0\s+New value = 1/);
    expect(gdb).toMatch(/exited with code 07/);
    expect(exitCode).toBe(7);
    expect(stdout).toBe("working\nworking\nworking\n");
  });

  it("steps over a line that makes an ocall, and detaches", async () => {
    const { gdb, exitCode } = await app([
      "break work",
      "continue",
      "next",
      "next",
      "next",
      "print hits",
      "delete",
      "detach",
    ]);
    expect(gdb).toMatch(/return \(int\)hits;/);
    expect(gdb).toMatch(/\$1 = 1\n/);
    expect(exitCode).toBe(7);
  });

  it("asks the monitor whose page it is and what would be refused", async () => {
    const { gdb } = await app([
      "monitor enclaves",
      "monitor owner $pc",
      "monitor explain $pc",
      "monitor gpt",
      "detach",
    ]);
    expect(gdb).toMatch(/enclave 1 +running +\d+ pages/);
    expect(gdb).toMatch(/: enclave 1\n/);
    expect(gdb).toMatch(/S-mode +execute +page fault: S-mode never executes pages of U-mode/);
  });
});
