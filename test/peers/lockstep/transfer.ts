/** Branches and jumps to an item ahead. */
import type { Random } from "../../../zoo/scene/random.ts";
import { addressOf } from "./constant.ts";
import { anyRd, instruction, randomFields } from "./operands.ts";
import type { Item, Row } from "./program.ts";

export function randomTransfer(random: Random, row: Row, index: number): Item {
  const item = index + random.between(1, 6);
  if (
    row.encoding.operands.some(({ name }) => name === "imm") &&
    !row.encoding.operands.some(({ name }) => name === "rs1" && row.name === "jalr")
  )
    return [{ row, fields: { ...randomFields(random, row, { imm: 0 }) }, to: { item, how: "distance" } }];
  // to the address in a register
  const target = random.between(10, 15);
  const given =
    row.name === "jalr" ? { rs1: target, rd: anyRd(random), imm: random.chance(4) ? 1 : 0 } : { rs1: target };
  return [...addressOf(target, item), instruction(random, row, given)];
}
