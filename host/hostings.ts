/** The personalities that commands know by name. Each is loaded when it is asked for. */
import { nearestName } from "../core/nearest-name.ts";
import { UserError } from "../core/user-error.ts";
import type { Hosting } from "./hosting.ts";
import { isMonitorPath, userHosting } from "./user-monitor.ts";

const HOSTINGS: Readonly<Record<string, () => Promise<Hosting>>> = {
  "penglai-tvm": async () => (await import("./hostings/penglai-tvm.ts")).penglaiTvmHosting,
  "penglai-pmp": async () => (await import("./hostings/penglai-pmp.ts")).penglaiPmpHosting,
  komodo: async () => (await import("./hostings/komodo.ts")).komodoHosting,
  "komodo-riscv": async () => (await import("./hostings/komodo-riscv.ts")).komodoRiscvHosting,
};

/** All personalities, the default one first. */
export const HOSTING_NAMES = Object.keys(HOSTINGS) as [string, ...string[]];

/** The first of them. */
export const DEFAULT_MONITOR = HOSTING_NAMES[0];

/** @param name of a personality, or path of a file that has one. @throws UserError for one that there is not */
export async function hostingNamed(name: string): Promise<Hosting> {
  if (isMonitorPath(name)) return await userHosting(name);
  const load = Object.hasOwn(HOSTINGS, name) ? HOSTINGS[name] : undefined;
  if (load !== undefined) return await load();
  const nearest = nearestName(name, HOSTING_NAMES);
  throw new UserError(
    `there is no monitor "${name}"`,
    nearest === undefined ? `choose ${HOSTING_NAMES.join(", ")}` : `did you mean ${nearest}?`,
  );
}
