/** The tables of docs/komodo.md, from the rows that the monitors carry out. */
import { KOM_ERROR } from "../../monitor/komodo/abi.ts";
import { ENCLAVE_CALLS, OS_CALLS } from "../../monitor/komodo/calls.ts";
import { deny as denyKomodo, type KomodoGuard } from "../../monitor/komodo/guards.ts";
import { RISCV_CALLS } from "../../monitor/komodo/riscv/calls.ts";
import { deny as denyRiscv, type RiscvGuard } from "../../monitor/komodo/riscv/guards.ts";

interface Row {
  readonly nr: number;
  readonly name: string;
  readonly args: readonly string[];
  readonly checks: readonly { readonly guard: string; readonly of?: string; readonly only?: string }[];
}

function table(rows: readonly Row[], errorOf: (guard: string) => bigint): string {
  const lines = rows.map(({ nr, name, args, checks }) => {
    const made = checks.filter(({ only }) => only === undefined);
    const ordered = made.map(({ guard, of }) => `${guard}${of === undefined ? "" : `(${of})`} ${errorOf(guard)}`);
    return `| ${nr} | ${name}(${isEightWords(args) ? "8 words" : args.join(", ")}) | ${ordered.join(" · ")} |`;
  });
  return ["| Number | Call | Checks in order, and what each answers |", "| -----: | ---- | ---- |", ...lines].join(
    "\n",
  );
}

const isEightWords = (args: readonly string[]): boolean => args.length === 8 && args.every((kind) => kind === "word");

const ofKomodo = (guard: string): bigint => denyKomodo(guard as KomodoGuard, { found: "" }).value;
const ofRiscv = (guard: string): bigint => denyRiscv(guard as RiscvGuard, { found: "" }).value;

/** By the marker that stands above each in the page. */
export const KOMODO_TABLES: Readonly<Record<string, string>> = {
  "calls of the OS": table(OS_CALLS, ofKomodo),
  "calls of an enclave": table(ENCLAVE_CALLS, ofKomodo),
  "calls of komodo-riscv": table(RISCV_CALLS, ofRiscv),
  errors: Object.entries(KOM_ERROR)
    .map(([name, value]) => `${value === 0xffff_ffff ? "0xffffffff" : value} ${name}`)
    .join(" · "),
};
