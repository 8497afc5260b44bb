/** `atoll attest`: every example is judged as foretold, and a verifier reads what the command wrote. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { examples, judge, type Material } from "../../cli/attest/examples.ts";
import { gather, gatherSigned } from "../../cli/attest/gather.ts";
import { gatherLocal, nonceOf } from "../../cli/attest/gather-local.ts";
import { judgeLocal, localExamples } from "../../cli/attest/local-examples.ts";
import { judgeSigned, signedExamples } from "../../cli/attest/signed-examples.ts";
import { pmpSource, tvmSource } from "../../cli/attest/signed-source.ts";
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

const SOURCES = [
  ["penglai-tvm, form tvm", tvmSource(CHOICE, "tvm"), "hello", "fib"],
  ["penglai-tvm, form pmp", tvmSource(CHOICE, "pmp"), "hello", "fib"],
  ["penglai-pmp", pmpSource(CHOICE), "pmp-hello", "pmp-prime"],
] as const;

describe.each(SOURCES)("examples of signed reports, %s", (_, source, program, other) => {
  it("are judged as foretold, one of them accepted, and show every check fail", async () => {
    const material = await gatherSigned(readPrebuilt(program), readPrebuilt(other), source, 3n, 0n);
    const signed = signedExamples(material);
    const judged = signed.map(judgeSigned);
    expect(judged.filter(({ isAsForetold }) => !isAsForetold)).toEqual([]);
    expect(judged.filter(({ verdict }) => verdict === "accepted").map(({ example }) => example)).toEqual([
      "the enclave's own, for this request",
    ]);
    const failing = new Set(judged.flatMap(({ failed }) => failed.map(({ name }) => name)));
    expect([...failing].sort()).toEqual([
      "debug-off",
      "device-endorsed",
      "form-supported",
      "measurement-expected",
      "monitor-expected",
      "monitor-signed",
      "nonce-fresh",
      "security-version",
      "signature-valid",
      "signing-form",
      "simulated-accepted",
      "well-formed",
    ]);
  });
});

describe("examples between Komodo enclaves", () => {
  it("are judged as foretold, one of them accepted, and show every check fail", async () => {
    const nonces = [nonceOf(3n, "one"), nonceOf(3n, "two")] as const;
    const local = await gatherLocal(readPrebuilt("komodo-meet"), 3n, ...nonces);
    const judged = localExamples(local).map((example) => judgeLocal(local, example));
    expect(judged.filter(({ isAsForetold }) => !isAsForetold)).toEqual([]);
    expect(judged.filter(({ verdict }) => verdict === "accepted")).toHaveLength(1);
    const failing = new Set(judged.flatMap(({ failed }) => failed.map(({ name }) => name)));
    expect([...failing].sort()).toEqual([
      "addressed-to-me",
      "direction",
      "mac-valid",
      "measurement-expected",
      "nonce-fresh",
      "well-formed",
    ]);
  });

  it("are printed by the command, which has no file to write", async () => {
    const shown = await atoll(["attest", "--monitor", "komodo"]);
    expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/reflection: .* refused +direction\n/) });
    const refused = await atoll(["attest", "--monitor", "komodo", "--write", join(folder.path, "komodo.json")]);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/leave --write out/) });
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

  it("writes and verifies reports of penglai-pmp against what atoll measure says", async () => {
    const program = prebuiltPath("pmp-hello");
    const measured = await atoll(["measure", "--json", "--profile", "penglai-pmp", program]);
    const { enclave, shadow } = JSON.parse(measured.stdout);
    expect(shadow).toBeUndefined();
    const file = join(folder.path, "pmp.report");
    const shown = await atoll(["attest", program, "--monitor", "penglai-pmp", "--nonce", "5", "--write", file]);
    expect(shown.exitCode).toBe(0);
    const verify = (monitor: string, ...words: string[]) =>
      atoll(["attest", "verify", file, "--monitor", monitor, "--measurement", enclave, "--nonce", "5", ...words]);
    expect(await verify("penglai-pmp")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^accepted/) });
    const refused = await verify("penglai-tvm", "--form", "pmp", "--json");
    expect(JSON.parse(refused.stdout).failed.map((check: { name: string }) => check.name)).toEqual([
      "monitor-expected",
    ]);
    const form = await atoll(["attest", "--monitor", "penglai-pmp", "--form", "tvm"]);
    expect(form).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/leave --form out/) });
  });

  it("refuses a personality whose evidence it does not know", async () => {
    const refused = await atoll(["attest", "--monitor", "./mine.ts"]);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/the evidence here is that of/) });
  });

  it("prints, writes and verifies signed reports, and refuses them in another form", async () => {
    const measurement = JSON.parse((await atoll(["measure", "--json", prebuiltPath("hello")])).stdout).enclave;
    const file = join(folder.path, "signed.report");
    const shown = await atoll(["attest", "--form", "tvm", "--nonce", "77", "--write", file]);
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toMatch(/signed in the other form +refused +signing-form\n/);
    const verify = (...words: string[]) =>
      atoll(["attest", "verify", file, "--measurement", measurement, "--nonce", "77", ...words]);
    expect(await verify("--form", "tvm")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^accepted/) });
    const refused = await verify("--form", "pmp", "--seed", "1", "--json");
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.stdout).failed.map((check: { name: string }) => check.name)).toEqual([
      "device-endorsed",
      "signing-form",
    ]);
    expect(await verify()).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/--form tvm or --form pmp/) });
    const json = await atoll(["attest", "--form", "pmp", "--write", join(folder.path, "signed.json")]);
    expect(json).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/name a file \*\.report/) });
  });
});
