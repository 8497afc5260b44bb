/**
 * Random RV64IMAC programs as assembly text: integer operations, loads and stores in a buffer of two pages, forward
 * branches in a counted loop, CSR moves, atomics, compressed forms, and traps that handlers log and skip. The same seed
 * gives the same text.
 *
 * Registers with a task: sp and s0 point into the buffer, s9 counts loops, s10 interrupts, s11 points to the trap log.
 * t5 and t6 belong to the handlers, bodies only read them. Every label begins with the program's name.
 */
import { Random } from "../../zoo/scene/random.ts";

export interface ProgramOptions {
  readonly name: string;
  readonly seed: number;
  /** Instructions of the loop's body. */
  readonly length: number;
  readonly loops: number;
  /** Two pages. */
  readonly buffer: bigint;
  /** Three doublewords a trap; the program ends when it is full. */
  readonly log: bigint;
  readonly logEnd: bigint;
  /** Privilege of the body. */
  readonly privilege: "U" | "S" | "M";
  /** Timer interrupts, counters, wfi: what only a deterministic machine repeats. */
  readonly hasTime?: boolean;
  /** Overwrites instructions in front of itself and behind; FENCE.I follows sometimes. */
  readonly modifiesItself?: boolean;
  /** Label of an Sv39 root table that S and U run with; without, translation is off. */
  readonly root?: string;
  /** AMOs that are not aligned. */
  readonly hasMisalignedAmos?: boolean;
  /** Sources of an access fault: no RAM, no device. */
  readonly hole: bigint;
}

const WRITABLE = "ra gp tp t0 t1 t2 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 t3 t4".split(" ");
const READABLE = [...WRITABLE, "zero", "sp", "s0", "s9", "t5", "t6"];
const COMPACT = "s1 a0 a1 a2 a3 a4 a5".split(" ");
const REGISTER =
  "add sub sll slt sltu xor srl sra or and addw subw sllw srlw sraw mul mulh mulhsu mulhu div divu rem remu mulw divw divuw remw remuw".split(
    " ",
  );
const IMMEDIATE = "addi slti sltiu xori ori andi addiw".split(" ");
const SHIFT = "slli srli srai".split(" ");
const SHIFT_WORD = "slliw srliw sraiw".split(" ");
const LOADS = "lb lh lw ld lbu lhu lwu".split(" ");
const STORES = "sb sh sw sd".split(" ");
const BRANCHES = "beq bne blt bge bltu bgeu".split(" ");
const AMOS = "amoswap amoadd amoxor amoand amoor amomin amomax amominu amomaxu".split(" ");
const COMPACT_PAIRS = "c.sub c.xor c.or c.and c.subw c.addw".split(" ");
/** Words that a patch leaves in place of a four-byte nop; all are harmless or trap. */
const PATCHES = [0x00150513, 0x05850505, 0x00010001, 0x40a585b3, 0x00100073, 0x9002_0505, 0x0000_0585];

/**
 * An Sv39 root table under a label: RAM at its own address in one gigapage, for S or for U. Its own address must be that
 * of a page, so it stands at the end of a source.
 */
export function identityRoot(label: string, privilege: "S" | "U"): string {
  const leaf = 0x8000_0000 / 4 + (privilege === "U" ? 0xdf : 0xcf);
  return `.align 12\n${label}: .zero 16\n.dword ${leaf}\n.zero 4072`;
}

/** @returns entry `${name}_start`; the program goes to `${name}_done` in M-mode when it ends */
export function randomProgram(options: ProgramOptions): string {
  return new Writer(options).source();
}

const setSatp = (root: string): string[] => [
  `la t0, ${root}`,
  "srli t0, t0, 12",
  "li t1, 8",
  "slli t1, t1, 60",
  "or t0, t0, t1",
  "csrw satp, t0",
];

class Writer {
  readonly #options: ProgramOptions;
  readonly #random: Random;
  #patches = 0;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  source(): string {
    const { name } = this.#options;
    const body = this.#body();
    return [
      `${name}_start:`,
      ...this.#setUp(),
      `${name}_loop:`,
      ...body,
      "addi s9, s9, -1",
      // the body may be longer than a branch reaches
      `beqz s9, ${name}_finish`,
      `j ${name}_loop`,
      `${name}_finish: ecall`,
      ".align 2",
      ...this.#handler("m"),
      ...this.#handler("s"),
    ].join("\n");
  }

  #setUp(): string[] {
    const { name, buffer, log, loops, privilege, hasTime, root } = this.#options;
    const random = this.#random;
    const mpp = { U: 0, S: 1, M: 3 }[privilege];
    return [
      `la t0, ${name}_m_handler`,
      "csrw mtvec, t0",
      `la t0, ${name}_s_handler`,
      "csrw stvec, t0",
      // PMP entry 0: everything, for S and U
      "li t0, -1",
      "csrw pmpaddr0, t0",
      "li t0, 0x1f",
      "csrw pmpcfg0, t0",
      // environment calls stay with M, so that the last one ends the program; pages of U are no place for S to run in
      `li t0, ${root !== undefined && privilege === "U" ? 0 : random.word() & 0xb0fe}`,
      "csrw medeleg, t0",
      `li t0, ${random.pick([0, 5, 7])}`,
      "csrw mcounteren, t0",
      "csrw scounteren, t0",
      `li t0, ${(mpp << 11) | (hasTime ? 0x80 : 0)}`,
      "csrw mstatus, t0",
      "csrw satp, zero",
      ...(root === undefined ? [] : setSatp(root)),
      ...(hasTime ? this.#startTimer() : ["csrw mie, zero"]),
      `la t0, ${name}_loop`,
      "csrw mepc, t0",
      ...["sscratch", "mscratch", "sepc", "scause", "stval"].map((csr) => `csrw ${csr}, zero`),
      ...WRITABLE.map((register) => `li ${register}, ${random.value()}`),
      `li sp, ${buffer + 1024n}`,
      `li s0, ${buffer + 4096n}`,
      `li s9, ${loops}`,
      "li s10, 0",
      `li s11, ${log}`,
      "li t5, 0",
      "li t6, 0",
      "mret",
    ];
  }

  #startTimer(): string[] {
    return [
      "li t0, 0x0200bff8",
      "ld t1, 0(t0)",
      `addi t1, t1, ${this.#random.between(1, 20)}`,
      "li t0, 0x02004000",
      "sd t1, 0(t0)",
      "li t0, 0x88",
      "csrw mie, t0",
    ];
  }

  /** Logs cause, epc and tval and goes on behind the instruction; behind the call if the fetch itself failed. */
  #handler(mode: "m" | "s"): string[] {
    const { name, logEnd } = this.#options;
    const at = `${name}_${mode}`;
    return [
      `${at}_handler:`,
      `csrr t5, ${mode}cause`,
      `blt t5, zero, ${at}_interrupt`,
      "sd t5, 0(s11)",
      // t6 is 0 for a fault of the fetch
      "addi t6, t5, -12",
      `beqz t6, ${at}_known`,
      "addi t6, t5, -1",
      `${at}_known:`,
      // "mtval is written with either zero or the faulting virtual address": machines differ about breakpoints
      "addi t5, t5, -3",
      `bnez t5, ${at}_keep`,
      `csrw ${mode}tval, zero`,
      `${at}_keep: csrr t5, ${mode}tval`,
      "sd t5, 16(s11)",
      `csrr t5, ${mode}epc`,
      "sd t5, 8(s11)",
      "addi s11, s11, 24",
      `li t5, ${logEnd}`,
      `bgeu s11, t5, ${at}_full`,
      `csrr t5, ${mode}epc`,
      `beqz t6, ${at}_fetch`,
      ...(mode === "m" ? [`la t6, ${name}_finish`, `beq t5, t6, ${name}_done`] : []),
      "lhu t6, 0(t5)",
      "andi t6, t6, 3",
      "sltiu t6, t6, 3",
      "xori t6, t6, 1",
      "slli t6, t6, 1",
      "add t5, t5, t6",
      "addi t5, t5, 2",
      `csrw ${mode}epc, t5`,
      `${mode}ret`,
      `${at}_fetch:`,
      `csrw ${mode}epc, ra`,
      `${mode}ret`,
      // M-mode is the only way out
      `${at}_full: ${mode === "m" ? `j ${name}_done` : "ecall"}`,
      `${at}_interrupt:`,
      "addi s10, s10, 1",
      "li t5, 0x0200bff8",
      "ld t6, 0(t5)",
      `addi t6, t6, ${this.#random.between(1, 30)}`,
      "li t5, 0x02004000",
      "sd t6, 0(t5)",
      `${mode}ret`,
    ];
  }

  #body(): string[] {
    const { name, length } = this.#options;
    // branches go forward by up to seven items, each of which carries a label
    const items = Array.from({ length }, (_, index) => [`${name}_${index}:`, ...this.#item(index)]);
    return [...items.flat(), ...Array.from({ length: 8 }, (_, index) => `${name}_${length + index}:`)];
  }

  #item(index: number): string[] {
    const random = this.#random;
    const ahead = `${this.#options.name}_${index + random.between(1, 7)}`;
    const kinds: (() => string[])[] = [
      () => [`${random.pick(REGISTER)} ${this.#rd()}, ${this.#rs()}, ${this.#rs()}`],
      () => [`${random.pick(REGISTER)} ${this.#rd()}, ${this.#rs()}, ${this.#rs()}`],
      () => [`${random.pick(IMMEDIATE)} ${this.#rd()}, ${this.#rs()}, ${random.between(-2048, 2047)}`],
      () => [`${random.pick(SHIFT)} ${this.#rd()}, ${this.#rs()}, ${random.between(0, 63)}`],
      () => [`${random.pick(SHIFT_WORD)} ${this.#rd()}, ${this.#rs()}, ${random.between(0, 31)}`],
      () => [`${random.pick(["lui", "auipc"])} ${this.#rd()}, ${random.between(0, 0xfffff)}`],
      () => [`${random.pick(LOADS)} ${this.#rd()}, ${random.between(-2048, 2040)}(s0)`],
      () => [`${random.pick(STORES)} ${this.#rs()}, ${random.between(-2048, 2040)}(s0)`],
      // around the boundary between the pages
      () => [`${random.pick([...LOADS, ...LOADS])} ${this.#rd()}, ${random.between(-8, 8)}(s0)`],
      () => [`${random.pick(STORES)} ${this.#rs()}, ${random.between(-8, 8)}(s0)`],
      () => [`${random.pick(BRANCHES)} ${this.#rs()}, ${this.#rs()}, ${ahead}`],
      () => [random.chance(2) ? `jal ${this.#rd()}, ${ahead}` : `c.j ${ahead}`],
      () => [`la t3, ${ahead}`, `jalr ${this.#rd()}, 0(t3)`],
      () => [`${random.pick(["c.beqz", "c.bnez"])} ${random.pick(COMPACT)}, ${ahead}`],
      () => this.#atomic(),
      () => this.#compressed(),
      () => this.#compressed(),
      () => this.#compressed(),
      () => this.#csr(),
      () => (random.chance(3) ? this.#trap() : [random.pick(["fence iorw, iorw", "sfence.vma zero, zero"])]),
    ];
    if (this.#options.modifiesItself) kinds.push(() => this.#patch());
    if (this.#options.hasTime) kinds.push(() => this.#time());
    return random.pick(kinds)();
  }

  #rd(): string {
    return this.#random.chance(24) ? "zero" : this.#random.pick(WRITABLE);
  }

  #rs(): string {
    return this.#random.pick(READABLE);
  }

  #atomic(): string[] {
    const random = this.#random;
    const width = random.pick(["w", "d"]);
    const address = `addi t3, s0, ${8 * random.between(-256, 255)}`;
    if (random.chance(3))
      return [address, `lr.${width} ${random.pick(COMPACT)}, (t3)`, `sc.${width} ${this.#rd()}, ${this.#rs()}, (t3)`];
    return [address, `${random.pick(AMOS)}.${width} ${this.#rd()}, ${this.#rs()}, (t3)`];
  }

  #compressed(): string[] {
    const random = this.#random;
    const rd = random.pick(WRITABLE);
    const [compact, other] = [random.pick(COMPACT), random.pick(COMPACT)];
    return [
      random.pick([
        () => `c.addi ${rd}, ${random.between(-32, 31)}`,
        () => `c.addiw ${rd}, ${random.between(-32, 31)}`,
        () => `c.li ${rd}, ${random.between(-32, 31)}`,
        () => `c.slli ${rd}, ${random.between(1, 63)}`,
        () => `c.mv ${rd}, ${random.pick(WRITABLE)}`,
        () => `c.add ${rd}, ${random.pick(WRITABLE)}`,
        () => `c.srli ${compact}, ${random.between(1, 63)}`,
        () => `c.srai ${compact}, ${random.between(1, 63)}`,
        () => `c.andi ${compact}, ${random.between(-32, 31)}`,
        () => `${random.pick(COMPACT_PAIRS)} ${compact}, ${other}`,
        () => `c.lwsp ${rd}, ${4 * random.between(0, 63)}(sp)`,
        () => `c.ldsp ${rd}, ${8 * random.between(0, 63)}(sp)`,
        () => `c.swsp ${rd}, ${4 * random.between(0, 63)}(sp)`,
        () => `c.sdsp ${rd}, ${8 * random.between(0, 63)}(sp)`,
        () => `c.lw ${compact}, ${4 * random.between(0, 31)}(s0)`,
        () => `c.ld ${compact}, ${8 * random.between(0, 31)}(s0)`,
        () => `c.sw ${compact}, ${4 * random.between(0, 31)}(s0)`,
        () => `c.sd ${compact}, ${8 * random.between(0, 31)}(s0)`,
        () => ".half 1",
      ])(),
    ];
  }

  #csr(): string[] {
    const random = this.#random;
    const csr = random.pick([
      "sscratch",
      "sscratch",
      "mscratch",
      "mscratch",
      "stval",
      "scause",
      "mhartid",
      "satp",
      "mie",
      "sie",
    ]);
    // what steers the machine is only read
    if (["mhartid", "satp", "mie", "sie"].includes(csr)) return [`csrr ${this.#rd()}, ${csr}`];
    if (random.chance(2)) return [`${random.pick(["csrrw", "csrrs", "csrrc"])} ${this.#rd()}, ${csr}, ${this.#rs()}`];
    return [`${random.pick(["csrrwi", "csrrsi", "csrrci"])} ${this.#rd()}, ${csr}, ${random.between(0, 31)}`];
  }

  #trap(): string[] {
    const random = this.#random;
    const { hole } = this.#options;
    const width = random.pick(["w", "d"]);
    const misaligned = ["addi t3, s0, 4", `amoadd.d ${this.#rd()}, ${this.#rs()}, (t3)`];
    return random.pick<() => string[]>([
      ...(this.#options.hasMisalignedAmos ? [() => misaligned] : []),
      () => ["ebreak"],
      () => ["c.ebreak"],
      () => ["ecall"],
      () => [".half 0"],
      () => [".word 0xffffffff"],
      () => [".word 0x00002077"],
      () => [`csrrw ${this.#rd()}, mhartid, ${this.#rs()}`],
      () => [".word 0xc8002573"],
      () => [`li t3, ${hole}`, `${random.pick(LOADS)} ${this.#rd()}, ${8 * random.between(0, 31)}(t3)`],
      () => [`li t3, ${hole}`, `${random.pick(STORES)} ${this.#rs()}, ${8 * random.between(0, 31)}(t3)`],
      () => [`li t3, ${hole}`, "jalr ra, 0(t3)"],
      () => ["addi t3, s0, 2", `lr.${width} ${this.#rd()}, (t3)`],
    ])();
  }

  /** Overwrites a four-byte nop: right ahead in the same block, or one that the next loop will meet. */
  #patch(): string[] {
    const random = this.#random;
    const slot = `${this.#options.name}_patch${this.#patches++}`;
    const store = [`la t3, ${slot}`, `li t4, ${random.pick(PATCHES)}`, `${random.pick(["sw", "sw", "sh"])} t4, 0(t3)`];
    const isFenced = random.chance(2);
    const fence = isFenced ? ["fence.i"] : [];
    const target = [`${slot}: nop`];
    return random.chance(3) ? [...target, ...store, ...fence] : [...store, ...fence, ...target];
  }

  #time(): string[] {
    const random = this.#random;
    return random.pick<() => string[]>([
      () => [`csrr ${this.#rd()}, ${random.pick(["cycle", "instret", "time"])}`],
      () => [`csrr ${this.#rd()}, ${random.pick(["mcycle", "minstret", "mip"])}`],
      () => [`csrw ${random.pick(["mcycle", "minstret"])}, ${this.#rs()}`],
      () => ["wfi"],
    ])();
  }
}
