/** The real machine under the same tests: what was done is undone to the byte, properties hold, leaks are found. */
import { expect, it } from "vitest";
import { takeSnapshot } from "../../../core/snapshot.ts";
import { pa } from "../../../core/units.ts";
import { KOMODO } from "../../../ni/komodo/model.ts";
import { PENGLAI_TVM } from "../../../ni/penglai-tvm/model.ts";
import { Corpus } from "../../../ni/spec/corpus.ts";
import { detectOnMachine, subjectOf } from "../../../ni/spec/detect.ts";
import { MachineBench } from "../../../ni/spec/machine-bench.ts";
import { Secrets } from "../../../ni/spec/secrets.ts";
import { ModelWorld } from "../../../ni/spec/world.ts";

const ofLeft = new Secrets({ seed: 3, differs: () => false }, "left");

it("goes back to a mark as if nothing had happened", async () => {
  const subject = subjectOf(KOMODO);
  const corpus = new Corpus(subject, 3);
  for (let i = 0; i < 20; i++) corpus.grow();
  const bench = await MachineBench.create(KOMODO.ramSize);
  const world = new ModelWorld(subject, bench, subject.personality.initial, ofLeft);
  world.monitor.boot();
  bench.machine.write64(pa(0x8000_1000), 7n);
  const booted = takeSnapshot(bench.machine);
  const state = world.state;
  bench.mark();
  for (const { actions } of corpus.starts) {
    const run = new ModelWorld(subject, bench, state, ofLeft);
    for (const action of actions) run.act(action);
    if (actions.length > 0) expect(takeSnapshot(bench.machine)).not.toEqual(booted);
    bench.rewind();
    expect(takeSnapshot(bench.machine)).toEqual(booted);
  }
});

it("keeps marks apart: a second one is undone to the first", async () => {
  const bench = await MachineBench.create(2 ** 20);
  const [at, other] = [pa(0x8000_2000), pa(0x8000_3000)];
  bench.mark();
  bench.write64(at, 1n);
  bench.mark();
  bench.write64(at, 2n);
  bench.write64(other, 3n);
  bench.rewind();
  expect([bench.read64(at), bench.read64(other)]).toEqual([1n, 0n]);
  bench.unmark();
  bench.rewind();
  expect([bench.read64(at), bench.backedPages(pa(0x8_0002) as never, pa(0x8_0004) as never)]).toEqual([0n, []]);
});

it.each([
  ["komodo", KOMODO],
  ["penglai-tvm", PENGLAI_TVM],
] as const)("shows no leak of %s", async (_, model) => {
  for (const property of ["C-OS", "C-ENC", "KINT"] as const) {
    const detection = await detectOnMachine({ model: model as never, property, budget: 96, seed: 2026 });
    expect(detection.report).toBeUndefined();
    expect(detection.worth.pairsThatUsedTheSecret).toBeGreaterThan(5);
  }
});

it.each([
  ["komodo", KOMODO, "E3"],
  ["penglai-tvm", PENGLAI_TVM, "wipe-on-free"],
] as const)("shows the planted leak of %s", async (_, model, defect) => {
  const search = { property: "C-OS", budget: 1000, seed: 2026, defects: [defect] } as const;
  const { finding, report } = await detectOnMachine({ model: model as never, ...search });
  expect(finding?.actions.length).toBeLessThan(12);
  expect(report).toContain("secrets differ from here on");
});
