/**
 * As explain-access.ts, for a personality whose host runs without page tables: the access is the machine's own, at the
 * physical address, and the rule is the personality's.
 */
import { causeName } from "../../core/cause-names.ts";
import { S_MODE, U_MODE } from "../../core/platform.ts";
import { PAGE_SIZE, pageNoOf, va } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { describePmp, matchingEntry } from "../../debug/pmp-entries.ts";
import type { HostedSystem, HostingOptions } from "../../host/hosting.ts";
import { hostingNamed } from "../../host/hostings.ts";
import { EXIT_REFUSED } from "../failure.ts";
import type { Program } from "../program.ts";
import { formatAddress } from "../quantities.ts";
import { print, printJson, styledData, table } from "../terminal.ts";
import type { Question } from "./answer.ts";

/** @param name of the monitor. @returns the exit code: 0 if the access would succeed */
export async function explainPage(
  program: Program,
  name: string,
  options: HostingOptions,
  question: Question,
  isJson: boolean,
): Promise<number> {
  if (question.subject === "enclave")
    throw new UserError(
      `--as enclave is for penglai-tvm, not ${name}`,
      "ask as host or u, or a debugger: atoll run --gdb",
    );
  const system = await (await hostingNamed(name)).create(options);
  runToFirstExit(system, program);
  const { machine, monitor } = system;
  const fault = faultOf(system, question);
  const verdict = fault ?? "succeeds";
  const { owner, hostMayMap, isShared, text } = monitor.explain(question.target);
  const pmp = describePmp(matchingEntry(machine, question.target));
  if (isJson) {
    printJson({ ...question, succeeds: fault === undefined, verdict, pmp, owner, hostMayMap, isShared, rule: text });
  } else {
    const coloured = styledData(fault === undefined ? "green" : "red", verdict);
    const who = question.subject === "host" ? "the host (S-mode)" : "a process of the host (U-mode)";
    print(`${question.access} of ${formatAddress(question.target)} by ${who}: ${coloured}`);
    for (const row of table([
      ["  PMP", pmp],
      ["  owner", owner],
      ["  rule", text],
    ]))
      print(row);
  }
  return fault === undefined ? 0 : EXIT_REFUSED;
}

/** Enters the enclave once: it comes back at its first request, or when the slice is over. */
function runToFirstExit(system: HostedSystem, { elf, path }: Program): void {
  const launched = system.launch(elf, { kind: "enclave" });
  if (!launched.ok) {
    const { explanation } = launched.refusal;
    throw new UserError(`${path}: the monitor refused it: ${explanation}`, "name another program", EXIT_REFUSED);
  }
  for (const enclave of launched.value.programs()) enclave.sliceInSteps().next();
}

/** @returns undefined if the access succeeds */
function faultOf({ machine }: HostedSystem, { subject, access, target }: Question): string | undefined {
  const privilege = subject === "host" ? S_MODE : U_MODE;
  const address = va(BigInt(target));
  const offset = target % PAGE_SIZE;
  // What is there already, so that asking changes nothing.
  const same = () => machine.memory.peek(pageNoOf(target)).slice(offset, offset + 1);
  const outcome =
    access === "read"
      ? machine.loadAs(privilege, address, 1)
      : access === "write"
        ? machine.storeAs(privilege, address, same())
        : machine.fetchAs(privilege, va(address & ~1n), 2);
  return outcome.ok ? undefined : causeName(outcome.cause);
}
