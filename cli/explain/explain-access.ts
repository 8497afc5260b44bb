/** Runs a program to its first exit and prints what an access would meet there, from the page table to the owner's rule. */

import { PAGE_SIZE } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { describePmp, matchingEntry } from "../../debug/pmp-entries.ts";
import type { HostedEnclave } from "../../host/hosted.ts";
import { DEFAULT_SLICE_TICKS } from "../../host/run-loop.ts";
import { System } from "../../host/system.ts";
import type { Explanation } from "../../monitor/kernel/explanation.ts";
import { EXIT_REFUSED } from "../failure.ts";
import type { MachineChoice, MonitorChoice } from "../machine-options.ts";
import type { Program } from "../program.ts";
import { formatAddress } from "../quantities.ts";
import { print, printJson, say, styledData, table } from "../terminal.ts";
import { type Answer, askEnclave, askHost, type Question } from "./answer.ts";

type Choice = MachineChoice & MonitorChoice & { readonly without: readonly string[] };

const SUBJECTS = {
  host: "the host kernel (S-mode)",
  u: "a process of the host (U-mode)",
  enclave: "the enclave",
} as const;

/** @returns the exit code: 0 if the access would succeed */
export async function explainAccess(
  program: Program,
  { memory, flavour, isa, seed, gpt, without }: Choice,
  question: Question,
  isJson: boolean,
): Promise<number> {
  const system = await System.create({ memory, flavour, seed, gpt, without, ...(isa !== undefined && { isa }) });
  const enclave = runToFirstExit(system, program);
  const answer = question.subject === "enclave" ? askEnclave(system, enclave, question) : askHost(system, question);
  const explanation = system.monitor.explain(question.target);
  const pmp = describePmp(matchingEntry(system.machine, question.target));
  if (isJson) {
    const { owner, hostMayMap, isShared, text } = explanation;
    printJson({ ...question, ...answer, pmp, gpt, owner, hostMayMap, isShared, rule: text });
  } else {
    tellScene(program, enclave);
    printAnswer(question, answer, [["  PMP", pmp], ["  GPT", gptLine(system, question)], ...ownerRows(explanation)]);
  }
  return answer.succeeds ? 0 : EXIT_REFUSED;
}

/** Enters the enclave once: it comes back at its first ocall, its first yield, or when the slice is over. */
function runToFirstExit({ host }: System, { elf, path }: Program): HostedEnclave {
  const created = host.createEnclave(elf);
  if (!created.ok)
    throw new UserError(
      `${path}: the monitor refused it: ${created.refusal.explanation}`,
      "name another program",
      EXIT_REFUSED,
    );
  host.driver.kernel.hart.setTimer(DEFAULT_SLICE_TICKS);
  host.driver.enter(created.value.record);
  return created.value;
}

/** Physical addresses are the driver's choice: without these nobody knows what to ask for. */
function tellScene({ path }: Program, { record }: HostedEnclave): void {
  const { region, kbuffer, frames } = record;
  const regionEnd = region.at + region.pageCount * PAGE_SIZE;
  const [[firstVa, firstPa] = []] = [...frames];
  say(`${path} is at its first exit. Its region: ${formatAddress(region.at)} to ${formatAddress(regionEnd)};`);
  say(
    `its page ${formatAddress(firstVa ?? 0n)}: ${formatAddress(firstPa ?? 0)}; shared with the host: ${formatAddress(kbuffer)}`,
  );
}

function printAnswer({ access, target, subject }: Question, answer: Answer, rows: readonly string[][]): void {
  const { succeeds, verdict, address, tables } = answer;
  const coloured = styledData(succeeds ? "green" : "red", verdict);
  print(`${access} of ${formatAddress(target)} by ${SUBJECTS[subject]}: ${coloured}`);
  const translation = [
    ["  virtual", address === undefined ? "no virtual address leads there" : formatAddress(address)],
    ...tables.map((line, i) => [i === 0 ? "  page table" : "", line]),
  ];
  for (const row of table([...translation, ...rows])) print(row);
}

function ownerRows({ owner, hostMayMap, text }: Explanation): string[][] {
  const legal = hostMayMap
    ? "the host may map it with SET_PTE and then access it as the PMP permits"
    : "nothing, for the host, as long as that is the owner";
  return [
    ["  owner", owner],
    ["  rule", text],
    ["  legal", legal],
  ];
}

function gptLine({ machine, monitor }: System, { subject }: Question): string {
  if (subject === "enclave") return "tables of an enclave lie in its own memory; the monitor made them";
  const area = monitor.state.areas?.ptArea;
  const where =
    area === undefined ? "nowhere yet" : `${formatAddress(area.pa)} to ${formatAddress(area.pa + area.byteLen)}`;
  return machine.gpt.mode === "paper"
    ? `the walker takes tables of the host only from ${where}`
    : `tables of the host lie in ${where}; SET_PTE, PMP1 and mstatus.TVM see to it`;
}
