/**
 * Hosts that attack an enclave through everything the TypeScript API gives a host: the monitor's calls with any argument,
 * its own page tables, satp, the parameters and the memory that it lends. After each attack the secret is where it was,
 * nobody else can read it, and the enclave still answers.
 */
import { describe, expect, test } from "vitest";
import { PAGE_SIZE, type Pa, pa, type Va, va } from "../../core/units.ts";
import type { HostCallName } from "../../host/penglai-abi.ts";
import { System, type SystemOptions } from "../../host/system.ts";
import { ecall, FID, program } from "./enclave-program.ts";
import { granted } from "./machine-fixture.ts";

const SECRET = 0x5ec4e7_5ec4e7n;
const [V, R, W, X, AD] = [1n, 2n, 4n, 8n, 0xc0n];
const GIB = 2n ** 30n;
const S_MODE = 1;
const HUGE = [2n ** 63n, 2n ** 64n - 1n, -4096n, 2n ** 52n, 2n ** 39n];
const pte = (to: number, flags: bigint): bigint => (BigInt(to / PAGE_SIZE) << 10n) | flags;

/** Keeps a secret on its stack, yields, and exits with it. */
const KEEPER = `li s1, ${SECRET}\nli s0, 0x37ffff8000\nsd s1, 0(s0)\n${ecall(FID.YIELD)}ld a0, 0(s0)\nli a7, 99\necall\n`;

async function scene(options: SystemOptions = {}) {
  const system = await System.create({ memory: 2 ** 28, fuel: 1_000_000, ...options });
  const { host, machine, monitor } = system;
  const { kernel } = host.driver;
  const enclave = granted(host.createEnclave(program(KEEPER)));
  expect(enclave.runSlice()).toBe("yield");
  const page = enclave.record.frames.get(va(0x37_ffff_8000n))!;
  const root = Number(kernel.satp & ((1n << 44n) - 1n)) * PAGE_SIZE;
  return {
    ...system,
    host,
    kernel,
    enclave,
    page,
    root,
    /** @returns what a call gives the host */
    call: (name: HostCallName, ...args: (number | bigint)[]): bigint => {
      const result = kernel.hart.penglai(name, ...args);
      if (!result.ok) throw new Error("out of fuel");
      return result.value;
    },
    /** Words into fresh memory of the host's. */
    put: (words: readonly (number | bigint)[]): Pa => {
      const at = kernel.pages(Math.ceil((words.length * 8) / PAGE_SIZE));
      kernel.put(at, new Uint8Array(new BigUint64Array(words.map((word) => BigInt.asUintN(64, BigInt(word)))).buffer));
      return at;
    },
    /** The enclave finds what it left, and nobody has it afterwards. */
    expectUnharmed: (): void => {
      expect(machine.read64(page)).toBe(SECRET);
      expect(kernel.load(page, 8).ok).toBe(false);
      expect(enclave.run().end).toEqual({ kind: "exited", value: SECRET });
      expect(monitor.owner(page)).toBe("public");
      expect(machine.read64(page)).toBe(0n);
    },
  };
}
type Scene = Awaited<ReturnType<typeof scene>>;

/** Where a host that builds a mapping of its own needs entries: root entry 100, spare tables of each sub-area. */
function spare({ kernel, root }: Scene) {
  const { ptArea } = kernel.layout;
  return { rootEntry: root + 100 * 8, middle: pa(ptArea.pteBase - PAGE_SIZE), last: pa(ptArea.end - PAGE_SIZE) };
}

/** Tries to map `target` with each flag of SET_PTE and looks whether it can be read at 100 GiB. */
const mapWith: Record<string, (s: Scene, target: Pa) => void> = {
  ONE: (s, target) => void s.call("SET_PTE", 1, spare(s).last, pte(target, V | R | W | AD)),
  MEMCPY: (s, target) => void s.call("SET_PTE", 3, spare(s).last, s.put([pte(target, V | R | W | AD)]), 8),
  "BATCH_SET behind a good entry": (s, target) => {
    const good = pte(s.kernel.pages(1), V | R | W | AD);
    s.call("SET_PTE", 5, s.put([spare(s).last + 8, good, spare(s).last, pte(target, V | R | W | AD)]), 2);
  },
  "an executable leaf": (s, target) => void s.call("SET_PTE", 1, spare(s).last, pte(target, V | X | AD)),
  "an entry with bit 63": (s, target) =>
    void s.call("SET_PTE", 1, spare(s).last, pte(target, V | R | AD) | (1n << 63n)),
  "a 2 MiB leaf": (s, target) =>
    void s.call("SET_PTE", 1, spare(s).middle, pte(Math.floor(target / 2 ** 21) * 2 ** 21, V | R | AD)),
  "a 1 GiB leaf": (s, target) =>
    void s.call("SET_PTE", 1, spare(s).rootEntry, pte(Math.floor(target / 2 ** 30) * 2 ** 30, V | R | AD)),
  "a table of its own": (s, target) => {
    const forged = s.put([pte(target, V | R | W | AD)]);
    s.call("SET_PTE", 1, spare(s).middle, pte(forged, V));
  },
  "a table at another level": (s, target) => {
    s.call("SET_PTE", 1, spare(s).last, pte(target, R | W | AD));
    s.call("SET_PTE", 1, spare(s).rootEntry, pte(spare(s).last, V));
  },
  "a split of the enclave's 2 MiB": (s, target) => void s.call("MAP_PTE", s.kernel.middleEntry(target), spare(s).last),
};

/** What S-mode reads, or undefined if it traps. */
function wordAt({ machine }: Scene, at: Va): bigint | undefined {
  const seen = machine.loadAs(S_MODE, at, 8);
  return seen.ok ? new DataView(seen.bytes.buffer).getBigUint64(0, true) : undefined;
}

describe("page tables of the host", () => {
  const targets: Record<string, (s: Scene) => Pa> = {
    "the secret": (s) => s.page,
    "the enclave's root table": (s) => pa(s.enclave.record.region.at + PAGE_SIZE),
    "the monitor": (s) => s.machine.ramBase,
    "the ownership map": (s) => s.kernel.layout.mbitmap,
  };
  const cases = Object.keys(mapWith).flatMap((how) => Object.keys(targets).map((what) => [how, what] as const));

  test.each(cases)("%s does not show %s", async (how, what) => {
    const s = await scene();
    const target = targets[what]!(s);
    const { rootEntry, middle, last } = spare(s);
    s.call("SET_PTE", 1, rootEntry, pte(middle, V));
    s.call("SET_PTE", 1, middle, pte(last, V));
    mapWith[how]!(s, target);
    s.kernel.hart.fence();
    const before = s.machine.read64(target);
    for (const offset of [0, target % 2 ** 21, target % 2 ** 30]) {
      const at = va(100n * GIB + BigInt(offset));
      expect(wordAt(s, at)).not.toBe(SECRET);
      expect(s.machine.fetchAs(S_MODE, at, 4)).not.toMatchObject({ pa: target });
      s.machine.storeAs(S_MODE, at, new Uint8Array(8).fill(1));
    }
    expect(s.machine.read64(target)).toBe(before);
    s.expectUnharmed();
  });

  test("each of the simple ones does, when nobody checks who owns the page", async () => {
    for (const how of ["ONE", "MEMCPY", "BATCH_SET behind a good entry", "a 2 MiB leaf"]) {
      const s = await scene({ without: ["ownership-check"] });
      const { rootEntry, middle, last } = spare(s);
      s.call("SET_PTE", 1, rootEntry, pte(middle, V));
      s.call("SET_PTE", 1, middle, pte(last, V));
      mapWith[how]!(s, s.page);
      s.kernel.hart.fence();
      const offset = how === "a 2 MiB leaf" ? s.page % 2 ** 21 : 0;
      expect(wordAt(s, va(100n * GIB + BigInt(offset)))).toBe(SECRET);
    }
  });

  test("a satp that leads elsewhere is not taken", async () => {
    const s = await scene();
    const forged = s.put(Array.from({ length: 512 }, () => pte(s.machine.ramBase, V | R | W | AD)));
    const ppn = BigInt(forged / PAGE_SIZE);
    const enclaveRoot = BigInt(s.enclave.record.region.at / PAGE_SIZE + 1);
    for (const mode of [0n, 1n, 8n, 9n, 10n, 15n])
      for (const root of [ppn, enclaveRoot, 0n, (1n << 44n) - 1n])
        for (const asid of [0n, 0xffffn]) {
          s.kernel.hart.writeSatp((mode << 60n) | (asid << 44n) | root);
          expect(s.machine.readCsr(0x180)).toBe(s.kernel.satp);
        }
    s.expectUnharmed();
  });
});

describe("parameters of the host", () => {
  const calls: HostCallName[] = ["CREATE_ENCLAVE", "CREATE_SHADOW", "RUN_SHADOW", "RUN_ENCLAVE", "ATTEST_ENCLAVE"];

  test.each(calls)("%s with every bad pointer changes nothing", async (name) => {
    const s = await scene();
    const { region } = s.enclave.record;
    const { ptArea, mbitmap } = s.kernel.layout;
    const before = s.monitor.state.owners;
    const bad = [0, s.page, region.at, s.machine.ramBase, ptArea.base, mbitmap, s.kernel.layout.ramEnd - 8, 1, ...HUGE];
    for (const pointer of bad) {
      const [a0, a1] = name.startsWith("CREATE") ? [pointer, 0] : [s.enclave.record.eid, pointer];
      s.call(name, a0, a1, 1);
      s.call(name, pointer, pointer, pointer);
    }
    expect(s.monitor.state.owners).toBe(before);
    s.expectUnharmed();
  });

  /** create_param: offset of the word -> values to try. */
  const words: [string, number, (s: Scene) => (number | bigint)[]][] = [
    ["eid_ptr", 0, (s) => [s.page, s.machine.ramBase, s.kernel.layout.ptArea.base, 2, ...HUGE]],
    [
      "paddr",
      32,
      (s) => [s.enclave.record.region.at, s.page, s.machine.ramBase, s.kernel.layout.ptArea.base, 1, ...HUGE],
    ],
    ["size", 40, () => [0, 1, PAGE_SIZE, 2 * PAGE_SIZE, ...HUGE]],
    ["free_mem", 56, (s) => [0, s.page, 1, ...HUGE]],
    ["kbuffer", 64, (s) => [s.page, s.machine.ramBase, s.kernel.layout.ptArea.base, 1, ...HUGE]],
    ["kbuffer_size", 72, () => [1, 2 ** 28, ...HUGE]],
    ["shm_paddr", 80, (s) => [s.page, s.machine.ramBase, s.kernel.layout.mbitmap, 1, ...HUGE]],
    ["shm_size", 88, () => [1, 2 ** 28, ...HUGE]],
    ["ecall_arg0", 96, (s) => [s.page, s.machine.ramBase, 1, ...HUGE]],
    ["retval", 128, (s) => [s.page, s.kernel.layout.mbitmap, 4, ...HUGE]],
  ];

  test.each(words)("CREATE_ENCLAVE with a bad %s changes nothing", async (_, offset, values) => {
    const s = await scene();
    const region = s.kernel.pages(16);
    s.kernel.prepareSecure(region, 16 * PAGE_SIZE);
    const shared = s.kernel.pages(2);
    const before = s.monitor.state.owners;
    const good = new Map<number, number | bigint>([
      [0, shared],
      [32, region],
      [40, 16 * PAGE_SIZE],
      [48, 0x1000],
      [56, region + 4 * PAGE_SIZE],
      [64, shared],
      [72, PAGE_SIZE],
      [80, shared + PAGE_SIZE],
      [88, PAGE_SIZE],
      [128, shared + 8],
    ]);
    const param = (changes: readonly (readonly [number, number | bigint])[]): Pa => {
      const merged = new Map([...good, ...changes]);
      return s.put(Array.from({ length: 17 }, (_, i) => merged.get(8 * i) ?? 0));
    };
    for (const value of values(s)) {
      expect(s.call("CREATE_ENCLAVE", param([[offset, value]]))).toBe(-1n);
      expect(s.monitor.state.owners).toBe(before);
    }
    // The parameters are good but for that word.
    expect(s.call("CREATE_ENCLAVE", param([]))).toBe(0n);
    s.expectUnharmed();
  });
});

describe("life cycle", () => {
  test("no call in a state that is not for it moves an enclave", async () => {
    const s = await scene();
    const { eid } = s.enclave.record;
    for (const from of [1, 2, 3, 2n ** 64n - 1n]) s.call("RESUME_ENCLAVE", eid, from, 1, s.page, PAGE_SIZE);
    for (const name of ["RUN_ENCLAVE", "ATTEST_ENCLAVE", "DESTROY_SHADOW", "ATTEST_SHADOW", "RUN_SHADOW"] as const)
      expect(s.call(name, eid, s.kernel.pages(1), 0)).toBe(-1n);
    s.expectUnharmed();
  });

  test("an enclave that somebody destroyed during an ocall ends, and its memory is taken back once", async () => {
    const { host } = await System.create({ memory: 2 ** 28 });
    const { frames } = host.driver.kernel;
    const before = frames.freePages;
    const enclave = granted(host.createEnclave(program(ecall(FID.OCALL, 3) + ecall(FID.EXIT, 0))));
    const steps = enclave.sliceInSteps();
    expect(steps.next().done).toBe(false);
    expect(enclave.destroy().ok).toBe(true);
    const other = granted(host.createEnclave(program(ecall(FID.EXIT, 5))));
    expect(steps.next()).toEqual({ done: true, value: "ended" });
    expect(enclave.outcome.end.kind).toBe("destroyed");
    host.driver.release(enclave.record);
    expect(other.run().end).toEqual({ kind: "exited", value: 5n });
    expect(frames.freePages).toBe(before);
  });

  test("a grant is nobody else's memory", async () => {
    const s = await scene();
    const asker = granted(s.host.createEnclave(program(ecall(FID.OCALL, 1, 0, PAGE_SIZE) + ecall(FID.EXIT, 0))));
    const { eid, kbuffer, region } = asker.record;
    s.call("RUN_ENCLAVE", eid, s.put([0, 0]));
    const own = s.kernel.pages(2);
    s.kernel.prepareSecure(own, 2 * PAGE_SIZE);
    const { ptArea, mbitmap } = s.kernel.layout;
    const bad = [0, s.page - PAGE_SIZE, region.at, kbuffer, s.enclave.record.kbuffer, s.machine.ramBase, ptArea.base];
    for (const at of [...bad, mbitmap, own + 1, s.enclave.record.region.at - PAGE_SIZE, ...HUGE])
      expect(s.call("RESUME_ENCLAVE", eid, 2, 1, at, 2 * PAGE_SIZE)).toBe(-1n);
    for (const size of [0, 1, PAGE_SIZE, ...HUGE]) expect(s.call("RESUME_ENCLAVE", eid, 2, 1, own, size)).toBe(-1n);
    for (const id of [0, 2, 3, 4, 8, 2n ** 63n])
      expect(s.call("RESUME_ENCLAVE", eid, 2, id, own, 2 * PAGE_SIZE)).toBe(-1n);
    // It waits all the same, and takes what it asked for.
    expect(s.call("RESUME_ENCLAVE", eid, 2, 1, own, 2 * PAGE_SIZE)).toBe(0n);
    s.expectUnharmed();
  });
});
