/** Memory and records come back: after every way an enclave can end, and when the machine's host memory is used up. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PAGE_SIZE, type Pa, pa, va } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { READ_WRITE } from "../../host/enclave-image.ts";
import type { HostedEnclave } from "../../host/hosted.ts";
import { System } from "../../host/system.ts";
import { ecall, FID, program } from "./enclave-program.ts";
import { granted, prebuilt } from "./machine-fixture.ts";

const [MMAP, SBRK] = [1, 4];
const EXIT = ecall(FID.EXIT, 0);

/** Programs that grow and end in different ways. */
const GUESTS = [
  prebuilt("hello"),
  prebuilt("mem"),
  prebuilt("fault"),
  program(ecall(FID.OCALL, MMAP, 0, 65536) + ecall(FID.YIELD) + ecall(FID.OCALL, SBRK, 8192) + EXIT),
  program(
    `${ecall(FID.OCALL, SBRK, 2 ** 21) + ecall(FID.YIELD) + ecall(FID.OCALL, SBRK, -4096) + ecall(FID.YIELD)}ebreak\n`,
  ),
];

/** What is in use: pages that private memory backs, pages the kernel has given away, records. */
const inUse = ({ machine, monitor, host }: System) => ({
  private: [...monitor.state.owners.runs()].filter(({ value }) => value >= 8).length,
  shared: [...monitor.state.shares.runs()].length - 1,
  freePages: host.driver.kernel.frames.freePages,
  records: monitor.state.freeRecords,
  running: monitor.state.running.filter((running) => running !== undefined),
  frames: machine.framesInUse,
});

test("whatever is created, run, stopped, forked, destroyed or killed", { timeout: 30_000 }, async () => {
  const system = await System.create({ memory: 2 ** 27, fuel: 1e9, sliceTicks: 100 });
  const { host } = system;
  const command = fc.oneof(
    fc.record({ kind: fc.constant("create" as const), guest: fc.nat(GUESTS.length - 1) }),
    fc.record({
      kind: fc.constantFrom("slice", "slice", "run", "stop", "resume", "destroy", "fork" as const),
      at: fc.nat(7),
    }),
  );
  // One round first: the kernel's pages that it keeps are written then, and stay.
  const round = (commands: readonly { kind: string; guest?: number; at?: number }[]): void => {
    const shadow = granted(host.createShadow(GUESTS[1]!));
    const live: HostedEnclave[] = [];
    for (const { kind, guest = 0, at = 0 } of commands) {
      const enclave = live[at % Math.max(1, live.length)];
      if (kind === "create") live.push(granted(host.createEnclave(GUESTS[guest]!, { args: ["x"] })));
      else if (kind === "fork") live.push(shadow.fork());
      else if (kind === "slice") enclave?.runSlice();
      else enclave?.[kind as "run" | "stop" | "resume" | "destroy"]();
    }
    for (const enclave of live) enclave.destroy();
    expect(shadow.destroy().ok).toBe(true);
  };
  round([]);
  const { frames, ...before } = inUse(system);
  const property = fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
    round(commands);
    const { frames: now, ...after } = inUse(system);
    expect(after).toEqual(before);
    // Mailboxes and kbuffers are the kernel's and stay backed: three pages for each enclave that lived at a time, and tables.
    expect(now - frames).toBeLessThan(200);
  });
  fc.assert(property, { numRuns: 40 });
});

test("a create that is refused leaves nothing of its image for the next one", async () => {
  const measurement = (system: System): string => {
    const report = granted(granted(system.host.createEnclave(GUESTS[1]!)).attest(0n));
    return Buffer.from(report.subarray(160, 192)).toString("hex");
  };
  const [fresh, used] = [await System.create({ memory: 2 ** 27 }), await System.create({ memory: 2 ** 27 })];
  // An image where the heap belongs: the monitor does not take it.
  const pages = Array.from({ length: 200 }, (_, i) => ({
    va: va(0x10_0000_0000n + BigInt(i * PAGE_SIZE)),
    flags: READ_WRITE,
    bytes: new Uint8Array(PAGE_SIZE).fill(0xa5),
  }));
  const refused = used.host.driver.create({ name: "refused", entry: va(0n), pages });
  expect(refused).toMatchObject({ ok: false, refusal: { guard: "IMAGE_ADDRESS" } });
  expect(measurement(used)).toBe(measurement(fresh));
});

describe("host memory that is used up", () => {
  /** Fills the machine but for `left` pages. */
  async function full(left: number) {
    const system = await System.create({ memory: 2 ** 32, fuel: 1e8 });
    const { kernel } = system.host.driver;
    const ballast: Pa[] = [];
    const page = new Uint8Array(PAGE_SIZE).fill(1);
    try {
      for (;;) {
        const block = kernel.pages(512);
        ballast.push(block);
        for (let i = 0; i < 512; i++) kernel.put(pa(block + i * PAGE_SIZE), page);
      }
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
    }
    for (let i = 0; i < left; i++) system.machine.zero(pa(ballast[0]! + i * PAGE_SIZE), PAGE_SIZE);
    return { ...system, kernel, ballast, machine: system.machine, host: system.host };
  }

  test("a create that fails costs nothing; an enclave that fails gives back what it had", {
    timeout: 30_000,
  }, async () => {
    const { host, machine, kernel, ballast } = await full(0);
    const before = kernel.frames.freePages;
    for (let i = 0; i < 3; i++) expect(() => host.createEnclave(GUESTS[1]!)).toThrow(UserError);
    expect(kernel.frames.freePages).toBe(before);

    // Room for the image, not for what it touches.
    for (let i = 0; i < 80; i++) machine.zero(pa(ballast[0]! + i * PAGE_SIZE), PAGE_SIZE);
    const touch = `li t0, 0x1000000000\nli t1, 512\nagain:\nsd t1, 0(t0)\nli t2, 4096\nadd t0, t0, t2\naddi t1, t1, -1\nbnez t1, again\n`;
    const greedy = granted(host.createEnclave(program(ecall(FID.OCALL, SBRK, 2 ** 21) + touch + EXIT)));
    const { end } = greedy.run();
    expect(end).toMatchObject({ kind: "killed", refusal: { guard: "HOST_MEMORY" } });
    expect(kernel.frames.freePages).toBe(before);

    expect(granted(host.createEnclave(program(EXIT))).run().end.kind).toBe("exited");
  });
});
