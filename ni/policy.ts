/** The policy of a model as tables for people: who may see what and why, and what is given away on purpose. */
import type { NiModel } from "./spec/model.ts";
import { MACHINE_OBSERVABLES } from "./spec/observe.ts";

type PolicyOf = Pick<NiModel<never>, "observables" | "releases">;

/** Markdown; docs/noninterference.md has it word for word (test/ni/spec/policy.test.ts). */
export function policyTable({ observables, releases }: PolicyOf): string {
  const rows = (who: string, kinds: Readonly<Record<string, string>>): string[] =>
    Object.entries(kinds).map(([kind, why]) => `| ${who} | ${kind} | ${why} |`);
  return [
    "| who | sees | because |",
    "|---|---|---|",
    ...rows("operating system", observables.os),
    ...rows("enclave", observables.enclave),
    ...rows("released", releases),
  ].join("\n");
}

/** What everybody sees of the machine itself. */
export const machineTable = (): string =>
  [
    "| sees | because |",
    "|---|---|",
    ...Object.entries(MACHINE_OBSERVABLES).map(([kind, why]) => `| ${kind} | ${why} |`),
  ].join("\n");
