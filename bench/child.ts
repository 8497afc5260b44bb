/** A measurement that wants a process of its own, so that time and resident memory are its own and nobody else's. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs a module as the main program. @returns what it printed, as JSON. @throws Error with what it said if it fails */
export function measureInChild<T>(moduleUrl: string, ...args: readonly string[]): T {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(moduleUrl), ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Largest resident memory of this process so far. */
export const residentMiB = (): number => process.resourceUsage().maxRSS / 1024;
