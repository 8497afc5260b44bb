/** Everything that a user can do wrong, with the real command: two lines, the right exit code, nothing left behind. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { buildElf, text } from "../core/elf-builder.ts";
import { atoll, expectFailure, prebuiltPath, scratch } from "./atoll.ts";

const folder = scratch();
const execFileAsync = promisify(execFile);
const elf = (name: string, spec: Parameters<typeof buildElf>[0]) => folder.file(name, buildElf(spec));
const nop = Uint8Array.of(0x13, 0, 0, 0);
const atRam = (at: bigint) => ({ vaddr: at, bytes: nop });

const good = elf("good.elf", {});
const truncated = buildElf({}).subarray(0, 80);
const unreadableDirectory = join(folder.path, "a directory");
mkdirSync(unreadableDirectory);

type Row = readonly [what: string, words: readonly string[], exitCode: number, line: RegExp, mend?: RegExp];

const FILES: readonly Row[] = [
  ["a missing file", ["run", join(folder.path, "none.elf")], 2, /no such file/],
  ["a directory", ["run", unreadableDirectory], 2, /is a directory/],
  ["an empty file", ["run", folder.file("empty.elf", "")], 2, /empty/],
  ["no ELF", ["run", folder.file("text.elf", "#!/bin/sh\n")], 2, /not an ELF file/],
  ["a 32-bit ELF", ["run", elf("class.elf", { class: 1 })], 2, /32-bit/],
  ["a big-endian ELF", ["run", elf("endian.elf", { data: 2 })], 2, /big-endian/],
  ["an ELF for another machine", ["run", elf("machine.elf", { machine: 62 })], 2, /another machine/],
  ["an object file", ["run", elf("object.elf", { type: 1 })], 2, /object file/, /link it/],
  ["truncated program headers", ["run", folder.file("short.elf", truncated)], 2, /truncated/],
  [
    "a dynamic ELF",
    ["run", elf("dynamic.elf", { segments: [text(), { type: 2 }] })],
    2,
    /dynamically linked/,
    /-static/,
  ],
  ["overlapping segments", ["run", elf("overlap.elf", { segments: [text(), text()] })], 2, /overlap/],
  ["an entry outside", ["run", elf("entry.elf", { entry: 0x9000n })], 2, /entry point 0x9000/, /_start/],
  [
    "segments beyond the heap",
    ["run", elf("high.elf", { segments: [atRam(0x20_0000_0000n)] })],
    2,
    /beyond 0x1000000000/,
  ],
  ["segments outside RAM", ["run", "--firmware", good], 2, /outside RAM/, /0x80000000/],
  [
    "segments that overlap in RAM",
    [
      "run",
      "--firmware",
      elf("lma.elf", { segments: [atRam(0x8000_0000n), { ...atRam(0x8000_1000n), paddr: 0x8000_0000n }] }),
    ],
    2,
    /overlap in physical memory/,
  ],
  ["an empty file to measure", ["measure", folder.file("empty2.elf", "")], 2, /empty/],
  [
    "evidence that is none",
    ["attest", "verify", good, "--measurement", "00".repeat(32), "--nonce", "1"],
    2,
    /not binary evidence/,
  ],
];

const WORDS: readonly Row[] = [
  ["an unknown command", ["rum"], 2, /no command "rum"/, /atoll run\?/],
  ["an option before the command", ["--json", "run"], 2, /--json before a command/],
  ["an unknown option", ["run", "--memroy", "1G"], 2, /no option --memroy/, /--memory\?/],
  ["an option without its value", ["run", "--fuel"], 2, /--fuel has no value/],
  ["an option with an empty value", ["run", "--out="], 2, /--out has no value/],
  ["an option given twice", ["run", "--seed", "1", "--seed", "2"], 2, /--seed is given twice/],
  ["two programs", ["run", good, good], 2, /takes no argument/, /behind --/],
  ["an unknown monitor", ["run", "--monitor", "penglai"], 2, /--monitor "penglai"/, /penglai-tvm/],
  ["an unknown defence", ["run", "--without", "macs"], 2, /no defence "macs"/, /did you mean mac\?/],
  ["an unknown GPT mode", ["run", "--gpt", "papers"], 2, /--gpt "papers"/, /paper\?/],
  ["a size that is none", ["run", "--memory", "much"], 2, /not a size/, /512M/],
  ["a size below one page", ["run", "--memory", "5000"], 2, /cannot have/],
  ["more memory than Sv39 maps", ["run", "--memory", "1T"], 2, /1 TiB/, /512 GiB/],
  ["a negative number", ["run", "--fuel", "-5"], 2, /--fuel "-5"/],
  ["no fuel at all", ["run", "--fuel", "0"], 2, /--fuel "0"/],
  ["a fraction", ["run", "--fuel", "1.5e3"], 2, /--fuel "1.5e3"/, /whole number/],
  ["a seed that is none", ["run", "--seed", "0xg"], 2, /64-bit number/],
  ["a seed of 65 bits", ["run", "--seed", `${2n ** 64n}`], 2, /64-bit number/],
  ["an enclave's option with --firmware", ["run", good, "--firmware", "--forks", "2"], 2, /--forks means nothing/],
  ["--firmware without a program", ["run", "--firmware"], 2, /wants a program/],
  ["an argument with 4 KiB", ["run", "--", "x".repeat(5000)], 2, /arguments/],
  ["one program to compare", ["measure", "--diff", good], 2, /two programs/],
  ["an unknown profile", ["measure", good, "--profile", "pmp"], 2, /--profile "pmp"/, /penglai-pmp/],
  ["an unknown attack", ["attack", "flipbit"], 2, /no attack "flipbit"/, /flip-bit\?/],
  ["an address that is none", ["explain", "here"], 2, /the address "here"/],
  ["no address", ["explain"], 2, /lacks an argument/, /ADDRESS/],
  ["a word of 33 bits", ["disasm", "--word", "0x100000000"], 2, /32 bits/],
  ["a word that is no instruction", ["disasm", "--word", "0"], 2, /no instruction/],
  ["an unknown symbol", ["disasm", prebuiltPath("hello"), "--symbol", "mian"], 2, /no symbol "mian"/, /main\?/],
  ["evidence without a nonce", ["attest", "verify", good, "--measurement", "00".repeat(32)], 2, /--nonce is missing/],
];

const GUESTS: readonly Row[] = [
  [
    "a guest that spins",
    ["run", "-q", prebuiltPath("spin"), "--fuel", "1000000"],
    124,
    /fuel was used up after 1,000,000/,
    /--fuel/,
  ],
  [
    "a guest that faults",
    ["run", "-q", prebuiltPath("fault")],
    1,
    /ENCLAVE_FAULT: illegal instruction \(cause 2\) at 0x/,
    /-march=rv64gc.* atoll disasm .* --start 0x/,
  ],
  [
    "a guest that follows a null pointer",
    ["run", "-q", prebuiltPath("spy"), "--", "load", "0x8"],
    1,
    /load page fault \(cause 13\) at 0x/,
    /null pointer .* atoll disasm .* --start 0x/,
  ],
  [
    "a guest that jumps to nowhere",
    ["run", "-q", prebuiltPath("spy"), "--", "jump", "0x80000000"],
    1,
    /instruction page fault/,
    /function pointer/,
  ],
  [
    "a bare-metal guest as an enclave",
    ["run", "-q", prebuiltPath("bench-sieve")],
    1,
    /ENCLAVE_FAULT/,
    /--firmware .*bench-sieve/,
  ],
  [
    "an unknown call",
    ["run", "-q", prebuiltPath("spy"), "--", "ecall", "5"],
    1,
    /UNKNOWN_ENCLAVE_FUNCTION/,
    /guest\/README/,
  ],
  [
    "a guest that reads the monitor",
    ["run", "-q", prebuiltPath("spy"), "--", "load", "0x80000000"],
    1,
    /ENCLAVE_FAULT/,
  ],
  [
    "a bare guest without fuel",
    ["run", "-q", "--firmware", prebuiltPath("bench-sieve"), "--fuel", "1e3"],
    124,
    /fuel was used up after 1,000 instructions in 1,000 cycles/,
  ],
];

for (const [name, rows] of Object.entries({ FILES, WORDS, GUESTS }))
  describe(name.toLowerCase(), () => {
    for (const [what, words, exitCode, line, mend] of rows)
      it.concurrent(what, async () => expectFailure(await atoll(words), exitCode, line, mend));
  });

describe("--out and --trace", () => {
  const entries = () => readdirSync(folder.path).sort();

  it.each([
    ["a file", folder.file("file", "mine"), /is a file/],
    ["a directory in none", join(folder.path, "no", "out"), /directory above it does not exist/],
  ])("refuses %s, before anything runs", async (_, out, line) => {
    const before = entries();
    const ended = await atoll(["run", "--out", out]);
    expectFailure(ended, 2, line);
    expect(ended.stdout).toBe("");
    expect(entries()).toEqual(before);
  });

  it("replaces an earlier output on request, and nobody else's files ever", async () => {
    const out = join(folder.path, "out");
    expect((await atoll(["run", "-q", "--out", out])).exitCode).toBe(0);
    expectFailure(await atoll(["run", "-q", "--out", out]), 2, /exists already/, /--force/);
    expect((await atoll(["run", "-q", "--out", out, "--force"])).exitCode).toBe(0);
    const foreign = join(folder.path, "foreign");
    mkdirSync(join(foreign, "photos"), { recursive: true });
    expectFailure(await atoll(["run", "-q", "--out", foreign, "--force"]), 2, /not atoll's/);
    expect(readdirSync(foreign)).toEqual(["photos"]);
  });

  it("follows a link, and never puts a file in the place of a pipe", async () => {
    const [real, link, pipe] = ["real", "link", "pipe"].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(real, "earlier");
    symlinkSync(real, link);
    execFileSync("mkfifo", [pipe]);
    const reader = execFileAsync("wc", ["-l", pipe]);
    for (const file of [link, pipe])
      expect(await atoll(["run", "-q", "--trace", file])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    const lines = readFileSync(real, "utf8").split("\n").length - 1;
    expect(lines).toBeGreaterThan(1000);
    expect(Number.parseInt((await reader).stdout, 10)).toBe(lines);
    expectFailure(
      await atoll(["attest", "--write", join(folder.path, "no", "evidence")]),
      2,
      /--write .* does not exist/,
    );
  });

  it("leaves nothing of a run that could not begin", async () => {
    const out = join(folder.path, "never");
    const trace = join(folder.path, "no", "trace");
    expectFailure(await atoll(["run", "--out", out, "--trace", trace]), 2, /--trace/);
    expectFailure(
      await atoll(["run", folder.file("late.elf", buildElf({ segments: [atRam(0x20_0000_0000n)] })), "--out", out]),
      2,
      /beyond/,
    );
    expect(existsSync(out)).toBe(false);
    expect(entries().filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
