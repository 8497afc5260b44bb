/**
 * Verification harnesses have bugs, too (Komodo reference §0 finding 8): before a search is believed, the engine has to find
 * two leaks that are planted in known places, to find nothing where nothing is, and to have done what it was told. Each of
 * the harness's own mutants (§4.9, Z1 to Z14) that can be made here fails one of these (test/ni/spec/self-check.test.ts).
 */
import { KOMODO } from "../komodo/model.ts";
import { PENGLAI_TVM } from "../penglai-tvm/model.ts";
import { DATA_VA, REGION_PAGES, REGION_PLACES } from "../penglai-tvm/scenery.ts";
import type { Action } from "./action.ts";
import { startOf } from "./corpus.ts";
import { subjectOf } from "./detect.ts";
import type { NiModel } from "./model.ts";
import { type PairOptions, type PairVerdict, runPair } from "./pair.ts";
import { pureStage } from "./stage.ts";

/** What runs a pair: `runPair`, or a mutant of it. */
export type PairEngine = <S>(options: PairOptions<S>) => PairVerdict;

const SECRETS: Action = { by: "nobody", do: "secrets" };
const call = (name: string, ...args: readonly number[]): Action => ({
  by: "os",
  do: "call",
  name,
  args: args.map(BigInt),
});

/** A thread of Komodo's is interrupted: E3 shows its R4 to R12. */
const INTERRUPTED: readonly Action[] = [
  call("InitAddrspace", 1, 0),
  call("InitDispatcher", 2, 1, 0),
  call("Finalise", 1),
  SECRETS,
  call("Enter", 2, 0, 0, 0),
  { by: "enclave", do: "interrupt" },
];

/** An enclave of Penglai's stores and is destroyed: without wipe-on-free its page shows it. */
const region = REGION_PLACES[0]!;
const DESTROYED: readonly Action[] = [
  call("CREATE_ENCLAVE", region, REGION_PAGES * 4096, 0x1000, region + 7 * 4096, 0x8021_0000, 0x8022_0000, 0),
  call("RUN", 1),
  SECRETS,
  { by: "enclave", do: "store", at: DATA_VA, value: 0n },
  { by: "enclave", do: "interrupt" },
  call("DESTROY", 1),
];

interface Case<S> {
  readonly model: NiModel<S>;
  readonly trace: readonly Action[];
  readonly defect: string;
  /** Kind of the observable that shows it. */
  readonly shows: RegExp;
}

const REGISTERS: Case<never> = { model: KOMODO as never, trace: INTERRUPTED, defect: "E3", shows: /^register x1[4-9]/ };
const MEMORY: Case<never> = {
  model: PENGLAI_TVM as never,
  trace: DESTROYED,
  defect: "wipe-on-free",
  shows: /^memory /,
};

/** @returns what is wrong with the engine; nothing if it can be believed */
export function checkHarness(engine: PairEngine = runPair): readonly string[] {
  return [REGISTERS, MEMORY].flatMap((each) => [...complaints(engine, each)]);
}

function* complaints<S>(engine: PairEngine, { model, trace, defect, shows }: Case<S>): Generator<string> {
  const leak = pairOf(engine, model, [defect], trace);
  if (!shows.test(leak.difference?.observable ?? "")) yield `${model.name}: the leak of ${defect} is not found`;
  if (leak.varied.size === 0) yield `${model.name}: no secret differed`;
  if (!leak.secretUsed) yield `${model.name}: nobody used a secret`;
  const sound = pairOf(engine, model, [], trace);
  if (sound.difference) yield `${model.name}: there is no leak, and ${sound.difference.observable} is reported`;
  if (sound.steps.length !== trace.length)
    yield `${model.name}: ${sound.steps.length} of ${trace.length} steps were made`;
  const refused = sound.steps.filter(({ action, left }) => action.by === "os" && !left.startsWith("ok"));
  if (refused.length > 0) yield `${model.name}: ${refused.length} calls were refused`;
  const alike = pairOf(
    engine,
    model,
    [defect],
    trace.filter((action) => action !== SECRETS),
  );
  if (alike.difference) yield `${model.name}: secrets were equal, and ${alike.difference.observable} is reported`;
}

function pairOf<S>(
  engine: PairEngine,
  model: NiModel<S>,
  defects: readonly string[],
  drive: readonly Action[],
): PairVerdict {
  const stage = pureStage(subjectOf(model, defects));
  const makeWorld = stage.at(startOf(stage.subject, 0), 0);
  return engine({ makeWorld, observer: { property: "C-OS" }, plan: { seed: 7 }, drive });
}
