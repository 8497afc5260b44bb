/** What the probe on the bus sees of private memory: where something was written, and not what. */
import { describe, expect, it } from "vitest";
import { pa } from "../../core/units.ts";
import { System } from "../../host/system.ts";
import { DramBus } from "../../ni/dram-bus.ts";
import { firstDifference } from "../../ni/observation.ts";
import { program } from "./scene.ts";

/** Looks, writes two lines of a stack page of an enclave, and looks again. */
async function looks(value: number, offset: number) {
  const system = await System.create({ memory: 32 * 2 ** 20 });
  const { host, machine } = system;
  const created = host.createEnclave(program("hello").elf);
  if (!created.ok) throw new Error(created.refusal.explanation);
  const [frame] = [...created.value.record.frames.values()].slice(-1);
  const bus = new DramBus(system);
  // A page that nobody has written has no image yet: all its lines would be new at the second look.
  machine.writeBytes(pa(frame!), Uint8Array.of(77));
  const before = new Map(bus.changes());
  machine.writeBytes(pa(frame!), Uint8Array.of(value));
  machine.writeBytes(pa(frame! + offset), Uint8Array.of(value));
  return { before, after: new Map(bus.changes()) };
}

describe("a probe on the DRAM bus", () => {
  it("does not tell one value from another", async () => {
    const [left, right] = [await looks(1, 64), await looks(2, 64)];
    expect(firstDifference(left.before, right.before)).toBeUndefined();
    expect(firstDifference(left.after, right.after)).toBeUndefined();
  });

  it("sees that something was written, and where", async () => {
    const [left, right] = [await looks(1, 64), await looks(1, 128)];
    expect(firstDifference(left.before, left.after)?.observable).toMatch(/^bus 0x/);
    expect(firstDifference(left.after, right.after)?.observable).toMatch(/^bus 0x/);
  });

  it("does not see a store that changes nothing, where a write-back cache would show one", async () => {
    const { after } = await looks(77, 0);
    expect([...after.keys()]).toEqual([]);
  });
});
