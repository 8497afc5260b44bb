/**
 * A monitor from a file of the user's: its default export is a `MonitorModule` (the plain host drives it) or a `Hosting`
 * (it brings its own untrusted side).
 *
 * The file imports "atoll/monitor" and "atoll" wherever it lies and gets the very modules that run here, so that a
 * checkout needs no installation.
 */
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../core/user-error.ts";
import type { MonitorModule } from "../monitor/kernel/personality.ts";
import type { Hosting } from "./hosting.ts";

/** Sources in a checkout, compiled files in the package. */
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const ENTRIES: Readonly<Record<string, string>> = {
  atoll: `../index.${extension}`,
  "atoll/monitor": `../monitor/index.${extension}`,
  "atoll/ni": `../ni/index.${extension}`,
};

/** Does a name of a monitor mean a file? */
export const isMonitorPath = (name: string): boolean => /[\\/]|\.[cm]?[jt]s$/.test(name);

/** @throws UserError for a file that cannot be loaded or exports something else */
export async function userHosting(path: string): Promise<Hosting> {
  const made: unknown = await defaultExport(path);
  if (isHosting(made)) return made;
  if (!isMonitorModule(made))
    throw new UserError(
      `${path}: its default export is no monitor`,
      "export default { name, personality(facts, options) { … } }: docs/tutorials/monitor.md",
    );
  const { plainHosting } = await import("./plain/plain-hosting.ts");
  return plainHosting(made);
}

/** The monitor alone, without an untrusted side. @throws UserError as `userHosting`, and for a file that brings its own host */
export async function userMonitor(path: string): Promise<MonitorModule<unknown>> {
  const made: unknown = await defaultExport(path);
  if (isMonitorModule(made)) return made;
  throw new UserError(
    `${path}: its default export is no monitor`,
    "export default { name, personality(facts, options) { … } }: docs/tutorials/monitor.md",
  );
}

async function defaultExport(path: string): Promise<unknown> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const entry = ENTRIES[specifier];
      return entry === undefined
        ? next(specifier, context)
        : { url: new URL(entry, import.meta.url).href, shortCircuit: true };
    },
  });
  try {
    const loaded: { readonly default?: unknown } = await import(pathToFileURL(resolve(path)).href);
    return loaded.default;
  } catch (error) {
    throw new UserError(`${path} cannot be loaded: ${firstLine(error)}`, "mend the file; node FILE says more");
  } finally {
    hooks.deregister();
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!;

const isHosting = (made: unknown): made is Hosting => has(made, "name", "string") && has(made, "create", "function");
const isMonitorModule = (made: unknown): made is MonitorModule<unknown> =>
  has(made, "name", "string") && has(made, "personality", "function");

const has = (made: unknown, field: string, type: string): boolean =>
  typeof made === "object" && made !== null && typeof (made as Record<string, unknown>)[field] === type;
