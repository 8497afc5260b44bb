/** The frame of the command: help, version, dispatch, and what happens to a bug of ours. */
import { readFileSync, rmSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import type { Command } from "../../cli/command.ts";
import { COMMANDS } from "../../cli/commands.ts";
import { commandHelp, generalHelp } from "../../cli/help.ts";
import { Progress } from "../../cli/progress.ts";
import { formatSize, parseCount, parseHex, parsePa, parseSize } from "../../cli/quantities.ts";
import { UserError } from "../../core/user-error.ts";
import { atoll, expectFailure } from "./atoll.ts";

const commands: Command[] = await Promise.all(COMMANDS.map(({ load }) => load()));

describe("help", () => {
  it("lists every command", () => {
    const help = generalHelp(COMMANDS);
    for (const { name, summary } of COMMANDS) expect(help).toMatch(new RegExp(`^  ${name} +${summary}$`, "m"));
  });

  it.each(commands.map((command) => [command.name, command] as const))("of %s names every option", (name, command) => {
    const help = commandHelp(command);
    expect(help).toContain(`atoll ${name} `);
    for (const option of [...Object.keys(command.options), "help"]) expect(help).toMatch(new RegExp(` --${option}\\b`));
    expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it("has examples that use options which exist", () => {
    for (const { options, examples } of commands)
      for (const [line] of examples)
        for (const [, option] of line.split(" -- ")[0]!.matchAll(/--([a-z]+)/g))
          expect(Object.keys(options)).toContain(option);
  });

  it("and version come from the real command", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await atoll(["--version"])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
    expect((await atoll([])).stdout).toMatch(/^atoll .*\n\nUsage/);
    expect((await atoll(["attest", "verify", "--help"])).stdout).toMatch(/^Usage {2}atoll attest verify FILE/);
  });
});

describe("a bug of ours", () => {
  it("ends with 70 and leaves the stack and the command line in a file", async () => {
    const broken = "data:text/javascript,WebAssembly.compile=()=>{throw new Error('two and two are five')}";
    const words = ["run", "--seed", "42"];
    const ended = await atoll(words, { nodeOptions: ["--import", broken] });
    expectFailure(ended, 70, /this is a bug of atoll: two and two are five/, /^report it with .+/);
    const file = / mend: report it with (.+)/.exec(ended.stderr)?.[1] as string;
    const report = readFileSync(file, "utf8");
    rmSync(file);
    expect(report).toContain('command line: ["run","--seed","42"]\nseed: 42\n');
    expect(report).toMatch(/Error: two and two are five\n +at /);
  });
});

describe("quantities", () => {
  it.each([
    ["1", 1],
    ["64K", 65536],
    ["16m", 2 ** 24],
    ["1GiB", 2 ** 30],
    ["2T", 2 ** 41],
  ])("%s is a size of %d bytes", (text, byteLen) => expect(parseSize(text, "--memory")).toBe(byteLen));

  it.each(["", "0", "G", "1.5G", "-1", "1E", "1 G", "999999T"])("%j is no size", (text) => {
    expect(() => parseSize(text, "--memory")).toThrow(UserError);
  });

  it.each(["", "-1", "1.5e3", "0x10", "9007199254740992"])("%j is no count", (text) => {
    expect(() => parseCount(text, "--fuel")).toThrow(UserError);
  });

  it("reads counts with separators, addresses and bytes", () => {
    expect(parseCount("1_000_000", "--fuel")).toBe(1e6);
    expect(parseCount("1e9", "--fuel")).toBe(1e9);
    expect(parsePa("0x80000000", "the address")).toBe(0x8000_0000);
    expect(() => parsePa("0x400000000000", "the address")).toThrow(UserError);
    expect(parseHex("0aff", "--measurement", 2)).toEqual(Uint8Array.of(10, 255));
    expect(() => parseHex("0af", "--measurement", 2)).toThrow(UserError);
  });

  it("writes sizes for people", () => {
    expect([512, 65536, 1.5 * 2 ** 20, 2 ** 39].map(formatSize)).toEqual(["512 bytes", "64 KiB", "1.5 MiB", "512 GiB"]);
  });
});

describe("progress", () => {
  /** What is written while `seconds` pass between one step and the next. */
  function written(seconds: number, isTerminal: boolean): string {
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
    let text = "";
    const progress = new Progress("forks", 4, isTerminal, (part) => {
      text += part;
    });
    for (let i = 0; i < 4; i++) {
      now += seconds * 1000;
      progress.advance();
    }
    progress.end();
    clock.mockRestore();
    return text;
  }

  it("is silent for what is done within two seconds", () => {
    expect(written(0.4, false)).toBe("");
    expect(written(0.4, true)).toBe("");
  });

  it("is a line now and then where nobody watches", () => {
    expect(written(1.5, false)).toBe("2 of 4 forks\n4 of 4 forks\n");
  });

  it("is a bar on a terminal, and is gone afterwards", () => {
    const text = written(1.5, true);
    expect(text).toMatch(/█{15}░{15} 2 of 4 forks/);
    expect(text).toMatch(/█{30} 4 of 4 forks/);
    expect(text.endsWith("forks\r\u001b[K")).toBe(true);
  });
});
