/** An enclave under a debugger: its entry, its calls, its faults, and what monitor commands say of it. */
import { describe, expect, it } from "vitest";
import { runMonitorCommand } from "../../debug/monitor-command.ts";
import { System } from "../../host/system.ts";
import { ecall, FID, program } from "../host/enclave-program.ts";
import { debuggedEnclave } from "./client.ts";

/** Says "!" by an ocall of SYS_WRITE's kind (yield here), counts in s0, exits with 7. */
const SOURCE = `li s0, 1\n${ecall(FID.YIELD)}li s0, 2\n${ecall(FID.EXIT, 7)}`;
/** li s0; two words for a6, one for a7; then the call. */
const CALL = 0x1000 + 4 * 4;

async function start(source: string) {
  const system = await System.create({ memory: 2 ** 26, seed: 1n });
  const created = system.host.createEnclave(program(source));
  if (!created.ok) throw new Error(created.refusal.explanation);
  const enclave = created.value;
  return { system, enclave, ...debuggedEnclave(system, enclave) };
}

describe("an enclave under a debugger", () => {
  it("stands at its entry, stops at its own addresses, and ends with its own exit code", async () => {
    const { system, wire, enclave, end } = await start(SOURCE);
    expect(await wire.ask("?")).toBe("T05thread:1;");
    expect([system.machine.pc, system.machine.privilege]).toEqual([0x1000n, 0]);
    await wire.ask(`Z0,${CALL.toString(16)},4`);
    expect(await wire.ask("c")).toBe("T05thread:1;");
    expect([system.machine.pc, system.machine.x[8]]).toEqual([BigInt(CALL), 1n]);
    await wire.ask("D");
    expect(await end).toEqual({ kind: "exit", code: 7 });
    expect(enclave.outcome.statistics.yield).toBe(1);
  });

  it("steps over a call to the next instruction, in the enclave, after the host has had the hart", async () => {
    const { system, enclave, wire } = await start(SOURCE);
    await wire.ask(`Z0,${CALL.toString(16)},4`);
    await wire.ask("c");
    expect(await wire.ask("vCont;s:1")).toBe("T05thread:1;");
    expect([system.machine.pc, system.machine.privilege]).toEqual([BigInt(CALL) + 4n, 0]);
    expect(enclave.record.statistics.yield).toBe(1);
  });

  it("shows a fault with the enclave's registers before the monitor destroys it", async () => {
    const { system, enclave, wire, end } = await start("li s0, 5\nld t0, 0(zero)\nj .");
    expect(await wire.ask("c")).toBe("T0bthread:1;");
    expect([system.machine.pc, system.machine.x[8]]).toEqual([0x1004n, 5n]);
    expect((await wire.monitor("enclaves"))[0]).toMatch(/^enclave 1 +running +\d+ pages +measured as [0-9a-f]{16}…$/);
    wire.tell("c");
    await end;
    expect(enclave.outcome.end).toMatchObject({ kind: "killed", refusal: { guard: "ENCLAVE_FAULT" } });
  });

  it("goes on if the debugger mends what was wrong", async () => {
    const { wire, end } = await start(`ld t0, 0(zero)\n${ecall(FID.EXIT, 9)}`);
    expect(await wire.ask("c")).toBe("T0bthread:1;");
    expect(await wire.ask("P20=0410000000000000")).toBe("OK");
    wire.tell("c");
    expect(await end).toEqual({ kind: "exit", code: 9 });
  });

  it("is measured, counted and ended as without a debugger", async () => {
    const plain = await System.create({ memory: 2 ** 26, seed: 1n });
    const created = plain.host.createEnclave(program(SOURCE));
    const outcome = created.ok && created.value.run();
    const { system, enclave, wire, end } = await start(SOURCE);
    for (let steps = 0; steps < 8; steps++) await wire.ask("s");
    await wire.ask("D");
    await end;
    expect(enclave.outcome).toEqual(outcome);
    expect(system.machine.cycles).toBe(plain.machine.cycles);
  });

  it("cannot be run by somebody who does not look around", async () => {
    const { enclave, wire } = await start(SOURCE);
    await wire.ask("?");
    expect(() => enclave.run()).toThrow();
  });
});

describe("monitor commands", () => {
  it("answer what a debugger cannot ask otherwise", async () => {
    const { wire, system } = await start(SOURCE);
    const help = await wire.monitor("help");
    expect(help.map((line) => line.split(/\s+/)[1]).slice(0, -1)).toEqual([
      "csr",
      "enclaves",
      "explain",
      "gpt",
      "harts",
      "owner",
      "phys",
      "pmp",
      "regs",
    ]);
    expect(await wire.monitor("harts")).toEqual(["*  hart 0  thread 1  U-mode  0x1000"]);
    const home = system.host.driver.kernel.layout.ramBase;
    expect(await wire.monitor(`owner phys:${home}`)).toEqual([
      expect.stringMatching(/^0x80000000: the monitor$/),
      expect.stringMatching(/PMP0 denies every access/),
    ]);
    expect((await wire.monitor("owner $pc"))[0]).toMatch(/: enclave 1$/);
    expect(await wire.monitor("csr mhartid")).toEqual(["mhartid (0xf14) = 0x0", "number of the hart"]);
    expect(await wire.monitor("csr 0xf14")).toEqual(await wire.monitor("csr mhartid"));
    expect((await wire.monitor("pmp"))[0]).toMatch(/^0 +NAPOT +0x80000000 to 0x801fffff +--- +S- and U-mode$/);
    expect((await wire.monitor("gpt"))[0]).toMatch(/the host's page tables lie in 0x8/);
    expect((await wire.monitor("regs")).at(-1)).toBe("pc   0x1000 in U-mode");
  });

  it("explain each privilege's access and the check that refuses it", async () => {
    const { wire } = await start(SOURCE);
    const lines = await wire.monitor("explain pc");
    expect(lines[0]).toMatch(/^pc is physical 0x8/);
    expect(lines.filter((line) => /^level [210] at/.test(line))).toHaveLength(3);
    expect(lines).toContain("U-mode  read     succeeds");
    expect(lines).toContain("U-mode  write    page fault: the entry does not permit to write");
    expect(lines).toContain("S-mode  execute  page fault: S-mode never executes pages of U-mode");
    expect(lines).toContain("M-mode  write    succeeds");
    const monitor = await wire.monitor("explain phys:0x80000000");
    expect(monitor).toContain("S-mode  read     access fault: PMP: entry 0, 0x80000000 to 0x80200000, permits nothing");
    expect((await wire.monitor("explain 0x0"))[0]).toMatch(/leads nowhere: the entry at level 0 is not valid/);
    expect(await wire.monitor("explain phys:0x10000000")).toContain("it is not RAM: a device answers, or nothing");
  });

  it("repeat the monitor's last refusal, in its own words", async () => {
    const { wire, system } = await start(SOURCE);
    expect(await wire.monitor("explain")).toEqual([
      system.monitor.lastDenial?.explanation ?? "the monitor has refused nothing yet",
    ]);
    const { kernel } = (await System.create({ memory: 2 ** 26 })).host.driver;
    kernel.hart.penglai("STOP_ENCLAVE", 99);
    const { machine } = system;
    const refused = {
      machine,
      monitor: kernel.hart.monitor as typeof system.monitor,
      hart: machine.harts[0]!,
      hartIndex: 0,
    };
    expect(runMonitorCommand(refused, "explain")).toBe(
      "NO_SUCH_ENCLAVE: there is no enclave 99. Rule: the id is that of a live enclave.\n",
    );
  });

  it("show physical memory", async () => {
    const { wire, system } = await start(SOURCE);
    const at = system.host.driver.kernel.layout.ramBase + 2 ** 25;
    system.machine.writeBytes(at as never, new TextEncoder().encode("physical memory!abc"));
    const [first, second] = await wire.monitor(`phys ${at} 19`);
    expect(first).toMatch(/70 68 79 73 .* {2}physical memory!$/);
    expect(second).toMatch(/61 62 63 +abc$/);
  });

  it.each([
    ["foo", /there is no monitor command "foo"/, /monitor help/],
    ["ower 1", /"ower"/, /did you mean monitor owner/],
    ["owner", /an address is missing/, /write a number/],
    ["owner 0x0", /leads nowhere/, /phys:ADDR/],
    ["owner 1 2", /"2" is one word too many/, /monitor help/],
    ["csr mstatsu", /no CSR "mstatsu"/, /did you mean mstatus/],
    ["csr", /is missing/, /monitor csr mstatus/],
    ["phys 0x80000000 99999", /cannot be shown at once/, /1 to 4096/],
    ["phys 0x1000", /is not RAM/, /RAM is 0x80000000 to/],
    ["phys 0xffffffffffffffff", /beyond every physical address/, /2\^53/],
    ["explain zebra", /"zebra" is not an address/, /0x80001000/],
  ])("tell what is wrong with %s, and how to mend it", async (line, what, mend) => {
    const { wire } = await start(SOURCE);
    const [first, second, ...rest] = await wire.monitor(line);
    expect(first).toMatch(what);
    expect(second).toMatch(/^mend: /);
    expect(second).toMatch(mend);
    expect(rest).toEqual([]);
  });
});
