/** Time from the command to the attested result of the sample, as a user waits for it: whole processes. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { interleave, type Summary } from "./statistics.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

export interface StartResult {
  readonly unit: "milliseconds";
  /** `npm start`: npm, the check that the build is fresh, and the run. */
  readonly npmStart: Summary;
  /** `atoll run` alone. */
  readonly atollRun: Summary;
  /** `node -e 0`, the floor. */
  readonly node: Summary;
}

function milliseconds(command: string, args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${stderr}`);
  return performance.now() - start;
}

export async function benchStart(rounds: number): Promise<StartResult> {
  const summaries = await interleave(
    {
      npmStart: () => milliseconds("npm", ["start", "--silent"]),
      atollRun: () => milliseconds(process.execPath, ["bin/atoll.js", "run"]),
      node: () => milliseconds(process.execPath, ["-e", "0"]),
    },
    rounds,
  );
  return { unit: "milliseconds", ...summaries };
}
