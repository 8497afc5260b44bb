/**
 * What one Komodo enclave says to another, accepted and refused: examples.ts for messages between enclaves. Each refused
 * one says beforehand which checks it must fail.
 */
import {
  challenge,
  encodeLocalReport,
  type LocalCheckName,
  type LocalPolicy,
  type LocalReport,
  type LocalSession,
  NO_CHALLENGE,
  take,
} from "../../attest/local-report.ts";
import { flipped, type JudgedExample, judged } from "./examples.ts";

/** Messages from real runs, and what the enclave that asked for `genuine` expects. */
export interface LocalMaterial {
  readonly policy: Omit<LocalPolicy, "nonce">;
  /** Of the listener. */
  readonly nonce: Uint8Array;
  readonly genuine: LocalReport;
  /** The same enclave's answer to an earlier nonce. */
  readonly earlier: LocalReport;
  /** What the listener itself answers to such a nonce. */
  readonly listeners: LocalReport;
  /** Of a program that differs in one byte, on the same machine. */
  readonly otherProgram: LocalReport;
  readonly otherMachine: LocalReport;
  /** On the same machine, booted with a debugging monitor. */
  readonly debugMonitor: LocalReport;
  /** Of a monitor whose key nobody provisioned (M12). */
  readonly zeroKey: LocalReport;
}

interface LocalExample {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What the listener waits for. */
  readonly session: LocalSession;
  /** The checks that must fail, and no others. */
  readonly fails: readonly LocalCheckName[];
}

export function localExamples(material: LocalMaterial): LocalExample[] {
  const { genuine, nonce, earlier, listeners, otherProgram } = material;
  const bytes = encodeLocalReport(genuine);
  const shown = (name: string, message: Uint8Array, ...fails: LocalCheckName[]): LocalExample => ({
    name,
    bytes: message,
    session: challenge(nonce),
    fails,
  });
  const said = (name: string, report: LocalReport, ...fails: LocalCheckName[]): LocalExample =>
    shown(name, encodeLocalReport(report), ...fails);
  const { from, to, direction } = genuine;
  return [
    said("the other enclave's answer to this nonce", genuine),
    { name: "the same a second time", bytes, session: NO_CHALLENGE, fails: ["nonce-fresh"] },
    said("replay: its answer to an earlier nonce", earlier, "nonce-fresh"),
    said("the same with this nonce written into it", { ...earlier, nonce }, "mac-valid"),
    said("reflection: the listener's own words", listeners, "direction"),
    said("the same with the direction turned", { ...listeners, direction }, "mac-valid"),
    shown("cut by a byte", bytes.subarray(0, -1), "well-formed"),
    said("one bit of the payload", { ...genuine, payload: flipped(genuine.payload) }, "mac-valid"),
    said("one bit of the MAC", { ...genuine, mac: flipped(genuine.mac) }, "mac-valid"),
    said("a program with another byte", otherProgram, "addressed-to-me", "measurement-expected"),
    said("the same in the other enclave's name", { ...otherProgram, from, to }, "mac-valid"),
    said("this program on another machine", material.otherMachine, "mac-valid"),
    said("under a debugging monitor, which has another key", material.debugMonitor, "mac-valid"),
    said("under a monitor whose key is zero", material.zeroKey, "mac-valid"),
  ];
}

export function judgeLocal({ policy }: LocalMaterial, { name, bytes, session, fails }: LocalExample): JudgedExample {
  const [, verdict] = take(session, bytes, policy);
  return judged(name, verdict, fails);
}
