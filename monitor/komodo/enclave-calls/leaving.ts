/**
 * How a run ends: Exit, a fault, an interrupt. Komodo reference §1.8, "Leaving". The OS learns the bare kind: no address
 * and no cause of a fault ("page faults are reported to the OS as the bare word 'fault'", §1.1).
 */
import { INTEGRITY_FAULT } from "../../../assembly/cause.ts";
import { hex } from "../../kernel/page-owner.ts";
import type { TrapEntry } from "../../kernel/trap-entry.ts";
import { ENCLAVE_CALL, KOM_ERROR } from "../abi.ts";
import type { CallRow, EnclaveCall, KomodoOutcome } from "../call.ts";
import { isOn } from "../defects.ts";
import { deny, type KomodoDenial, type KomodoGuard } from "../guards.ts";
import type { Dispatcher } from "../page.ts";
import { leaveThread } from "../world-switch.ts";

/** "OS gets (0, R1); entered := false"; the context is not saved. */
export const exit: CallRow<EnclaveCall> = {
  nr: ENCLAVE_CALL.EXIT,
  name: "Exit",
  args: ["word"],
  checks: [],
  effect: (call) => {
    const { config } = call.state;
    const entered = isOn(config, "L11") && call.dispatcher.entered;
    const context = isOn(config, "C1") ? call.hart : undefined;
    return leaveThread(call, { dispatcher: { ...call.dispatcher, entered, context }, error: 0n, value: call.args[0]! });
  },
};

/** "entered := false, context lost → next Enter restarts at entry". */
export function fault(call: EnclaveCall, entry: TrapEntry, denial = faultDenial(call, entry)): KomodoOutcome {
  const { config } = call.state;
  if (isOn(config, "L12")) return interrupted(call, 0n);
  const { dispatcher } = call;
  const ended: Dispatcher = isOn(config, "C2")
    ? { ...dispatcher, entered: true }
    : { ...dispatcher, entered: false, context: undefined };
  const value = isOn(config, "E5") ? entry.tval : isOn(config, "E6") ? entry.cause : 0n;
  return { ...leaveThread(call, { dispatcher: ended, error: BigInt(KOM_ERROR.FAULT), value }), denial };
}

/** mcause of a store that the machine has no host memory for. */
const HOST_MEMORY_USED_UP = 26n;

function faultDenial({ nr, hart }: EnclaveCall, { cause, tval }: TrapEntry): KomodoDenial {
  const guard: KomodoGuard =
    cause === BigInt(INTEGRITY_FAULT) ? "INTEGRITY" : cause === HOST_MEMORY_USED_UP ? "HOST_MEMORY" : "ENCLAVE_FAULT";
  return deny(guard, { found: `cause ${cause} at ${hex(hart.pc)}, address ${hex(tval)}, thread ${nr}` });
}

/**
 * "entered := true, context saved"; Resume executes the instruction that the interrupt came before.
 * @param interrupt as in mcause, without bit 63
 */
export function interrupted(call: EnclaveCall, interrupt: bigint): KomodoOutcome {
  const { config } = call.state;
  const { hart } = call;
  const pc = isOn(config, "E8") ? hart.pc + 4n : hart.pc;
  const swapped = isOn(config, "E7");
  const context = {
    ...hart,
    pc: swapped ? hart.csrs.mstatus : pc,
    csrs: { ...hart.csrs, mstatus: swapped ? pc : hart.csrs.mstatus },
  };
  const dispatcher: Dispatcher = { ...call.dispatcher, entered: !isOn(config, "L10"), context };
  return leaveThread(call, { dispatcher, error: BigInt(KOM_ERROR.INTERRUPTED), value: 0n, interrupt });
}
