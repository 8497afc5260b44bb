/** The rows of the tables, by name and by what a random program does with them. */

import { expansionOf } from "../../../core/decoder.ts";
import { COMPRESSED, INSTRUCTIONS } from "../../../core/isa.gen.ts";
import { parseIsaString } from "../../../core/isa-string.ts";
import { WRONG_AT_PEER } from "./deviations.ts";
import { isBased } from "./operands.ts";
import { PEER } from "./peer.ts";
import type { Row } from "./program.ts";

const ROWS: readonly Row[] = [...INSTRUCTIONS, ...COMPRESSED];
const byName = new Map(ROWS.map((row) => [row.name, row]));

export function rowOf(name: string): Row {
  const row = byName.get(name);
  if (!row) throw new Error(`there is no instruction ${name}`);
  return row;
}

/** What a row does, compressed or not. */
const kindOf = (row: Row): string => ("expansion" in row ? expansionOf(row).kind : row.kind);

/** Rows that the peer has, too. */
const { extensions } = parseIsaString(PEER.isa);
export const isShared = ({ extensions: needed }: Row): boolean =>
  needed.length === 0 || needed.some((name) => extensions.has(name));
const shared = ROWS.filter(
  (row) => !WRONG_AT_PEER.includes(row.name) && isShared(row) && (!("expansion" in row) || isShared(expansionOf(row))),
);
/** They need more than random operands; each has a place in scenario.ts. */
const SCENARIOS = /^(csrr.*|mret|sret|wfi|wrs\..*|ecall|ebreak|c\.ebreak|sc\..*|lr\..*)$/;
const isScenario = ({ name }: Row): boolean => SCENARIOS.test(name);
const isTransfer = (row: Row): boolean => ["branch", "jump"].includes(kindOf(row));
/** Addresses in a register, without an offset: AMOs, cache blocks. */
const isDirect = (row: Row): boolean => isBased(row) && !row.encoding.operands.some(({ name }) => /^u?imm$/.test(name));

export const TRANSFERS = shared.filter(isTransfer);
export const DIRECT = shared.filter((row) => !isScenario(row) && isDirect(row) && !isTransfer(row));
const rest = shared.filter((row) => !isScenario(row) && !isTransfer(row) && !isDirect(row));
/** Loads and stores; those relative to sp have their base in the name. */
export const MEMORY = rest.filter((row) => ["load", "store"].includes(kindOf(row)));
export const COMPUTATIONS = rest.filter((row) => !["load", "store"].includes(kindOf(row)));
export const CSR_INSTRUCTIONS = shared.filter(({ name }) => name.startsWith("csrr"));
