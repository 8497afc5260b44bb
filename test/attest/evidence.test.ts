import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Evidence, encodeClaims } from "../../attest/evidence.ts";
import { decodeEvidence, encodeEvidence } from "../../attest/evidence-binary.ts";
import { EvidenceError } from "../../attest/evidence-error.ts";
import { evidenceFromJson, evidenceToJson } from "../../attest/evidence-json.ts";
import { MAC_ALGORITHMS } from "../../attest/mac.ts";
import { evidenceWith, filled, monitor } from "../../zoo/attestation/sample-evidence.ts";

const sample = evidenceWith("hmac-sha256");
const bytesOf = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const name = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  profile: name,
  simulated: fc.boolean(),
  algorithm: name,
  monitor: fc.record({ measurement: bytesOf(32, 32), debug: fc.boolean(), securityVersion: fc.nat(0xffff_ffff) }),
  measurement: bytesOf(32, 32),
  data: bytesOf(0, 64),
  mac: bytesOf(1, 64),
});
const onlyEvidenceErrors = (read: () => unknown): boolean => {
  try {
    read();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(EvidenceError);
    const { what, mend, message } = error as EvidenceError;
    expect(message).toBe(what);
    expect(`${what}${mend}`).not.toContain("\n");
    return false;
  }
};

it("made here says that it is simulated", () => {
  for (const algorithm of MAC_ALGORITHMS) {
    expect(evidenceWith(algorithm)).toMatchObject({ profile: "atoll-simulated-1", simulated: true, algorithm });
  }
});

describe("binary form", () => {
  it("is pinned", () => {
    const field = (...bytes: number[]) => bytesToHex(Uint8Array.of(bytes.length, 0, 0, 0, ...bytes));
    const text = (s: string) => field(...Buffer.from(s));
    expect(bytesToHex(encodeEvidence(sample))).toBe(
      bytesToHex(Buffer.from("atollev1")) +
        text("atoll-simulated-1") +
        field(1) +
        text("hmac-sha256") +
        field(...filled(0x11)) +
        field(0) +
        field(5, 0, 0, 0) +
        field(...filled(0xee)) +
        field(1, 2, 3, 4, 5, 6, 7, 8) +
        field(...sample.mac),
    );
  });

  it("can be read back", () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        expect(decodeEvidence(encodeEvidence(evidence))).toEqual(evidence);
      }),
    );
  });

  it("is canonical: whatever is accepted is what the writer writes", () => {
    const whole = encodeEvidence(sample);
    let accepted = 0;
    const mutation = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(
        fc.array(mutation, { maxLength: 2 }),
        fc.nat(3),
        fc.uint8Array({ maxLength: 2 }),
        (mutations, cut, more) => {
          const bytes = whole.slice();
          for (const [at, flip] of mutations) bytes[at]! ^= flip;
          const mutated = Uint8Array.of(...bytes.subarray(0, bytes.length - cut), ...more);
          if (!onlyEvidenceErrors(() => decodeEvidence(mutated))) return;
          accepted++;
          expect(encodeEvidence(decodeEvidence(mutated))).toEqual(mutated);
        },
      ),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  it.each<[string, (whole: Uint8Array) => Uint8Array, RegExp]>([
    ["nothing", () => new Uint8Array(0), /not binary evidence/],
    ["another magic", (w) => w.with(7, 0x32), /not binary evidence/],
    ["cut", (w) => w.subarray(0, -1), /ends inside mac/],
    ["cut in a length", (w) => w.subarray(0, 10), /ends inside profile/],
    ["a byte too many", (w) => Uint8Array.of(...w, 0), /1 bytes follow the evidence/],
    ["simulated neither 0 nor 1", (w) => w.with(8 + 4 + 17 + 4, 2), /simulated is neither 0 nor 1/],
  ])("refuses %s", (_, change, message) => {
    expect(() => decodeEvidence(change(encodeEvidence(sample)))).toThrow(message);
  });
});

describe("JSON form", () => {
  const json = evidenceToJson(sample);

  it("can be read back, however it is indented", () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        expect(evidenceFromJson(evidenceToJson(evidence))).toEqual(evidence);
      }),
    );
    expect(evidenceFromJson(JSON.stringify(JSON.parse(json)))).toEqual(sample);
  });

  it.each<[string, string, RegExp]>([
    ["no JSON", "{", /not JSON/],
    ["no object", "[]", /evidence is no object/],
    ["null", "null", /evidence is no object/],
    ["a monitor that is no object", json.replace(/"monitor": \{[^}]*\}/, '"monitor": 1'), /monitor is no object/],
    ["an unknown member", json.replace("{", '{"valid": true,'), /unknown member "valid"/],
    ["a missing member", json.replace(/"simulated": true,/, ""), /lacks the member "simulated"/],
    ["a member given twice", json.replace('"simulated": true', '"simulated": false, "simulated": true'), /given twice/],
    ["members out of order", json.replace(/("simulated": true,)\s*("algorithm": "[^"]*",)/, "$2$1"), /out of order/],
    [
      "a number in another spelling",
      json.replace('"securityVersion": 5', '"securityVersion": 5.0'),
      /another spelling/,
    ],
    ["an escaped letter", json.replace('"hmac-', '"\\u0068mac-'), /another spelling/],
    ["upper-case hexadecimal", json.replace(/eeee/, "EEEE"), /measurement is not lower-case hexadecimal/],
    ["half a byte", json.replace(/"data": "0/, '"data": "'), /data is not lower-case hexadecimal/],
    ["a string for a flag", json.replace("true", '"true"'), /simulated is neither true nor false/],
    ["a number for a name", json.replace('"hmac-sha256"', "1"), /algorithm is no string/],
    [
      "a string for a number",
      json.replace('"securityVersion": 5', '"securityVersion": "5"'),
      /securityVersion is no number/,
    ],
  ])("refuses %s", (_, text, message) => {
    expect(text).not.toBe(json);
    expect(onlyEvidenceErrors(() => evidenceFromJson(text))).toBe(false);
    expect(() => evidenceFromJson(text)).toThrow(message);
  });

  it("throws nothing but EvidenceError for any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => void onlyEvidenceErrors(() => evidenceFromJson(text))),
    );
    fc.assert(
      fc.property(fc.nat(json.length - 1), fc.string({ maxLength: 3 }), fc.nat(3), (at, insert, drop) => {
        onlyEvidenceErrors(() => evidenceFromJson(json.slice(0, at) + insert + json.slice(at + drop)));
      }),
    );
  });
});

describe("both forms refuse a claim that is not well formed", () => {
  it.each<[string, Partial<Evidence>, RegExp]>([
    ["profile", { profile: "Atoll 1" }, /profile is no name/],
    ["empty algorithm", { algorithm: "" }, /algorithm is no name/],
    ["measurement", { measurement: filled(0, 31) }, /measurement has 31 bytes/],
    [
      "monitor measurement",
      { monitor: { ...monitor, measurement: filled(0, 33) } },
      /monitor measurement has 33 bytes/,
    ],
    [
      "security version",
      { monitor: { ...monitor, securityVersion: 2 ** 32 } },
      /security version 4294967296 is no u32/,
    ],
    ["fraction", { monitor: { ...monitor, securityVersion: 1.5 } }, /security version 1.5 is no u32/],
    ["data", { data: filled(0, 65) }, /data has 65 bytes/],
    ["empty mac", { mac: filled(0, 0) }, /mac has 0 bytes/],
  ])("%s", (_, change, message) => {
    const evidence = { ...sample, ...change };
    for (const write of [encodeEvidence, evidenceToJson]) {
      expect(() => write(evidence)).toThrow(EvidenceError);
      expect(() => write(evidence)).toThrow(message);
    }
  });

  it("and the canonical claims differ whenever a claim does", () => {
    fc.assert(
      fc.property(anyEvidence, anyEvidence, (a, b) => {
        const claims = ({ mac: _, ...rest }: Evidence) => rest;
        const equal = Buffer.compare(encodeClaims(a), encodeClaims(b)) === 0;
        expect(equal).toBe(JSON.stringify(claims(a)) === JSON.stringify(claims(b)));
      }),
    );
  });
});
