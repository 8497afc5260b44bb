/** The models that commands know by the name of the personality. */
import { nearestName } from "../core/nearest-name.ts";
import { UserError } from "../core/user-error.ts";
import type { NiModel } from "./spec/model.ts";

/** A model whose state is nobody's business but its own. */
export type AnyModel = NiModel<never>;

const MODELS: Readonly<Record<string, () => Promise<NiModel<never>>>> = {
  "penglai-tvm": async () => (await import("./penglai-tvm/model.ts")).PENGLAI_TVM as unknown as AnyModel,
  "penglai-pmp": async () => (await import("./penglai-pmp/model.ts")).PENGLAI_PMP as unknown as AnyModel,
  komodo: async () => (await import("./komodo/model.ts")).KOMODO as unknown as AnyModel,
  "komodo-riscv": async () => (await import("./komodo/riscv-model.ts")).KOMODO_RISCV as unknown as AnyModel,
};

/** The first of them is the default. */
export const MODEL_NAMES = Object.keys(MODELS);

/** @throws UserError for a name that is none */
export async function modelNamed(name: string): Promise<AnyModel> {
  const load = Object.hasOwn(MODELS, name) ? MODELS[name] : undefined;
  if (load !== undefined) return await load();
  const nearest = nearestName(name, MODEL_NAMES);
  throw new UserError(
    `there is no two-trace model of a monitor "${name}"`,
    nearest === undefined
      ? `choose ${MODEL_NAMES.join(", ")}, or give the path of your own monitor`
      : `did you mean ${nearest}?`,
  );
}
