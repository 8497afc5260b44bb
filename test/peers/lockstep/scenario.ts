/**
 * Items that need more than a row and random operands: traps, CSRs, returns, interrupts, code that changes, page tables
 * that change. Every kind is one function; `index` is the item's own number.
 */

import { decode } from "../../../core/decoder.ts";
import { CSRS } from "../../../core/isa.gen.ts";
import type { Random } from "../../../zoo/scene/random.ts";
import { addressOf, constant, plain } from "./constant.ts";
import { WRITTEN_BITS } from "./deviations.ts";
import { MSTATUS_FS, MSTATUS_MPP, MSTATUS_MPRV } from "./fields.ts";
import { anyRd, instruction } from "./operands.ts";
import { ALIAS, HOLE } from "./place.ts";
import type { Code, Item } from "./program.ts";
import { COMPUTATIONS, CSR_INSTRUCTIONS, rowOf } from "./rows.ts";

type Scenario = (random: Random, index: number) => Item;

const csrNumber = new Map(CSRS.map(({ name, number }) => [name, number]));

function csr(name: string): number {
  const number = csrNumber.get(name);
  if (number === undefined) throw new Error(`there is no CSR ${name}`);
  return number;
}

/** CSRs that hold no time, no counter and no identification of the machine: their values are compared. */
const READABLE = CSRS.filter(
  ({ name }) =>
    !/^(m?(cycle|instret|time)|gpt.*|m?hpm.*|misa|menvcfg|tselect|tdata.*|tinfo|tcontrol|mcountinhibit|s?timecmp|stimecmp)$/.test(
      name,
    ),
);
const SCRATCH = ["sscratch", "sepc", "scause", "stval", "mepc", "mcause", "mtval", "mcounteren", "scounteren"];
const STATE = ["fflags", "frm", "fcsr", "senvcfg", "menvcfg"].filter((name) => csrNumber.has(name));
/** A value of these steers the handlers: written, read and written back at once. */
const STEERING = ["mtvec", "stvec", "medeleg", "mideleg"];
const MASKED: Readonly<Record<string, bigint>> = {
  mie: 0xaaan,
  sie: 0x222n,
  mip: 0x222n,
  sip: 0x222n,
};

const masked = (name: string, value: bigint): bigint => value & (WRITTEN_BITS[name] ?? -1n);

/** Two registers that are not the same and point nowhere. */
function twoRegisters(random: Random): [number, number] {
  const first = 10 + (random.word() % 8);
  return [first, 18 + (random.word() % 8)];
}

const readCsr: Scenario = (random) => [
  plain("csrrs", { rd: anyRd(random), csr: random.pick(READABLE).number, rs1: 0 }),
];

/** Time differs from machine to machine: the read may trap or not, its value goes to x0. */
const readCounter: Scenario = (random) => [
  plain("csrrs", { rd: 0, csr: csr(random.pick(["cycle", "time", "instret"])), rs1: 0 }),
];

const writeCsr: Scenario = (random) => {
  const name = random.pick(random.chance(3) && STATE.length > 0 ? STATE : SCRATCH);
  const row = random.pick(CSR_INSTRUCTIONS);
  if (WRITTEN_BITS[name] === undefined) return [instruction(random, row, { csr: csr(name) })];
  const [value] = twoRegisters(random);
  const isEnvironment = name === "menvcfg";
  const write = random.pick(isEnvironment ? ["csrrs", "csrrc"] : ["csrrw", "csrrs", "csrrc"]);
  const rd = isEnvironment ? 0 : anyRd(random);
  return [...constant(value, masked(name, random.value())), plain(write, { rd, csr: csr(name), rs1: value })];
};

/** mstatus and sstatus: single fields set or cleared. MPP is set to M or cleared to U, so the reserved 2 does not occur. */
const STATUS_BITS = [
  0x2n,
  0x8n,
  0x20n,
  0x80n,
  0x100n,
  0x1800n,
  0x20000n,
  0x40000n,
  0x80000n,
  0x100000n,
  0x200000n,
  0x400000n,
];
const FS_BITS = csrNumber.has("fcsr") ? [MSTATUS_FS] : [];

const writeStatus: Scenario = (random) => {
  const [value] = twoRegisters(random);
  const bits = [...STATUS_BITS, ...FS_BITS].filter(() => random.chance(4)).reduce((sum, bit) => sum | bit, 0n);
  const name = random.pick(["mstatus", "mstatus", "sstatus"]);
  const write = random.pick(["csrrs", "csrrc"]);
  return [...constant(value, bits), plain(write, { rd: anyRd(random), csr: csr(name), rs1: value })];
};

/** Interrupts pend, are enabled, are taken. */
const interrupt: Scenario = (random) => {
  const name = random.pick(Object.keys(MASKED));
  const [value] = twoRegisters(random);
  const bits = (MASKED[name] as bigint) & BigInt(random.word());
  const write = random.pick(["csrrw", "csrrs", "csrrs", "csrrc"]);
  return [...constant(value, bits), plain(write, { rd: anyRd(random), csr: csr(name), rs1: value })];
};

const swapCsr: Scenario = (random) => {
  const number = csr(random.pick(STEERING));
  const name = CSRS.find((row) => row.number === number)?.name as string;
  const [first, second] = twoRegisters(random);
  return [
    ...constant(second, masked(name, random.value())),
    plain("csrrw", { rd: first, csr: number, rs1: second }),
    plain("csrrw", { rd: second, csr: number, rs1: first }),
  ];
};

/** A CSR by its number, whether it exists or not; the write is one of x0, so it changes nothing but traps where it must. */
const anyCsr: Scenario = (random) => {
  for (;;) {
    const number = random.chance(2) ? random.pick(CSRS).number : random.word() & 0xfff;
    if (!isOneSided(number)) return [plain("csrrs", { rd: 0, csr: number, rs1: 0 })];
  }
};

/** CSRs of the Guarded Page Table are ours; those of Smaia and Ssaia are theirs, see "priority" in deviations.ts. */
const isOneSided = (number: number): boolean =>
  CSRS.some((row) => row.number === number && row.name.startsWith("gpt")) ||
  [0x150, 0x151, 0x15c, 0xdb0, 0x308, 0x309, 0x350, 0x351, 0x35c, 0xfb0].includes(number);

const writeReadOnly: Scenario = (random) => [
  instruction(random, rowOf("csrrw"), { csr: csr(random.pick(["mhartid", "mvendorid", "cycle", "instret"])) }),
];

/** MRET or SRET to an item ahead, at its address for either level. */
const xret: Scenario = (random, index) => {
  const level = random.pick(["m", "s"]);
  const [target, alias] = twoRegisters(random);
  const toAlias = random.chance(2)
    ? [...constant(alias, ALIAS), plain("add", { rd: target, rs1: target, rs2: alias })]
    : [];
  const mpp = random.chance(2)
    ? [
        ...constant(alias, random.pick([0x1800n, 0x800n, 0x100n])),
        plain("csrrs", { rd: 0, csr: csr(`${level}status`), rs1: alias }),
      ]
    : [];
  // "stale-mprv" and "sret-mprv" in deviations.ts: a return comes without MPRV
  const cleared = MSTATUS_MPRV | (mpp.length > 0 && level === "m" ? MSTATUS_MPP : 0n);
  return [
    ...constant(target, cleared),
    plain("csrrc", { rd: 0, csr: csr("mstatus"), rs1: target }),
    ...mpp,
    ...addressOf(target, index + 1),
    ...toAlias,
    plain("csrrw", { rd: 0, csr: csr(`${level}epc`), rs1: target }),
    plain(`${level}ret`),
  ];
};

const bareReturn: Scenario = (random) => [plain(random.pick(["ecall", "ebreak", "c.ebreak"]))];

/** A word or halfword that no table has. */
const illegal: Scenario = (random) => {
  for (;;) {
    const isShort = random.chance(2);
    const hard = random.pick([0, 0xffffffff, 0x2077, 0x0000]);
    const word = random.chance(4) ? hard : isShort ? random.word() & 0xffff : (random.word() | 3) >>> 0;
    const byteLen = (word & 3) === 3 ? 4 : 2;
    if (!decode(word) && !isForeign(word)) return [{ raw: word >>> 0, byteLen }];
  }
};

/** Encodings of extensions that only one of the machines may have. */
const isForeign = (word: number): boolean =>
  (word & 3) === 3
    ? [0x07, 0x27, 0x43, 0x47, 0x4b, 0x4f, 0x53, 0x13, 0x1b, 0x33, 0x3b, 0x0f, 0x73, 0x2f, 0x57].includes(word & 0x7f)
    : (word & 0xe003) === 0x2000 ||
      (word & 0xe003) === 0xa000 ||
      (word & 0xe003) === 0x2002 ||
      (word & 0xe003) === 0xa002 ||
      (word & 0xe003) === 0x8000 ||
      (word & 0xe003) === 0x6001 ||
      (word & 0xfc03) === 0x9c01;

const wildJump: Scenario = (random) => {
  const [target] = twoRegisters(random);
  const address = random.pick([HOLE, 0x1_8000_0000n, 1n << 45n, -8n, 0x40_0000_0000n, 0xffff_ffc0_0000_0000n]);
  return [...constant(target, address), plain("jalr", { rd: anyRd(random), rs1: target, imm: 0 })];
};

const holeAccess: Scenario = (random) => {
  const [address] = twoRegisters(random);
  const row = rowOf(random.pick(["lb", "lw", "ld", "sb", "sw", "sd", "lhu"]));
  const where = random.pick([HOLE, HOLE + 3n, 0x1_8000_0000n, 1n << 45n, 0x40_0000_0000n, 1n << 55n, 1n << 56n]);
  return [...constant(address, where), instruction(random, row, { rs1: address, imm: 8 * (random.word() % 8) })];
};

/** LR and SC at one address. If LR trapped, SC is left out: see "sc-without-access" in deviations.ts. */
export const reserved: Scenario = (random, index) => {
  const [address, value] = twoRegisters(random);
  const width = random.pick(["w", "d"]);
  const between = random.chance(3) ? [plain("addi", { rd: 31, rs1: 31, imm: 1 })] : [];
  return [
    plain("addi", { rd: address, rs1: random.pick([8, 9]), imm: 8 * (random.word() % 512) - 2048 }),
    plain("andi", { rd: address, rs1: address, imm: -8 }),
    plain("addi", { rd: value, rs1: 0, imm: 0x5a5 }),
    instruction(random, rowOf(`lr.${width}`), { rd: value, rs1: address }),
    plain("addi", { rd: 30, rs1: value, imm: -0x5a5 }),
    { row: rowOf("beq"), fields: { rs1: 30, rs2: 0 }, to: { item: index + 1, how: "distance" } },
    ...between,
    instruction(random, rowOf(`sc.${width}`), { rs1: address }),
  ];
};

const misalignedReserve: Scenario = (random) => {
  const [address] = twoRegisters(random);
  const offset = random.pick([1, 2, 3, 5, 6]);
  return [
    plain("andi", { rd: address, rs1: 8, imm: -8 }),
    plain("addi", { rd: address, rs1: address, imm: offset }),
    instruction(random, rowOf(random.pick(["lr.w", "lr.d"])), { rs1: address }),
  ];
};

/** Words that a patch leaves in place of a four-byte nop; all are harmless or trap. */
const PATCHES = [0x00150513, 0x05850505, 0x00010001, 0x40a585b3, 0x00100073, 0x9002_0505, 0x0000_0585].map(BigInt);

/** Stores over an instruction: its own slot right behind FENCE.I, or the slot of an item that may come again. */
const patch: Scenario = (random, index) => {
  const [address, value] = twoRegisters(random);
  const isSelf = random.chance(2);
  const offset: Code[] = [];
  const body: Code[] = [
    ...constant(value, random.pick(PATCHES)),
    ...offset,
    plain(random.pick(["sw", "sw", "sh"]), { rs1: address, rs2: value, imm: isSelf ? 4 : -8 }),
    plain("fence.i"),
  ];
  const nop = plain("addi", { rd: 0, rs1: 0, imm: 0 });
  // a fetch in M-mode lets QEMU's data accesses to that page pass, too: "stale-mprv" in deviations.ts
  const noMprv = [...constant(address, MSTATUS_MPRV), plain("csrrc", { rd: 0, csr: csr("mstatus"), rs1: address })];
  // the item begins or ends with its slot; the address is that of the next item, so the slot lies before it
  return isSelf
    ? [...noMprv, ...addressOf(address, index + 1), plain("addi", { rd: address, rs1: address, imm: -8 }), ...body, nop]
    : [...noMprv, ...addressOf(address, index + 1), ...body, plain("addi", { rd: 0, rs1: 0, imm: 0 }), nop];
};

/** Flips bits of a page-table entry of the data, not of its page number; SFENCE.VMA follows as it must. */
const remap: Scenario = (random) => {
  const [value, bits] = twoRegisters(random);
  const offset = 8 * (random.word() % 6);
  const flipped = random.pick([1, 2, 4, 8, 16, 64, 128, 6, 14]);
  return [
    plain("ld", { rd: value, rs1: 3, imm: offset }),
    plain("addi", { rd: bits, rs1: 0, imm: flipped }),
    plain("xor", { rd: value, rs1: value, rs2: bits }),
    plain("sd", { rs1: 3, rs2: value, imm: offset }),
    plain("sfence.vma", { rs1: 0, rs2: 0 }),
  ];
};

/**
 * Software and timer interrupts of M-mode come from the CLINT. The peer sees them at the end of a block, so they are off
 * until a CSR instruction behind the store ends it. Outside M-mode the read of mie traps, and nothing happens.
 */
const machineInterrupt: Scenario = (random, index) => {
  const [address, value] = twoRegisters(random);
  const isTimer = random.chance(2);
  const store = isTimer ? "sd" : "sw";
  const [raised, lowered] = isTimer ? [0, -1] : [1, 0];
  const enabled = constant(value, isTimer ? 0x80n : 0x8n);
  return [
    plain("addi", { rd: 30, rs1: 0, imm: 0x5a5 }),
    ...enabled,
    plain("csrrc", { rd: 30, csr: csr("mie"), rs1: value }),
    plain("addi", { rd: 30, rs1: 30, imm: -0x5a5 }),
    { row: rowOf("beq"), fields: { rs1: 30, rs2: 0 }, to: { item: index + 1, how: "distance" } },
    ...constant(address, isTimer ? 0x0200_4000n : 0x0200_0000n),
    plain("addi", { rd: value, rs1: 0, imm: raised }),
    plain(store, { rs1: address, rs2: value, imm: 0 }),
    plain("csrrs", { rd: anyRd(random), csr: csr("mip"), rs1: 0 }),
    ...enabled,
    plain("csrrs", { rd: 0, csr: csr("mie"), rs1: value }),
    ...constant(address, isTimer ? 0x0200_4000n : 0x0200_0000n),
    plain("addi", { rd: value, rs1: 0, imm: lowered }),
    plain(store, { rs1: address, rs2: value, imm: 0 }),
  ];
};

/** They write a floating-point register, or read one: see "fs-flags" in deviations.ts. */
const FLOATING = /^(f(add|sub|mul|div|sqrt|min|max|sgnjx?|n?madd|n?msub|class)\.[hsd]|fmv\.[wd]\.x|fmv\.x\.[wd])$/;
const floating = COMPUTATIONS.filter(({ name }) => FLOATING.test(name));

/** mstatus.FS becomes Initial or Clean, one instruction may make it Dirty, and it ends Dirty. */
const floatState: Scenario = (random) => {
  const [value, on] = twoRegisters(random);
  const status = csr(random.pick(["mstatus", "sstatus"]));
  const state = random.pick([0x2000n, 0x4000n]);
  return [
    ...constant(on, MSTATUS_FS),
    ...constant(value, state),
    plain("csrrs", { rd: 0, csr: status, rs1: on }),
    ...constant(on, MSTATUS_FS - state),
    plain("csrrc", { rd: 0, csr: status, rs1: on }),
    instruction(random, random.pick(floating), {}),
    plain("csrrs", { rd: 30, csr: status, rs1: 0 }),
    ...constant(on, MSTATUS_FS),
    plain("csrrs", { rd: 0, csr: status, rs1: on }),
  ];
};

/**
 * A PMP entry of the program gets all permissions or loses them, if it is not locked. II 3.7.2: "must execute an SFENCE.VMA
 * instruction with rs1=x0 and rs2=x0, after the PMP CSRs are written".
 */
const protect: Scenario = (random) => {
  const [value] = twoRegisters(random);
  const entry = random.between(1, 14);
  const number = csr(entry < 8 ? "pmpcfg0" : "pmpcfg2");
  return [
    ...constant(value, 7n << BigInt(8 * (entry % 8))),
    plain(random.pick(["csrrs", "csrrc"]), { rd: anyRd(random), csr: number, rs1: value }),
    plain("sfence.vma", { rs1: 0, rs2: 0 }),
  ];
};

const movePointer: Scenario = (random) => {
  const pointer = random.pick([2, 8, 9]);
  return [plain("addi", { rd: pointer, rs1: pointer, imm: 8 * ((random.word() % 17) - 8) })];
};

/** With how many tickets each takes part in the lottery. */
export const SCENARIOS: readonly (readonly [tickets: number, scenario: Scenario])[] = [
  [4, readCsr],
  [1, readCounter],
  [4, writeCsr],
  [3, writeStatus],
  [10, interrupt],
  [2, swapCsr],
  [1, anyCsr],
  [1, writeReadOnly],
  [4, xret],
  [2, bareReturn],
  [2, illegal],
  [1, wildJump],
  [1, holeAccess],
  [4, reserved],
  [1, misalignedReserve],
  [3, patch],
  [3, remap],
  [2, movePointer],
  [3, machineInterrupt],
  [2, floatState],
  [2, protect],
];
