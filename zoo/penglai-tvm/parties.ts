/** Enclaves that call one another, for the tests of servers and relay pages: names, call_enclave_arg, memory by address. */
import { PAGE_SIZE, type Pa, pa } from "../../core/units.ts";
import { CODE, DATA, ENCLAVE_FID, FID, type ImagePage, type TestHost } from "./host.ts";

export const RELAY_BASE = 0x38_0000_0000n;
export const KBUFFER_VA = 0xffff_ffe0_0000_0000n;
/** What RUN and the answer to RETURN_RELAY_PAGE pass for "those under its name" (§6.12). */
export const UNDER_ITS_NAME = 0xffff;
/** Where tests put names and structures: the data page of the image. */
const NAME_VA = DATA.va;
export const ARG_VA = DATA.va + 0x100n;

/** Words of create_param and, at 120, of shadow_run_param. */
export function nameWords(name: string, offset = 8): Record<number, bigint> {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(name).subarray(0, 16));
  const [low, high] = new BigUint64Array(bytes.buffer);
  return { [offset]: low!, [offset + 8]: high! };
}

export function createNamed(host: TestHost, name: string, pages: readonly ImagePage[] = [CODE, DATA]): number {
  host.must(FID.CREATE_ENCLAVE, host.createParam(host.buildImage(pages), nameWords(name)));
  return host.eid();
}

export function createServer(
  host: TestHost,
  name: string,
  words: Readonly<Record<number, bigint | number>> = {},
  pages: readonly ImagePage[] = [CODE, DATA],
): number {
  host.must(FID.CREATE_SERVER, host.createParam(host.buildImage(pages), { ...nameWords(name), ...words }));
  return host.eid();
}

/** Where an address of the enclave that runs lies. @throws Error if it is not mapped so */
export function locate(host: TestHost, va: bigint, access: "read" | "write" = "write"): Pa {
  const found = host.access(va, access);
  if (typeof found === "string") throw new Error(`0x${va.toString(16)}: ${found}`);
  return found;
}

/** Writes as the enclave that runs, a byte at a time, as pages need not lie one behind the other. */
export function poke(host: TestHost, va: bigint, bytes: Uint8Array): void {
  for (const [i, byte] of bytes.entries()) host.platform.writeBytes(locate(host, va + BigInt(i)), Uint8Array.of(byte));
}

function peek(host: TestHost, va: bigint, byteLen: number): Uint8Array {
  return Uint8Array.from(
    { length: byteLen },
    (_, i) => host.platform.readBytes(locate(host, va + BigInt(i), "read"), 1)[0]!,
  );
}

/** Puts a name, with a NUL behind it, where the enclave that runs can pass it. */
export function putName(host: TestHost, name: string, va = NAME_VA): bigint {
  poke(host, va, new TextEncoder().encode(`${name}\0`));
  return va;
}

/** The words of a call_enclave_arg, 0 by default. */
export interface ArgumentWords {
  readonly reqArg?: bigint;
  readonly respVal?: bigint;
  readonly reqVaddr?: bigint;
  readonly reqSize?: bigint;
  readonly respVaddr?: bigint;
  readonly respSize?: bigint;
}

export function putArgument(host: TestHost, words: ArgumentWords, va = ARG_VA): bigint {
  const { reqArg = 0n, respVal = 0n, reqVaddr = 0n, reqSize = 0n, respVaddr = 0n, respSize = 0n } = words;
  const values = BigUint64Array.of(reqArg, respVal, reqVaddr, reqSize, respVaddr, respSize);
  poke(host, va, new Uint8Array(values.buffer));
  return va;
}

export function readArgument(host: TestHost, va = ARG_VA): Required<ArgumentWords> {
  const [reqArg, respVal, reqVaddr, reqSize, respVaddr, respSize] = new BigUint64Array(peek(host, va, 48).buffer);
  return {
    reqArg: reqArg!,
    respVal: respVal!,
    reqVaddr: reqVaddr!,
    reqSize: reqSize!,
    respVaddr: respVaddr!,
    respSize: respSize!,
  };
}

/** CALL_ENCLAVE by the enclave that runs. @returns a0 of whoever runs then: the server's req_arg, or the caller's error */
export function callServer(host: TestHost, eid: number, words: ArgumentWords = {}): bigint {
  return BigInt.asIntN(64, host.enclaveCall(ENCLAVE_FID.CALL_ENCLAVE, eid, putArgument(host, words)));
}

/** ENCLAVE_RETURN by the server that runs. */
export function returnFrom(host: TestHost, words: ArgumentWords = {}): bigint {
  return BigInt.asIntN(64, host.enclaveCall(ENCLAVE_FID.ENCLAVE_RETURN, putArgument(host, words)));
}

/** A whole mmap block for the enclave that runs. @param top the enclave by which the host knows it */
export function block(host: TestHost, top: number, byteLen: number): { va: bigint; pa: Pa } {
  host.enclaveCall(ENCLAVE_FID.OCALL, 1, 0, byteLen);
  const granted = host.allocate(byteLen / PAGE_SIZE + 1);
  host.must(FID.RESUME, top, 2, 1, granted, byteLen + PAGE_SIZE);
  return { va: host.platform.x[10]!, pa: pa(granted + PAGE_SIZE) };
}

/** The guard that refused the call of the enclave that runs, which must have changed nothing but its a0. */
export function refusedCall(host: TestHost, fid: number, ...args: readonly (number | bigint)[]): string | undefined {
  const { state } = host.monitor;
  const { world } = host;
  const value = BigInt.asIntN(64, host.enclaveCall(fid, ...args));
  if (value >= 0n) throw new Error(`call ${fid} gave ${value}`);
  if (host.monitor.state !== state || host.world.kind !== world.kind) throw new Error(`call ${fid} changed the state`);
  return host.monitor.lastDenial?.guard;
}

export const runs = (host: TestHost): number | undefined =>
  host.world.kind === "enclave" ? host.world.eid : undefined;

export const statusOf = (host: TestHost, eid: number): string | undefined =>
  host.monitor.state.enclaves.get(eid)?.status;

/** Public memory of the host's with a word in it, to be lent. */
export function relayBlock(host: TestHost, pageCount: number, word = 0xfeedn): Pa {
  const at = host.allocate(pageCount);
  for (let i = 0; i < pageCount; i++) host.platform.write64(pa(at + i * PAGE_SIZE), word + BigInt(i));
  return at;
}

/** The whole of the monitor's invariants; the message names the first that is broken. */
export function checkInvariants(host: TestHost): void {
  const violation = host.monitor.violation();
  if (violation !== undefined) throw new Error(`invariant broken: ${violation}`);
}
