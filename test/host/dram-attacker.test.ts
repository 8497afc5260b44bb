/** The attacker's tools against a running machine: which check catches what, and what happens without it. */
import { describe, expect, it } from "vitest";
import { DramAttacker, REPLAY_SCOPES } from "../../host/dram-attacker.ts";
import type { Defences } from "../../hw-model/mmt.ts";
import { lineOf, linePa, PAGE0, RAM } from "../hw-model/mmt-fixture.ts";
import { PlainMachine } from "../hw-model/plain-machine.ts";

const OTHER_PAGE = PAGE0 + 1;
const write = (fill: number) => ({ index: 0, contents: lineOf(fill) });

function attacked(defences: Partial<Defences> = {}): { machine: PlainMachine; attacker: DramAttacker } {
  const machine = new PlainMachine({ defences });
  for (const page of [PAGE0, OTHER_PAGE]) machine.secure(page);
  machine.touch(PAGE0, write(1));
  machine.touch(OTHER_PAGE, write(3));
  return { machine, attacker: new DramAttacker(machine.view) };
}

/** First byte that the CPU reads of the page, or the level of the fault. */
function seen(machine: PlainMachine, page = PAGE0): number | string {
  const access = machine.touch(page);
  return access.ok ? access.page[0]! : access.fault.level;
}

describe("snoop", () => {
  it.each([true, false])("defence encryption on: %s. Shows the secret only without it", (encryption) => {
    const { attacker } = attacked({ encryption });
    expect(attacker.snoop(RAM, 64).toString() === lineOf(1).toString()).toBe(!encryption);
  });
});

describe("flip", () => {
  it("reports the one line that it changed and the page that it reaches", () => {
    const { machine, attacker } = attacked();
    expect(attacker.flip(RAM + 5, 7)).toEqual({
      attack: "flip",
      summary: "bit 7 of 0x80000005 (data)",
      changed: [{ linePa: RAM, what: "data" }],
      reaches: [PAGE0],
    });
    expect(seen(machine)).toBe("data");
  });

  it("of a node reports every page behind it", () => {
    const { attacker } = attacked();
    const pa = attacker.locate(RAM).lines["ST-1"];
    expect(attacker.flip(pa, 0)).toMatchObject({
      changed: [{ linePa: pa, what: "ST-1" }],
      reaches: [PAGE0, OTHER_PAGE],
    });
  });

  it("knows the MACs, and refuses a bit that no byte has", () => {
    const { attacker } = attacked();
    expect(attacker.flip(attacker.locate(RAM).mac, 0).changed[0]!.what).toBe("MAC");
    expect(() => attacker.flip(RAM, 8)).toThrow(RangeError);
  });
});

describe("splice", () => {
  it.each([
    ["data", "data"],
    ["data+MAC", "data"],
    ["data+MAC+counter", "ST-2"],
  ] as const)("of %s is caught at %s", (scope, level) => {
    const { machine, attacker } = attacked();
    const report = attacker.splice(linePa(OTHER_PAGE, 0), RAM, scope);
    expect(report.reaches).toEqual([PAGE0]);
    expect(seen(machine)).toBe(level);
    expect(seen(machine, OTHER_PAGE)).toBe(3);
  });

  it("goes unnoticed without encryption and MAC", () => {
    const { machine, attacker } = attacked({ encryption: false, mac: false });
    attacker.splice(linePa(OTHER_PAGE, 0), RAM, "data");
    expect(seen(machine)).toBe(3);
  });
});

describe("replay of an older state", () => {
  const rollBack = (scope: (typeof REPLAY_SCOPES)[number], defences: Partial<Defences> = {}): number | string => {
    const { machine, attacker } = attacked(defences);
    const recording = attacker.record(RAM, scope);
    machine.touch(PAGE0, write(2));
    const report = attacker.replay(recording);
    expect(report.changed.length).toBeGreaterThan(0);
    expect(report.reaches).toContain(PAGE0);
    return seen(machine);
  };

  it.each([
    ["data", "data"],
    ["data+MAC", "data"],
    ["data+MAC+counter", "ST-2"],
    ["SubTree", "RT leaf"],
    ["everything", "RT-1"],
  ] as const)("%s is caught at %s", (scope, level) => {
    expect(rollBack(scope)).toBe(level);
  });

  it("data+MAC brings the old contents back without the defence `counter`", () => {
    expect(rollBack("data+MAC", { counter: false })).toBe(1);
  });

  it.each(["data+MAC+counter", "SubTree", "everything"] as const)(
    "%s brings the old contents back without the defence `tree`",
    (scope) => {
      expect(rollBack(scope, { tree: false })).toBe(1);
    },
  );

  it.each(REPLAY_SCOPES)("%s changes nothing if nothing has happened since", (scope) => {
    const { machine, attacker } = attacked();
    const report = attacker.replay(attacker.record(RAM, scope));
    expect(report).toMatchObject({ attack: "replay", changed: [], reaches: [] });
    expect(seen(machine)).toBe(1);
  });
});
