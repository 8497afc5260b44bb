/**
 * `npm run guest:build`: compiles the guest programs into guest/prebuilt and writes SHA256SUMS next to them.
 * With `--check` it compiles into a temporary folder and compares byte by byte instead: the committed ELFs are what
 * their sources say.
 *
 * The same compiler gives the same bytes on every machine; another version of it may not. The committed files are
 * made by riscv64-unknown-elf-gcc 12.2.0 with picolibc 1.8, the packages of Debian 12.
 *
 * Exit codes: 0; 1 a program does not compile, or `--check` found differences; 2 wrong option or no compiler.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../core/user-error.ts";
import { GUEST_PROGRAMS } from "./guest-programs.ts";

const GCC = "riscv64-unknown-elf-gcc";
const GUEST = fileURLToPath(new URL("../guest", import.meta.url));
const PREBUILT = join(GUEST, "prebuilt");
const CHECKSUMS = "SHA256SUMS";

/** @throws UserError when the compiler or its C library is not installed */
function checkToolchain(): void {
  if (spawnSync(GCC, ["--version"]).error !== undefined)
    throw new UserError(`${GCC} is not installed`, "on Debian or Ubuntu: apt-get install gcc-riscv64-unknown-elf");
  // gcc answers with a path when it finds the file and with the bare name otherwise.
  const specs = spawnSync(GCC, ["-print-file-name=picolibc.specs"], { encoding: "utf8" }).stdout.trim();
  if (specs === "picolibc.specs")
    throw new UserError(
      "picolibc for riscv64-unknown-elf is not installed",
      "on Debian or Ubuntu: apt-get install picolibc-riscv64-unknown-elf",
    );
}

/** Compiles every program into `folder`, with a SHA256SUMS in the form of `sha256sum`. */
function buildInto(folder: string): void {
  const sums = GUEST_PROGRAMS.map(({ elf, gccArgs }) => {
    const file = join(folder, elf);
    const gcc = spawnSync(GCC, [...gccArgs, "-o", file], { cwd: GUEST, encoding: "utf8" });
    if (gcc.status !== 0) throw new UserError(`${elf} does not compile:\n${gcc.stderr}`, "mend the source", 1);
    return `${createHash("sha256").update(readFileSync(file)).digest("hex")}  ${elf}\n`;
  });
  writeFileSync(join(folder, CHECKSUMS), sums.join(""));
}

/** Moves the finished build into place file by file; what is no longer built goes. */
function publish(folder: string): void {
  mkdirSync(PREBUILT, { recursive: true });
  const fresh = readdirSync(folder);
  for (const name of fresh) {
    const partial = join(PREBUILT, `.${name}.partial`);
    copyFileSync(join(folder, name), partial);
    renameSync(partial, join(PREBUILT, name));
  }
  for (const name of readdirSync(PREBUILT)) if (!fresh.includes(name)) rmSync(join(PREBUILT, name));
}

/** @returns names of files that differ between the folders or exist in one only, ascending */
function differences(a: string, b: string): string[] {
  const names = [readdirSync(a), readdirSync(b)] as const;
  const everywhere = [...new Set(names.flat())].sort();
  return everywhere.filter(
    (name) =>
      !names.every((folder) => folder.includes(name)) ||
      !readFileSync(join(a, name)).equals(readFileSync(join(b, name))),
  );
}

function main(args: readonly string[]): number {
  const isCheck = args.length === 1 && args[0] === "--check";
  if (args.length > 0 && !isCheck)
    throw new UserError(
      `unknown argument ${args.find((arg) => arg !== "--check") ?? args[1]}`,
      "use --check or nothing",
    );
  checkToolchain();
  const folder = mkdtempSync(join(tmpdir(), "atoll-guest-"));
  try {
    buildInto(folder);
    if (!isCheck) {
      publish(folder);
      console.error(`built ${GUEST_PROGRAMS.length} guest programs`);
      return 0;
    }
    const differing = differences(PREBUILT, folder);
    for (const name of differing) console.log(name);
    if (differing.length > 0) console.error(`${differing.length} prebuilt files differ: run npm run guest:build`);
    return differing.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  console.error(error.mend);
  process.exitCode = error.exitCode;
}
