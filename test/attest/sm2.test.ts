/** SM2 signatures: published vectors, what is refused, and the attack on nonces that can be guessed. */
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { describe, expect, it } from "vitest";
import { digestOf } from "../../attest/hash.ts";
import { keyPairOf, messageDigest, signDigest, verifyDigest } from "../../attest/sm2.ts";
import { bytesOfScalar, ORDER, pointOfBytes } from "../../attest/sm2-curve.ts";
import { recoverKey } from "../../attest/sm2-key-recovery.ts";
import { CONSTANT_NONCE, constantNonces, rfc6979, timerNonce, timerNonces } from "../../attest/sm2-nonce.ts";
import { SM3 } from "../../attest/sm3.ts";

const unhex = (text: string): Uint8Array => hexToBytes(text.replaceAll(/\s/g, "").toLowerCase());

/** GM/T 0003.5-2012 (GB/T 32918.5), annex A.2. */
const PUBLISHED = {
  secret: unhex("3945208F 7B2144B1 3F36E38A C6D39F95 88939369 2860B51A 42FB81EF 4DF7C5B8"),
  public: unhex(
    "09F9DF31 1E5421A1 50DD7D16 1E4BC5C6 72179FAD 1833FC07 6BB08FF3 56F35020" +
      "CCEA490C E26775A5 2DC6EA71 8CC1AA60 0AED05FB F35E084A 6632F607 2DA9AD13",
  ),
  k: 0x59276e27_d506861a_16680f3a_d9c02dcc_ef3cc1fa_3cdbe4ce_6d54b80d_eac1bc21n,
  e: "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640",
  signature: unhex(
    "F5A03B06 48D2C463 0EEAC513 E1BB81A1 5944DA38 27D5B741 43AC7EAC EEE720B3" +
      "B1B6AA29 DF212FD8 763182BC 0D421CA1 BB9038FD 1F7F42D4 840B69C4 85BBC1AA",
  ),
};
const e = messageDigest(PUBLISHED.public, utf8ToBytes("message digest"));

describe("published vectors", () => {
  it("GM/T 0003.5: public key, digest with ZA, signature", () => {
    expect(keyPairOf(PUBLISHED.secret).public).toEqual(PUBLISHED.public);
    expect(bytesToHex(e)).toBe(PUBLISHED.e);
    expect(signDigest(PUBLISHED.secret, e, () => [PUBLISHED.k])).toEqual(PUBLISHED.signature);
    expect(verifyDigest(PUBLISHED.public, e, PUBLISHED.signature)).toBe(true);
  });

  it("LTE-V2X certificate management: a signature over a given e", () => {
    const pair = keyPairOf(unhex("179e18aee33872e1605e99e8bc6120f795e7c8f8a9ce607a4a7178682353a169"));
    expect(bytesToHex(pair.public)).toBe(
      "1e5f89a574082c8b3611fba8d065f308b48f64eeef71303c75ba8e95d5be8942" +
        "7784ef220941deebcf5b3e3465980a309167346ffe050ae1007c2d2f3f105774",
    );
    const given = unhex("7ab12a19b645dfc636e20ea7aeb0e55ef3f3683887b2e076a8eb3294904ee5d4");
    const signature = unhex(
      "ddf9075dd2d94705a12f425e51cb274cb8f4ae65b31c7cddcd31c2bc3c552881" +
        "208611de09a7cc4e4876e69ef2e7c06a8539a467f20b0ea7feeb2afe9d595cc4",
    );
    expect(verifyDigest(pair.public, given, signature)).toBe(true);
  });

  it("RFC 6979, annex A.2.5: nonces of P-256 with SHA-256", () => {
    const secret = unhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
    const order = 0xffffffff_00000000_ffffffff_ffffffff_bce6faad_a7179e84_f3b9cac2_fc632551n;
    const nonceOf = (digest: string) => rfc6979(secret, unhex(digest), order).next().value;
    expect(nonceOf("AF2BDBE1AA9B6EC1E2ADE1D694F41FC71A831D0268E9891562113D8A62ADD1BF")).toBe(
      0xa6e3c57dd01abe90086538398355dd4c3b17aa873382b0f24d6129493d8aad60n,
    );
    expect(nonceOf("9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08")).toBe(
      0xd16b6ae827f17175e040871a1c7ec3500192c4c92677336ec2537acaee0008e0n,
    );
  });
});

describe("a signature", () => {
  const pair = keyPairOf(bytesOfScalar(0x1234_5678_9abcn));
  const digest = digestOf(SM3, utf8ToBytes("signed"));
  const signature = signDigest(pair.secret, digest);

  it("is deterministic, and another for another message", () => {
    expect(signDigest(pair.secret, digest)).toEqual(signature);
    const other = signDigest(pair.secret, digestOf(SM3, utf8ToBytes("other")));
    expect(other.subarray(0, 32)).not.toEqual(signature.subarray(0, 32));
    expect(verifyDigest(pair.public, digest, other)).toBe(false);
  });

  it("is refused with any one bit of signature, digest or key changed", () => {
    for (let bit = 0; bit < 512; bit += 11) {
      expect(verifyDigest(pair.public, digest, flipped(signature, bit)), `signature bit ${bit}`).toBe(false);
      expect(verifyDigest(flipped(pair.public, bit), digest, signature), `key bit ${bit}`).toBe(false);
      expect(verifyDigest(pair.public, flipped(digest, bit % 256), signature), `digest bit ${bit}`).toBe(false);
    }
  });

  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  const zero = bytesOfScalar(0n);
  const order = bytesOfScalar(ORDER);
  it.each<[string, Uint8Array]>([
    ["r = 0", join(zero, s)],
    ["s = 0", join(r, zero)],
    ["r = n", join(order, s)],
    ["s = n", join(r, order)],
    ["r + s = n", join(r, bytesOfScalar(ORDER - BigInt(`0x${bytesToHex(r)}`)))],
    ["all ones", new Uint8Array(64).fill(255)],
    ["cut", signature.subarray(0, 63)],
    ["extended", join(signature, Uint8Array.of(0))],
    ["empty", new Uint8Array(0)],
  ])("is refused with %s", (_, forged) => {
    expect(verifyDigest(pair.public, digest, forged)).toBe(false);
  });

  it("is refused under a public key that is no point, and over bytes that are no digest", () => {
    for (const key of [new Uint8Array(64), new Uint8Array(64).fill(255), pair.public.subarray(1), new Uint8Array(0)]) {
      expect(pointOfBytes(key)).toBeNull();
      expect(verifyDigest(key, digest, signature)).toBe(false);
    }
    expect(verifyDigest(pair.public, digest.subarray(1), signature)).toBe(false);
  });

  it("needs a private key of 1 to n - 2 and a digest of 32 bytes", () => {
    for (const secret of [zero, bytesOfScalar(ORDER - 1n), order, pair.secret.subarray(1)]) {
      expect(() => signDigest(secret, digest)).toThrow(/a private key is 32 bytes, 1 to n - 2/);
    }
    expect(() => signDigest(pair.secret, digest.subarray(1))).toThrow(/digest has 31 bytes, not 32/);
    expect(() => messageDigest(pair.public.subarray(1), digest)).toThrow(/public key has 63 bytes/);
  });

  it("passes over nonces that give a zero, and fails when there is no other", () => {
    // k = r·d makes s zero: for such a k, e = r - x1 is solved backwards
    const k = 7n;
    const kG = keyPairOf(bytesOfScalar(k)).public;
    const d = BigInt(`0x${bytesToHex(pair.secret)}`);
    const rForZero = mod(k * inverse(d));
    const bad = bytesOfScalar(mod(rForZero - BigInt(`0x${bytesToHex(kG.subarray(0, 32))}`)));
    expect(() => signDigest(pair.secret, bad, () => [k])).toThrow(/no nonce of the source gives a signature/);
    expect(
      verifyDigest(
        pair.public,
        bad,
        signDigest(pair.secret, bad, () => [k, 8n]),
      ),
    ).toBe(true);
  });
});

describe("B22: a nonce that can be guessed gives the key away", () => {
  const pair = keyPairOf(digestOf(SM3, utf8ToBytes("the monitor's key")));
  const digest = digestOf(SM3, utf8ToBytes("an enclave"));
  const TIMER = 0x0001_86a3;
  /** The boot takes some hundred ticks more or less: the attacker tries them, and the first three draws. */
  const guesses = function* (): Generator<bigint> {
    for (let timer = TIMER - 40; timer < TIMER + 20; timer++) for (let i = 0; i < 3; i++) yield timerNonce(timer, i);
  };

  it("constant: from one signature, by arithmetic", () => {
    const signature = signDigest(pair.secret, digest, constantNonces);
    expect(verifyDigest(pair.public, digest, signature)).toBe(true);
    expect(recoverKey(pair.public, signature, [CONSTANT_NONCE])).toEqual(pair);
  });

  it("timer: by trying the ticks around boot", () => {
    const signature = signDigest(pair.secret, digest, timerNonces(TIMER));
    expect(verifyDigest(pair.public, digest, signature)).toBe(true);
    expect(recoverKey(pair.public, signature, guesses())).toEqual(pair);
  });

  it("not from a deterministic nonce", () => {
    const signature = signDigest(pair.secret, digest);
    expect(recoverKey(pair.public, signature, [CONSTANT_NONCE, ...guesses()])).toBeNull();
  });
});

const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const flipped = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7)));
const mod = (value: bigint): bigint => ((value % ORDER) + ORDER) % ORDER;
/** Fermat. */
function inverse(value: bigint): bigint {
  let result = 1n;
  for (let [base, exponent] = [mod(value), ORDER - 2n]; exponent > 0n; exponent >>= 1n, base = mod(base * base)) {
    if (exponent & 1n) result = mod(result * base);
  }
  return result;
}
