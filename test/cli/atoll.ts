/** Runs the real command as a child process, as a user does. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";

const COMMAND = fileURLToPath(new URL("../../bin/atoll.js", import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** Options of node itself. */
  readonly nodeOptions?: readonly string[];
  /** Called when it has started. */
  readonly onStart?: (child: ChildProcess) => void;
}

export function atoll(
  words: readonly string[],
  { env = {}, nodeOptions = [], onStart }: Surroundings = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [...nodeOptions, COMMAND, ...words], { env: { ...process.env, ...env } });
  onStart?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr })));
}

export const prebuiltPath = (name: string): string =>
  fileURLToPath(new URL(`../../guest/prebuilt/${name}.elf`, import.meta.url));

/** A directory of the test file's own, gone when its tests are over. */
export function scratch(): { readonly path: string; file(name: string, bytes: Uint8Array | string): string } {
  const path = mkdtempSync(join(tmpdir(), "atoll-test-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    file: (name, bytes) => {
      const at = join(path, name);
      writeFileSync(at, bytes);
      return at;
    },
  };
}

/** Exactly one line what, one line how to mend it, and no trace of our insides. */
export function expectFailure({ exitCode, stderr }: Ended, expectedCode: number, what: RegExp, mend = /\S/): void {
  const lines = stderr.split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^atoll: /);
  expect(lines[0]).toMatch(what);
  expect(lines[1]).toMatch(/^ mend: /);
  expect(lines[1]?.slice(7)).toMatch(mend);
  expect(stderr).not.toMatch(/\bat .*\.(ts|js):\d|Error:/);
  expect(exitCode).toBe(expectedCode);
}
