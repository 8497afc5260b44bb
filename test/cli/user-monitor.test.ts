/** Monitors from a user's file: the tutorial's, followed literally, and files that are none. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { atoll, expectFailure, prebuiltPath as guest, scratch } from "./atoll.ts";

const { path: folder, file: fileOf } = scratch();

/** "Write the following blocks into one file, one behind the other." */
const tutorial = readFileSync(new URL("../../docs/tutorials/monitor.md", import.meta.url), "utf8");
const source = [...tutorial.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block).join("");
const tiny = fileOf("tiny.ts", source);

describe("the tutorial", () => {
  it("builds a monitor in less than 100 lines", () => {
    expect(source.trimEnd().split("\n").length).toBeLessThan(100);
  });

  it("runs a program as it says", async () => {
    const { exitCode: code, stdout, stderr } = await atoll(["run", guest("fib"), "--monitor", tiny]);
    expect([code, stdout]).toEqual([0, "fib 30 = 832040\n"]);
    expect(stderr).toContain("tiny, plain host");
    expect(stderr).toContain("5 ocall, 32 timer, 0 yield");
  });

  it("ends a program that faults, and says why", async () => {
    const { exitCode: code, stderr } = await atoll(["run", guest("fault"), "--monitor", tiny]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      "the monitor destroyed the enclave: ENCLAVE_FAULT: enclave 1, illegal instruction (cause 2)",
    );
    expect(stderr).toContain("Rule: an enclave calls EXIT, OCALL and YIELD, and traps for nothing else.");
  });

  it("ends a program that wants more than a plain host gives", async () => {
    const { exitCode: code, stderr } = await atoll(["run", guest("mem"), "--monitor", tiny]);
    expect(code).toBe(1);
    expect(stderr).toContain("which the plain host does not serve");
  });

  it("stops a program that runs for ever when the fuel is used up", async () => {
    const { exitCode: code } = await atoll(["run", guest("spin"), "--monitor", tiny, "--fuel", "1000000"]);
    expect(code).toBe(124);
  });
});

describe("atoll ni", () => {
  it("finds nothing in the tutorial's monitor", async () => {
    const { exitCode, stdout } = await atoll(["ni", "--monitor", tiny, "--runs", "100"]);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/C-OS +holds +100 pairs/)]);
  });

  it("finds what the tutorial tells to take out", async () => {
    const wipe = '{ kind: "zero", ...region }, ';
    expect(source).toContain(wipe);
    const leaky = fileOf("leaky.ts", source.replace(wipe, ""));
    const { exitCode, stdout } = await atoll(["ni", "--monitor", leaky, "--runs", "200"]);
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/C-OS does not hold[\s\S]*memory 0x[\s\S]*differ: /)]);
  });
});

describe("a file that is no monitor", () => {
  it.each([
    ["missing.ts", undefined, "cannot be loaded"],
    ["broken.ts", "export default {", "cannot be loaded"],
    ["throws.ts", "throw new Error('not today');", "cannot be loaded: not today"],
    ["empty.ts", "export const x = 1;", "its default export is no monitor"],
    ["other.ts", "export default { name: 'x' };", "its default export is no monitor"],
  ])("%s is refused in one line, with exit code 2", async (name, text, what) => {
    const path = text === undefined ? join(folder, name) : fileOf(name, text);
    const { exitCode: code, stderr, stdout } = await atoll(["run", guest("fib"), "--monitor", path]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(what);
    expect(stderr).not.toContain("    at ");
  });

  it("and a name that is near one is told", async () => {
    const { exitCode: code, stderr } = await atoll(["run", "--monitor", "penglai-tvn"]);
    expect(code).toBe(2);
    expect(stderr).toContain("penglai-tvm");
  });

  it.each([
    ["--without", "ownership-check"],
    ["--forks", "2"],
  ])("a plain host has no %s", async (option, value) => {
    const { exitCode: code, stderr } = await atoll(["run", guest("fib"), "--monitor", tiny, option, value]);
    expect(code).toBe(2);
    expect(stderr).toContain("tiny has no");
  });
});

it("a monitor that has room for six enclaves refuses the seventh by its own rule", async () => {
  const six = await atoll(["run", guest("fib"), "--monitor", tiny, "--enclaves", "6", "--json"]);
  expect([six.exitCode, JSON.parse(six.stdout).endings.length]).toEqual([0, 6]);
  const seven = await atoll(["run", guest("fib"), "--monitor", tiny, "--enclaves", "7"]);
  expect(seven.exitCode).toBe(1);
  expect(seven.stderr).toContain("NO_ROOM: 6 enclaves live. Rule: each enclave has a PMP entry of its own");
});

describe("atoll explain", () => {
  it("asks a user's monitor who owns a page", async () => {
    const { exitCode, stdout } = await atoll(["explain", "0x80000000", guest("fib"), "--monitor", tiny, "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: "load access fault (cause 5)",
      pmp: "entry 0, 0x80000000 to 0x80200000, permits nothing",
      owner: "the monitor",
      hostMayMap: false,
      rule: "0x80000000 (page 0x80000000) belongs to the monitor.",
    });
  });

  it("tells it in lines, and what the host may do with its own", async () => {
    const { exitCode, stdout } = await atoll([
      "explain",
      "0x80201000",
      guest("fib"),
      "--monitor",
      tiny,
      "--access",
      "write",
    ]);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/by the host \(S-mode\): succeeds\n {2}PMP [\s\S]*owner {2}the host/),
    ]);
  });

  it("says what it cannot", async () => {
    const ended = await atoll(["explain", "0x80000000", guest("fib"), "--monitor", tiny, "--as", "enclave"]);
    expectFailure(ended, 2, /--as enclave is for penglai-tvm/);
  });
});
