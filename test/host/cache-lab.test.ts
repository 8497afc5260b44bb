/** Prime+probe on the timed machine, with and without locked lines; and what locking promises. Penglai reference §5. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pa, va } from "../../core/units.ts";
import {
  binomialTail,
  type CacheLabOptions,
  nibblesOf,
  observe,
  primeAndProbe,
  ROUNDS,
  recoverNibbles,
  SECRET_BYTE_LEN,
} from "../../host/cache-lab.ts";
import type { HostedEnclave } from "../../host/hosted.ts";
import { type SampleGuest, sampleGuest } from "../../host/sample-guests.ts";
import { System } from "../../host/system.ts";
import { granted } from "./machine-fixture.ts";

const SEED = 3n;
const N = 4 * ROUNDS;

describe("prime+probe", () => {
  it("recovers every nibble of an unprotected victim", async () => {
    const { rounds, correct, chanceLevel } = await primeAndProbe(SEED, N, { victim: "unprotected" });
    expect({ rounds, chanceLevel }).toEqual({ rounds: N, chanceLevel: 1 / 16 });
    expect(correct).toBe(N);
  });

  it("does no better than guessing where the table is locked", async () => {
    const { correct, likelihoodOfGuessing } = await primeAndProbe(SEED, N, { victim: "lock" });
    expect(likelihoodOfGuessing).toBeGreaterThan(0.01);
    expect(correct).toBeLessThan(0.15 * N);
  });

  it("recovers it from a victim that locks, on a cache that does not", async () => {
    const { correct } = await primeAndProbe(SEED, N, { victim: "lock", without: ["line-lock"] });
    expect(correct).toBe(N);
  });

  it("comes out the same for the same seed", async () => {
    const options: CacheLabOptions = { victim: "lock" };
    expect(await primeAndProbe(9n, ROUNDS, options)).toEqual(await primeAndProbe(9n, ROUNDS, options));
  });

  it("refuses a number of rounds that secrets do not fill", async () => {
    await expect(primeAndProbe(SEED, 65, { victim: "lock" })).rejects.toThrow(RangeError);
  });
});

describe("two secrets", () => {
  const secrets = [new Uint8Array(SECRET_BYTE_LEN).fill(0x5a), new Uint8Array(SECRET_BYTE_LEN).fill(0xc3)] as const;
  const seen = (options: CacheLabOptions) => Promise.all(secrets.map((secret) => observe(secret, options)));

  it("look different to the probe", async () => {
    const [a, b] = await seen({ victim: "unprotected" });
    expect(a).not.toEqual(b);
  });

  it.each<CacheLabOptions>([{ victim: "lock" }, { victim: "try", probe: "hold" }])(
    "look the same to the last cycle where the table is locked: %o",
    async (options) => {
      const [a, b] = await seen(options);
      expect(a).toEqual(b);
    },
  );
});

describe("analysis", () => {
  const quiet = (): number[] => new Array(64).fill(9);

  it("finds the set that exceeds what it takes without the look-up", () => {
    const usual = [1, 2, 3, 4].map((round) => quiet().map((cycles, set) => cycles + (set === 2 * round ? 90 : 0)));
    const nibbles = [4, 4, 0, 8];
    const cycles = usual.map((sets, round) => sets.map((taken, set) => taken + (set === nibbles[round] ? 11 : 0)));
    expect(recoverNibbles(cycles, usual, [1, 1, 1, 1])).toEqual(nibbles);
  });

  it("guesses, as told, where all sets are alike", () => {
    const cycles = [quiet(), quiet(), quiet()];
    expect(recoverNibbles(cycles, cycles, [3, 0, 12])).toEqual([3, 0, 12]);
  });

  it("takes nibbles in the order of the victim", () => {
    expect(nibblesOf(Uint8Array.of(0x10, 0xfe))).toEqual([0, 1, 14, 15]);
  });

  it("knows how likely guessing is", () => {
    expect(binomialTail(4, 2, 0.5)).toBeCloseTo(11 / 16, 12);
    expect(binomialTail(2, 2, 1 / 16)).toBeCloseTo(1 / 256, 12);
    expect(binomialTail(100_000, 7000, 1 / 16)).toBeLessThan(1e-15);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (n, chance) => {
        expect(binomialTail(n, 0, chance)).toBeCloseTo(1, 9);
        expect(binomialTail(n, n, chance)).toBeCloseTo(chance ** n, 9);
      }),
    );
  });
});

describe("locked lines", () => {
  const launch = async (system: System, name: SampleGuest, ...args: string[]): Promise<HostedEnclave> =>
    granted(system.host.createEnclave(await sampleGuest(name), { args }));
  const timed = (without: readonly string[] = []): Promise<System> =>
    System.create({ memory: 64 * 2 ** 20, flavour: "timed", without });
  /** Locks three lines of set 0, all that may be. */
  const fillSet0 = ({ machine, host }: System): boolean =>
    [0, 1, 2].map(() => machine.lockLines(host.driver.kernel.pages(1), 64)).every((locked) => locked);

  it.each([
    ["lock", 1],
    ["try", 0],
  ])("that do not fit are refused to the enclave: victim %s exits with %i", async (mode, exitCode) => {
    const system = await timed();
    expect(fillSet0(system)).toBe(true);
    expect((await launch(system, "victim", mode)).run()).toMatchObject({ exitCode });
  });

  it("fit otherwise", async () => {
    expect((await launch(await timed(), "victim", "lock")).run()).toMatchObject({ exitCode: 0 });
  });

  /** `hold` binds three lines of set 0 and never unbinds them. */
  it.each([
    ["is paused", "1"],
    ["is gone", "0"],
  ])("are free again when the enclave %s", async (_when, rounds) => {
    for (const isFlushed of [true, false]) {
      const system = await timed(isFlushed ? [] : ["flush-locked-lines"]);
      (await launch(system, "probe", rounds, "hold")).runSlice();
      expect(fillSet0(system)).toBe(isFlushed);
    }
  });

  it("are in the cache while the enclave runs and not when it has left, unless they are not flushed", async () => {
    for (const isFlushed of [true, false]) {
      const system = await timed(isFlushed ? [] : ["flush-locked-lines"]);
      const probe = await launch(system, "probe", "1", "hold");
      probe.runSlice();
      const symbol = (await sampleGuest("probe")).symbols.get("buffer")!;
      const line = pa(probe.record.frames.get(va(symbol))!);
      expect(system.machine.core.exports.isCached(1, BigInt(line)) !== 0).toBe(!isFlushed);
      // The other lines of the buffer were used like this one, and nobody flushed them.
      expect(system.machine.core.exports.isCached(1, BigInt(line + 64)) !== 0).toBe(true);
    }
  });
});
