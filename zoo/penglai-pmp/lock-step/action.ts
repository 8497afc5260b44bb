/** What kernels and enclaves do, as concrete steps that can be carried out again, dropped and printed. */
import { ENCLAVE_FID, FID } from "../host.ts";

/** mhartid. */
type HartNo = 0 | 1;

export type Action =
  | { readonly kind: "host"; readonly hart: HartNo; readonly fid: bigint; readonly args: readonly bigint[] }
  | {
      readonly kind: "enclave";
      readonly hart: HartNo;
      readonly extension: bigint;
      readonly fid: bigint;
      readonly args: readonly bigint[];
    }
  /** Whoever has the hart traps: cause as in mcause. */
  | { readonly kind: "trap"; readonly hart: HartNo; readonly cause: bigint; readonly tval: bigint }
  /** Whoever has the hart stores doublewords, where he may. */
  | { readonly kind: "store"; readonly hart: HartNo; readonly words: readonly (readonly [at: bigint, value: bigint])[] }
  /** Another process of the kernel's. */
  | { readonly kind: "process"; readonly hart: HartNo; readonly satp: bigint }
  /** Whoever has the hart computes: all its registers change. */
  | { readonly kind: "compute"; readonly hart: HartNo; readonly salt: bigint };

const nameIn = (table: Readonly<Record<string, number>>, fid: bigint): string =>
  Object.entries(table).find(([, number]) => BigInt(number) === fid)?.[0] ?? `function ${fid}`;

const hex = (value: bigint): string => (value < 10n ? `${value}` : `0x${value.toString(16)}`);

/** One line, for people. */
export function describeAction(action: Action): string {
  const who = `hart ${action.hart}`;
  switch (action.kind) {
    case "host":
      return `${who} host    ${nameIn(FID, action.fid)}(${action.args.map(hex).join(", ")})`;
    case "enclave":
      return `${who} enclave ${hex(action.extension)} ${nameIn(ENCLAVE_FID, action.fid)}(${action.args.map(hex).join(", ")})`;
    case "trap":
      return `${who} traps, cause ${hex(action.cause)}, address ${hex(action.tval)}`;
    case "store":
      return `${who} stores ${action.words.map(([at, value]) => `${hex(value)} at ${hex(at)}`).join(", ")}`;
    case "process":
      return `${who} satp ${hex(action.satp)}`;
    case "compute":
      return `${who} registers change (${action.salt})`;
  }
}
