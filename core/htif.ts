/**
 * The system call of HTIF that programs print with. tohost holds the address of four doublewords, the request; the host
 * answers in the first of them, frees tohost and writes 1 to fromhost. Source: RISC-V front-end server, "syscall" device
 * (device 0, command 0). Served: write to standard output or standard error.
 *
 *     request   0        8    16       24
 *              | number | fd | buffer | length |
 */
import type { PhysicalMemory } from "./physical-memory.ts";
import { type Pa, pa } from "./units.ts";

const SYS_WRITE = 64n;
const STDOUT = 1n;
const STDERR = 2n;
/** What the guest alleges to print at once is bounded: no program of its kind prints more. */
const LONGEST_WRITE = 1n << 24n;

/** Addresses of the two mailboxes; fromhost 0 if the program has none. */
export interface Mailboxes {
  readonly tohost: Pa;
  readonly fromhost: Pa;
}

/**
 * Serves a request that was written to tohost.
 * @returns the bytes to print, or undefined if the request is none that we serve; then nothing has changed
 */
export function serveHtif(
  memory: PhysicalMemory,
  { tohost, fromhost }: Mailboxes,
  request: bigint,
): Uint8Array | undefined {
  if (request % 8n !== 0n || !isRam(memory, request, 32n)) return undefined;
  const at = Number(request);
  const [number, fd, buffer, length] = [0, 8, 16, 24].map((offset) => memory.read64(pa(at + offset))) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  if (number !== SYS_WRITE || (fd !== STDOUT && fd !== STDERR)) return undefined;
  if (length > LONGEST_WRITE || !isRam(memory, buffer, length)) return undefined;
  const bytes = memory.readBytes(pa(Number(buffer)), Number(length));
  memory.write64(pa(at), length);
  memory.write64(tohost, 0n);
  if (fromhost !== 0) memory.write64(fromhost, 1n);
  return bytes;
}

const isRam = ({ base, size }: PhysicalMemory, address: bigint, byteLen: bigint): boolean =>
  address >= BigInt(base) && address + byteLen <= BigInt(base) + BigInt(size);
