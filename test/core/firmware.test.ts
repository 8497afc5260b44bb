import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assembleProgram } from "../../core/assembler.ts";
import { bootFirmware, EXIT_STUCK, EXIT_TIMEOUT, runFirmware } from "../../core/firmware.ts";
import { pa } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { buildElf, type ElfSpec, RX } from "./elf-builder.ts";

const RAM = 0x8000_0000n;
const TOHOST = RAM + 0x1000n;
const FINISHER = 0x10_0000;

const bytesOf = (source: string): Uint8Array => assembleProgram(source, RAM).bytes;
const program = (source: string, spec: ElfSpec = {}): Uint8Array =>
  buildElf({ segments: [{ flags: RX, vaddr: RAM, bytes: bytesOf(source) }], ...spec });
const withHtif = (source: string): Uint8Array =>
  program(source, {
    segments: [{ flags: 7, vaddr: RAM, bytes: bytesOf(source), memSize: 0x2000n }],
    symbols: [
      { name: "tohost", value: TOHOST },
      { name: "fromhost", value: TOHOST + 64n },
    ],
  });
const jumpToSelf = "j .";
const store = (mnemonic: string, address: number | bigint, value: number | bigint): string => `
  li t0, ${address}
  li t1, ${value}
  ${mnemonic} t1, 0(t0)`;
const fail = (code: number): string => store("sw", FINISHER, (code << 16) | 0x3333);

describe("bare-metal programs", () => {
  it("start in M-mode at the entry, hartid in a0, device tree in a1", async () => {
    const machine = await bootFirmware(program(jumpToSelf));
    expect([machine.pc, machine.privilege, machine.x[10], machine.x[11]]).toEqual([
      RAM,
      3,
      0n,
      RAM + 2n ** 30n - 2n ** 21n,
    ]);
  });

  it("are loaded by physical address, and entered there", async () => {
    const machine = await bootFirmware(
      buildElf({
        segments: [{ flags: RX, vaddr: 0xffffffffc0000000n, paddr: RAM + 0x3000n, bytes: bytesOf(fail(7)) }],
      }),
    );
    expect(machine.pc).toBe(RAM + 0x3000n);
    expect(runFirmware(machine)).toEqual({ stop: { kind: "exit", code: 7 }, exitCode: 7 });
  });

  it.each([
    ["the finisher's pass", store("sw", FINISHER, 0x5555), 0],
    ["the finisher's fail", fail(42), 42],
  ])("end by %s", async (_, source, code) => {
    expect(runFirmware(await bootFirmware(program(source)))).toEqual({ stop: { kind: "exit", code }, exitCode: code });
  });

  it("end by HTIF, after characters that were acknowledged in fromhost", async () => {
    const put = (character: string): string => store("sd", TOHOST, (0x0101n << 48n) | BigInt(character.charCodeAt(0)));
    const source = [put("o"), put("k"), store("sd", TOHOST, (5n << 1n) | 1n)].join("\n");
    const machine = await bootFirmware(withHtif(source));
    const console: number[] = [];
    machine.onConsole((bytes) => console.push(...bytes));
    expect(runFirmware(machine).exitCode).toBe(5);
    expect(String.fromCharCode(...console)).toBe("ok");
    expect(machine.read64(pa(Number(TOHOST) + 64))).toBe(0x0101n << 48n);
  });

  it("print through the write call of HTIF, and read the answer", async () => {
    const request = RAM + 0x1800n;
    const text = "printed by a system call";
    const machine = await bootFirmware(
      withHtif(`
        ${store("sd", request, 64)}
        ${store("sd", request + 8n, 1)}
        ${store("sd", request + 16n, RAM + 0x1900n)}
        ${store("sd", request + 24n, text.length)}
        ${store("sd", TOHOST, request)}
        li t0, ${TOHOST + 64n}
        wait: ld t1, 0(t0)
        beqz t1, wait
        li t0, ${request}
        ld t1, 0(t0)
        slli t1, t1, 1
        ori t1, t1, 1
        li t0, ${TOHOST}
        sd t1, 0(t0)
        j .`),
    );
    machine.writeBytes(pa(Number(RAM) + 0x1900), new TextEncoder().encode(text));
    let output = "";
    machine.onConsole((bytes) => {
      output += new TextDecoder().decode(bytes);
    });
    expect(runFirmware(machine, { fuel: 1000 })).toMatchObject({ exitCode: text.length });
    expect(output).toBe(text);
  });

  it.each([
    ["a buffer that is no RAM", 64n, 0x1000n, 5n],
    ["a length without end", 64n, RAM, 2n ** 63n],
    ["another call", 63n, RAM, 5n],
  ])("stop, and lose nothing, with %s", async (_, number, buffer, length) => {
    const request = RAM + 0x1800n;
    const machine = await bootFirmware(withHtif(`${store("sd", TOHOST, request)}\n j .`));
    for (const [index, word] of [number, 1n, buffer, length].entries())
      machine.write64(pa(Number(request) + 8 * index), word);
    expect(runFirmware(machine)).toEqual({ stop: { kind: "htif", request }, exitCode: EXIT_STUCK });
    expect(machine.read64(pa(Number(TOHOST)))).toBe(request);
  });

  it("stop with what they asked when HTIF cannot serve it", async () => {
    const machine = await bootFirmware(withHtif(store("sd", TOHOST, RAM + 0x1800n)));
    expect(runFirmware(machine)).toEqual({ stop: { kind: "htif", request: RAM + 0x1800n }, exitCode: EXIT_STUCK });
  });

  it("time out when their fuel is used up, exactly", async () => {
    const machine = await bootFirmware(program(jumpToSelf));
    expect(runFirmware(machine, { fuel: 12345 })).toEqual({ stop: { kind: "budget" }, exitCode: EXIT_TIMEOUT });
    expect(machine.retired).toBe(12345n);
  });

  it("are stuck when they wait for an interrupt that cannot come", async () => {
    const machine = await bootFirmware(program("wfi"));
    expect(runFirmware(machine)).toEqual({ stop: { kind: "idle" }, exitCode: EXIT_STUCK });
  });

  it.each([
    ["outside RAM", 0x1000n],
    ["beyond every machine", (1n << 64n) - 8n],
    ["not aligned", RAM + 4n],
  ])("are refused with a tohost %s", async (_, value) => {
    await expect(bootFirmware(program(jumpToSelf, { symbols: [{ name: "tohost", value }] }))).rejects.toThrow(
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
