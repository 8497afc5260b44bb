/**
 * Draws the next action from the state of the model: a call first and then its arguments, mostly a call that should succeed,
 * sometimes one with one argument out of place, rarely anything at all. Komodo reference §4.6: uniform calls found a
 * planted leak in none of 100,000 runs, state-directed ones in 187.
 *
 *     operating system := enabled 57 | near miss 26 | wild 5 | memory 12
 *     enclave          := enabled 42 | near miss 17 | wild 3 | memory 23 | trap 4 | interrupt 11
 */
import { type Action, CAUSES, type EnclaveArgument } from "./action.ts";
import type { CallRule, Scene } from "./model.ts";
import type { Subject } from "./world.ts";

/** Page numbers, sizes and addresses at which checks go wrong (§4.6). */
const ODD = [
  0n,
  1n,
  2n,
  7n,
  0xffn,
  0x1000n,
  0x1001n,
  0x8000_0000n,
  0x1_0000_0000n,
  0x1_0000_0001n,
  1n << 63n,
  (1n << 64n) - 1n,
];
/** A model with this release tells the OS which exception ended a run. */
const FAULT_RELEASE = "fault cause";
const DEFAULT_WEIGHT = 4;
/** Calls that are asked whether they can succeed, before one that cannot is taken. */
const MAX_TRIES = 3;

export function nextAction<S>({ model }: Subject<S>, scene: Scene<S>): Action {
  const { choices, world } = scene;
  const by = world.kind === "host" ? "os" : "enclave";
  const rules = model.calls.filter((rule) => rule.by === by);
  const kind = choices.weighted(
    by === "os"
      ? [
          [57, "enabled"],
          [26, "near"],
          [5, "wild"],
          [12, "memory"],
        ]
      : [
          [42, "enabled"],
          [17, "near"],
          [3, "wild"],
          [23, "memory"],
          [4, "trap"],
          [11, "interrupt"],
        ],
  );
  if (kind === "memory") return memoryAction(model, scene, by);
  if (kind === "trap")
    return { by: "enclave", do: "trap", cause: FAULT_RELEASE in model.releases ? choices.of(CAUSES) : "private" };
  if (kind === "interrupt" || rules.length === 0) {
    if (by === "enclave") return { by, do: "interrupt" };
    return memoryAction(model, scene, by);
  }
  const weighted = rules.map((candidate) => [candidate.weight ?? DEFAULT_WEIGHT, candidate] as const);
  let rule = choices.weighted(weighted);
  let args = rule.enabled(scene);
  for (let tries = 0; args === undefined && kind !== "wild" && tries < MAX_TRIES; tries++) {
    rule = choices.weighted(weighted);
    args = rule.enabled(scene);
  }
  const given = kind === "wild" || args === undefined ? rule.args.map((arg) => arg.some(scene)) : args;
  return callOf(rule, kind === "enabled" ? given : disturbed(rule, given, scene, kind === "wild"));
}

function memoryAction<S>(model: Subject<S>["model"], scene: Scene<S>, by: "os" | "enclave"): Action {
  const at = by === "os" ? model.osAddress(scene) : model.enclaveAddress(scene);
  if (scene.choices.below(2) === 0) return { by, do: "load", at };
  return { by, do: "store", at, value: scene.choices.of(ODD) };
}

function callOf<S>(rule: CallRule<S>, args: readonly bigint[]): Action {
  if (rule.by === "os") return { by: "os", do: "call", name: rule.name, args };
  const mixed: readonly EnclaveArgument[] = args.map((arg, i) =>
    rule.args[i]?.secrecy === "private" ? "private" : arg,
  );
  return { by: "enclave", do: "call", name: rule.name, args: mixed };
}

/** One argument out of place, or each with some chance: an odd number, a neighbour, or what another argument is (alias). */
function disturbed<S>(rule: CallRule<S>, args: readonly bigint[], scene: Scene<S>, all: boolean): readonly bigint[] {
  const { choices } = scene;
  if (args.length === 0) return args;
  const odd = (index: number): bigint =>
    choices.of([
      () => choices.of(ODD),
      () => rule.args[index]?.some(scene) ?? 0n,
      () => rule.args[index]?.some(scene) ?? 0n,
      () => rule.args[index]?.some(scene) ?? 0n,
      () => BigInt.asUintN(64, args[index]! + choices.of([1n, -1n, 4n, 0x1000n, 1n << 32n])),
      () => choices.of(args),
    ])();
  if (all) return args.map((arg, index) => (choices.below(2) === 0 ? odd(index) : arg));
  const index = choices.below(args.length);
  return args.with(index, odd(index));
}
