import { beforeEach, describe, expect, test } from "vitest";
import { macOfClaims } from "../../attest/evidence.ts";
import { enclaveKey } from "../../attest/keys.ts";
import { MACS } from "../../attest/mac.ts";
import { decodeReport, evidenceOf } from "../../attest/report.ts";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

let host: TestHost;
let eid: number;

beforeEach(() => {
  host = TestHost.booted();
  // Two writable pages side by side whose frames are not: a read-only one lies between them.
  eid = host.create([DATA, { va: 0x4000n, permissions: at.R }, { va: 0x3000n, permissions: at.R | at.W }, CODE]).eid;
  host.run(eid);
});

/** Reads enclave memory byte by byte, as the enclave would. */
const peek = (va: bigint, byteLen: number): Uint8Array =>
  Uint8Array.from({ length: byteLen }, (_, i) => {
    const page = host.access(va + BigInt(i), "read") as number;
    return host.platform.readBytes(pa(page), 1)[0]!;
  });

const { GET_REPORT, GET_KEY, GET_ENCLAVE_ID } = ENCLAVE_FID;
const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

describe("GET_REPORT", () => {
  test("writes evidence that verifies, also across a page", () => {
    for (const va of [0x2000n, 0x3000n - 100n]) {
      expect(host.enclaveCall(GET_REPORT, 0, va, 0xfeedn)).toBe(0n);
      const evidence = evidenceOf(decodeReport(peek(va, 328)));
      const { device } = host.monitor;
      expect(evidence.monitor).toEqual(device!.identity);
      expect(evidence.measurement).toEqual(host.monitor.state.enclaves.get(eid)!.measurement);
      expect(evidence.mac).toEqual(macOfClaims(device!.keys.attest, "hmac-sha256", evidence));
      expect(evidence.mac.length).toBe(MACS["hmac-sha256"].tagLength);
    }
  });

  test.each([
    ["an unmapped page", 0x9000n],
    ["a read-only page", 0x1000n],
    ["a page whose second half is not mapped", 0x4000n - 8n],
    ["an address that is not canonical", 0x80_0000_2000n],
    ["host memory", BigInt(at.KERNEL)],
  ])("fails for %s and writes nothing", (_, va) => {
    const { state } = host.monitor;
    expect(signed(host.enclaveCall(GET_REPORT, 0, va, 1))).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe("BAD_BUFFER");
    expect(host.monitor.state).toBe(state);
  });

  test("has no servers to report on", () => {
    expect(signed(host.enclaveCall(GET_REPORT, 0x2000n, 0x2000n, 1))).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe("NO_SUCH_NAME");
  });
});

describe("GET_KEY", () => {
  test("gives one key a type, a pure function of the measurement", () => {
    const keys = [0, 1, 2].map((type) => {
      expect(host.enclaveCall(GET_KEY, type, 0x3000n - 16n, 32)).toBe(0n);
      return peek(0x3000n - 16n, 32);
    });
    expect(new Set(keys.map((key) => key.toString())).size).toBe(3);
    const { measurement } = host.monitor.state.enclaves.get(eid)!;
    expect(keys[1]).toEqual(enclaveKey(host.monitor.device!.keys.seal, measurement, "STORAGE", 32));
  });

  test.each([
    [3, 0x2000n, 32, "KEY_TYPE"],
    [2n ** 64n - 1n, 0x2000n, 32, "KEY_TYPE"],
    [0, 0x2000n, 0, "BAD_SIZE"],
    [0, 0x2000n, 255 * 32 + 1, "BAD_SIZE"],
    [0, 0x2000n, 2n ** 64n - 1n, "BAD_SIZE"],
    [0, 2n ** 64n - 16n, 32, "BAD_BUFFER"],
  ] as [number, bigint, number, string][])("refuses (%s, %s, %s)", (type, va, size, guard) => {
    expect(signed(host.enclaveCall(GET_KEY, type, va, size))).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe(guard);
  });
});

describe("GET_ENCLAVE_ID", () => {
  test("gives the id", () => {
    expect(host.enclaveCall(GET_ENCLAVE_ID)).toBe(BigInt(eid));
  });
});

describe("ATTEST by the host", () => {
  test("may be repeated: the measurement stays (B23)", () => {
    host.enclaveCall(ENCLAVE_FID.YIELD);
    host.must(FID.STOP, eid);
    const report = (): Uint8Array => {
      host.must(FID.ATTEST, eid, at.REPORT, 3);
      return host.platform.readBytes(at.REPORT, 328);
    };
    expect(report()).toEqual(report());
  });

  test("writes 328 bytes, also across a page of the host", () => {
    const fresh = host.buildImage([CODE]);
    host.enclaveCall(ENCLAVE_FID.YIELD);
    host.must(FID.CREATE_ENCLAVE, host.createParam(fresh));
    const across = at.SHM + PAGE_SIZE - 8;
    host.must(FID.ATTEST, host.eid(), across, 3);
    expect(host.platform.read64(pa(across + 256))).toBe(3n);
    expect(host.platform.read64(pa(across + 328))).toBe(0n);
  });
});
