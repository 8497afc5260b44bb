/** The measurement of a program as `atoll measure` prints it. */
import { type Measurement, measure } from "../../attest/measure.ts";
import { diffLogs, explainDifference, formatFlags, type MeasurementLog } from "../../attest/measurement-log.ts";
import { ATOLL, type MeasurementProfile, PENGLAI_PMP, PENGLAI_TVM } from "../../attest/measurement-profile.ts";
import { enclaveImage, measurableImage } from "../../host/enclave-image.ts";
import { pmpMeasurable } from "../../host/penglai-pmp/pmp-measurement.ts";
import { EXIT_REFUSED } from "../failure.ts";
import type { Program } from "../program.ts";
import { formatAddress, hexOf } from "../quantities.ts";
import { print, printJson, styledData, table } from "../terminal.ts";

type ProfileName = MeasurementProfile["name"];
type Kind = "enclave" | "shadow";

const PROFILES: Readonly<Record<ProfileName, MeasurementProfile>> = {
  atoll: ATOLL,
  "penglai-tvm": PENGLAI_TVM,
  "penglai-pmp": PENGLAI_PMP,
};

/** @param kind `penglai-pmp` has enclaves only */
export function measureProgram({ elf }: Program, kind: Kind, profile: ProfileName, keepBytes = false): Measurement {
  const image = profile === "penglai-pmp" ? pmpMeasurable(elf) : measurableImage(enclaveImage(elf, { kind }));
  return measure(image, { profile: PROFILES[profile], keepBytes });
}

export function printMeasurements(
  program: Program,
  profile: ProfileName,
  { isJson, isLog }: { readonly isJson: boolean; readonly isLog: boolean },
): void {
  const enclave = measureProgram(program, "enclave", profile);
  const shadow = profile === "penglai-pmp" ? undefined : measureProgram(program, "shadow", profile);
  if (isJson) {
    const logs = isLog ? { log: { enclave: enclave.log, ...(shadow && { shadow: shadow.log }) } } : {};
    const digests = { enclave: enclave.digest, ...(shadow && { shadow: shadow.digest }) };
    printJson({ program: program.path, profile, ...digests, ...logs });
    return;
  }
  const rows = [[hexOf(enclave.digest), "enclave", program.path]];
  if (shadow) rows.push([hexOf(shadow.digest), "shadow", program.path]);
  for (const row of table(rows)) print(row);
  if (isLog) printLog(enclave.log);
}

/** Every page in the order in which it is hashed; `run` marks those whose address and permissions are hashed, too. */
function printLog({ profile, hash, entry, prologue, pages, nonce, byteLen }: MeasurementLog): void {
  print();
  print(`${profile}, ${hash}, ${byteLen} bytes measured of the enclave`);
  print(`entry ${formatAddress(entry)}`);
  for (const { field, value } of prologue) print(`${field} ${formatAddress(value)}`);
  const heading = ["address", "flags", "run", "contents"];
  const rows = pages.map((page) => [
    formatAddress(page.va),
    formatFlags(page.flags),
    page.runStart ? "run" : "",
    hexOf(page.digest),
  ]);
  for (const row of table([heading, ...rows], (cell, r) => (r === 0 ? styledData("dim", cell) : cell))) print(row);
  print(`nonce ${formatAddress(nonce)}`);
}

/** @returns the exit code: 0 if the measurements are the same */
export function diff(a: Program, b: Program, profile: ProfileName, isJson: boolean): number {
  const [left, right] = [measureProgram(a, "enclave", profile, true), measureProgram(b, "enclave", profile, true)];
  const isSame = hexOf(left.digest) === hexOf(right.digest);
  const difference = diffLogs(left.log, right.log);
  if (isJson) {
    printJson({ same: isSame, profile, a: side(a, left), b: side(b, right), difference });
  } else {
    print(`${hexOf(left.digest)}  ${a.path}`);
    print(`${hexOf(right.digest)}  ${b.path}`);
    print(difference === null ? "the same" : explainDifference(difference));
  }
  return isSame ? 0 : EXIT_REFUSED;
}

const side = ({ path }: Program, { digest }: Measurement) => ({ program: path, measurement: digest });
