import { expect, test } from "vitest";
import { System } from "../../host/system.ts";
import { ecall, FID, program } from "./enclave-program.ts";

const SMALL = { memory: 2 ** 26 };

test.each([
  ["fuel", { fuel: -1 }],
  ["fuel", { fuel: 1.5 }],
  ["fuel", { fuel: Number.NaN }],
  ["sliceTicks", { sliceTicks: -1 }],
  ["sliceTicks", { sliceTicks: 0 }],
  ["gpt", { gpt: "Paper" as "paper" }],
  ["onIntegrityFault", { onIntegrityFault: "Halt" as "halt" }],
])("a %s that is none is named: %o", async (name, options) => {
  await expect(System.create({ ...SMALL, ...options })).rejects.toThrow(name);
});

test.each([-5, 0.5, Number.NaN])("slackPages of %s would spoil the neighbours of the region", async (slackPages) => {
  const { host } = await System.create(SMALL);
  const { freePages } = host.driver.kernel.frames;
  expect(() => host.createEnclave(program(ecall(FID.EXIT, 0)), { slackPages })).toThrow(RangeError);
  expect(host.driver.kernel.frames.freePages).toBe(freePages);
});
