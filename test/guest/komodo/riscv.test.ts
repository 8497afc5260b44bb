/**
 * The guests for `komodo-riscv`, whose Exit keeps the thread's context: the same sources as for `komodo`, from S-mode, cut into
 * pieces by the timer or not.
 */
import { describe, expect, test } from "vitest";
import { assembleProgram } from "../../../core/assembler.ts";
import { parseElf } from "../../../core/elf.ts";
import { Machine } from "../../../core/machine.ts";
import { va } from "../../../core/units.ts";
import { komodoImage } from "../../../host/komodo/komodo-image.ts";
import { riscvOs } from "../../../host/komodo/komodo-os.ts";
import { KomodoProgram, runAll } from "../../../host/komodo/komodo-program.ts";
import { RiscvLoader } from "../../../host/komodo/riscv-loader.ts";
import { createKomodoRiscv } from "../../../monitor/komodo-riscv.ts";
import { buildElf, RX } from "../../core/elf-builder.ts";
import { granted } from "../../host/machine-fixture.ts";
import { komodoGuest } from "./enclaves.ts";

async function boot(sliceTicks = 100_000) {
  const machine = await Machine.create({ mode: "monitor", ramSize: 16 << 20 });
  const monitor = createKomodoRiscv(machine);
  return { monitor, loader: new RiscvLoader(riscvOs(machine, monitor, { sliceTicks })) };
}

const image = (name: string) => komodoImage(komodoGuest(`riscv-${name}`));

describe.each([100_000, 5])("cut into slices of %i ticks", (sliceTicks) => {
  test("hello greets and sees its arguments", async () => {
    const { loader } = await boot(sliceTicks);
    const program = new KomodoProgram(loader, granted(loader.load(image("hello"))), { args: ["one"] });
    runAll([program]);
    expect(program.outcome).toMatchObject({
      end: { kind: "exited", value: 1n },
      output: "hello from enclave 0\nargument: one\n",
    });
    if (sliceTicks === 5) expect(program.outcome.statistics.timer).toBeGreaterThan(10);
  });

  test("threads of several enclaves take turns", async () => {
    const { loader, monitor } = await boot(sliceTicks);
    const programs = [0, 1].map(() => new KomodoProgram(loader, granted(loader.load(image("threads")))));
    runAll(programs);
    for (const { outcome } of programs)
      expect(outcome).toMatchObject({
        end: { kind: "exited", value: 0n },
        output: "worker: over\nsum of squares: 385\n",
      });
    expect(monitor.violation()).toBeUndefined();
  });
});

test("pages come back and are used again", async () => {
  const { loader } = await boot();
  for (let round = 0; round < 50; round++) {
    const program = new KomodoProgram(loader, granted(loader.load(image("hello"))));
    runAll([program]);
    expect(program.outcome.exitCode).toBe(0);
  }
});

test.each([
  ["unimp", /ENCLAVE_TRAP: cause 2/],
  ["li a7, 31\necall\nmv t0, a0\nli a7, 30\nli a0, 0\nbge t0, zero, done\nli a0, 5\ndone: ecall", undefined],
  ["li a7, 30\nli a0, -1\necall", /asks for nothing/],
])("a program of another kind: %j", async (source, why) => {
  const { loader } = await boot();
  const { bytes } = assembleProgram(source, va(0x1000n));
  const elf = parseElf(buildElf({ entry: 0x1000n, segments: [{ flags: RX, vaddr: 0x1000n, bytes }] }), "program");
  const program = new KomodoProgram(loader, granted(loader.load(komodoImage(elf))));
  runAll([program]);
  const { end } = program.outcome;
  if (why === undefined) expect(end).toEqual({ kind: "exited", value: 5n });
  else expect(end.kind === "killed" ? `${end.refusal.guard} ${end.refusal.explanation}` : end.kind).toMatch(why);
});
