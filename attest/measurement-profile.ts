/**
 * The ways to measure an enclave, as data. All hash the same walk over the page tables (Penglai reference §7); they
 * differ in what they add and leave out.
 *
 * `penglai-tvm` and `penglai-pmp` are the published ones, to the bit, with what is wrong about them:
 * - `penglai-tvm` hashes PTE byte 7, which is always 0, so permissions are not measured (defect B16).
 * - `penglai-pmp` hashes byte 0, but once a run of adjacent pages: the permissions of the others are not measured.
 * - Both: a run does not state its length, so page contents can imitate the head of another run: two different enclaves
 *   with one measurement can be constructed. Contents of gigapages are not measured.
 * Both hash with SM3.
 *
 * `atoll`, with SHA-256, mends all of it: the permissions of every page are measured, and the measured bytes can be parsed back (from
 * their end), so different enclaves have different measurements as long as the hash is collision-free.
 */
import { type Hash, SHA256 } from "./hash.ts";
import { SM3 } from "./sm3.ts";

/** u64 values that a profile hashes between entry point and pages. */
export type PrologueField = "untrustedVa" | "untrustedSize" | "kbufferVa" | "kbufferSize";

/** What a walk adds to page contents, and where a run of pages ends. @spec Penglai reference §7 */
export interface MeasurementProfile {
  readonly name: "penglai-tvm" | "penglai-pmp" | "atoll";
  readonly hash: Hash;
  /** ASCII hashed before everything else, separating this profile from others; Penglai has none. */
  readonly label: string;
  /** What follows the entry point, in this order. */
  readonly prologue: readonly PrologueField[];
  /** Which byte of a leaf PTE stands in the head of a run: 0 is DAGU XWRV, 7 is bits 63 to 56. */
  readonly pteByte: 0 | 7;
  /** A run of adjacent pages also ends where that byte changes. */
  readonly runEndsWherePteByteChanges: boolean;
  /** A run is followed by its length in bytes, as u64. */
  readonly runStatesLength: boolean;
  readonly gigapages: "contents unmeasured" | "refused";
}

/** Penglai-Opensbi-TVM, main. @spec Penglai reference §7 */
export const PENGLAI_TVM: MeasurementProfile = {
  name: "penglai-tvm",
  hash: SM3,
  label: "",
  prologue: [],
  pteByte: 7,
  runEndsWherePteByteChanges: false,
  runStatesLength: false,
  gigapages: "contents unmeasured",
};

/** Penglai-Enclave-sPMP, branch opensbi. @spec Penglai reference §7 */
export const PENGLAI_PMP: MeasurementProfile = {
  ...PENGLAI_TVM,
  name: "penglai-pmp",
  prologue: ["untrustedVa", "untrustedSize", "kbufferVa", "kbufferSize"],
  pteByte: 0,
};

/** Our own, and the default. */
export const ATOLL: MeasurementProfile = {
  name: "atoll",
  hash: SHA256,
  label: "atoll-measurement-1",
  prologue: [],
  pteByte: 0,
  runEndsWherePteByteChanges: true,
  runStatesLength: true,
  gigapages: "refused",
};
