import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bootFirmware, EXIT_STUCK, EXIT_TIMEOUT, runFirmware } from "../../core/firmware.ts";
import { UserError } from "../../core/user-error.ts";
import { a0, a1, bytesOf, encode, li, t0, t1, zero } from "../assembly/encode.ts";
import { buildElf, type ElfSpec, RX } from "./elf-builder.ts";

const RAM = 0x8000_0000n;
const TOHOST = RAM + 0x1000n;
const FINISHER = 0x10_0000;

function program(words: readonly number[], spec: ElfSpec = {}): Uint8Array {
  return buildElf({ segments: [{ flags: RX, vaddr: RAM, bytes: bytesOf(words) }], ...spec });
}
const withHtif = (words: readonly number[]): Uint8Array =>
  program(words, {
    segments: [{ flags: 7, vaddr: RAM, bytes: bytesOf(words), memSize: 0x2000n }],
    symbols: [
      { name: "tohost", value: TOHOST },
      { name: "fromhost", value: TOHOST + 64n },
    ],
  });
const jumpToSelf = encode("jal", zero, 0);
const storeTo = (address: number | bigint, value: number | bigint): number[] => [
  ...li(t0, address),
  ...li(t1, value),
  encode("sd", t1, 0, t0),
];
/** Copies a0 into the finisher's code: 0x3333 | code << 16. */
const exitWithA0 = [
  encode("slli", a0, a0, 16),
  ...li(t1, 0x3333),
  encode("or", t1, t1, a0),
  ...li(t0, FINISHER),
].concat(encode("sw", t1, 0, t0));

describe("bare-metal programs", () => {
  it("start in M-mode at the entry, hartid in a0, no device tree in a1", async () => {
    const machine = await bootFirmware(program([jumpToSelf]));
    expect([machine.pc, machine.privilege, machine.x[a0], machine.x[a1]]).toEqual([RAM, 3, 0n, 0n]);
  });

  it("are loaded by physical address, and entered there", async () => {
    const words = [...li(a0, 7), ...exitWithA0];
    const machine = await bootFirmware(
      buildElf({ segments: [{ flags: RX, vaddr: 0xffffffffc0000000n, paddr: RAM + 0x3000n, bytes: bytesOf(words) }] }),
    );
    expect(machine.pc).toBe(RAM + 0x3000n);
    expect(runFirmware(machine)).toEqual({ stop: { kind: "exit", code: 7 }, exitCode: 7 });
  });

  it.each([
    ["the finisher's pass", [...li(t0, FINISHER), ...li(t1, 0x5555), encode("sw", t1, 0, t0)], 0],
    ["the finisher's fail", [...li(a0, 42), ...exitWithA0], 42],
  ])("end by %s", async (_, words, code) => {
    expect(runFirmware(await bootFirmware(program(words)))).toEqual({ stop: { kind: "exit", code }, exitCode: code });
  });

  it("end by HTIF, after characters that were acknowledged in fromhost", async () => {
    const put = (character: string): number[] => storeTo(TOHOST, (0x0101n << 48n) | BigInt(character.charCodeAt(0)));
    const machine = await bootFirmware(withHtif([...put("o"), ...put("k"), ...storeTo(TOHOST, (5n << 1n) | 1n)]));
    const console: number[] = [];
    machine.onConsole((bytes) => console.push(...bytes));
    expect(runFirmware(machine).exitCode).toBe(5);
    expect(String.fromCharCode(...console)).toBe("ok");
    expect(machine.read64(Number(TOHOST + 64n) as never)).toBe(0x0101n << 48n);
  });

  it("stop with what they asked when HTIF cannot serve it", async () => {
    const machine = await bootFirmware(withHtif(storeTo(TOHOST, RAM + 0x1800n)));
    expect(runFirmware(machine)).toEqual({ stop: { kind: "htif", request: RAM + 0x1800n }, exitCode: EXIT_STUCK });
  });

  it("time out when their fuel is used up, exactly", async () => {
    const machine = await bootFirmware(program([jumpToSelf]));
    expect(runFirmware(machine, { fuel: 12345 })).toEqual({ stop: { kind: "budget" }, exitCode: EXIT_TIMEOUT });
    expect(machine.retired).toBe(12345n);
  });

  it("are stuck when they wait for an interrupt that cannot come", async () => {
    const machine = await bootFirmware(program([encode("wfi")]));
    expect(runFirmware(machine)).toEqual({ stop: { kind: "idle" }, exitCode: EXIT_STUCK });
  });

  it.each([
    ["outside RAM", 0x1000n],
    ["beyond every machine", (1n << 64n) - 8n],
    ["not aligned", RAM + 4n],
  ])("are refused with a tohost %s", async (_, value) => {
    await expect(bootFirmware(program([jumpToSelf], { symbols: [{ name: "tohost", value }] }))).rejects.toThrow(
      UserError,
    );
  });

  it("the prebuilt bench runs to its checksum, in its number of instructions", async () => {
    const { quicksort } = JSON.parse(readFileSync("guest/bench/expected.json", "utf8"));
    const machine = await bootFirmware(readFileSync("guest/prebuilt/bench-quicksort.elf"));
    let text = "";
    machine.onConsole((bytes) => {
      text += new TextDecoder().decode(bytes);
    });
    expect(runFirmware(machine, { fuel: 2e9 }).exitCode).toBe(0);
    expect(text).toContain(`${quicksort.instructions}`);
    expect(text).toContain(quicksort.checksum);
  });
});
