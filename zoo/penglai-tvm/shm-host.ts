/** Enclaves that share memory, for tests: the calls of Penglai reference §6.13 by name, the host's part done. */
import { PAGE_SIZE, type Pa, pa } from "../../core/units.ts";
import * as at from "./host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, type TestHost } from "./host.ts";

export const SHM_END = 0x40_0000_0000n;
export const [GET, DETACH, EXTEND] = [9, 10, 12];
const DESTROY = 11;
export const KEY = 0x5eedn;

export const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

/** Makes an enclave and enters it; whoever had the hart yields first. @returns its id */
export function enter(host: TestHost): number {
  leaveHart(host);
  const { eid } = host.create([CODE, DATA]);
  host.run(eid);
  return eid;
}

/** Continues an enclave that yielded. */
export function goOn(host: TestHost, eid: number): void {
  leaveHart(host);
  host.must(FID.RESUME, eid, 0);
}

export function leaveHart(host: TestHost): void {
  if (host.world.kind === "enclave") host.enclaveCall(ENCLAVE_FID.YIELD);
}

/** SHM_GET, granted from fresh memory. @returns a0 and the block */
export function get(host: TestHost, eid: number, key: bigint, byteLen: number): { va: bigint; block: Pa } {
  host.enclaveCall(ENCLAVE_FID.OCALL, GET, key, byteLen);
  const block = host.allocate(byteLen / PAGE_SIZE + 1);
  host.must(FID.RESUME, eid, 2, GET, block, byteLen + PAGE_SIZE);
  return { va: host.platform.x[10]!, block };
}

export const attach = (host: TestHost, key: bigint): bigint => host.enclaveCall(ENCLAVE_FID.SHM_ATTACH, key);
export const detach = (host: TestHost, key: bigint): bigint => signed(host.enclaveCall(ENCLAVE_FID.OCALL, DETACH, key));
export const destroy = (host: TestHost, key: bigint): bigint =>
  signed(host.enclaveCall(ENCLAVE_FID.OCALL, DESTROY, key));

/** SHM_STAT. @returns a0, attached enclaves and bytes */
export function stat(host: TestHost, key: bigint): readonly bigint[] {
  const a0 = signed(host.enclaveCall(ENCLAVE_FID.SHM_STAT, key, DATA.va));
  const address = host.access(DATA.va, "read") as Pa;
  return [a0, host.platform.read64(address), host.platform.read64(pa(address + 8))];
}

const hostWord = (host: TestHost, address: Pa): bigint => host.platform.read64(address);
export const words = (host: TestHost): readonly bigint[] =>
  [at.OCALL_ID, at.ARG0, at.ARG1].map((a) => hostWord(host, a));
