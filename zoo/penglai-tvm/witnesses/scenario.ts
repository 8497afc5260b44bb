/** What a defect of the zoo does, as something to look for. */
import { PAGE_SIZE, pa } from "../../../core/units.ts";
import type { PenglaiTvmOptions } from "../../../monitor/penglai-tvm.ts";
import * as at from "../host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, type ImagePage, TestHost } from "../host.ts";

/** Plays the mistake against a monitor. @returns whether it was made */
export type Scenario = (options: PenglaiTvmOptions) => boolean;

/** A scenario on a host whose memory is separated. */
export const booted =
  (play: (host: TestHost) => boolean): Scenario =>
  (options) =>
    play(TestHost.booted(options));

/** A satp that is legal and no enclave's owner's: the second page of the PGD sub-area. */
export const OTHER_SATP = at.satp(at.SPARE_ROOT);
export const LEAF = at.V | at.R | at.W;
/** No valid page table entry. */
export const SECRET = 0x5ec7_e7e0n;

/** An enclave that has the hart. @returns its id */
export function inside(host: TestHost, pages: readonly ImagePage[] = [CODE, DATA]): number {
  const { eid } = host.create(pages);
  host.run(eid);
  return eid;
}

/** A data page of an enclave that has run, with a secret in it. */
export function secretPage(host: TestHost): { readonly eid: number; readonly page: number } {
  const eid = inside(host);
  const page = host.access(DATA.va, "write") as number;
  host.platform.write64(pa(page), SECRET);
  host.enclaveCall(ENCLAVE_FID.YIELD);
  return { eid, page };
}

/** The enclave that runs asks for memory and the host grants `block`. @returns the address that the enclave got */
export function mmap(host: TestHost, eid: number, byteLen: number, block: number): bigint {
  host.enclaveCall(ENCLAVE_FID.OCALL, 1, 0, byteLen);
  host.must(FID.RESUME, eid, 2, 1, block, byteLen + PAGE_SIZE);
  return host.platform.x[10]!;
}

/** Whether the translation that the hart uses now has the address. */
export const maps = (host: TestHost, va: bigint | number, access: "read" | "write" | "execute" = "read"): boolean =>
  typeof host.access(va, access) === "number";
