/** `atoll explain` says what the machine does, and why. */
import { describe, expect, it } from "vitest";
import { atoll } from "./atoll.ts";

async function explained(address: string, ...words: string[]) {
  const { exitCode, stdout } = await atoll(["explain", address, "--json", ...words]);
  return { exitCode, ...JSON.parse(stdout) };
}

/** Where the sample's pages are, as the command tells it. */
async function scene() {
  const { stderr } = await atoll(["explain", "0x80000000"]);
  const [, region, text, kbuffer] =
    /region: (0x\w+) to [\s\S]*page 0x1000: (0x\w+); shared with the host: (0x\w+)/.exec(stderr)!;
  return { region: region!, text: text!, kbuffer: kbuffer! };
}

describe("atoll explain", () => {
  it("knows the monitor's memory", async () => {
    expect(await explained("0x80000000")).toMatchObject({
      exitCode: 1,
      owner: "the monitor",
      pmp: "entry 0, 0x80000000 to 0x80200000, permits nothing",
      verdict: "load page fault (cause 13)",
    });
  });

  it("knows the enclave's memory, from outside and from inside", async () => {
    const { text } = await scene();
    expect(await explained(text)).toMatchObject({
      exitCode: 1,
      owner: "enclave 1",
      hostMayMap: false,
      verdict: "load page fault (cause 13)",
    });
    expect(await explained(text, "--as", "enclave", "--access", "execute")).toMatchObject({
      exitCode: 0,
      address: 0x1000,
    });
    const write = await explained(text, "--as", "enclave", "--access", "write");
    expect(write).toMatchObject({ exitCode: 1, verdict: "page fault: the entry does not permit to write" });
    expect(write.tables).toHaveLength(3);
    expect(write.tables[2]).toMatch(/^level 0 at 0x\w+ is 0x\w+ \(vr-xu-ad\)$/);
  });

  it("knows what is shared and what is the host's", async () => {
    const { kbuffer } = await scene();
    expect(await explained(kbuffer)).toMatchObject({ exitCode: 0, owner: "public", isShared: true });
    expect(await explained(kbuffer, "--access", "write")).toMatchObject({ exitCode: 0 });
    expect(await explained(kbuffer, "--access", "execute")).toMatchObject({
      verdict: "instruction page fault (cause 12)",
    });
    expect(await explained(kbuffer, "--as", "u")).toMatchObject({ exitCode: 1, verdict: "load page fault (cause 13)" });
    expect(await explained("0x10000000")).toMatchObject({ exitCode: 1, owner: "nobody: outside RAM" });
  });

  it("tells all of it in lines for people", async () => {
    const { stdout, exitCode } = await atoll(["explain", "0x80000000"]);
    expect(exitCode).toBe(1);
    for (const label of ["virtual", "page table", "PMP", "GPT", "owner", "rule", "legal"])
      expect(stdout).toMatch(new RegExp(`^  ${label} +\\S`, "m"));
  });
});
