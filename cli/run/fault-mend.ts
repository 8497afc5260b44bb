/**
 * What to do about an enclave that trapped: the monitor says cause, pc and address, and most faults of a beginner can be
 * told from these three.
 */
import * as cause from "../../assembly/cause.ts";
import { causeName } from "../../core/cause-names.ts";
import { PAGE_SIZE } from "../../core/units.ts";
import { DEFAULT_STACK, STACK_TOP } from "../../host/enclave-image.ts";
import { formatSize } from "../quantities.ts";

interface Fault {
  readonly cause: number;
  readonly address: bigint;
}

const FAULT = /cause (\d+) at (0x[0-9a-f]+), address (0x[0-9a-f]+)/;
const STACK_BASE = STACK_TOP - BigInt(DEFAULT_STACK);
/** Where RAM is on the `virt` map, and where nobody links an enclave. */
const RAM = 0x8000_0000n;
/** One frame with a large array reaches this far below the stack. */
const NEAR_STACK = BigInt(2 ** 20);

/** The explanation of the monitor with the cause's name in place of its number. */
export const withCauseName = (explanation: string): string =>
  explanation.replace(/cause (\d+)(?= at 0x)/, (_, number: string) => causeName(BigInt(number)));

/**
 * @param path the program, as the user calls it
 * @param explanation of an ENCLAVE_FAULT, as the monitor gives it
 * @returns one line, or undefined if it says nothing of a fault
 */
export function faultMend(path: string, explanation: string): string | undefined {
  const [, number, pc, address] = FAULT.exec(explanation) ?? [];
  if (pc === undefined || address === undefined) return undefined;
  const fault: Fault = { cause: Number(number), address: BigInt(address) };
  // A fetch that failed has no instruction to show.
  if (fault.cause === cause.FETCH_PAGE_FAULT || fault.cause === cause.FETCH_ACCESS)
    return "it jumped to where it has no code: look for a bad function pointer or return address";
  if (BigInt(pc) >= RAM) return `it is linked as a bare-metal program: atoll run --firmware ${path}`;
  return `${adviceOn(fault)}: atoll disasm ${path} --start ${pc} --count 1`;
}

function adviceOn({ cause: number, address }: Fault): string {
  if (number === cause.ILLEGAL_INSTRUCTION)
    return "build it for what the machine executes (-march=rv64gc, or less with --isa), or look at the instruction";
  if (number === cause.BREAKPOINT)
    return "the program gave up (ebreak, as __builtin_trap and failed assertions do); look at the place";
  if (address < STACK_BASE && address >= STACK_BASE - NEAR_STACK)
    return `its stack of ${formatSize(DEFAULT_STACK)} is full: recurse less, or keep large arrays elsewhere; look at the function`;
  if (address < PAGE_SIZE) return "a null pointer was followed; look at the instruction";
  return "look at the instruction";
}
