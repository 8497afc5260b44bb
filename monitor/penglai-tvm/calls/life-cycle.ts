/**
 * STOP (96), DESTROY (94) and DESTROY_SHADOW (79). Penglai reference §6.2, §6.9.
 *
 * Fixed: destroy checks the owner (B20); a shadow whose forks live is not destroyed (B21). An enclave that runs does so on
 * another hart: order.ts.
 */

import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { activeOf, chainEnded } from "../chain.ts";
import { isOn } from "../defects.ts";
import { departedShadow } from "../departure.ts";
import { deny } from "../guards.ts";
import { orderRunner } from "../order.ts";
import { changed, type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { ownEnclave, ownShadow } from "../records.ts";
import { type EnclaveStatus, withEnclave } from "../state.ts";

export function stopEnclave(call: HostCall): Outcome {
  const waiting = isOn(call.state.config, "T28") ? (["ocalling"] as const) : [];
  const enclave = ownEnclave(call, call.args[0]!, ["runnable", "running", ...waiting]);
  if (isDenial(enclave)) return refuseHost(call, enclave);
  const active = activeOf(call.state, enclave);
  if (active.status === "running") return orderRunner(call, active, "stop");
  return replyToHost(call, 0n, { state: withEnclave(call.state, { ...active, status: "stopped" }), effects: [] });
}

const DESTRUCTIBLE: readonly EnclaveStatus[] = ["fresh", "runnable", "running", "stopped", "ocalling"];

export function destroyEnclave(call: HostCall): Outcome {
  const enclave = ownEnclave(call, call.args[0]!, DESTRUCTIBLE, isOn(call.state.config, "B20"));
  if (isDenial(enclave)) return refuseHost(call, enclave);
  const active = activeOf(call.state, enclave);
  const isHasty = isOn(call.state.config, "K4");
  if (active.status === "running" && !isHasty) return orderRunner(call, active, "destroy");
  const draft = new Draft(call.memory);
  return replyToHost(call, 0n, changed(chainEnded(call.state, draft, enclave, "destroyed by the host"), draft));
}

export function destroyShadow(call: HostCall): Outcome {
  const shadow = ownShadow(call, call.args[0]!);
  if (isDenial(shadow)) return refuseHost(call, shadow);
  if (shadow.liveForks > 0 && !isOn(call.state.config, "B21"))
    return refuseHost(call, deny("FORKS_ALIVE", `shadow ${shadow.eid} has ${shadow.liveForks} live forks`));
  const draft = new Draft(call.memory);
  return replyToHost(call, 0n, changed(departedShadow(call.state, draft, shadow), draft));
}
