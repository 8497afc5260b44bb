/** Mistakes that are planted in the machine are found by lock step and shrunk to a few instructions. */
import { expect, it } from "vitest";
import { type Mutant, runMutant } from "./lockstep/mutant.ts";

const INSTRUCTIONS = 60_000;
/** Instructions of a shrunk program. */
const SHORT = 12;

const MUTANTS: readonly Mutant[] = [
  {
    name: "a row's expression: sraw shifts by six bits of the amount",
    file: "assembly/interp.gen.ts",
    from: "<i64>(<i32>(x)) >> (y & 31), HART_X",
    to: "<i64>(<i32>(x)) >> (y & 63), HART_X",
  },
  {
    name: "a trap's value: a page fault reports the page",
    file: "assembly/mem.ts",
    from: "raise(cause, va);",
    to: "raise(cause, va & ~0xfff);",
  },
  {
    name: "a return: MRET leaves MPIE as it was",
    file: "assembly/system.ts",
    from: "mstatus = (mstatus | MSTATUS_MPIE) & ~MSTATUS_MPP;",
    to: "mstatus = mstatus & ~MSTATUS_MPP;",
  },
];

it.each(MUTANTS)("$name", (mutant) => {
  const stdout = runMutant(mutant, INSTRUCTIONS);
  expect(stdout).toMatch(/^# seed \d+: .*: ours 0x[0-9a-f]+, theirs 0x[0-9a-f]+$/m);
  const instructions = stdout.split("\n").filter((line) => /^ {2}[a-z.]/.test(line));
  expect(instructions.length).toBeGreaterThan(0);
  expect(instructions.length).toBeLessThanOrEqual(SHORT);
});
