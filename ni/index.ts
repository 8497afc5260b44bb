/**
 * `atoll/ni`, the two-trace tester: two worlds that differ only in a secret run the same adaptive operating system, and
 * everything that it can observe must be equal. `findLeakOnAtoll` searches our own monitor on the whole machine, `detect`
 * a personality as a specification, `twoTrace` and `findLeak` any world that can carry out an action and say what the
 * observer sees of it.
 */
export { type AtollSearchOptions, findLeakOnAtoll } from "./atoll-search.ts";
export { atollWorld } from "./atoll-world.ts";
export { Choices } from "./choices.ts";
export { type ModelledMonitor, modelOf } from "./default-model.ts";
export { KOMODO } from "./komodo/model.ts";
export { KOMODO_RISCV } from "./komodo/riscv-model.ts";
export { BUS_OBSERVABLES, type Observation, type Observer, OS_OBSERVABLES, WITHOUT_CLOCK } from "./observation.ts";
export { PENGLAI_PMP } from "./penglai-pmp/model.ts";
export { PENGLAI_TVM } from "./penglai-tvm/model.ts";
export {
  describeFinding,
  type Exploration,
  type ExploreOptions,
  explore,
  exploreAtRandom,
  type Finding,
  replaySchedule,
  type Scene,
} from "./schedules/explore.ts";
export {
  type MonitorSceneOptions,
  type MonitorWorld,
  monitorScene,
  type Operation,
} from "./schedules/monitor-scene.ts";
export { PureHarts } from "./schedules/pure-harts.ts";
export { findLeak, type SearchOptions, type SearchResult } from "./search.ts";
export { describeAction } from "./spec/action.ts";
export { type Detection, type DetectOptions, detect, detectOnMachine } from "./spec/detect.ts";
export type { NiModel } from "./spec/model.ts";
export { MACHINE_OBSERVABLES } from "./spec/observe.ts";
export { type NiProperty, PROPERTIES } from "./spec/property.ts";
export { checkHarness } from "./spec/self-check.ts";
export {
  type FirstDifference,
  replay,
  type SecretPair,
  type Step,
  type Strategy,
  type Tally,
  twoTrace,
  type Verdict,
  type World,
} from "./two-trace.ts";
