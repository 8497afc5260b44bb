/** Where and with what a figure was measured: every result carries it. */
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

export interface Environment {
  readonly date: string;
  readonly commit: string;
  /** The tree had changes that are not committed, other than results. */
  readonly isDirty: boolean;
  readonly node: string;
  readonly v8: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly qemu?: string;
}

const git = (...args: string[]): string => execFileSync("git", args, { encoding: "utf8" }).trim();

export function environment(qemu?: string): Environment {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: git("rev-parse", "--short", "HEAD"),
    isDirty: git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/results") !== "",
    node: process.versions.node,
    v8: process.versions.v8,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    ...(qemu !== undefined && { qemu }),
  };
}
