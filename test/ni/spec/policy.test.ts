/** The policy in the documentation is the policy of the models, and every kind that is observed has its reason in it. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { KOMODO } from "../../../ni/komodo/model.ts";
import { KOMODO_RISCV } from "../../../ni/komodo/riscv-model.ts";
import { kindOf } from "../../../ni/observation.ts";
import { PENGLAI_PMP } from "../../../ni/penglai-pmp/model.ts";
import { PENGLAI_TVM } from "../../../ni/penglai-tvm/model.ts";
import { machineTable, policyTable } from "../../../ni/policy.ts";
import { Corpus } from "../../../ni/spec/corpus.ts";
import { subjectOf } from "../../../ni/spec/detect.ts";
import type { NiModel } from "../../../ni/spec/model.ts";

const docs = readFileSync(new URL("../../../docs/noninterference.md", import.meta.url), "utf8");
const models = [KOMODO, KOMODO_RISCV, PENGLAI_TVM, PENGLAI_PMP] as unknown as readonly NiModel<unknown>[];

it("is written down", () => {
  expect(docs).toContain(machineTable());
  for (const model of models) expect(docs, model.name).toContain(policyTable(model as never));
});

it.each(models.map((model) => [model.name, model] as const))(
  "%s: everything that is observed is justified",
  (_, model) => {
    const corpus = new Corpus(subjectOf(model), 4);
    for (let i = 0; i < 150; i++) corpus.grow();
    const [os, enclave] = [new Set<string>(), new Set<string>()];
    for (const { state, machine } of corpus.starts) {
      for (const [name] of model.observeOs(state)) os.add(kindOf(name));
      for (const id of model.observers(state))
        for (const [name] of model.observeEnclave(state, id, machine)) enclave.add(kindOf(name));
    }
    expect([...os].sort()).toEqual(Object.keys(model.observables.os).sort());
    // its own memory is observed by the machine's part (observe.ts)
    expect([...enclave, "own"].sort()).toEqual(Object.keys(model.observables.enclave).sort());
  },
);

it("every release is used by a call, or is how an action comes out", () => {
  const byAction = ["leave kind", "call number", "shared store", "fault cause"];
  for (const { name, calls, releases } of models) {
    const used = calls.flatMap(({ args }) =>
      args.flatMap(({ secrecy }) => (typeof secrecy === "object" ? [secrecy.release] : [])),
    );
    const declared = Object.keys(releases).filter((release) => !byAction.includes(release));
    expect([...new Set(used)].sort(), name).toEqual(declared.sort());
  }
});
