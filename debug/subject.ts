/** What is debugged: a machine, and the system around it if a monitor plays M-mode. */
import type { Machine } from "../core/machine.ts";
import type { System } from "../host/system.ts";
import type { DebugHart } from "./debug-hart.ts";

export interface Subject {
  readonly machine: Machine;
  /** Absent in firmware mode: there is no monitor that could be asked. */
  readonly system?: System;
}

/** The harts, by index: threads 1, 2, … of GDB. */
export const hartsOf = ({ machine }: Subject): readonly DebugHart[] => machine.harts;
