/**
 * B11 on the machine: real S-mode code on hart 1 goes on storing to a page that hart 0 has made part of a shadow enclave.
 * Its translation is stale, so it changes what was measured. Penglai reference §10 B11.
 *
 * A shadow, as the creation of an enclave zeroes pages for its tables, and this machine then empties all TLBs.
 */
import { expect, test } from "vitest";
import { STVEC } from "../../assembly/csr.gen.ts";
import { assembleProgram } from "../../core/assembler.ts";
import { S_MODE } from "../../core/platform.ts";
import { canonical, PTE_A, PTE_D, PTE_R, PTE_V, PTE_X, pteOf } from "../../core/sv39.ts";
import type { Pa } from "../../core/units.ts";
import { System } from "../../host/system.ts";
import type { TvmDefect } from "../../monitor/penglai-tvm/defects.ts";
import { ecall, FID, program } from "./enclave-program.ts";
import { granted } from "./machine-fixture.ts";

const MEGAPAGE_PAGES = 512;
/** Where the last 2 MiB of the first gigabyte of the kernel's direct map would be: free in a small machine. */
const CODE_VA = canonical(0x40_0000_0000n + 511n * 0x20_0000n);
const source = (value: number): string => `li a0, ${value}\n nop\n nop\n ${ecall(FID.EXIT)}`;
const exitWith = (value: number) => program(source(value));
/** The first instructions of a program that exits with 9, as t1 holds them. */
const OTHER_CODE = new DataView(assembleProgram(source(9), 0x1000n).bytes.buffer).getBigUint64(0, true);

/** Stores t1 to s0 for ever; a trap parks the hart. */
const STORES = assembleProgram("loop: sd t1, 0(s0)\n j loop\n .align 3\n park: j park", CODE_VA);
const PARK = STORES.symbols.get("park")!;

async function boot(defects: readonly TvmDefect[]) {
  const system = await System.create({ memory: 64 * 2 ** 20, harts: 2, defects });
  const { kernel } = system.host.driver;
  const block = kernel.pages(MEGAPAGE_PAGES);
  kernel.put(block, STORES.bytes);
  const leaf = pteOf(block, PTE_V | PTE_R | PTE_X | PTE_A | PTE_D);
  const entry = kernel.layout.ptArea.pmdBase + 511 * 8;
  expect(kernel.hart.penglai("SET_PTE", 1, entry, leaf)).toEqual({ ok: true, value: 0n });
  return system;
}

/** Lets a hart execute for a while: it stores `value` to `to`. @returns whether it was parked */
function store(system: System, index: number, to: bigint, value: bigint): boolean {
  const hart = system.machine.harts[index]!;
  hart.privilege = S_MODE;
  hart.writeCsr(STVEC, PARK);
  [hart.x[6], hart.x[8], hart.pc] = [value, to, CODE_VA];
  hart.start();
  // the turn of the other hart, which stands, has to pass as well
  expect(system.machine.run(25_000).kind).toBe("budget");
  hart.stop();
  return hart.pc === PARK;
}

/** Where the first page of the image comes to lie. */
async function whereCodeLies(): Promise<Pa> {
  const shadow = granted((await boot([])).host.createShadow(exitWith(7)));
  return shadow.record.frames.values().next().value!;
}

/** @param storer the hart that stores once the shadow has been measured; hart 1 has stored before */
async function attack(defects: readonly TvmDefect[], storer: number) {
  const target = await whereCodeLies();
  const system = await boot(defects);
  const { kernel } = system.host.driver;
  const to = kernel.vaOf(target);
  const put = kernel.put.bind(kernel);
  kernel.put = (at, bytes) => {
    put(at, bytes);
    // create_param, the last thing before CREATE_SHADOW: what is there already is stored once more
    if (bytes.length !== 136) return;
    kernel.put = put;
    expect(store(system, 1, to, system.machine.read64(target))).toBe(false);
  };
  const shadow = granted(system.host.createShadow(exitWith(7)));
  expect(shadow.record.frames.values().next().value).toBe(target);
  const parked = store(system, storer, to, OTHER_CODE);
  return { exitCode: shadow.fork().run().exitCode, parked };
}

test("the monitor shoots the translation down: the store traps, forks are what was measured", async () => {
  expect(await attack([], 1)).toEqual({ exitCode: 7, parked: true });
});

test("B11: the store goes through, and forks of the measured shadow do something else", async () => {
  expect(await attack(["B11"], 1)).toEqual({ exitCode: 9, parked: false });
});

test("B11: the hart that flushed uses no translation that another one made", async () => {
  expect(await attack(["B11"], 0)).toEqual({ exitCode: 7, parked: true });
});
