/** CSRs that the runtime writes before a program and reads behind it. */
import { CSRS } from "../../../core/isa.gen.ts";
import { MENVCFG_ADUE, MENVCFG_PBMTE } from "./fields.ts";
import { BLOCK } from "./place.ts";

const exists = (name: string): boolean => CSRS.some((csr) => csr.name === name);
const PMP_ADDRESSES = Array.from({ length: 16 }, (_, index) => `pmpaddr${index}`);

/** In the order in which they are written; mstatus follows with each iteration. */
export const SETUP_CSRS: readonly string[] = [
  ...PMP_ADDRESSES,
  "pmpcfg0",
  "pmpcfg2",
  ...["medeleg", "mideleg", "mie", "mip", "mcounteren", "scounteren", "menvcfg", "senvcfg", "mtvec", "stvec"],
  ...["sscratch", "sepc", "scause", "stval", "mcause", "mtval", "satp"],
].filter(exists);

/** What a CSR begins with if the program does not say. See "adue" and "pbmte" in deviations.ts. */
export const SETUP_VALUES: Readonly<Record<string, bigint>> = { menvcfg: MENVCFG_ADUE | MENVCFG_PBMTE };

/** In the order in which they are stored. Those that count time are not here. */
export const RESULT_CSRS: readonly string[] = [
  ...["mstatus", "medeleg", "mideleg", "mie", "mip", "mtvec", "mcounteren", "mepc", "mcause", "mtval"],
  ...["sstatus", "sie", "sip", "stvec", "scounteren", "sscratch", "sepc", "scause", "stval", "satp"],
  ...["senvcfg", "pmpcfg0", "pmpcfg2", ...PMP_ADDRESSES, "fcsr", "mhartid"],
].filter(exists);

if (BLOCK.RESULTS + 8 * RESULT_CSRS.length > BLOCK.SHADOW) throw new Error("too many CSRs for a block");
