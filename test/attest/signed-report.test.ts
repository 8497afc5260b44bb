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
import { decodeReport, encodeReport, type Report, reportOf } from "../../attest/report.ts";
import { boundMeasurement, signedReport } from "../../attest/signed-report.ts";
import { messageDigest, verifyDigest } from "../../attest/sm2.ts";
import { recoverKey } from "../../attest/sm2-key-recovery.ts";
import { CONSTANT_NONCE, constantNonces } from "../../attest/sm2-nonce.ts";
import { type ReportCheckName, type ReportPolicy, verifyReport } from "../../attest/verify-report.ts";
import { evidenceWith } from "./sample-evidence.ts";
import { measurement, monitor, NONCE, policyOf, reportWith, SEED } from "./sample-report.ts";

const failedBy = (bytes: Uint8Array, policy: ReportPolicy): ReportCheckName[] =>
  verifyReport(bytes, policy).failed.map(({ name }) => name);
const changed = (bytes: Uint8Array, change: (report: Report) => Report): Uint8Array =>
  encodeReport(change(decodeReport(bytes)));
const flipped = (bytes: Uint8Array): Uint8Array => bytes.with(5, bytes[5]! ^ 1);

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

  const resigned = (hash: Uint8Array, nonce = NONCE) => {
    const attacker = simulatedDevice(99n);
    return changed(report, (r) => ({
      ...r,
      nonce,
      enclave: { hash, sig: signHash(form, attacker, hash) },
    }));
  };

  const attacks: [string, Uint8Array, ReportCheckName[]][] = [
    ["replayed: the report of an earlier request", reportWith({ form, nonce: 1n }), ["nonce-fresh"]],
    [
      "replayed, with the nonce rewritten",
      changed(reportWith({ form, nonce: 1n }), (r) => ({ ...r, nonce: NONCE })),
      ["measurement-expected"],
    ],
    ["cut", report.subarray(0, 327), ["well-formed"]],
    ["extended", concatBytes(report, Uint8Array.of(0)), ["well-formed"]],
    ["empty", new Uint8Array(0), ["well-formed"]],
    ["re-signed with another key", resigned(boundMeasurement(measurement, NONCE)), ["signature-valid"]],
    [
      "re-signed, with the other key in place of the monitor's",
      changed(resigned(boundMeasurement(measurement, NONCE)), (r) => ({
        ...r,
        sm: { ...r.sm, pub: simulatedDevice(99n).public },
      })),
      ["monitor-signed"],
    ],
    ["of another enclave", reportWith({ form, enclave: flipped(measurement) }), ["measurement-expected"]],
    [
      "with another measurement written into it",
      changed(report, (r) => ({ ...r, enclave: { ...r.enclave, hash: flipped(r.enclave.hash) } })),
      ["signature-valid", "measurement-expected"],
    ],
    ["of another device", reportWith({ form, seed: 8n }), ["device-endorsed"]],
    [
      "with another device's key in place of its own",
      changed(report, (r) => ({ ...r, devicePub: simulatedDevice(8n).public })),
      ["device-endorsed", "monitor-signed"],
    ],
    [
      "of another monitor",
      reportWith({ form, identity: { ...monitor, measurement: flipped(monitor.measurement) } }),
      ["monitor-expected"],
    ],
    [
      "with the trusted monitor's hash in place of its own",
      changed(reportWith({ form, identity: { ...monitor, measurement: flipped(monitor.measurement) } }), (r) => ({
        ...r,
        sm: { ...r.sm, hash: decodeReport(report).sm.hash },
      })),
      ["monitor-signed"],
    ],
    ["of a debugging monitor", reportWith({ form, identity: { ...monitor, debug: true } }), ["debug-off"]],
    ["of an older monitor", reportWith({ form, identity: { ...monitor, securityVersion: 3 } }), ["security-version"]],
    ["of an unknown version", reportWith({ form, identity: { ...monitor, securityVersion: 9 } }), ["monitor-expected"]],
    ["in the other form", reportWith({ form: otherForm(form) }), ["signing-form"]],
    ["under a MAC", encodeReport(reportOf(evidenceWith("hmac-sha256"))), ["form-supported"]],
    [
      "without the enclave's signature",
      changed(report, (r) => ({ ...r, enclave: { ...r.enclave, sig: new Uint8Array(64) } })),
      ["signature-valid"],
    ],
    [
      "without the device's signature",
      changed(report, (r) => ({ ...r, sm: { ...r.sm, sig: new Uint8Array(64) } })),
      ["monitor-signed"],
    ],
  ];

  it.each(attacks)("is refused %s", (_, bytes, names) => {
    expect(failedBy(bytes, policy)).toEqual(names);
  });

  it("meets each check alone in some attack, so none is there for nothing", () => {
    const alone = new Set(attacks.filter(([, , names]) => names.length === 1).map(([, , [name]]) => name));
    const made = verifyReport(report, policy).passed.map(({ name }) => name);
    expect(made.filter((name) => !alone.has(name))).toEqual(["simulated-accepted"]);
  });

  it.each<[string, Partial<ReportPolicy>, ReportCheckName[]]>([
    ["trusts no simulation", { acceptSimulated: false }, ["simulated-accepted"]],
    ["asked with another nonce", { nonce: NONCE + 1n }, ["nonce-fresh"]],
    ["trusts another manufacturer", { manufacturer: simulatedDevice(3n).public }, ["device-endorsed"]],
    ["knows no device", { endorsements: [] }, ["device-endorsed"]],
    [
      "was given an endorsement that nobody signed",
      { endorsements: [{ ...simulatedEndorsement(SEED), signature: new Uint8Array(64) }] },
      ["device-endorsed"],
    ],
  ])("is refused by a party that %s", (_, change, names) => {
    expect(failedBy(report, { ...policy, ...change })).toEqual(names);
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
