/** A random program from a seed: set-up, page tables, iterations at every level, items. */
import { INSTRUCTIONS } from "../../../core/isa.gen.ts";
import { Random } from "../../../zoo/scene/random.ts";
import { plain } from "./constant.ts";
import { WRITTEN_BITS } from "./deviations.ts";
import { type Level, MSTATUS_FS, MSTATUS_MXR, MSTATUS_SUM } from "./fields.ts";
import { instruction } from "./operands.ts";
import { randomTables } from "./pages.ts";
import { ALIAS, GIGAPAGE, HOLE, PAGE, PROGRAMS, SPACE, SPACE_SIZE, spaceOf, WINDOW } from "./place.ts";
import type { Item, Iteration, Program, Row } from "./program.ts";
import { randomProtection } from "./protection.ts";
import { COMPUTATIONS, DIRECT, MEMORY, TRANSFERS } from "./rows.ts";
import { M_VECTOR, S_VECTOR } from "./runtime.ts";
import { reserved, SCENARIOS } from "./scenario.ts";
import { randomTransfer } from "./transfer.ts";

const TICKETS = SCENARIOS.flatMap(([tickets, scenario]) => Array.from({ length: tickets }, () => scenario));
const TICKETS_WITHOUT_ATOMICS = TICKETS.filter((scenario) => scenario !== reserved);
const hasFloat = INSTRUCTIONS.some(({ name }) => name === "fadd.s");

/** The last program of an image may lock PMP entries: nobody behind it needs them. */
const LAST = PROGRAMS - 1;

/** Doubles, singles in their box or not, and integers that make arithmetic do all it can. */
function hardFloat(random: Random): bigint {
  const box = 0xffff_ffffn << 32n;
  const sign = random.chance(2) ? 1n : 0n;
  const exponent = (bits: number): bigint =>
    random.pick([
      0n,
      1n,
      (1n << BigInt(bits)) - 1n,
      (1n << BigInt(bits)) - 2n,
      1n << BigInt(bits - 1),
      BigInt(random.word()) & ((1n << BigInt(bits)) - 1n),
      (1n << BigInt(bits - 1)) - 1n + BigInt(random.between(-4, 60)),
    ]) &
    ((1n << BigInt(bits)) - 1n);
  const wide = (BigInt(random.word()) << 32n) | BigInt(random.word());
  const fraction = (bits: number): bigint =>
    random.pick([
      0n,
      1n,
      (1n << BigInt(bits)) - 1n,
      1n << BigInt(bits - 1),
      (1n << BigInt(bits - 1)) + 1n,
      wide & ((1n << BigInt(bits)) - 1n),
      wide & ((1n << BigInt(bits)) - 1n),
    ]);
  switch (random.between(0, 3)) {
    case 0:
      return (random.chance(6) ? 0n : box) | (sign << 31n) | (exponent(8) << 23n) | fraction(23);
    case 1:
      return box | (0xffffn << 16n) | (sign << 15n) | (exponent(5) << 10n) | fraction(10);
    default:
      return (sign << 63n) | (exponent(11) << 52n) | fraction(52);
  }
}

function randomItem(random: Random, index: number, hasAtomics: boolean, reach: Reach): Item {
  const lot = random.between(0, 99);
  if (lot < 60) return computation(random, random.pick(COMPUTATIONS));
  if (lot < 76) return [instruction(random, random.pick(MEMORY), offset(random, reach))];
  if (lot < 83 && hasAtomics) return direct(random);
  if (lot < 91) return randomTransfer(random, random.pick(TRANSFERS), index);
  return random.pick(hasAtomics ? TICKETS : TICKETS_WITHOUT_ATOMICS)(random, index);
}

function computation(random: Random, row: Row): Item {
  if (row.name !== "ctzw") return [instruction(random, row)];
  // "ctzw" in deviations.ts: the low word is not zero
  const rs1 = random.between(10, 15);
  return [plain("ori", { rd: rs1, rs1: random.between(0, 31), imm: 1024 }), instruction(random, row, { rs1 })];
}

/** Where a program's loads and stores go: anywhere; or, under protection, to whole doublewords: "pmp-misaligned-..." */
type Reach = "anywhere" | "aligned";

/** Offsets around the pointers, where pages meet, more often than anywhere. */
function offset(random: Random, reach: Reach): Readonly<Record<string, number>> {
  if (reach === "aligned") return { imm: 8 * random.between(-255, 255) };
  return random.chance(2) ? { imm: random.between(-9, 9) } : {};
}

/** AMOs and the like: the address in a register of its own, aligned. */
function direct(random: Random): Item {
  const row = random.pick(DIRECT);
  const address = random.between(10, 15);
  return [
    plain("addi", { rd: address, rs1: random.pick([8, 9]), imm: random.between(-256, 255) * 8 }),
    // "cbo-tval" in deviations.ts
    plain("andi", { rd: address, rs1: address, imm: row.name.startsWith("cbo") ? -64 : -8 }),
    // "amocas-zero" in deviations.ts
    instruction(random, row, { rs1: address, ...(row.name.startsWith("amocas") && { rd: random.pick([26, 28, 30]) }) }),
  ];
}

/** A place in or around the data, as a level sees it. */
function pointer(random: Random, space: bigint, level: Level, isMapped: boolean, reach: Reach): bigint {
  const page = SPACE.DATA + PAGE * random.between(0, (SPACE_SIZE - SPACE.DATA) / PAGE - 1);
  const byte = reach === "aligned" ? 0 : random.pick([0, 0, 0, 1, 4, 7]);
  const edge = random.chance(2) ? 8 * random.between(-1, 1) + byte : 8 * random.between(0, 511);
  const pa = space + BigInt(Math.max(page + edge, SPACE.DATA));
  if (!isMapped || level === "M") return pa;
  const windowed = WINDOW + BigInt(random.between(0, 3)) * 0x20_0000n + (pa & 0x1f_ffffn);
  const usual = level === "U" ? pa + ALIAS : pa;
  return random.pick([usual, usual, usual, pa, pa + ALIAS, pa - 0x8000_0000n + GIGAPAGE, windowed]);
}

function randomIteration(random: Random, index: number, level: Level, isMapped: boolean, reach: Reach): Iteration {
  const space = BigInt(spaceOf(index));
  const bit = (mask: bigint, oneIn = 2): bigint => (random.chance(oneIn) ? mask : 0n);
  // MIE comes from MPIE with the handler's MRET: set before, it would let an interrupt into the handler
  const interrupts = bit(0x2n) | bit(0x20n) | bit(0x80n);
  const gpTable = random.pick([SPACE.S_L0, SPACE.U_L0]);
  const entry = Number(((space + BigInt(SPACE.DATA)) >> 12n) & 0x1ffn) * 8;
  return {
    level,
    mstatus:
      interrupts |
      bit(MSTATUS_SUM) |
      bit(MSTATUS_MXR) |
      bit(0x10_0000n, 6) |
      bit(0x20_0000n, 6) |
      bit(0x40_0000n, 6) |
      (hasFloat ? (random.chance(6) ? 0n : MSTATUS_FS) : 0n),
    // s0 and s1 are the bases of AMOs: see "amo-nothing" in deviations.ts
    sp: random.chance(12)
      ? random.pick([HOLE, 1n << 45n, 1n << 60n])
      : pointer(random, space, level, isMapped, reach) & ~7n,
    s0: pointer(random, space, level, isMapped, reach),
    s1: pointer(random, space, level, isMapped, reach),
    gp: space + BigInt(gpTable + entry),
  };
}

/** @param index where in an image the program will lie */
export function randomProgram(seed: number, index: number): Program {
  const random = new Random(seed);
  const space = BigInt(spaceOf(index));
  const mode = random.pick([0n, 8n, 8n, 9n]);
  const root = mode === 9n ? SPACE.ROOT48 : SPACE.ROOT;
  const isMapped = mode !== 0n;
  const length = random.between(50, 110);
  const protection = random.pick(["none", "none", "pages", "bytes"] as const);
  const isProtected = protection !== "none";
  const reach: Reach = isProtected ? "aligned" : "anywhere";
  const hasAtomics = protection !== "bytes";
  const items = Array.from({ length }, (_, item) => randomItem(random, item, hasAtomics, reach));
  const memory = randomTables(random, index);
  for (let offset: number = SPACE.DATA; offset < SPACE_SIZE; offset += 8)
    memory.set(offset, random.chance(2) ? BigInt.asUintN(64, random.value()) : hardFloat(random));
  // Environment calls of S stay with M: the trampoline's is one.
  const written = (name: string): bigint => BigInt.asUintN(64, random.value()) & (WRITTEN_BITS[name] ?? -1n);
  const csrs: Record<string, bigint> = {
    ...randomProtection(random, index, protection, index === LAST),
    // an access fault of the trampoline's own fetch has to reach M
    medeleg: random.chance(4) ? 0n : BigInt(random.word() & 0xb1ff) & ~(isProtected ? 2n : 0n),
    mideleg: BigInt(random.word() & 0x222),
    mie: BigInt(random.word() & 0xaaa),
    mip: BigInt(random.word() & 0x222),
    mcounteren: written("mcounteren"),
    scounteren: written("scounteren"),
    mtvec: M_VECTOR | (random.chance(2) ? 1n : 0n),
    stvec: S_VECTOR | (random.chance(2) ? 1n : 0n),
    satp: isMapped ? (mode << 60n) | (BigInt(random.word() & 0xffff) << 44n) | ((space + BigInt(root)) >> 12n) : 0n,
  };
  const isShort = random.chance(2);
  return {
    seed,
    index,
    lead: isShort ? 0 : 2 * random.between(0, 120),
    x: Array.from({ length: 32 }, (_, register) => (register === 0 ? 0n : BigInt.asUintN(64, random.value()))),
    f: Array.from({ length: 32 }, () => hardFloat(random)),
    csrs,
    iterations: Array.from({ length: random.between(6, 14) }, () =>
      randomIteration(random, index, random.pick(["M", "S", "S", "U", "U"] as const), isMapped, reach),
    ),
    items,
    memory,
  };
}
