/** `atoll attest`: every example is judged as foretold, and a verifier reads what the command wrote. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { examples, judge, type Material } from "../../cli/attest/examples.ts";
import { gather } from "../../cli/attest/gather.ts";
import { readPrebuilt } from "../../cli/program.ts";
import { atoll, prebuiltPath, scratch } from "./atoll.ts";

const folder = scratch();
const CHOICE = { monitor: "penglai-tvm", gpt: "published", seed: 3n } as const;
const material: Material = await gather(readPrebuilt("hello"), CHOICE, 0n);

describe("examples", () => {
  it.each(examples(material).map((example) => [example.name, example] as const))("%s", (_, example) => {
    expect(judge(example)).toMatchObject({ isAsForetold: true });
  });

  it("show every check of the verifier fail, and one example accepted", () => {
    const judged = examples(material).map(judge);
    expect(judged.filter(({ verdict }) => verdict === "accepted")).toHaveLength(1);
    const failing = new Set(judged.flatMap(({ failed }) => failed.map(({ name }) => name)));
    expect([...failing].sort()).toEqual([
      "algorithm-allowed",
      "data-fresh",
      "debug-off",
      "mac-valid",
      "marked-simulated",
      "measurement-expected",
      "monitor-expected",
      "profile-known",
      "security-version",
      "simulated-accepted",
      "well-formed",
    ]);
  });

  it("are not as foretold if a check is missing", () => {
    const [genuine] = examples(material);
    expect(judge({ ...genuine!, fails: ["mac-valid"] }).isAsForetold).toBe(false);
  });
});

describe("the command", () => {
  it("prints the table, writes evidence, and verifies it from each kind of file", async () => {
    const measurement = JSON.parse((await atoll(["measure", "--json", prebuiltPath("hello")])).stdout).enclave;
    for (const name of ["evidence.json", "evidence.bin", "evidence.report"]) {
      const file = join(folder.path, name);
      const shown = await atoll(["attest", "--nonce", "77", "--write", file]);
      expect(shown.exitCode).toBe(0);
      expect(shown.stdout).toMatch(/one bit of the MAC +refused +mac-valid\n/);
      const verify = (...words: string[]) => atoll(["attest", "verify", file, "--measurement", measurement, ...words]);
      expect(await verify("--nonce", "77")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^accepted/) });
      const refused = await verify("--nonce", "78", "--seed", "1", "--json");
      expect(refused.exitCode).toBe(1);
      expect(JSON.parse(refused.stdout).failed.map((check: { name: string }) => check.name)).toEqual([
        "data-fresh",
        "mac-valid",
      ]);
    }
    expect(readFileSync(join(folder.path, "evidence.json"), "utf8")).toMatch(/"simulated": true/);
    expect(statSync(join(folder.path, "evidence.report")).size).toBe(328);
  });
});
