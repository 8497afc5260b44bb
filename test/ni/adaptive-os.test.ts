import { describe, expect, it } from "vitest";
import type { OsAction } from "../../ni/action.ts";
import { adaptiveOs } from "../../ni/adaptive-os.ts";
import { atollWorld } from "../../ni/atoll-world.ts";
import { Choices } from "../../ni/choices.ts";
import { BUS_OBSERVABLES, kindOf, type Observed, OS_OBSERVABLES } from "../../ni/observation.ts";
import type { Step } from "../../ni/two-trace.ts";
import { program } from "./scene.ts";

/** A plain generator of numbers: xorshift32. */
function* numbers(seed: number): Generator<number> {
  for (let x = seed; ; ) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    yield x >>> 0;
  }
}

const os = (seed: number, steps?: number) =>
  adaptiveOs({ programs: ["secret"], ...(steps !== undefined && { steps }) }, new Choices(numbers(seed)));
const answered = (action: OsAction, seen: Record<string, Observed>): Step<OsAction> => ({
  action,
  observation: new Map(Object.entries(seen)),
});

describe("the adaptive OS", () => {
  it("does the same for the same choices and observations", () => {
    const trace = (seed: number) => {
      const next = os(seed);
      const past: Step<OsAction>[] = [];
      for (let action = next(past); action; action = next(past)) past.push(answered(action, { result: 0n }));
      return past.map(({ action }) => action);
    };
    expect(trace(5)).toEqual(trace(5));
    expect(trace(5)).not.toEqual(trace(6));
  });

  it("does something else when it sees something else", () => {
    const create: OsAction = { do: "create", as: "e0", program: "secret" };
    const differs = Array.from({ length: 50 }, (_, i) => i + 1).filter((seed) => {
      const [admitted, refused] = [os(seed), os(seed)];
      admitted([]);
      refused([]);
      const after = [admitted([answered(create, { result: 1n })]), refused([answered(create, { result: -1n })])];
      return JSON.stringify(after[0]?.do) !== JSON.stringify(after[1]?.do);
    });
    expect(differs.length).toBeGreaterThan(25);
  });

  it("cleans up and probes at the end", () => {
    const next = os(1, 2);
    const past: Step<OsAction>[] = [];
    for (let action = next(past); action; action = next(past)) past.push(answered(action, { result: 1n }));
    expect(past.at(-1)?.action).toEqual({ do: "probe" });
    expect(past.at(-2)?.action).toEqual({ do: "destroy", enclave: "e0" });
  });

  it("does everything that it knows to do, and all that it sees is accounted for", async () => {
    const done = new Set<string>();
    const seen = new Set<string>();
    for (let seed = 1; seed <= 8; seed++) {
      const programs = [program("secret 2"), program("mem"), program("hello x")];
      const next = adaptiveOs({ programs: programs.map(({ name }) => name), steps: 40 }, new Choices(numbers(seed)));
      const world = await atollWorld({ programs, bus: seed === 1 })(Uint8Array.of(1, 2, 3));
      const past: Step<OsAction>[] = [];
      for (let action = next(past); action; action = next(past)) {
        const observation = world.act(action);
        past.push({ action, observation });
        done.add(action.do);
        for (const observable of observation.keys()) seen.add(kindOf(observable));
      }
    }
    const world = await atollWorld({ programs: [] })(Uint8Array.of(0));
    const tables = world.act({ do: "map-window", target: { in: "pt_area", offset: 0 }, by: "SET_PTE" });
    for (const observable of tables.keys()) seen.add(kindOf(observable));
    expect([...done].sort()).toEqual(
      ["answer", "attest", "call", "create", "create-shadow", "destroy", "fork", "forge-satp", "load", "map-window"]
        .concat(["probe", "resume", "run", "stop", "store"])
        .sort(),
    );
    expect([...seen].sort()).toEqual([...Object.keys(OS_OBSERVABLES), ...Object.keys(BUS_OBSERVABLES)].sort());
  });
});
