/**
 * One step of a trace on a specification, as plain data: what the operating system or the enclave that has the hart does.
 * Komodo reference §4.1, flat: an action of somebody who does not have the hart does nothing, so any part of a trace is a trace.
 */
import { BREAKPOINT, ILLEGAL_INSTRUCTION, LOAD_MISALIGNED } from "../../assembly/cause.ts";

/** Exceptions that are no access. */
export const CAUSES: readonly number[] = [ILLEGAL_INSTRUCTION, BREAKPOINT, LOAD_MISALIGNED];

/** An argument of an enclave's call: the same in both runs, or whatever its register holds. */
export type EnclaveArgument = bigint | "private";

export type Action =
  | { readonly by: "os"; readonly do: "call"; readonly name: string; readonly args: readonly bigint[] }
  | { readonly by: "os"; readonly do: "load"; readonly at: bigint }
  | { readonly by: "os"; readonly do: "store"; readonly at: bigint; readonly value: bigint }
  | { readonly by: "enclave"; readonly do: "call"; readonly name: string; readonly args: readonly EnclaveArgument[] }
  | { readonly by: "enclave"; readonly do: "load"; readonly at: bigint }
  /** A private word; `value` where the page is the operating system's, too ("insecure contents are public by fiat", §2.3). */
  | { readonly by: "enclave"; readonly do: "store"; readonly at: bigint; readonly value: bigint }
  /** An exception that is no access: illegal instruction, breakpoint, …; which one is the enclave's secret unless released. */
  | { readonly by: "enclave"; readonly do: "trap"; readonly cause: number | "private" }
  | { readonly by: "enclave"; readonly do: "interrupt" }
  /** From here on the runs differ: memory and registers that the observer cannot see get values of their own. */
  | { readonly by: "nobody"; readonly do: "secrets" };

/** One line for people. */
export function describeAction(action: Action): string {
  switch (action.do) {
    case "call":
      return `${action.by === "os" ? "" : "  enclave "}${action.name}(${action.args.map(describeArgument).join(", ")})`;
    case "load":
      return `${indent(action)}load ${hex(action.at)}`;
    case "store":
      return `${indent(action)}store ${hex(action.value)} to ${hex(action.at)}`;
    case "trap":
      return `  enclave traps, cause ${action.cause}`;
    case "interrupt":
      return "  interrupt";
    case "secrets":
      return "-- secrets differ from here on";
  }
}

const indent = ({ by }: Action): string => (by === "enclave" ? "  enclave " : "");
const describeArgument = (value: EnclaveArgument): string => (value === "private" ? "private" : hex(value));
const hex = (value: bigint): string => (value < 10n ? `${value}` : `0x${value.toString(16)}`);
