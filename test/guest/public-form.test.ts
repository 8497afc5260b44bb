/** A program in the form in which Penglai's public SDKs build theirs: what it is, and that loader and monitor owe it nothing. */
import { expect, test } from "vitest";
import { bootHost, granted, prebuilt } from "../host/machine-fixture.ts";

test.each(["tvm-form", "pmp-form"])("%s is of that form", (name) => {
  const { entry, segments, sections, symbols } = prebuilt(name);
  expect(entry).toBe(0x1000n);
  expect(symbols.get("main")).toBe(0x1000n);
  expect(symbols.has("__global_pointer$")).toBe(false);
  expect(segments.map(({ writable, executable }) => [writable, executable])).toEqual([[true, true]]);
  const zeros = sections.filter(({ nobits }) => nobits).map((section) => section.name);
  expect(zeros).toEqual([".bss", ".brk_area", ".mmap_area"]);
  const [data, bss] = [".data", ".bss"].map((name) => sections.find((section) => section.name === name)!);
  expect(bss!.vaddr >> 12n).toBe(data!.vaddr >> 12n);
});

test("penglai-tvm runs it", async () => {
  const { host } = await bootHost();
  expect(granted(host.createEnclave(prebuilt("tvm-form"))).run()).toMatchObject({
    exitCode: 0,
    output: "one two: -7 0000beef z%\n",
  });
});
