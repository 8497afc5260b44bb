/**
 * A commit as one line of JSON, for scripts:
 *
 *     {"hart":0,"privilege":"M","pc":"0x80000004","word":"0x4505","instruction":"c.li a0,1","registers":{"x10":"0x1"}}
 *
 * Numbers that may need 64 bits are hexadecimal text. Members that do not apply are absent: `enclave` (its id, if one had
 * the hart), `registers` (x, f and CSRs by name), `read` (an address), `written` (address, value, byteLen).
 */
import { disassemble } from "./disassembler.ts";
import type { Privilege } from "./platform.ts";
import { type Commit, csrName, type RegisterWrite } from "./spike-log.ts";

const PRIVILEGE_NAMES: Readonly<Record<Privilege, string>> = { 0: "U", 1: "S", 3: "M" };
const hex = (value: bigint | number): string => `0x${value.toString(16)}`;
const nameOf = ({ file, number }: RegisterWrite): string => (file === "csr" ? csrName(number) : `${file}${number}`);

/**
 * @param enclave id of the enclave that had the hart
 * @returns the line without its end
 */
export function jsonLine({ hart, privilege, pc, word, registers, read, written }: Commit, enclave?: number): string {
  return JSON.stringify({
    hart,
    privilege: PRIVILEGE_NAMES[privilege],
    ...(enclave !== undefined && { enclave }),
    pc: hex(pc),
    word: hex(word),
    instruction: disassemble(word, pc)?.text,
    ...(registers.length > 0 && {
      registers: Object.fromEntries(registers.map((write) => [nameOf(write), hex(write.value)])),
    }),
    ...(read !== undefined && { read: hex(read) }),
    ...(written && {
      written: {
        address: hex(written.address),
        value: hex(BigInt.asUintN(8 * written.byteLen, written.value)),
        byteLen: written.byteLen,
      },
    }),
  });
}
