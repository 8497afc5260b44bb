/** What `atoll run` says on stderr: what runs, what it measures, whether its report holds, and what it came to. */
import { parseIsaString } from "../../core/isa-string.ts";
import type { Program } from "../program.ts";
import { formatCount, formatSize } from "../quantities.ts";
import { say, styled } from "../terminal.ts";
import type { RunChoice } from "./run-choice.ts";
import type { Attested, Ending, RunResult } from "./run-result.ts";
import { valueNamed } from "./statistics.ts";

const LABEL_WIDTH = 13;
const CHECKS_A_LINE = 4;

function sayAbout(label: string, text: string): void {
  say(`${styled("dim", label.padEnd(LABEL_WIDTH))}${text}`);
}

/** @param monitor with the choices that make another one of it: "penglai-tvm, GPT published" */
export function tellProgram({ path }: Program, choice: RunChoice, monitor: string): void {
  const { memory, flavour, seed, without, defects, kind, forks, enclaves, isa } = choice;
  const what =
    kind === "shadow"
      ? `${formatCount(forks)} ${forks === 1 ? "fork" : "forks"} of a shadow`
      : enclaves === 1
        ? "an enclave"
        : `${formatCount(enclaves)} enclaves`;
  sayAbout("program", `${styled("bold", path)} as ${what}`);
  sayAbout("machine", `${formatSize(memory)}, ${flavour}; ${monitor}, seed ${seed}`);
  if (isa !== undefined) sayAbout("extensions", parseIsaString(isa).text);
  if (without.length > 0) sayAbout("without", styled("yellow", without.join(", ")));
  if (defects.length > 0) sayAbout("defects", styled("yellow", defects.join(", ")));
}

export function tellAttestation({ kind, without, defects }: RunChoice, attestation: Attested): void {
  const { measurement, accepted, passed, failed } = attestation;
  sayAbout("measurement", `${measurement}${kind === "shadow" ? " (of the shadow)" : ""}`);
  const verdict = accepted ? styled("green", "accepted") : styled("red", "refused");
  sayAbout("report", `${verdict}, ${passed.length} of ${passed.length + failed.length} checks (simulated evidence)`);
  const marks = [...passed.map((name) => `✓ ${name}`), ...failed.map((name) => styled("red", `✗ ${name}`))];
  for (let i = 0; i < marks.length; i += CHECKS_A_LINE) sayAbout("", marks.slice(i, i + CHECKS_A_LINE).join("  "));
  if (!accepted && without.length + defects.length > 0)
    sayAbout("", "a monitor without a defence is another monitor, and not the trusted one");
  say();
}

export function tellResult({ endings, statistics }: RunResult): void {
  const value = (name: string): string => formatCount(valueNamed(statistics, name));
  const exits = ["ocall", "timer", "yield"].map((cause) => `${value(`exits.${cause}`)} ${cause}`).join(", ");
  say();
  sayAbout(
    endings.length === 1 ? "exit code" : "endings",
    endings.length === 1 ? endingText(endings[0] as Ending) : summary(endings),
  );
  sayAbout(
    "instructions",
    `${value("enclaveInsts")} in ${formatCount(endings.length)} ${endings.length === 1 ? "enclave" : "enclaves"}`,
  );
  sayAbout("world exits", exits);
  tellHost(statistics);
}

/** Memory and time. */
export function tellHost(statistics: RunResult["statistics"]): void {
  const size = (name: string): string => formatSize(valueNamed(statistics, name));
  sayAbout("memory", `${size("guestMemory")} of the guest, ${size("hostMemory")} resident`);
  sayAbout("time", `${valueNamed(statistics, "hostSeconds").toFixed(2)} s`);
}

const endingText = ({ exitCode, reason }: Ending): string =>
  reason === "exited" ? `${exitCode}` : `${exitCode} (${reason})`;

/** "998 exited with 0, 2 killed" */
function summary(endings: readonly Ending[]): string {
  const counts = new Map<string, number>();
  for (const { reason, exitCode } of endings) {
    const text = reason === "exited" ? `exited with ${exitCode}` : reason;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, times]) => `${formatCount(times)} ${text}`).join(", ");
}
