/** The parts put together: DRAM follows what the monitor decides, and the same seed gives the same machine. */
import { describe, expect, it } from "vitest";
import { type Pa, pageNoOf } from "../../core/units.ts";
import { sampleGuest } from "../../host/sample-guests.ts";
import { System } from "../../host/system.ts";
import { granted } from "./machine-fixture.ts";

const MEMORY = 64 * 2 ** 20;
/** Two enclaves of this size lie in one SubTree of 4 MiB. */
const SMALL = { slackPages: 16 };
/** What one ST-1 node covers. */
const ST1_BYTES = 128 * 1024;
const secret = await sampleGuest("secret");

const started = (system: System) => {
  const enclave = granted(system.host.createEnclave(secret, { args: ["3"], ...SMALL }));
  enclave.runSlice();
  return enclave;
};
const firstPage = (enclave: ReturnType<typeof started>): Pa => enclave.record.frames.values().next().value as Pa;

describe("DRAM behind the monitor", () => {
  it("shows ciphertext of secure pages, and other ciphertext in a page's next life with equal contents", async () => {
    const system = await System.create({ memory: MEMORY });
    const enclave = started(system);
    const page = pageNoOf(firstPage(enclave));
    const plaintext = system.machine.memory.peek(page);
    const before = system.dram.observe(page);
    expect(before).not.toEqual(plaintext);

    // destroyed and created again before anybody looks: the kernel hands out the same pages
    granted(enclave.destroy());
    const again = started(system);
    expect(pageNoOf(firstPage(again))).toBe(page);
    expect(system.machine.memory.peek(page)).toEqual(plaintext);
    expect(system.dram.observe(page)).not.toEqual(before);
  });

  it("verifies a page that becomes secure under a node that somebody has changed", async () => {
    const system = await System.create({ memory: MEMORY });
    const first = started(system);
    // pages that are nobody's yet, below a node of their own in the SubTree of the first enclave
    const next = firstPage(first) + 2 * ST1_BYTES;
    system.dram.observe(pageNoOf(firstPage(first)));
    system.dramAttacker.flip(system.dramAttacker.locate(next).lines["ST-1"], 0);
    const second = system.host.createEnclave(secret, { args: ["3"], ...SMALL });
    const outcome = second.ok ? second.value.run().end.kind : second.refusal.guard;
    expect(["killed", "INTEGRITY"]).toContain(outcome);
    expect(first.run().end.kind).toBe("exited");
  });
});

describe("a system", () => {
  it("is the same machine for the same seed, and another for another one", async () => {
    const report = async (seed: bigint) => {
      const system = await System.create({ memory: MEMORY, seed });
      const enclave = granted(system.host.createEnclave(secret));
      const page = pageNoOf(firstPage(enclave));
      return [granted(enclave.attest(5n)), system.dram.observe(page)];
    };
    expect(await report(7n)).toEqual(await report(7n));
    const [[reportA, dramA], [reportB, dramB]] = [await report(7n), await report(8n)];
    expect(reportA).not.toEqual(reportB);
    expect(dramA).not.toEqual(dramB);
  });

  it("names a seed that is none", async () => {
    await expect(System.create({ memory: MEMORY, seed: 7 as never })).rejects.toThrow(
      "seed: a bigint is needed, not 7",
    );
  });

  it("runs an enclave in 512 GiB of RAM on a handful of frames", async () => {
    const system = await System.create({ memory: 2 ** 39 });
    expect(started(system).run().exitCode).toBe(0);
    expect(system.machine.framesInUse).toBeLessThan(200);
  });
});
