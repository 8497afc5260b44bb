/**
 * What a call of the monitor costs the host. A program in S-mode makes the null call (PRINT, 84) again and again; the
 * *empty exit* is the same program whose traps are answered by stepping over the ecall, so the difference is the monitor.
 * A switch is half of RESUME, enter, YIELD, leave: from the host's ecall to the enclave's next instruction, or back.
 */
import { assembleProgram } from "../core/assembler.ts";
import { Machine } from "../core/machine.ts";
import { S_MODE } from "../core/platform.ts";
import { pa } from "../core/units.ts";
import { System } from "../host/system.ts";
import { createPenglaiTvm } from "../monitor/penglai-tvm.ts";
import { eapp, SLEEPER } from "./eapp.ts";
import { interleave, type Summary } from "./statistics.ts";

const CALLS = 100_000;
const SWITCHES = 20_000;
const ECALL_BYTE_LEN = 4n;

/** a7 0x100100, a6 84 (Penglai reference §6.2). */
const CALLER = `
  li a7, 0x100100
  li a6, 84
again:
  ecall
  j again
`;

export interface MonitorCallsResult {
  readonly unit: "microseconds of processor time";
  readonly emptyExit: Summary;
  readonly nullCall: Summary;
  /** By the medians. */
  readonly nullCallOverEmptyExit: number;
  readonly enclaveSwitch: Summary;
}

/** Microseconds of processor time that each of `times` repetitions takes. */
function microsOf(times: number, repeat: () => void): number {
  const start = process.threadCpuUsage();
  for (let i = 0; i < times; i++) repeat();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / times;
}

export async function benchMonitorCalls(rounds: number): Promise<MonitorCallsResult> {
  // no kernel: the caller runs without translation, behind the monitor
  const machine = await Machine.create({ mode: "monitor", ramSize: 2 ** 24 });
  const monitor = createPenglaiTvm(machine);
  monitor.boot();
  const at = pa(machine.ramBase + 2 ** 22);
  machine.writeBytes(at, assembleProgram(CALLER, BigInt(at)).bytes);
  const begin = (): void => {
    machine.pc = BigInt(at);
    machine.privilege = S_MODE;
  };
  const trap = () => {
    const stop = machine.run(1000);
    if (stop.kind !== "trap") throw new Error(`the program stopped with ${stop.kind}`);
    return stop.trap;
  };
  const { host } = await System.create({ memory: 2 ** 27 });
  const created = host.createEnclave(eapp(SLEEPER));
  if (!created.ok) throw new Error(created.refusal.explanation);
  const enclave = created.value;

  const { emptyExit, nullCall, enclaveSwitch } = await interleave(
    {
      emptyExit: () => {
        begin();
        return microsOf(CALLS, () => {
          machine.pc = trap().epc + ECALL_BYTE_LEN;
        });
      },
      nullCall: () => {
        begin();
        return microsOf(CALLS, () => monitor.handleTrap(trap()));
      },
      enclaveSwitch: () =>
        microsOf(SWITCHES, () => {
          if (enclave.runSlice() !== "yield") throw new Error("the enclave did not yield");
        }) / 2,
    },
    rounds,
  );
  return {
    unit: "microseconds of processor time",
    emptyExit,
    nullCall,
    nullCallOverEmptyExit: nullCall.median - emptyExit.median,
    enclaveSwitch,
  };
}
