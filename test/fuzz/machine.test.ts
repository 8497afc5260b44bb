/** Hostile machines: pinned seeds here, more by hand (test/fuzz/main.ts). */
import { describe, expect, it } from "vitest";
import { POOL_USED, STATE_END } from "../../assembly/layout.ts";
import { CONFIGURATIONS, fuzzedMachine, fuzzMachine, inspect, nameOf, newCounts } from "./machine-fuzzer.ts";

const CASES = 200;

describe.each(CONFIGURATIONS.map((options) => [nameOf(options), options] as const))(
  "a hostile guest: %s",
  (_, options) => {
    it("neither hangs nor reaches anything that is not its own", async () => {
      const fuzzed = await fuzzedMachine(options);
      const counts = newCounts();
      for (let seed = 0; seed < CASES; seed++) fuzzMachine(fuzzed, seed, counts);
      inspect(fuzzed.machine);
      // not in vain: programs got on, and met all kinds of ends
      expect(counts.instructions).toBeGreaterThan(CASES * 50);
      expect(counts.stops.size).toBeGreaterThan(options.mode === "monitor" ? 10 : 0);
    });
  },
);

it("the inspection sees a stray byte, and a frame that is counted wrongly", async () => {
  const { machine } = await fuzzedMachine({ mode: "monitor" });
  inspect(machine);
  const words = new Uint32Array(machine.core.memory.buffer);
  words[STATE_END / 4] = 1;
  expect(() => inspect(machine)).toThrow(`somebody wrote 0x${STATE_END.toString(16)}`);
  words[STATE_END / 4] = 0;
  words[POOL_USED / 4]! += 1;
  expect(() => inspect(machine)).toThrow("are counted");
});
