/** What is debugged: a machine, and the monitor on it if there is one. */
import type { Machine } from "../core/machine.ts";
import type { System } from "../host/system.ts";
import type { PersonalMonitor } from "../monitor/kernel/personal-monitor.ts";
import type { DebugHart } from "./debug-hart.ts";

export interface Subject {
  readonly machine: Machine;
  /** Absent in firmware mode: there is no monitor that could be asked. */
  readonly monitor?: PersonalMonitor<unknown>;
  /** Of the personality penglai-tvm only. */
  readonly system?: System;
}

/** The harts, by index: threads 1, 2, … of GDB. */
export const hartsOf = ({ machine }: Subject): readonly DebugHart[] => machine.harts;
