/** Hostile files: pinned seeds here, more by hand (test/fuzz/main.ts). */
import { expect, it } from "vitest";
import { Random } from "../../zoo/scene/random.ts";
import { fuzzElf } from "./elf-fuzzer.ts";

it("no file does more than be refused, or run", async () => {
  const verdicts = { refused: 0, loaded: 0, ran: 0 };
  for (let seed = 0; seed < 2000; seed++) verdicts[await fuzzElf(new Random(seed), seed % 40 === 0)]++;
  expect(verdicts.refused).toBeGreaterThan(300);
  expect(verdicts.loaded).toBeGreaterThan(300);
  expect(verdicts.ran).toBeGreaterThan(10);
});
