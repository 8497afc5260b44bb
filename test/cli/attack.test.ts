/** `atoll attack`: exit codes and what is printed; that each defence stops its attack is test/defences' business. */
import { describe, expect, it } from "vitest";
import { ATTACKS } from "../../host/attack-catalogue.ts";
import { DEFENCE_NAMES } from "../../host/defence-names.ts";
import { atoll } from "./atoll.ts";

describe("atoll attack", () => {
  it("names who caught an attack and when", async () => {
    const { exitCode, stdout, stderr } = await atoll(["attack", "remap-set-pte", "flip-bit"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^remap-set-pte {2}caught {5}monitor: MAPS_PROTECTED \(SET_PTE; [\d,]+ instructions\)\n/);
    expect(stdout).toMatch(/\nflip-bit {7}caught {5}memory integrity: MAC/);
    expect(stderr).toBe("caught 2 of 2 attacks with every defence on\n");
  });

  it("shows the same attack succeed without its defence, and no other", async () => {
    const { exitCode, stdout } = await atoll(["attack", "remap-set-pte", "flip-bit", "--without", "mac", "--json"]);
    expect(exitCode).toBe(1);
    const { attacks } = JSON.parse(stdout);
    expect(attacks).toMatchObject([
      { attack: "remap-set-pte", succeeded: false },
      { attack: "flip-bit", succeeded: true },
    ]);
  });

  it("lists every attack, and between them every defence", async () => {
    const listed = JSON.parse((await atoll(["attack", "--list", "--json"])).stdout);
    expect(listed.map(({ name }: { name: string }) => name)).toEqual(ATTACKS.map(({ name }) => name));
    const stoppers = new Set(listed.flatMap(({ defences }: { defences: string[] }) => defences));
    expect(DEFENCE_NAMES.filter((name) => !stoppers.has(name))).toEqual([]);
  });
});
