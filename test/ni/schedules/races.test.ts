/** Races between harts, planted and found; none in the monitor as it is. */
import { describe, expect, test } from "vitest";
import { va } from "../../../core/units.ts";
import type { TvmDefect } from "../../../monitor/penglai-tvm/defects.ts";
import type { MonitorState } from "../../../monitor/penglai-tvm/state.ts";
import { describeFinding, explore, exploreAtRandom, replaySchedule } from "../../../ni/schedules/explore.ts";
import { type MonitorSceneOptions, monitorScene, type Operation } from "../../../ni/schedules/monitor-scene.ts";
import { PureHarts } from "../../../ni/schedules/pure-harts.ts";
import { CODE, ENCLAVE_FID, FID, TestHost } from "../../../zoo/penglai-tvm/host.ts";

const [A0, A1, A6, A7] = [10, 11, 16, 17];
const [TIMER, SYS_WRITE] = [0n, 3n];

const call = (name: keyof typeof FID, ...args: readonly (number | bigint)[]): Operation => ({
  name: `${name} ${args[0] ?? ""}`.trim(),
  by: "host",
  does: {
    [A7]: 0x100100n,
    [A6]: BigInt(FID[name]),
    ...Object.fromEntries(args.map((arg, i) => [A0 + i, BigInt(arg)])),
  },
});
const enclave = (name: keyof typeof ENCLAVE_FID, ...args: readonly bigint[]): Operation => ({
  name: `${name} in the enclave`,
  by: "enclave",
  does: { [A6]: 0x100101n, [A7]: BigInt(ENCLAVE_FID[name]), [A0]: args[0] ?? 0n, [A1]: args[1] ?? 0n },
});

type More = Omit<Partial<MonitorSceneOptions<MonitorState>>, "scripts">;

/** Harts that begin where `host` is. */
function sceneOf(host: TestHost, scripts: readonly (readonly Operation[])[], more: More = {}) {
  const { personality, state } = host.monitor;
  return monitorScene<MonitorState>({ personality, state, machine: PureHarts.of(host.platform), scripts, ...more });
}

const hostWith = (defects: readonly TvmDefect[], harts = 2): TestHost => TestHost.booted({ defects }, harts);

/** Two kernels that run the same enclave. */
function bothRun(defects: readonly TvmDefect[], ...then: readonly Operation[]) {
  const host = hostWith(defects);
  const { eid } = host.create();
  const run = call("RUN", eid, host.runParam());
  return sceneOf(host, [
    [run, ...then],
    [run, ...then],
  ]);
}

const bothLive = (defects: readonly TvmDefect[]) =>
  bothRun(defects, enclave("YIELD"), call("RESUME", 1, TIMER), enclave("EXIT"));

/** A kernel that stores to a page, another one that makes an enclave of it. */
function storeAndCreate(defects: readonly TvmDefect[]) {
  const host = hostWith(defects);
  const image = host.buildImage([CODE]);
  const store: Operation = { name: "store", by: "host", does: { storeTo: va(BigInt(image.freeMem - 4096)) } };
  return sceneOf(host, [[call("CREATE_ENCLAVE", host.createParam(image))], [store, store]]);
}

/** A STOP of an enclave that is about to yield on another hart; the interrupt comes late. */
function stopRunner(defects: readonly TvmDefect[]) {
  const host = hostWith(defects);
  const { eid } = host.create();
  host.on(1, () => host.run(eid));
  const check = ({ enclaves }: MonitorState, isEnd: boolean): string | undefined => {
    const status = enclaves.get(eid)?.status;
    return isEnd && status !== "stopped" ? `STOP gave 0 and the enclave is ${status}` : undefined;
  };
  return sceneOf(host, [[call("STOP", eid)], [enclave("YIELD")]], { interrupts: "late", check });
}

/** A kernel whose STOP is refused, and another one that goes on. */
function refusedStop(defects: readonly TvmDefect[]) {
  const host = hostWith(defects);
  const { eid } = host.create();
  return sceneOf(host, [[call("STOP", eid)], [call("RUN", eid, host.runParam()), enclave("EXIT")]]);
}

describe("planted races are found with the fewest preemptions", () => {
  test("K1: two harts enter one enclave", () => {
    const { finding } = explore(bothRun(["K1"]));
    expect(finding).toMatchObject({ preemptions: 1, schedule: "0110" });
    expect(describeFinding(finding!)).toBe(
      [
        "schedule 0110, 1 preemption:",
        "  hart 0: RUN 1 (looks, and comes again)",
        "  hart 1: RUN 1 (looks, and comes again)",
        "  hart 1: RUN 1",
        "  hart 0: RUN 1",
        "running: enclave 1 has harts 0 and 1",
      ].join("\n"),
    );
  });

  test("B11: a hart goes on storing through a translation that nobody shot down", () => {
    const { finding } = explore(storeAndCreate(["B11"]));
    expect(finding).toMatchObject({ schedule: "101", preemptions: 1 });
    expect(finding!.violation).toMatch(/^the host stores to 0x80605000, which belongs to enclave 1$/);
  });

  test("B13: a refused STOP keeps the lock", () => {
    const { finding } = explore(refusedStop(["B13"]));
    expect(finding).toMatchObject({
      schedule: "0",
      preemptions: 0,
      violation: "lock: hart 0 left the monitor with the lock",
    });
  });

  test("K2: an ocall overtakes the STOP of another hart", () => {
    const { finding } = explore(stopRunner(["K2"]));
    expect(finding).toMatchObject({ schedule: "01b", violation: "STOP gave 0 and the enclave is runnable" });
  });

  test("and by random schedules, the same for the same seed", () => {
    const found = exploreAtRandom(bothRun(["K1"]), 1, 200);
    expect(found.finding?.violation).toBe("running: enclave 1 has harts 0 and 1");
    expect(exploreAtRandom(bothRun(["K1"]), 1, 200)).toEqual(found);
  });
});

describe("the monitor as it is", () => {
  test.each([
    ["two kernels run one enclave", bothLive],
    ["a kernel stores where another one creates", storeAndCreate],
    ["a kernel's STOP is refused", refusedStop],
  ])("holds under every schedule of 2 preemptions: %s", (_, scene) => {
    const { schedules, isComplete, finding } = explore(scene([]));
    expect(finding && describeFinding(finding)).toBeUndefined();
    expect(isComplete).toBe(true);
    expect(schedules).toBeGreaterThan(2);
  });

  test("stops an enclave whatever it was about to do", () => {
    expect(explore(stopRunner([]), { preemptions: 3 })).toMatchObject({ isComplete: true, finding: undefined });
  });

  test("holds on four harts under random schedules", () => {
    const host = hostWith([], 4);
    const eids = [host.create().eid, host.create().eid];
    const param = host.runParam();
    const life = (eid: number): Operation[] => [
      call("RUN", eid, param),
      enclave("YIELD"),
      call("RESUME", eid, TIMER),
      enclave("OCALL", SYS_WRITE),
      call("RESUME", eid, 2, SYS_WRITE),
      enclave("EXIT"),
    ];
    const [first, second] = eids as [number, number];
    const scripts = [
      life(first),
      life(second),
      [call("STOP", first), call("RESUME", first, 1), call("DESTROY", second)],
      [call("STOP", second), call("DESTROY", first), call("RESUME", second, 1)],
    ];
    const cheap = host.monitor.personality.invariants.slice(0, 8);
    const scene = sceneOf(host, scripts, { interrupts: "late", invariants: cheap });
    const { finding, operations } = exploreAtRandom(scene, 7, 100);
    expect(finding && describeFinding(finding)).toBeUndefined();
    expect(operations).toBeGreaterThan(1000);
  });
});

describe("a schedule", () => {
  test("is replayed from its text", () => {
    const scene = bothRun(["K1"]);
    const { finding } = explore(scene);
    const { labels, violation } = replaySchedule(scene, finding!.schedule);
    expect({ labels, violation }).toEqual({ labels: finding!.labels, violation: finding!.violation });
    expect(replaySchedule(bothRun([], enclave("YIELD")), "011").violation).toBeUndefined();
  });

  test.each(["2", "x", "00000000000"])("that cannot be is a mistake of the user's: %s", (schedule) => {
    expect(() => replaySchedule(bothRun([]), schedule)).toThrow(/schedule/);
  });
});
