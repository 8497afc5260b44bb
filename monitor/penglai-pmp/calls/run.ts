/**
 * RUN (97), the first entry into an enclave, and RESUME (95): a1 says from what: 2000 timer, 2003 stop, 2 ocall. Penglai
 * reference §6.5, §6.8, §6.9.
 *
 * "An ocall leaves the enclave RUNNABLE, so the host may resume it with either 2000 or 2 + id": kept, an ocall has no result
 * that the host could forge. Values that are no errors, as published: 1 for an enclave that is stopped, 0 for one that is
 * destroyed and now freed, 0 for an unknown a1.
 * Fixed (B29): an enclave that another hart runs is not entered, stopped, destroyed or not.
 */
import { A1, A2, SP } from "../../../core/registers.ts";
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { withRegisters } from "../../kernel/hart.ts";
import { isOn } from "../defects.ts";
import { departed } from "../departure.ts";
import { STACK_TOP } from "../enclave-layout.ts";
import { deny } from "../guards.ts";
import { changed, type HostCall, type Outcome, refuseHost, replyToHost, untouched } from "../outcome.ts";
import { ownEnclave } from "../records.ts";
import { RUN_RESULT } from "../run-result.ts";
import { withEnclave } from "../state.ts";
import { enter } from "../world-switch.ts";

const A3 = A2 + 1;
const FROM_TIMER = 2000n;
const FROM_STOP = 2003n;
const FROM_OCALL = 2n;

export function runEnclave(call: HostCall): Outcome {
  const { config } = call.state;
  const enclave = ownEnclave(call, call.args[0]!, isOn(config, "P23") ? ["fresh", "runnable"] : ["fresh"], "P25");
  if (isDenial(enclave)) return refuseHost(call, enclave);
  const { untrusted } = enclave;
  const hart = withRegisters(enclave.hart, [
    [SP, STACK_TOP],
    [A1, enclave.hart.pc],
    [A2, untrusted.va],
    [A3, BigInt(untrusted.span?.byteLen ?? 0)],
  ]);
  return enter(call, untouched(call), { ...enclave, hart });
}

export function resumeEnclave(call: HostCall): Outcome {
  const [eid, from] = call.args as [bigint, bigint];
  if (from === FROM_TIMER || from === FROM_OCALL) return goOn(call, eid);
  if (from === FROM_STOP) return endStop(call, eid);
  return refuseHost(call, deny("UNKNOWN_RESUME", `RESUME from ${from}`, { value: 0n }));
}

function goOn(call: HostCall, eid: bigint): Outcome {
  const enclave = ownEnclave(call, eid, ["runnable", "stopped", "destroyed"], "P25");
  if (isDenial(enclave)) return refuseHost(call, enclave);
  if (enclave.status === "stopped" && !isOn(call.state.config, "P24")) return replyToHost(call, RUN_RESULT.TIMER_IRQ);
  if (enclave.status !== "destroyed") return enter(call, untouched(call), enclave);
  const draft = new Draft(call.memory);
  const state = departed(call.state, draft, enclave, { reason: "destroyed by the host" });
  return replyToHost(call, RUN_RESULT.EXITED, changed(state, draft));
}

function endStop(call: HostCall, eid: bigint): Outcome {
  const enclave = ownEnclave(call, eid, ["stopped"]);
  if (isDenial(enclave)) return refuseHost(call, enclave);
  return replyToHost(call, 0n, { state: withEnclave(call.state, { ...enclave, status: "runnable" }), effects: [] });
}
