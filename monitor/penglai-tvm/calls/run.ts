/**
 * RUN (97): the first entry into an enclave. Penglai reference §6.2, entry registers §6.8.
 *
 * "a0 shm VA or 0 · a1 shm size · a2 start counter · a3 relay VA or 0 · a4 total relay size". The start counter of an
 * enclave that is no fork is 0 (published: a counter over all enclaves, which tells one about the others).
 */

import { A0, A1, A2, A3, A4, SP } from "../../../core/registers.ts";
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { type RegisterWrite, withRegisters } from "../../kernel/hart.ts";
import { isOn } from "../defects.ts";
import { RELAY_BASE, SHM_BASE, STACK_TOP } from "../enclave-layout.ts";
import { changed, type HostCall, type Outcome, refuseHost } from "../outcome.ts";
import { readRunParam } from "../params.ts";
import { ownEnclave } from "../records.ts";
import { relayByteLen, takeRelays } from "../relay.ts";
import type { Enclave } from "../state.ts";
import { enter } from "../world-switch.ts";

export const entryArguments = (
  { shm, relays }: Pick<Enclave, "shm" | "relays">,
  start: number,
): readonly RegisterWrite[] => [
  [SP, STACK_TOP],
  [A0, shm === undefined ? 0n : SHM_BASE],
  [A1, BigInt(shm?.byteLen ?? 0)],
  [A2, BigInt(start)],
  [A3, relays.length === 0 ? 0n : RELAY_BASE],
  [A4, BigInt(relayByteLen(relays))],
];

export function runEnclave(call: HostCall): Outcome {
  const enclave = ownEnclave(call, call.args[0]!, isOn(call.state.config, "T30") ? ["fresh", "runnable"] : ["fresh"]);
  if (isDenial(enclave)) return refuseHost(call, enclave);
  const param = readRunParam(call, call.args[1]!);
  if (isDenial(param)) return refuseHost(call, param);
  const draft = new Draft(call.memory);
  const taken = takeRelays(call, draft, { state: call.state, enclave }, param);
  if (isDenial(taken)) return refuseHost(call, taken);
  const hart = withRegisters(enclave.hart, entryArguments(taken.enclave, 0));
  return enter(call, changed(taken.state, draft), { ...taken.enclave, hart }, (lost) => refuseHost(call, lost));
}
