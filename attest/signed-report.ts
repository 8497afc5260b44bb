/**
 * Penglai's 328-byte report under SM2 signatures, as its monitors write it (layout: report.ts).
 *
 *   encl.hash  SM3( stored measurement ‖ nonce )   ATTEST and ATTEST_SHADOW
 *              measurement of the memory as it is, nonce included   GET_REPORT without a name
 *   encl.sig   SM2 over encl.hash with the monitor's key, in one of two forms (penglai-signing.ts)
 *   sm.*       from the key page: the device's signature over the monitor's hash and key
 *
 * Source: Penglai reference §6.7, §7. The published monitors also store the new hash (TVM for servers, PMP for all:
 * defect B23); here a report changes nothing. Not modelled: a certificate of the device key inside the report; the
 * format has no room, so the verifier has the manufacturer's endorsements.
 */
import type { KeyPage } from "./key-page.ts";
import { bindNonce } from "./measure.ts";
import { type SigningForm, signHash } from "./penglai-signing.ts";
import { encodeReport } from "./report.ts";
import type { NonceSource } from "./sm2-nonce.ts";
import { SM3 } from "./sm3.ts";

/**
 * @param hash encl.hash, 32 bytes: `boundMeasurement`, or a measurement with the nonce in it
 * @param nonce u64
 * @param nonces of the signature; other than the default only as defect B22
 * @returns 328 bytes
 */
export function signedReport(
  page: KeyPage,
  form: SigningForm,
  hash: Uint8Array,
  nonce: bigint,
  nonces?: NonceSource,
): Uint8Array {
  const signer = { secret: page.smSecret, public: page.smPub };
  return encodeReport({
    sm: { hash: page.smHash, sig: page.smSig, pub: page.smPub },
    enclave: { hash, sig: signHash(form, signer, hash, nonces) },
    nonce,
    devicePub: page.devicePub,
  });
}

/** What ATTEST reports for a stored measurement. @spec Penglai reference §7, table "Report" */
export const boundMeasurement = (measurement: Uint8Array, nonce: bigint): Uint8Array =>
  bindNonce(measurement, nonce, SM3);
