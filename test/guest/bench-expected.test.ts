/** guest/bench/expected.json, which benchmarks hold every machine to, is right: another implementation says the same. */
import { expect, test } from "vitest";
import expected from "../../guest/bench/expected.json" with { type: "json" };
import { BENCH_KERNELS } from "../../scripts/guest-programs.ts";
import { BENCH_TWINS } from "./bench-twins.ts";

test("there is one entry a kernel", () => {
  expect(Object.keys(expected)).toEqual([...BENCH_KERNELS]);
  expect(Object.keys(BENCH_TWINS)).toEqual([...BENCH_KERNELS]);
});

test.each(Object.entries(expected))("%s", (name, { passes, checksum }) => {
  expect(BENCH_TWINS[name]!(passes).toString(16).padStart(16, "0")).toBe(checksum);
});
