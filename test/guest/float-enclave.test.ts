/**
 * An enclave compiled as rv64gc: compressed instructions and double-precision floating point, interrupted in the middle of it
 * and next to another one with other numbers in the same registers (Penglai reference §10, B18: "FP registers not switched").
 * The twin is JavaScript, whose numbers are IEEE 754 doubles rounded to nearest.
 */
import { describe, expect, test } from "vitest";
import { bootHost, granted, prebuilt } from "../host/machine-fixture.ts";

const hex = (value: number): string => Buffer.from(new Float64Array([value]).buffer).toString("hex");

function expectedOutput(terms: number): string {
  let sum = 0;
  for (let k = 1; k <= terms; k++) sum += 1 / (k * k);
  return `sum ${hex(sum)}\nroot ${hex(Math.sqrt(6 * sum))}\nkept\n`;
}

const elf = prebuilt("float");

test("the program is what it is meant to be: compressed, with doubles in registers", () => {
  expect(elf.flags).toMatchObject({ rvc: true, floatAbi: "double" });
});

describe("an rv64gc enclave", () => {
  test.each([0, 1, 1000])("computes what a double is, with %i terms", async (terms) => {
    const { host } = await bootHost();
    const enclave = granted(host.createEnclave(elf, { args: [`${terms}`] }));
    expect(enclave.run()).toMatchObject({ exitCode: 0, output: expectedOutput(terms) });
  });

  test("keeps f0 to f31 and fcsr apart from a neighbour's, wherever the timer cuts", async () => {
    const { host } = await bootHost({ host: { sliceTicks: 13 } });
    const lengths = [100, 101, 102];
    const enclaves = lengths.map((terms) => granted(host.createEnclave(elf, { args: [`${terms}`] })));
    for (const [i, outcome] of host.runAll(enclaves).entries()) {
      expect(outcome).toMatchObject({ exitCode: 0, output: expectedOutput(lengths[i]!), statistics: { yield: 1 } });
      expect(outcome.statistics.timer).toBeGreaterThan(3);
    }
  });

  test("computes something else where the monitor has defect B18", async () => {
    const { host } = await bootHost({ host: { sliceTicks: 13 }, monitor: { defects: ["B18"] } });
    const lengths = [100, 101, 102];
    const enclaves = lengths.map((terms) => granted(host.createEnclave(elf, { args: [`${terms}`] })));
    const outputs = host.runAll(enclaves).map(({ output }) => output);
    expect(outputs).not.toEqual(lengths.map(expectedOutput));
  });
});
