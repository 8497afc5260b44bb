import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EvidenceError } from "../../attest/evidence-error.ts";
import { MAC_ALGORITHMS } from "../../attest/mac.ts";
import { decodeReport, encodeReport, evidenceOf, REPORT_BYTES, type Report, reportOf } from "../../attest/report.ts";
import { verifyEvidence } from "../../attest/verify.ts";
import { evidenceWith, filled, issued, monitor } from "../../zoo/attestation/sample-evidence.ts";
import { policy } from "../../zoo/attestation/sample-policy.ts";

const report: Report = {
  sm: { hash: filled(1), sig: filled(2, 64), pub: filled(3, 64) },
  enclave: { hash: filled(4), sig: filled(5, 64) },
  nonce: 0x0807_0605_0403_0201n,
  devicePub: filled(6, 64),
};

describe("layout", () => {
  it("is Penglai's, to the byte", () => {
    const bytes = encodeReport(report);
    expect(bytes).toHaveLength(REPORT_BYTES);
    const at = (offset: number, byteLen: number) => [...bytes.subarray(offset, offset + byteLen)];
    expect(at(0, 32)).toEqual([...filled(1)]);
    expect(at(32, 64)).toEqual([...filled(2, 64)]);
    expect(at(96, 64)).toEqual([...filled(3, 64)]);
    expect(at(160, 32)).toEqual([...filled(4)]);
    expect(at(192, 64)).toEqual([...filled(5, 64)]);
    expect(at(256, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(at(264, 64)).toEqual([...filled(6, 64)]);
  });

  it("can be read back, and written back, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: REPORT_BYTES, maxLength: REPORT_BYTES }), (bytes) => {
        expect(encodeReport(decodeReport(bytes))).toEqual(bytes);
      }),
    );
  });

  it("refuses other sizes", () => {
    expect(() => decodeReport(new Uint8Array(327))).toThrow(/report has 327 bytes, not 328/);
    expect(() => encodeReport({ ...report, devicePub: filled(6) })).toThrow(/dev_pub has 32 bytes, not 64/);
    expect(() => encodeReport({ ...report, nonce: -1n })).toThrow(RangeError);
  });
});

describe.each(MAC_ALGORITHMS)("a report that carries %s evidence", (algorithm) => {
  const evidence = evidenceWith(algorithm);

  it("gives the evidence back, and it verifies", () => {
    const received = evidenceOf(decodeReport(encodeReport(reportOf(evidence))));
    expect(received).toEqual(evidence);
    expect(verifyEvidence(received, policy).failed).toEqual([]);
  });

  it("looks like no signed report: signature of the monitor and device key are zeros, and it says simulated", () => {
    const { sm, devicePub, enclave } = reportOf(evidence);
    expect(sm.sig).toEqual(filled(0, 64));
    expect(devicePub).toEqual(filled(0, 64));
    expect(Buffer.from(sm.pub).toString("latin1")).toMatch(/^atoll-simulated-1\0{15}/);
    expect(enclave.sig.subarray(evidence.mac.length)).toEqual(filled(0, 64 - evidence.mac.length));
  });
});

it("carries debug flag and security version", () => {
  const evidence = issued({ monitor: { ...monitor, debug: true, securityVersion: 0xfedc_ba98 } });
  expect(evidenceOf(reportOf(evidence))).toEqual(evidence);
});

describe("evidence that a report cannot carry", () => {
  it.each([
    ["data of another size", issued({ data: filled(1, 32) }), /data has 32 bytes, not 8/],
    ["another profile", issued({ profile: "atoll-simulated-2" }), /profile atoll-simulated-2/],
    ["not simulated", issued({ simulated: false }), /cannot carry evidence/],
    ["unknown algorithm", issued({ algorithm: "sm2" }), /a sm2 tag of 32 bytes/],
    ["a tag of another size", { ...evidenceWith("aes-cmac"), mac: filled(1, 32) }, /aes-cmac tag of 32 bytes/],
  ])("%s", (_, evidence, message) => {
    expect(() => reportOf(evidence)).toThrow(EvidenceError);
    expect(() => reportOf(evidence)).toThrow(message);
  });
});

describe("a report that is not one of ours", () => {
  const ours = encodeReport(reportOf(evidenceWith("aes-cmac")));
  it.each([
    ["a signed one", encodeReport(report), /profile in the report is no name/],
    ["another profile", ours.with(96, 0x62), /not a simulated one of atoll/],
    ["letters after the name's zeros", ours.with(96 + 31, 0x61), /profile in the report is no name/],
    ["unknown algorithm", ours.with(96 + 32, 0x62), /unknown algorithm bes-cmac/],
    ["debug 2", ours.with(96 + 60, 2), /debug in the report/],
    ["monitor signature", ours.with(95, 1), /bytes where a simulated one has zeros/],
    ["device key", ours.with(264, 1), /bytes where a simulated one has zeros/],
    ["longer tag", ours.with(192 + 16, 1), /bytes where a simulated one has zeros/],
  ])("%s", (_, bytes, message) => {
    expect(() => evidenceOf(decodeReport(bytes))).toThrow(EvidenceError);
    expect(() => evidenceOf(decodeReport(bytes))).toThrow(message);
  });
});
