/** The subcommands, in the order of the help. Each is loaded when it is asked for. */
import type { Command } from "./command.ts";

export interface CommandEntry {
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  load(): Promise<Command>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "run",
    summary: "run a program as a measured, isolated, attested enclave",
    load: async () => (await import("./run.ts")).run,
  },
  {
    name: "measure",
    summary: "compute a program's measurement without running it, or compare two",
    load: async () => (await import("./measure.ts")).measure,
  },
  {
    name: "attest",
    summary: "show evidence that is accepted, and every way in which it is refused",
    load: async () => (await import("./attest.ts")).attest,
  },
  {
    name: "attest verify",
    summary: "appraise evidence from a file",
    load: async () => (await import("./attest-verify.ts")).attestVerify,
  },
  {
    name: "attack",
    summary: "attack the sample, with and without its defences",
    load: async () => (await import("./attack.ts")).attack,
  },
  {
    name: "ni",
    summary: "look for leaks: pairs of runs that differ in a secret",
    load: async () => (await import("./ni.ts")).ni,
  },
  {
    name: "explain",
    summary: "say what an access to a physical address meets, and why",
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    name: "zoo",
    summary: "switch known mistakes on, one at a time, and see which detector catches them",
    load: async () => (await import("./zoo.ts")).zoo,
  },
  {
    name: "trace",
    summary: "write every instruction that a program executes, or find where two traces part",
    load: async () => (await import("./trace.ts")).trace,
  },
  {
    name: "disasm",
    summary: "disassemble a program, or one instruction word",
    load: async () => (await import("./disasm.ts")).disasm,
  },
];
