/**
 * RUN (97): the first entry into an enclave. Penglai reference §6.2, entry registers §6.8.
 *
 * "a0 shm VA or 0 · a1 shm size · a2 start counter · a3 relay VA or 0 · a4 total relay size". The start counter of an
 * enclave that is no fork is 0 (published: a counter over all enclaves, which tells one about the others).
 */

import { A0, A1, A2, SP } from "../../../core/registers.ts";
import { isDenial } from "../../kernel/guard.ts";
import { type RegisterWrite, withRegisters } from "../../kernel/hart.ts";
import type { Span } from "../../kernel/span.ts";
import { isOn } from "../defects.ts";
import { SHM_BASE, STACK_TOP } from "../enclave-layout.ts";
import { deny } from "../guards.ts";
import { type HostCall, type Outcome, refuseHost, untouched } from "../outcome.ts";
import { readRunParam } from "../params.ts";
import { ownEnclave } from "../records.ts";
import { enter } from "../world-switch.ts";

export const entryArguments = (shm: Span | undefined, start: number): readonly RegisterWrite[] => [
  [SP, STACK_TOP],
  [A0, shm === undefined ? 0n : SHM_BASE],
  [A1, BigInt(shm?.byteLen ?? 0)],
  [A2, BigInt(start)],
];

export function runEnclave(call: HostCall): Outcome {
  const enclave = ownEnclave(call, call.args[0]!, isOn(call.state.config, "T30") ? ["fresh", "runnable"] : ["fresh"]);
  if (isDenial(enclave)) return refuseHost(call, enclave);
  const relaySize = readRunParam(call, call.args[1]!);
  if (isDenial(relaySize)) return refuseHost(call, relaySize);
  if (relaySize !== 0n) return refuseHost(call, deny("RELAY_UNSUPPORTED", `mm_arg_size is ${relaySize}`));
  const hart = withRegisters(enclave.hart, entryArguments(enclave.shm, 0));
  return enter(call, untouched(call), { ...enclave, hart }, (lost) => refuseHost(call, lost));
}
