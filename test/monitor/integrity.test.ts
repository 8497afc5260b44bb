/** The monitor meets pages whose DRAM image somebody has changed. */
import { describe, expect, test } from "vitest";
import { type Pa, pa, pageNoOf } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const tamper = (host: TestHost, address: number): void => host.platform.tamper(pageNoOf(pa(address)));

describe("memory that does not verify", () => {
  test("of the host: the call is refused", () => {
    const host = TestHost.booted();
    const { eid } = host.create();
    tamper(host, at.PARAM);
    expect(host.refusal(FID.CREATE_ENCLAVE, at.PARAM)).toBe("INTEGRITY");
    tamper(host, at.REPORT);
    expect(host.refusal(FID.ATTEST, eid, at.REPORT, 1)).toBe("INTEGRITY");
  });

  test("of an image: the enclave is not made", () => {
    const host = TestHost.booted();
    const image = host.buildImage([CODE]);
    tamper(host, image.freeMem - 1);
    expect(host.refusal(FID.CREATE_ENCLAVE, host.createParam(image))).toBe("INTEGRITY");
    expect(host.monitor.owner(image.region)).toBe("public");
  });

  test("of an enclave that waits: it ends, the host reads -1", () => {
    const host = TestHost.booted();
    const { eid, region } = host.create();
    host.run(eid);
    host.enclaveCall(ENCLAVE_FID.OCALL, 1, 0, 4096);
    tamper(host, region + 4096);
    expect(host.call(FID.RESUME, eid, 2, 1, host.allocate(2), 8192)).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe("INTEGRITY");
    expect(host.monitor.state.enclaves.get(eid)).toBeUndefined();
    expect(host.platform.verify(pageNoOf(pa(region + 4096)))).toBe(true);
  });

  test("of the enclave that runs: it ends", () => {
    const host = TestHost.booted();
    host.run(host.create().eid);
    tamper(host, host.access(DATA.va, "write") as number);
    expect(host.enclaveCall(ENCLAVE_FID.GET_REPORT, 0, DATA.va, 1)).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe("INTEGRITY");
    expect(host.world.kind).toBe("host");
  });

  test("of a shadow: it cannot be forked", () => {
    const host = TestHost.booted();
    const { eid, region } = host.createShadow();
    const page = host.monitor.state.shadows.get(eid)!.region.from + 6;
    tamper(host, page * 4096);
    expect(host.refusal(FID.RUN_SHADOW, eid, host.forkParam(host.allocate(40), 40 * 4096))).toBe("INTEGRITY");
    expect(host.monitor.owner(region)).toBe(`shadow enclave ${eid}`);
  });

  test("under host tables or result words: an enclave ends all the same", () => {
    const host = TestHost.booted();
    const { eid, region } = host.create();
    host.run(eid);
    tamper(host, host.entryOf(region));
    tamper(host, at.RETVAL);
    expect(host.enclaveCall(ENCLAVE_FID.EXIT, 1)).toBe(0n);
    expect(host.monitor.owner(region as Pa)).toBe("public");
  });
});
