/** `atoll ni`: what it prints, its exit codes, and monitors of a user's own. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { atoll, scratch } from "./atoll.ts";

const { file: fileOf } = scratch();
const tutorial = readFileSync(new URL("../../docs/tutorials/monitor.md", import.meta.url), "utf8");
const source = [...tutorial.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block).join("");

describe("atoll ni", () => {
  it("says what was tried when nothing is found", async () => {
    const { exitCode, stdout } = await atoll(["ni", "--monitor", "komodo", "--runs", "60", "--observer", "os"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^C-OS +holds +60 pairs .* secret used in \d+/);
    expect(stdout).toMatch(/WT +holds +3 pairs/);
  });

  it("prints the shortest trace of a leak and exits with 1", async () => {
    const line = ["ni", "--monitor", "komodo", "--runs", "2000", "--observer", "os", "--defect", "E3"];
    const { exitCode, stdout, stderr } = await atoll(line);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/Enter\(0x[0-9a-f]+|Enter\(\d/);
    expect(stdout).toMatch(/register x1[4-9] .* ! /);
    expect(stderr).toContain("C-OS, WT do not hold");
  });

  it("runs on the machine and gives JSON", async () => {
    const line = ["ni", "--monitor", "komodo", "--on", "machine", "--runs", "32", "--observer", "victim", "--json"];
    const { exitCode, stdout } = await atoll(line);
    expect(exitCode).toBe(0);
    const { results } = JSON.parse(stdout);
    expect(results).toMatchObject([{ property: "KINT", holds: true, pairs: 32 }]);
    expect(results[0].worth.steps).toBeGreaterThan(32);
  });

  it("tries a monitor of the user's own, and finds what it forgets to wipe", async () => {
    const line = (path: string) => ["ni", "--monitor", path, "--runs", "300"];
    const whole = await atoll(line(fileOf("tiny.ts", source)));
    expect([whole.exitCode, whole.stdout.split("\n").length]).toEqual([0, 4]);
    const forgetful = source.replace('{ kind: "zero", ...region }, ', "");
    expect(forgetful).not.toBe(source);
    const leaky = await atoll(line(fileOf("leaky.ts", forgetful)));
    expect(leaky.exitCode).toBe(1);
    expect(leaky.stdout).toMatch(/memory 0x[0-9a-f]+ \+ 0x/);
  });

  it.each([
    [["--monitor", "komdo"], "did you mean komodo?"],
    [["--monitor", "komodo", "--defect", "B1"], 'komodo has no defect and no defence "B1"'],
    [["--observer", "nobody"], "--observer"],
    [["--runs", "0"], "--runs"],
    [["--monitor", "./missing.ts"], "cannot be loaded"],
  ])("%s is a mistake of the user's", async (words, text) => {
    const { exitCode, stdout, stderr } = await atoll(["ni", ...words]);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(text);
  });
});
