/** `atoll zoo`: the catalogue, one mistake, and what is refused. */
import { describe, expect, it } from "vitest";
import { atoll, expectFailure } from "./atoll.ts";

describe("atoll zoo", () => {
  it("lists at least a hundred mistakes, each with its source and the property that must catch it", async () => {
    const { exitCode, stdout } = await atoll(["zoo", "--json"]);
    expect(exitCode).toBe(0);
    const houses: { name: string; defects: Record<string, { what: string; source: string; killedBy: string[] }> }[] =
      JSON.parse(stdout);
    const defects = houses.flatMap((house) => Object.values(house.defects));
    expect(defects.length).toBeGreaterThanOrEqual(100);
    for (const { what, source, killedBy } of defects) {
      expect(what).toMatch(/\S/);
      expect(source).toMatch(/reference §/);
      expect(killedBy.length).toBeGreaterThan(0);
    }
  });

  it("hunts one mistake and shows the calls", async () => {
    const { exitCode, stdout } = await atoll(["zoo", "komodo:A11", "--detector", "lock step"]);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/lock step +killed after \d+ calls/)]);
    expect(stdout).toMatch(/OS +INIT_ADDRSPACE\([\s\S]*=> /);
    expect(stdout).toContain("1 of 1 killed");
  });

  it("prints a matrix", async () => {
    const { exitCode, stdout } = await atoll(["zoo", "--matrix", "--house", "machine"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ {2}H5 +ACC +1, \d+ ms$/m);
    expect(stdout).toContain("15 of 15 killed");
  });

  it("exits with 1 if a mistake survives the detectors that were asked for", async () => {
    const { exitCode, stderr } = await atoll(["zoo", "komodo:M8", "--detector", "LR"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("survivors: komodo:M8");
  });

  it.each([
    [["B99"], /the zoo has no B99/],
    [["B8"], /B8 is in several houses/],
    [["machine:H13"], /H13 cannot be made here: there is no device/],
    [["--house", "komod"], /no house "komod"/],
    [["B1", "--matrix"], /--matrix hunts all/],
    [["machine:H1", "--detector", "witnes"], /no detector "witnes"/],
  ])("refuses %s", async (words, what) => {
    expectFailure(await atoll(["zoo", ...words]), 2, what);
  });
});
