import { beforeEach, describe, expect, it } from "vitest";
import { parseElf } from "../../core/elf.ts";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { Driver } from "../../host/driver.ts";
import type { Enclave } from "../../host/enclave.ts";
import { type EnclaveImage, enclaveImage } from "../../host/enclave-image.ts";
import { Harts } from "../../host/harts.ts";
import { Kernel } from "../../host/kernel.ts";
import { runSlice, runToEnd, sliceInSteps } from "../../host/run-loop.ts";
import { schedule } from "../../host/schedule.ts";
import { buildElf } from "../core/elf-builder.ts";
import { FakeMachine } from "./fakes/fake-machine.ts";
import { FakeMonitor } from "./fakes/fake-monitor.ts";

const MiB = 2 ** 20;
const EID = 7n;

let machine: FakeMachine;
let monitor: FakeMonitor;
let driver: Driver;
let image: EnclaveImage;

/** The u64 at an offset of a parameter structure. */
const word = (param: bigint, offset: number) => machine.read64(pa(Number(param) + offset));
const at = (address: bigint) => pa(Number(address));

/** Pointers of create_param to the driver's result words, as the monitor reads them. */
function resultPointers(param: bigint, base: number) {
  return { ocallId: at(word(param, base)), arg0: at(word(param, base + 8)), arg1: at(word(param, base + 16)) };
}

function answerCreate(): void {
  monitor.answers.CREATE_ENCLAVE = ([param]) => {
    machine.write64(at(word(param!, 0)), EID);
    return 0n;
  };
}

function created(options = {}): Enclave {
  answerCreate();
  const result = driver.create(image, options);
  if (!result.ok) throw new Error(result.refusal.explanation);
  return result.value;
}

/** The monitor's side of an ocall: leaves its words for the driver, and returns OCALL. */
function ocall(param: bigint, id: bigint, arg0 = 0n, arg1 = 0n): bigint {
  const pointers = resultPointers(param, 96);
  machine.write64(pointers.ocallId, id);
  machine.write64(pointers.arg0, arg0);
  machine.write64(pointers.arg1, arg1);
  return 2n;
}

function boot(fuel?: number): void {
  machine = new FakeMachine(64 * MiB);
  monitor = new FakeMonitor(machine);
  driver = new Driver(new Kernel(new Harts(machine, monitor, fuel === undefined ? {} : { fuel })));
}

beforeEach(() => {
  boot();
  image = enclaveImage(parseElf(buildElf()));
});

describe("create", () => {
  it("passes create_param as §6.7 lays it out", () => {
    const enclave = created({ name: "sample", shm: Uint8Array.of(1, 2, 3) });
    const [param] = monitor.called("CREATE_ENCLAVE")[0]!.args;
    expect(new TextDecoder().decode(machine.readBytes(pa(Number(param) + 8), 7))).toBe("sample\0");
    expect(word(param!, 32)).toBe(BigInt(enclave.region.at));
    // 3 + 4 tables + 17 pages + 256 of slack, rounded up to a power of two.
    expect(word(param!, 40)).toBe(512n * BigInt(PAGE_SIZE));
    expect(word(param!, 48)).toBe(0x1000n);
    expect(word(param!, 56)).toBe(BigInt(enclave.region.at + 24 * PAGE_SIZE));
    expect([word(param!, 64), word(param!, 72)]).toEqual([BigInt(enclave.kbuffer), 4096n]);
    expect([word(param!, 80), word(param!, 88)]).toEqual([BigInt(enclave.shm!.at), 4096n]);
    expect(machine.readBytes(enclave.shm!.at, 4)).toEqual(Uint8Array.of(1, 2, 3, 0));
    expect(enclave.eid).toBe(7);
  });

  it("aligns the region naturally, whatever the size", () => {
    for (const slackPages of [0, 40, 200]) {
      const { region } = created({ slackPages });
      expect(region.at % (region.pageCount * PAGE_SIZE)).toBe(0);
    }
  });

  it("gives all memory back when the monitor refuses, and says why", () => {
    const before = driver.kernel.frames.freePages;
    monitor.answers.CREATE_ENCLAVE = () => -1n;
    monitor.lastDenial = { guard: "NOT_PUBLIC", explanation: "the page is not yours" };
    expect(driver.create(image)).toEqual({
      ok: false,
      refusal: { call: "CREATE_ENCLAVE", value: -1n, guard: "NOT_PUBLIC", explanation: "the page is not yours" },
    });
    expect(driver.kernel.frames.freePages).toBe(before);
  });

  it("lends metadata memory on -2 and tries again", () => {
    const answers = [-2n, 0n];
    monitor.answers.CREATE_ENCLAVE = () => answers.shift()!;
    expect(driver.create(image).ok).toBe(true);
    const lent = monitor.called("MEMORY_EXTEND").map(({ args }) => args[1]);
    expect(lent).toEqual(Array(3).fill(2n * BigInt(MiB)));
  });

  it("gives up when more metadata does not help", () => {
    monitor.answers.CREATE_ENCLAVE = () => -2n;
    expect(driver.create(image)).toMatchObject({ ok: false, refusal: { value: -2n } });
  });

  it("says what is missing when the image does not fit, and keeps nothing", () => {
    const before = driver.kernel.frames.freePages;
    expect(() => driver.create(image, { slackPages: 2 ** 14 })).toThrow(UserError);
    expect(driver.kernel.frames.freePages).toBe(before);
  });
});

describe("run loop", () => {
  it("resumes after timer and yield, serves SYS_WRITE, and returns the exit value", () => {
    const before = driver.kernel.frames.freePages;
    const written: string[] = [];
    const enclave = created({ console: (bytes: Uint8Array) => written.push(new TextDecoder().decode(bytes)) });
    const [param] = monitor.called("CREATE_ENCLAVE")[0]!.args;
    const say = (text: string) => {
      machine.writeBytes(at(word(param!, 64)), new TextEncoder().encode(`${text}\0`));
      return ocall(param!, 3n);
    };
    const script = [() => 1n, () => say("one "), () => 3n, () => say("two"), () => 0n];
    monitor.answers.RUN_ENCLAVE = () => script.shift()!();
    monitor.answers.RESUME_ENCLAVE = () => script.shift()!();
    machine.write64(at(word(param!, 128)), 42n);

    expect(runToEnd(driver, enclave)).toEqual({ kind: "exited", value: 42n });
    expect(written).toEqual(["one ", "two"]);
    expect(monitor.called("RUN_ENCLAVE")[0]!.args[0]).toBe(EID);
    expect(monitor.called("RESUME_ENCLAVE").map(({ args }) => args)).toEqual([
      [EID, 0n, 0n, 0n, 0n, 0n],
      [EID, 2n, 3n, 0n, 0n, 0n],
      [EID, 0n, 0n, 0n, 0n, 0n],
      [EID, 2n, 3n, 0n, 0n, 0n],
    ]);
    expect(monitor.called("SET_TIMER")).toHaveLength(5);
    expect(enclave.statistics).toMatchObject({ timer: 1, yield: 1, ocall: 2 });
    expect(driver.kernel.frames.freePages).toBe(before);
  });

  it("cuts text off at byte 511", () => {
    let written = new Uint8Array();
    const enclave = created({ console: (bytes: Uint8Array<ArrayBuffer>) => (written = bytes) });
    const [param] = monitor.called("CREATE_ENCLAVE")[0]!.args;
    monitor.answers.RUN_ENCLAVE = () => {
      machine.writeBytes(enclave.kbuffer, new Uint8Array(600).fill(65));
      return ocall(param!, 3n);
    };
    runToEnd(driver, enclave);
    expect(written).toHaveLength(511);
  });

  it("grants exactly what MMAP and SBRK ask for, and takes it back", () => {
    const before = driver.kernel.frames.freePages;
    const enclave = created();
    const [param] = monitor.called("CREATE_ENCLAVE")[0]!.args;
    const pointers = resultPointers(param!, 96);
    const granted: bigint[] = [];
    const ask = (id: bigint, arg1: bigint) => () => {
      machine.write64(pointers.ocallId, id);
      machine.write64(pointers.arg1, arg1); // arg0 stays as it is
      return 2n;
    };
    const script = [
      ask(1n, 3n * 4096n),
      () => ocall(param!, 2n, granted[0]!, 3n * 4096n),
      ask(4n, 17n * 4096n),
      ask(4n, 5n * 4096n),
      () => {
        machine.write64(at(granted[1]! + 16n), granted[2]!); // {paddr, size, next}
        return ocall(param!, 4n, granted[1]!, 20n * 4096n);
      },
      () => 0n,
    ];
    const held: number[] = [];
    monitor.answers.RUN_ENCLAVE = monitor.answers.RESUME_ENCLAVE = (args) => {
      if (args[3] !== 0n && args[1] === 2n) granted.push(args[3]!);
      held.push([...enclave.grants.values()].reduce((sum, grant) => sum + grant.pageCount, 0));
      return script.shift()!();
    };
    expect(runToEnd(driver, enclave)?.kind).toBe("exited");
    expect(held).toEqual([0, 3, 0, 17, 22, 0]);
    expect(machine.read64(at(granted[1]! + 16n))).toBe(0n);
    expect(driver.kernel.frames.freePages).toBe(before);
  });

  it("answers a request that no memory can satisfy with address 0", () => {
    const enclave = created();
    const [param] = monitor.called("CREATE_ENCLAVE")[0]!.args;
    monitor.answers.RUN_ENCLAVE = () => ocall(param!, 1n, 0n, 2n ** 40n);
    runToEnd(driver, enclave);
    expect(monitor.called("RESUME_ENCLAVE")[0]!.args.slice(3, 5)).toEqual([0n, 0n]);
  });

  it("destroys an enclave that asks for what it does not serve", () => {
    const enclave = created();
    const [param] = monitor.called("CREATE_ENCLAVE")[0]!.args;
    monitor.answers.RUN_ENCLAVE = () => ocall(param!, 77n);
    expect(runToEnd(driver, enclave)).toMatchObject({ kind: "killed", refusal: { call: "OCALL", value: 77n } });
    expect(monitor.called("DESTROY_ENCLAVE")).toHaveLength(1);
  });

  it("keeps the monitor's reason when the enclave is killed", () => {
    const before = driver.kernel.frames.freePages;
    const enclave = created();
    monitor.answers.RUN_ENCLAVE = () => {
      monitor.lastDenial = { guard: "ENCLAVE_FAULT", explanation: "load page fault at 0x0" };
      return -1n;
    };
    monitor.answers.DESTROY_ENCLAVE = () => {
      monitor.lastDenial = { guard: "NO_SUCH_ENCLAVE", explanation: "gone" };
      return -1n;
    };
    expect(runToEnd(driver, enclave)).toMatchObject({ kind: "killed", refusal: { guard: "ENCLAVE_FAULT" } });
    expect(driver.kernel.frames.freePages).toBe(before);
  });

  it("never reuses memory that the monitor keeps", () => {
    const before = driver.kernel.frames.freePages;
    const enclave = created();
    machine.secure = { from: enclave.region.at, to: enclave.region.at + enclave.region.pageCount * PAGE_SIZE };
    monitor.answers.RUN_ENCLAVE = () => -1n;
    monitor.answers.DESTROY_ENCLAVE = () => -1n;
    runToEnd(driver, enclave);
    expect(enclave.lost).toEqual([enclave.region]);
    expect(driver.kernel.frames.freePages).toBe(before - enclave.region.pageCount);
  });

  it("reports the fuel's end as a value", () => {
    boot(100);
    const enclave = created();
    monitor.answers.RUN_ENCLAVE = () => ({ kind: "enclave", eid: 7 });
    expect(runToEnd(driver, enclave)).toEqual({ kind: "out-of-fuel", eid: 7 });
    // The enclave's page table is active: the kernel has no business any more, and says so.
    expect(driver.destroy(enclave)).toMatchObject({ ok: false, refusal: { call: "DESTROY_ENCLAVE" } });
    expect(() => driver.create(image)).toThrow(/enclave 7 ran out of fuel/);
  });
});

describe("stop, resume, destroy, attest", () => {
  it("does not run a stopped enclave until it is resumed", () => {
    const enclave = created();
    monitor.answers.RUN_ENCLAVE = () => 3n;
    expect(runSlice(driver, enclave)).toBe("yield");
    expect(driver.stop(enclave).ok).toBe(true);
    expect(runSlice(driver, enclave)).toBe("not-runnable");
    expect(runToEnd(driver, enclave)).toBeUndefined();
    expect(driver.resume(enclave).ok).toBe(true);
    expect(monitor.called("RESUME_ENCLAVE")[0]!.args.slice(0, 2)).toEqual([EID, 1n]);
    expect(runToEnd(driver, enclave)).toEqual({ kind: "exited", value: 0n });
  });

  it("leaves a stopped enclave alone when the monitor refuses", () => {
    const enclave = created();
    monitor.answers.STOP_ENCLAVE = () => -1n;
    expect(driver.stop(enclave).ok).toBe(false);
    expect(enclave.state).toBe("fresh");
  });

  it("frees everything on destroy", () => {
    const before = driver.kernel.frames.freePages;
    const enclave = created({ shm: new Uint8Array(5000) });
    expect(driver.destroy(enclave).ok).toBe(true);
    expect(driver.kernel.frames.freePages).toBe(before);
    expect(enclave.end).toEqual({ kind: "destroyed" });
  });

  it("hands out the report that the monitor wrote", () => {
    const enclave = created();
    monitor.answers.ATTEST_ENCLAVE = ([, report, nonce]) => {
      machine.write64(at(report!), nonce!);
      return 0n;
    };
    const report = driver.attest(enclave, 99n);
    expect(report.ok && report.value.length).toBe(328);
    expect(report.ok && report.value[0]).toBe(99);
  });
});

describe("shadow and forks", () => {
  function shadowed() {
    monitor.answers.CREATE_SHADOW = ([param]) => {
      machine.write64(at(word(param!, 0)), 4n);
      return 0n;
    };
    const result = driver.createShadow(enclaveImage(parseElf(buildElf()), { kind: "shadow" }));
    if (!result.ok) throw new Error(result.refusal.explanation);
    return result.value;
  }

  it("creates a shadow without kbuffer, shm and stack", () => {
    const { region } = shadowed().enclave;
    expect(region.pageCount).toBe(8); // 3 + 2 tables + 1 page, and no slack
    const [param] = monitor.called("CREATE_SHADOW")[0]!.args;
    expect([64, 72, 80, 88].map((offset) => word(param!, offset))).toEqual([0n, 0n, 0n, 0n]);
  });

  it("passes shadow_run_param as §6.7 lays it out, and learns the id", () => {
    const shadow = shadowed();
    const fork = driver.fork(shadow, { name: "fork", shm: Uint8Array.of(5) });
    monitor.answers.RUN_SHADOW = ([, param]) => {
      machine.write64(at(word(param!, 24)), 8n);
      machine.write64(at(word(param!, 112)), 3n);
      return 0n;
    };
    expect(runToEnd(driver, fork)).toEqual({ kind: "exited", value: 3n });
    const [template, param] = monitor.called("RUN_SHADOW")[0]!.args;
    expect(template).toBe(4n);
    expect(word(param!, 0)).toBe(driver.kernel.satp);
    expect(fork.eid).toBe(8);
  });

  it("chooses a region that holds the instance: 64 pages for a small image", () => {
    expect(driver.fork(shadowed()).region.pageCount).toBe(64);
  });

  it("runs many forks a slice each in turn", () => {
    const shadow = shadowed();
    let next = 10n;
    const order: bigint[] = [];
    monitor.answers.RUN_SHADOW = ([, param]) => {
      machine.write64(at(word(param!, 24)), next++);
      return 3n;
    };
    monitor.answers.RESUME_ENCLAVE = ([eid]) => {
      order.push(eid!);
      return order.filter((other) => other === eid).length === 2 ? 0n : 1n;
    };
    const forks = Array.from({ length: 3 }, () => driver.fork(shadow));
    const programs = forks.map((fork) => ({ sliceInSteps: () => sliceInSteps(driver, fork) }));
    const steps = [...schedule(programs, driver.kernel)];
    expect(steps).toEqual(["slice", "slice", "slice", "slice", "slice", "slice", "ended", "ended", "ended"]);
    expect(order).toEqual([10n, 11n, 12n, 10n, 11n, 12n]);
    expect(forks.map((fork) => fork.end?.kind)).toEqual(["exited", "exited", "exited"]);
  });

  it("destroys a fork that never ran without asking the monitor", () => {
    const before = driver.kernel.frames.freePages;
    const fork = driver.fork(shadowed());
    expect(driver.destroy(fork).ok).toBe(true);
    expect(monitor.called("DESTROY_ENCLAVE")).toEqual([]);
    expect(before).toBeGreaterThan(driver.kernel.frames.freePages); // the shadow lives on
  });
});
