/** All calls by number: Komodo reference §1.6 and §1.7. */
import { paOfPage } from "../../core/units.ts";
import { type CallRow, type EnclaveCall, type OsCall, replyToOs } from "./call.ts";
import { allocSpare, initAddrspace, initDispatcher, initL2PTable } from "./calls/create.ts";
import { getPhysPages, query } from "./calls/information.ts";
import { finalise, remove, stop } from "./calls/life-cycle.ts";
import { mapInsecure, mapSecure } from "./calls/map.ts";
import { enter, resume } from "./calls/run.ts";
import { inRange } from "./checks.ts";
import { isOn } from "./defects.ts";
import { attest, getRandom, verifyStep0, verifyStep1, verifyStep2 } from "./enclave-calls/attest.ts";
import { enclaveInitL2PTable, mapData, unmapData } from "./enclave-calls/dynamic-memory.ts";
import { exit } from "./enclave-calls/leaving.ts";
import { type KomodoConfig, pageNr, physicalOf } from "./state.ts";

export const OS_CALLS: readonly CallRow<OsCall>[] = [
  query,
  getPhysPages,
  initAddrspace,
  initDispatcher,
  initL2PTable,
  mapSecure,
  mapInsecure,
  allocSpare,
  remove,
  finalise,
  enter,
  resume,
  stop,
];

export const ENCLAVE_CALLS: readonly CallRow<EnclaveCall>[] = [
  exit,
  attest,
  verifyStep0,
  verifyStep1,
  verifyStep2,
  mapData,
  unmapData,
  enclaveInitL2PTable,
  getRandom,
];

/** D8: somebody left a call in that reads a word of a secure page. */
const debugRead: CallRow<OsCall> = {
  nr: 99,
  name: "DebugRead",
  args: ["anyPage"],
  checks: [inRange(0, "page")],
  effect: (call) => {
    const { config } = call.state;
    return replyToOs(call, 0n, call.memory.read64(paOfPage(physicalOf(config, pageNr(config, call.args[0]!)!))));
  },
};

const byNumber = <Call>(rows: readonly CallRow<Call>[]): ReadonlyMap<bigint, CallRow<Call>> =>
  new Map(rows.map((row) => [BigInt(row.nr), row]));
const osCalls = byNumber(OS_CALLS);
const enclaveCalls = byNumber(ENCLAVE_CALLS);

/** @param register R0; one with high bits names no call */
export function osCallNamed(config: KomodoConfig, register: bigint): CallRow<OsCall> | undefined {
  const row = osCalls.get(register);
  if (row !== undefined) return row;
  if (register === BigInt(debugRead.nr) && isOn(config, "D8")) return debugRead;
  return isOn(config, "A18") ? stop : undefined;
}

/** As `osCallNamed`. */
export const enclaveCallNamed = (config: KomodoConfig, register: bigint): CallRow<EnclaveCall> | undefined =>
  isOn(config, "C3") ? exit : enclaveCalls.get(register);
