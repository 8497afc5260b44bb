/**
 * The JSON form of evidence, for people, files and `--json`. Bytes are lower-case hexadecimal.
 *
 * Strict, and canonical up to white space: a member that is missing, unknown, given twice or out of order is refused, and
 * so is another spelling of a value.
 */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { checkEvidence, type Evidence } from "./evidence.ts";
import { EvidenceError } from "./evidence-error.ts";

const MEMBERS = ["profile", "simulated", "algorithm", "monitor", "measurement", "data", "mac"] as const;
const MONITOR_MEMBERS = ["measurement", "debug", "securityVersion"] as const;
const MEND = "send the text as evidenceToJson wrote it";

/** @throws EvidenceError naming the field that is not well formed */
export function evidenceToJson(evidence: Evidence): string {
  checkEvidence(evidence);
  const { profile, simulated, algorithm, monitor, measurement, data, mac } = evidence;
  const { debug, securityVersion } = monitor;
  const json = {
    profile,
    simulated,
    algorithm,
    monitor: { measurement: bytesToHex(monitor.measurement), debug, securityVersion },
    measurement: bytesToHex(measurement),
    data: bytesToHex(data),
    mac: bytesToHex(mac),
  };
  return JSON.stringify(json, null, 2);
}

/** @throws EvidenceError, and nothing else, for any text that is not the JSON form of well-formed evidence */
export function evidenceFromJson(text: string): Evidence {
  const value = objectWith(MEMBERS, parse(text), "evidence");
  const monitor = objectWith(MONITOR_MEMBERS, value.monitor, "monitor");
  const evidence: Evidence = {
    profile: string(value.profile, "profile"),
    simulated: flag(value.simulated, "simulated"),
    algorithm: string(value.algorithm, "algorithm"),
    monitor: {
      measurement: hex(monitor.measurement, "monitor measurement"),
      debug: flag(monitor.debug, "debug"),
      securityVersion: integer(monitor.securityVersion, "securityVersion"),
    },
    measurement: hex(value.measurement, "measurement"),
    data: hex(value.data, "data"),
    mac: hex(value.mac, "mac"),
  };
  // JSON.parse keeps the last of two members with one name, where a reader elsewhere may keep the first. No well-formed
  // value contains white space, so what is left without it has one spelling.
  if (withoutSpace(evidenceToJson(evidence)) !== withoutSpace(text)) {
    throw new EvidenceError("a member is given twice, out of order or in another spelling", MEND);
  }
  return evidence;
}

const withoutSpace = (text: string): string => text.replace(/[ \t\r\n]/g, "");

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EvidenceError("not JSON", MEND);
  }
}

function objectWith<Name extends string>(names: readonly Name[], value: unknown, what: string): Record<Name, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new EvidenceError(`${what} is no object`, MEND);
  }
  const unknown = Object.keys(value).find((name) => !(names as readonly string[]).includes(name));
  if (unknown !== undefined) throw new EvidenceError(`${what} has the unknown member ${JSON.stringify(unknown)}`, MEND);
  const missing = names.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw new EvidenceError(`${what} lacks the member "${missing}"`, MEND);
  return value as Record<Name, unknown>;
}

function string(value: unknown, field: string): string {
  if (typeof value !== "string") throw new EvidenceError(`${field} is no string`, MEND);
  return value;
}

function flag(value: unknown, field: string): boolean {
  if (typeof value !== "boolean") throw new EvidenceError(`${field} is neither true nor false`, MEND);
  return value;
}

function integer(value: unknown, field: string): number {
  if (typeof value !== "number") throw new EvidenceError(`${field} is no number`, MEND);
  return value;
}

function hex(value: unknown, field: string): Uint8Array {
  if (typeof value !== "string" || !/^(?:[0-9a-f]{2})*$/.test(value)) {
    throw new EvidenceError(`${field} is not lower-case hexadecimal`, MEND);
  }
  return hexToBytes(value);
}
