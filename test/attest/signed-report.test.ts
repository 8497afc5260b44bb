/** Signed reports: both forms, the chain of keys, and every way in which a report is refused. */
import { concatBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isEndorsed,
  isSimulated,
  simulatedDevice,
  simulatedEndorsement,
  simulatedKeyPage,
  simulatedManufacturer,
} from "../../attest/device-chain.ts";
import { decodeKeyPage, encodeKeyPage, KEY_PAGE_BYTES, KEY_PAGE_PA } from "../../attest/key-page.ts";
import { otherForm, SIGNING_FORMS, signHash, verifyHash } from "../../attest/penglai-signing.ts";
import { decodeReport } from "../../attest/report.ts";
import { boundMeasurement, signedReport } from "../../attest/signed-report.ts";
import { messageDigest, verifyDigest } from "../../attest/sm2.ts";
import { recoverKey } from "../../attest/sm2-key-recovery.ts";
import { CONSTANT_NONCE, constantNonces } from "../../attest/sm2-nonce.ts";
import { type ReportCheckName, type ReportPolicy, verifyReport } from "../../attest/verify-report.ts";
import { changed, flipped, REPORT_ATTACKS } from "../../zoo/attestation/report-attacks.ts";
import { measurement, monitor, NONCE, policyOf, reportWith, SEED } from "../../zoo/attestation/sample-report.ts";

const failedBy = (bytes: Uint8Array, policy: ReportPolicy): ReportCheckName[] =>
  verifyReport(bytes, policy).failed.map(({ name }) => name);
describe.each(SIGNING_FORMS)("a report of form %s", (form) => {
  const policy = policyOf(form);
  const report = reportWith({ form });
  const page = simulatedKeyPage(SEED, monitor, form);

  it("is accepted, with every check made", () => {
    const { failed, passed } = verifyReport(report, policy);
    expect(failed).toEqual([]);
    expect(passed).toHaveLength(12);
    expect(report).toHaveLength(328);
  });

  it("signs the hash as the form says", () => {
    const { sm, enclave } = decodeReport(report);
    const e = form === "tvm" ? enclave.hash : messageDigest(sm.pub, enclave.hash);
    expect(verifyDigest(sm.pub, e, enclave.sig)).toBe(true);
    expect(enclave.hash).toEqual(boundMeasurement(measurement, NONCE));
  });

  it("is the same in every run", () => {
    expect(reportWith({ form })).toEqual(report);
  });

  const attacks = REPORT_ATTACKS[form];

  it.each(attacks)("is refused %s", (_, bytes, change, names) => {
    expect(failedBy(bytes, { ...policy, ...change })).toEqual(names);
  });

  it("meets each check alone in some attack, so none is there for nothing", () => {
    const alone = new Set(attacks.filter(([, , , names]) => names.length === 1).map(([, , , [name]]) => name));
    const made = verifyReport(report, policy).passed.map(({ name }) => name);
    expect(made.filter((name) => !alone.has(name))).toEqual([]);
  });

  it("has no bit that can be changed without a check that fails", () => {
    for (let at = 0; at < report.length; at += 13) {
      const bytes = report.with(at, report[at]! ^ (1 << (at % 8)));
      expect(failedBy(bytes, policy).length, `byte ${at}`).toBeGreaterThan(0);
    }
  });

  it("gives the monitor's key away if its nonce is constant, and with it the word of the device (B22)", () => {
    const weak = signedReport(page, form, boundMeasurement(measurement, NONCE), NONCE, constantNonces);
    expect(failedBy(weak, policy)).toEqual([]);
    const { sm, enclave } = decodeReport(weak);
    const stolen = recoverKey(sm.pub, enclave.sig, [CONSTANT_NONCE])!;
    expect(stolen.secret).toEqual(page.smSecret);
    // the attacker asks nobody any more: an enclave that never ran, for a nonce that is new
    const forgedHash = boundMeasurement(measurement, 777n);
    const forged = changed(weak, (r) => ({
      ...r,
      nonce: 777n,
      enclave: { hash: forgedHash, sig: signHash(form, stolen, forgedHash) },
    }));
    expect(failedBy(forged, { ...policy, nonce: 777n })).toEqual([]);
    expect(recoverKey(sm.pub, decodeReport(report).enclave.sig, [CONSTANT_NONCE])).toBeNull();
  });
});

it("bytes from anybody are refused, and never an error", () => {
  const policy = policyOf("pmp");
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 328, maxLength: 328 }), (bytes) => {
      expect(verifyReport(bytes, policy).failed.length).toBeGreaterThan(0);
    }),
    { seed: 1, numRuns: 20 },
  );
});

describe("the chain", () => {
  it("ends at a manufacturer whose key is public, and everything below is the seed's", () => {
    const manufacturer = simulatedManufacturer();
    expect(isSimulated(manufacturer.public)).toBe(true);
    expect(isSimulated(simulatedDevice(SEED).public)).toBe(false);
    const endorsement = simulatedEndorsement(SEED);
    expect(isEndorsed(endorsement, manufacturer.public)).toBe(true);
    expect(isEndorsed({ ...endorsement, devicePub: simulatedDevice(8n).public }, manufacturer.public)).toBe(false);
  });

  it("gives another monitor key for another device, monitor, debug flag and version", () => {
    const pages = [
      simulatedKeyPage(SEED, monitor, "tvm"),
      simulatedKeyPage(8n, monitor, "tvm"),
      simulatedKeyPage(SEED, { ...monitor, measurement: flipped(monitor.measurement) }, "tvm"),
      simulatedKeyPage(SEED, { ...monitor, debug: true }, "tvm"),
      simulatedKeyPage(SEED, { ...monitor, securityVersion: 5 }, "tvm"),
    ];
    expect(new Set(pages.map(({ smPub }) => smPub.join())).size).toBe(5);
    expect(simulatedKeyPage(SEED, monitor, "pmp").smPub).toEqual(pages[0]!.smPub);
  });

  it("lies in the key page as Penglai's does", () => {
    const page = simulatedKeyPage(SEED, monitor, "tvm");
    const bytes = encodeKeyPage(page);
    expect(bytes).toHaveLength(KEY_PAGE_BYTES);
    expect(KEY_PAGE_PA).toBe(0x801f_f000n);
    expect(bytes.subarray(128, 160)).toEqual(page.deviceSecret);
    expect(bytes.subarray(256, 288)).toEqual(page.smHash);
    expect(decodeKeyPage(concatBytes(bytes, new Uint8Array(3744)))).toEqual(page);
    expect(() => decodeKeyPage(bytes.subarray(1))).toThrow(/352 bytes, not 351/);
    expect(() => encodeKeyPage({ ...page, smHash: page.smPub })).toThrow(/smHash has 64 bytes, not 32/);
  });

  it("keeps the forms apart: no signature is one of the other form", () => {
    const signer = simulatedDevice(1n);
    const hash = boundMeasurement(measurement, 5n);
    for (const form of SIGNING_FORMS) {
      const signature = signHash(form, signer, hash);
      expect(verifyHash(form, signer.public, hash, signature)).toBe(true);
      expect(verifyHash(otherForm(form), signer.public, hash, signature)).toBe(false);
    }
  });
});
