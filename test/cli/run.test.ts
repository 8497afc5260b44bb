/** `atoll run` with the real command: what goes where, exit codes, files, signals. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { atoll, expectFailure, prebuiltPath, scratch } from "./atoll.ts";

const folder = scratch();
const json = (text: string) => JSON.parse(text);

describe("atoll run", () => {
  it("runs the sample, shows its verified report, and keeps data and talk apart", async () => {
    const { exitCode, stdout, stderr } = await atoll(["run"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^hello from enclave 1\nmeasured as [0-9a-f]{64}\n$/);
    const measurement = stdout.match(/[0-9a-f]{64}/)?.[0];
    expect(stderr).toMatch(`measurement  ${measurement}`);
    expect(stderr).toMatch(/report {7}accepted, 11 of 11 checks \(simulated evidence\)/);
    expect(stderr).toMatch(/✓ mac-valid/);
    expect(stderr).toMatch(/exit code {4}0\n/);
    expect(stderr).not.toContain("\x1b[");
  });

  it("passes the guest's arguments and exit code on, and is quiet on request", async () => {
    const leak = await atoll(["run", "-q", prebuiltPath("leak"), "--", "exit"]);
    expect(leak).toMatchObject({ exitCode: 0, stderr: "" });
    const spy = await atoll(["run", "-q", prebuiltPath("spy"), "--", "what", "is", "this"]);
    expect(spy.exitCode).toBe(2);
    expect(spy.stderr).toBe("");
    expect((await atoll(["run", "-q", prebuiltPath("fib"), "--", "10"])).stdout).toBe("fib 10 = 55\n");
  });

  it("--isa turns extensions off for real", async () => {
    expect(await atoll(["run", "-q", prebuiltPath("fib"), "--isa", "rv64imac", "--", "10"])).toMatchObject({
      exitCode: 0,
      stdout: "fib 10 = 55\n",
    });
    const without = await atoll(["run", "-q", prebuiltPath("fib"), "--isa", "rv64ima", "--", "10"]);
    expect(without.exitCode).not.toBe(0);
    expect(without.stderr).toMatch(/illegal instruction/);
    const bare = await atoll(["run", "-q", prebuiltPath("fib"), "--isa", "rv64imac_svbare"]);
    expectFailure(bare, 2, /--isa rv64imac_svbare: the monitor needs Sv39/, /add _sv39, or run the program with/);
  });

  it("prints JSON and nothing else, the same for the same seed", async () => {
    const run = async (seed: string) => {
      const { stdout, stderr } = await atoll(["run", "--json", prebuiltPath("secret"), "--seed", seed, "--", "2"]);
      expect(stderr).toBe("");
      const { statistics, ...rest } = json(stdout);
      const ofGuest = Object.entries(statistics).filter(([name]) => !name.startsWith("host"));
      return { ...rest, statistics: Object.fromEntries(ofGuest) };
    };
    const first = await run("7");
    expect(first).toMatchObject({
      exitCode: 0,
      attestation: { accepted: true, failed: [] },
      endings: [{ reason: "exited", exits: { yield: 2 } }],
      statistics: { enclaves: 1, "exits.yield": 2 },
    });
    expect(await run("7")).toEqual(first);
    expect((await run("8")).attestation.nonce).not.toBe(first.attestation.nonce);
  });

  it("does not take a monitor without a defence for the trusted one", async () => {
    const { exitCode, stderr } = await atoll(["run", "--without", "ownership-check"]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/refused, 10 of 11[\s\S]*✗ monitor-expected/);
    expect((await atoll(["run", "--gpt", "paper"])).stderr).toMatch(/accepted, 11 of 11/);
  });

  it("runs forks of a shadow in turn", async () => {
    const { stdout } = await atoll(["run", "--json", prebuiltPath("secret"), "--forks", "20", "--", "3"]);
    const { kind, endings, statistics, attestation, exitCode } = json(stdout);
    expect({ kind, exitCode, enclaves: statistics.enclaves }).toEqual({ kind: "shadow", exitCode: 0, enclaves: 20 });
    expect(endings.every((ending: { exits: { yield: number } }) => ending.exits.yield === 3)).toBe(true);
    const measured = json((await atoll(["measure", "--json", prebuiltPath("secret")])).stdout);
    expect(attestation).toMatchObject({ accepted: true, measurement: measured.shadow });
    expect(measured.shadow).not.toBe(measured.enclave);
  });

  it("counts what caches cost in the timed flavour", async () => {
    const cycles = async (...words: string[]) => {
      const { simInsts, simCycles } = json((await atoll(["run", "--json", ...words])).stdout).statistics;
      return { simInsts, simCycles };
    };
    const [functional, timed] = [await cycles(), await cycles("--timing")];
    expect(functional.simCycles).toBe(functional.simInsts);
    expect(timed.simInsts).toBe(functional.simInsts);
    expect(timed.simCycles).toBeGreaterThan(timed.simInsts);
  });

  it("runs a bare-metal program", async () => {
    const { exitCode, stdout } = await atoll(["run", "--firmware", prebuiltPath("bench-key-value"), "-q"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^key-value \d+ \d+ [0-9a-f]+\r?\n$/);
  });
});

describe("files of a run", () => {
  it("hold manifest, statistics and console, and one directory is all there is", async () => {
    const out = join(folder.path, "out");
    const words = ["run", prebuiltPath("fib"), "--out", out, "--seed", "5", "--", "12"];
    expect((await atoll(words)).exitCode).toBe(0);
    expect(readdirSync(folder.path)).toEqual(["out"]);
    const read = (file: string) => readFileSync(join(out, file), "utf8");
    expect(read("console.log")).toBe("fib 12 = 144\n");
    const sha256 = createHash("sha256")
      .update(readFileSync(prebuiltPath("fib")))
      .digest("hex");
    expect(json(read("run.json"))).toMatchObject({
      versions: { node: process.version },
      seed: 5,
      configuration: { args: ["12"], kind: "enclave", memory: 2 ** 30 },
      inputs: [{ sha256 }],
      outcome: { exitCode: 0, attestation: { accepted: true } },
    });
    const statistics = json(read("stats.json"));
    expect(statistics.simInsts).toBeGreaterThan(0);
    expect(read("stats.csv")).toContain(`simInsts,${statistics.simInsts},Count,`);
    // gem5: name in 40 columns, value right in 12
    expect(read("stats.txt")).toMatch(/^\n-{10} Begin Simulation Statistics -{10}\n/);
    expect(read("stats.txt")).toContain(`${"simInsts".padEnd(40)} ${`${statistics.simInsts}`.padStart(12)} `);
  });

  it("hold every instruction in Spike's form", async () => {
    const trace = join(folder.path, "trace");
    const { stdout } = await atoll(["run", "--json", "--trace", trace]);
    const lines = readFileSync(trace, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(json(stdout).statistics.simInsts);
    expect(lines.every((line) => /^core {3}0: 0 0x[0-9a-f]{16} \(0x[0-9a-f]{4,8}\)/.test(line))).toBe(true);
  });
});

describe("an early end", () => {
  it("by Ctrl-C is clean", async () => {
    const out = join(folder.path, "interrupted");
    const ended = await atoll(["run", prebuiltPath("spin"), "--out", out], {
      onStart: (child) =>
        child.stderr?.on("data", (text) => {
          if (`${text}`.includes("mac-valid")) child.kill("SIGINT");
        }),
    });
    expect(ended.exitCode).toBe(130);
    expect(ended.stderr).toMatch(/\natoll: interrupted\n kept: .+\n$/);
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("of the reader of stdout is quiet", async () => {
    const command = fileURLToPath(new URL("../../bin/atoll.js", import.meta.url));
    const child = spawn(process.execPath, [command, "run", "-q", "--forks", "50"]);
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(141);
    expect(stderr).toBe("");
  });

  it("for a Node that is too old says so in one line", async () => {
    const older = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.11.1'})";
    const ended = await atoll(["run"], { nodeOptions: ["--import", older] });
    expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ended.stderr).toMatch(/^atoll needs Node 22\.18 or newer and this is Node 20\.11\.1: .+\n$/);
  });

  it("is one line for a failure too, with colour only where it is wanted", async () => {
    const ended = await atoll(["run", "none.elf"], { env: { FORCE_COLOR: "1", NO_COLOR: "" } });
    expect(ended.stderr).toContain("\x1b[");
    expectFailure(await atoll(["run", "none.elf"], { env: { NO_COLOR: "1" } }), 2, /no such file/);
  });
});

describe("--enclaves", () => {
  it("runs several of one program, each loaded on its own", async () => {
    const { exitCode, stdout } = await atoll(["run", prebuiltPath("fib"), "--enclaves", "3", "--json", "--", "10"]);
    const { endings, attestation } = JSON.parse(stdout);
    expect([exitCode, endings.length, attestation.accepted]).toEqual([0, 3, true]);
  });

  it("excludes --forks", async () => {
    const ended = await atoll(["run", "--enclaves", "2", "--forks", "2"]);
    expectFailure(ended, 2, /--forks and --enclaves exclude each other/);
  });
});
