/** The examples for Penglai-PMP (guest/penglai-sdk/pmp) on the personality `penglai-pmp` and its driver. */
import { expect, test } from "vitest";
import type { PmpLaunchOptions } from "../../host/penglai-pmp/pmp-system.ts";
import { PmpSystem } from "../../host/penglai-pmp/pmp-system.ts";
import { granted, prebuilt } from "../host/machine-fixture.ts";

async function run(name: string, options: PmpLaunchOptions = {}, fuel?: number) {
  const system = await PmpSystem.create({ memory: 64 << 20, ...(fuel !== undefined && { fuel }) });
  return granted(system.createEnclave(prebuilt(`pmp-${name}`), options)).run();
}

test("hello finds its entry point and the untrusted memory in its registers", async () => {
  expect(await run("hello", { untrustedByteLen: 1 << 16 })).toMatchObject({
    exitCode: 0,
    output: "hello from 0x0000000000001000, untrusted memory at 0x0000001000000000, 65536 bytes\n",
  });
});

test("prime computes", async () => {
  expect(await run("prime")).toMatchObject({ end: { value: 1229n }, output: "1229 primes below 10000\n" });
});

test("a program in the public form finds what it is owed", async () => {
  expect(await run("form")).toMatchObject({ exitCode: 0, output: "one two: -7 0000beef z%\n" });
});

test("untrusted adds what the application puts there, until it puts nothing", async () => {
  const pairs = [
    [1, 2],
    [-7, 40],
    [0x7fff_ffff, 1],
    [0, 0],
  ];
  const bytes = (pair = [0, 0]) => new Uint8Array(Int32Array.from(pair).buffer);
  const sums: number[] = [];
  const outcome = await run("untrusted", {
    untrusted: bytes(pairs[0]),
    onOcall: (untrusted, size) => {
      expect(size).toBe(12n);
      sums.push(new DataView(untrusted.buffer, untrusted.byteOffset).getInt32(8, true));
      return bytes(pairs[sums.length]);
    },
  });
  expect(outcome).toMatchObject({ end: { value: 3n }, output: "1 + 2\n-7 + 40\n2147483647 + 1\n" });
  expect(sums).toEqual([3, 33, -0x8000_0000]);
});

test("seal opens what it has sealed, with the same key in every run", async () => {
  const outcome = await run("seal");
  expect(outcome.exitCode).toBe(0);
  expect(outcome.output).toMatch(/^salt [0-9a-f]{32}\ntext [0-9a-f]{80}\ntag [0-9a-f]{64}\nopened, and refused/);
  expect((await run("seal")).output).toBe(outcome.output);
});

test("deadloop ends with the fuel", async () => {
  expect((await run("deadloop", {}, 100_000)).end).toMatchObject({ kind: "out-of-fuel" });
});
