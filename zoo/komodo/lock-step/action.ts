/** What the operating system and its enclaves do, as concrete steps that can be carried out again, dropped and printed. */
import { ENCLAVE_CALL, OS_CALL } from "../../../monitor/komodo/abi.ts";

export type Action =
  /** An ecall: R0 and on. */
  | { readonly kind: "os" | "enclave"; readonly nr: bigint; readonly args: readonly bigint[] }
  /** The thread traps: cause as in mcause. */
  | { readonly kind: "trap"; readonly cause: bigint; readonly tval: bigint }
  /** The thread stores a doubleword, if its tables let it. */
  | { readonly kind: "store"; readonly va: bigint; readonly value: bigint }
  /** The OS fills a page of insecure RAM. */
  | { readonly kind: "fill"; readonly page: number; readonly word: number }
  /** Whoever has the hart computes: all its registers change. */
  | { readonly kind: "compute"; readonly salt: bigint };

const nameIn = (table: Readonly<Record<string, number>>, nr: bigint): string =>
  Object.entries(table).find(([, number]) => BigInt(number) === nr)?.[0] ?? `call ${nr}`;

/** One line, for people. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case "os":
      return `OS      ${nameIn(OS_CALL, action.nr)}(${action.args.map(hex).join(", ")})`;
    case "enclave":
      return `enclave ${nameIn(ENCLAVE_CALL, action.nr)}(${action.args.map(hex).join(", ")})`;
    case "trap":
      return `enclave traps, cause ${hex(action.cause)}, address ${hex(action.tval)}`;
    case "store":
      return `enclave stores ${hex(action.value)} at ${hex(action.va)}`;
    case "fill":
      return `OS      fills insecure page ${action.page} with ${hex(BigInt(action.word))}`;
    case "compute":
      return `registers change (${action.salt})`;
  }
}

const hex = (value: bigint): string => (value < 10n ? `${value}` : `0x${value.toString(16)}`);
