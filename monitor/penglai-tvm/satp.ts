/**
 * The host's satp under `mstatus.TVM`: its writes, its reads and `sfence.vma` trap as illegal instructions and are carried
 * out here. Penglai reference §2.2, "TVM emulation".
 *
 *     csrrw x0, satp, t0 = 0x18029073:   31..20 CSR | 19..15 rs1 or immediate | 14..12 funct3 | 11..7 rd | 6..0 SYSTEM
 *     sfence.vma         = 0x12000073:   31..25 0001001 | rs2 | rs1 | 000 | 00000 | SYSTEM
 *
 * Fixed: only S-mode (B9); a half-open range instead of the strict one, so the first page of the PGD sub-area is a root
 * like any other; all six CSR instructions mean what the ISA says (published: rd of csrrw is not written, csrrs does not
 * write, csrrc is illegal). In GPT mode `paper` the walker checks the location, so only the mode is checked here.
 * sinval.vma is carried out as a full flush, as sfence.vma is.
 */

import { S_MODE } from "../../core/platform.ts";
import { isSv39, rootOf } from "../../core/sv39.ts";
import type { Effect } from "../kernel/effects.ts";
import { type Hart, type RegisterWrite, SWITCHED_CSRS } from "../kernel/hart.ts";
import { hex } from "../kernel/page-owner.ts";
import { isOn } from "./defects.ts";
import { type Denial, deny } from "./guards.ts";
import type { MonitorState } from "./state.ts";

const SYSTEM = 0x73;
const SFENCE_VMA = 0b0001001;
const SINVAL_VMA = 0b0001011;

/** What an instruction does that only TVM made illegal. */
export interface Emulation {
  readonly effects: readonly Effect[];
  readonly writes: readonly RegisterWrite[];
}

/** Whether a host may run under this satp: Sv39, root in the PGD sub-area. */
export function checkSatp(state: MonitorState, satp: bigint): Denial | undefined {
  const separation = state.areas?.separation;
  const { ptArea } = state.areas ?? {};
  const root = rootOf(satp);
  if (!isSv39(satp) && isOn(state.config, "T12")) return undefined;
  if (!isSv39(satp)) return deny("SATP_MODE", `satp would be ${hex(satp)}`);
  if (separation === undefined || ptArea === undefined || state.config.gptMode === "paper") return undefined;
  if (root >= ptArea.pa && root < separation.pmdBase) return undefined;
  if (isOn(state.config, "T13") && root === separation.pmdBase) return undefined;
  return deny("SATP_OUTSIDE_PGD", `the root ${hex(root)} is outside ${hex(ptArea.pa)} to ${hex(separation.pmdBase)}`);
}

/**
 * @param instruction the word that trapped
 * @returns undefined if the instruction is illegal for another reason than TVM
 */
export function emulate(state: MonitorState, hart: Hart, instruction: number): Emulation | Denial | undefined {
  const fields = decode(instruction);
  if (fields === undefined) return undefined;
  if (hart.privilege !== S_MODE && !isOn(state.config, "B9"))
    return deny("NOT_SUPERVISOR", `${hex(instruction)} in U-mode at ${hex(hart.pc)}`);
  if (fields.kind === "fence") return { effects: [{ kind: "flushTlb" }], writes: [] };
  const old = hart.csrs.satp;
  const read: RegisterWrite[] = [[fields.rd, old]];
  const satp = writtenValue(fields, old, fields.immediate ? BigInt(fields.rs1) : hart.x[fields.rs1]!);
  if (satp === undefined) return { effects: [], writes: read };
  const denial = checkSatp(state, satp);
  if (denial) return denial;
  return { effects: [{ kind: "writeCsr", csr: SWITCHED_CSRS.satp, value: satp }], writes: read };
}

interface CsrAccess {
  readonly kind: "csr";
  readonly operation: "write" | "set" | "clear";
  readonly immediate: boolean;
  readonly rd: number;
  readonly rs1: number;
}

function decode(word: number): CsrAccess | { readonly kind: "fence" } | undefined {
  if ((word & 0x7f) !== SYSTEM) return undefined;
  const rd = (word >>> 7) & 31;
  const funct3 = (word >>> 12) & 7;
  const funct7 = word >>> 25;
  if (funct3 === 0) return rd === 0 && (funct7 === SFENCE_VMA || funct7 === SINVAL_VMA) ? { kind: "fence" } : undefined;
  const operation = ([undefined, "write", "set", "clear"] as const)[funct3 & 3];
  if (operation === undefined || word >>> 20 !== SWITCHED_CSRS.satp) return undefined;
  return { kind: "csr", operation, immediate: funct3 >= 4, rd, rs1: (word >>> 15) & 31 };
}

/** "csrrs and csrrc with rs1 = x0 do not write at all" (Zicsr); a zero immediate likewise. */
function writtenValue(access: CsrAccess, old: bigint, operand: bigint): bigint | undefined {
  if (access.operation === "write") return operand;
  if (access.rs1 === 0) return undefined;
  return access.operation === "set" ? old | operand : old & ~operand;
}
