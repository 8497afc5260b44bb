/**
 * All attacks by name, each with the defences that stand between it and its success. `atoll attack` prints what becomes of
 * them; test/defences.test.ts holds every defence to its attack. Penglai reference §1, §11.
 *
 * Every attack builds a system of its own, with real programs, and is the same for the same seed.
 * Not here: denial of service and speculation (out of scope, §1), DMA (no device of the machine has it).
 */
import type { Flavour } from "../core/core-module.ts";
import type { GptMode } from "../monitor/penglai-tvm/state.ts";
import { hoardLocks, primeProbe } from "./attacks/cache-prime-probe.ts";
import { flipBit, replay, splice } from "./attacks/dram-change.ts";
import { snoop } from "./attacks/dram-snoop.ts";
import { attackFromKernel } from "./attacks/hostile-kernel.ts";
import { makeTextWritable } from "./attacks/measurement-permissions.ts";
import type { AttackKind, AttackOptions, AttackOutcome } from "./attacks/outcome.ts";
import { spyOnEverything } from "./attacks/spy-enclave.ts";
import type { SOFTWARE_ATTACKS } from "./software-attacker.ts";

export type { AttackOptions, AttackOutcome } from "./attacks/outcome.ts";

/** An attack, what stands in its way, and how to run it. */
export interface CatalogueEntry {
  readonly name: string;
  readonly kind: AttackKind;
  /** One line for a table. */
  readonly about: string;
  /**
   * Names of defence-names.ts. Each of them alone, switched off, lets the attack succeed; none: what stops it cannot be
   * switched off.
   */
  readonly defences: readonly string[];
  /** The machine that it is shown on. */
  readonly needs: { readonly flavour: Flavour; readonly gpt: GptMode };
  /** @throws UserError for a defence that is none, or if a sample or the core was not built */
  run(options?: AttackOptions): Promise<AttackOutcome>;
}

const PUBLISHED = { flavour: "functional", gpt: "published" } as const;
const PAPER = { flavour: "functional", gpt: "paper" } as const;
const TIMED = { flavour: "timed", gpt: "published" } as const;

function fromKernel(
  attack: keyof typeof SOFTWARE_ATTACKS,
  about: string,
  defences: readonly string[],
  needs: CatalogueEntry["needs"] = PUBLISHED,
): CatalogueEntry {
  const name = needs.gpt === "paper" ? `${attack}-paper` : attack;
  const run = (options: AttackOptions = {}) => attackFromKernel(attack, needs.gpt, options);
  return { name, kind: "software", about, defences, needs, run };
}

function onDram(
  name: string,
  about: string,
  defences: readonly string[],
  attack: (options: AttackOptions) => Promise<AttackOutcome>,
): CatalogueEntry {
  return { name, kind: "dram", about, defences, needs: PUBLISHED, run: (options = {}) => attack(options) };
}

/** In the order in which `atoll attack` runs them. */
export const ATTACKS: readonly CatalogueEntry[] = [
  fromKernel("read-direct-map", "the kernel reads the enclave through its direct map", []),
  fromKernel("write-direct-map", "the kernel writes the enclave through its direct map", []),
  fromKernel("remap-set-pte", "the kernel has SET_PTE map the enclave again", ["ownership-check"]),
  fromKernel("write-pt-area", "the kernel stores an entry into the page table area", ["pmp-on-page-table-area"]),
  fromKernel("forge-satp", "the kernel points satp at a table of its own", ["satp-trap"]),
  fromKernel("forge-satp", "the same, where the walker checks instead of the monitor", ["walker-check"], PAPER),
  fromKernel("grant-foreign-memory", "an ocall is answered with another enclave's memory", []),
  fromKernel("grant-too-little", "an ocall is answered with less memory than asked for", ["ocall-check"]),
  fromKernel("answer-another-ocall", "an ocall is answered that is not pending", ["ocall-check"]),
  fromKernel("run-twice", "an enclave that runs already is run from its entry", []),
  fromKernel("read-registers", "the kernel reads the registers after a world exit", ["clear-registers-on-switch"]),
  fromKernel("find-residue", "the kernel destroys the enclave and searches its memory", ["wipe-on-free"]),
  {
    name: "spy",
    kind: "software",
    about: "a hostile enclave reaches for everything",
    defences: [],
    needs: PUBLISHED,
    run: (options = {}) => spyOnEverything(options),
  },
  {
    name: "make-text-writable",
    kind: "measurement",
    about: "the host loads the program's text with permission to write",
    defences: ["measure-permissions"],
    needs: PUBLISHED,
    run: (options = {}) => makeTextWritable(options),
  },
  onDram("snoop", "a probe on the bus reads the enclave's memory", ["encryption"], snoop),
  onDram("flip-bit", "a bit of the enclave's state changes in DRAM", ["mac"], flipBit),
  onDram("splice", "a line is copied over another, with its MAC", ["mac"], splice),
  onDram("replay-data", "old data are put back", ["mac"], replay("data")),
  onDram("replay-mac", "old data and MACs are put back", ["mac", "counter"], replay("data+MAC")),
  onDram("replay-counter", "and their counters, too", ["counter", "tree"], replay("data+MAC+counter")),
  onDram("replay-subtree", "and the whole SubTree with its root entry", ["counter", "tree"], replay("SubTree")),
  onDram("replay-everything", "and the RootTree: all that DRAM holds", ["counter", "tree"], replay("everything")),
  {
    name: "prime-probe",
    kind: "cache",
    about: "a neighbour times the cache sets of a table that the enclave locks",
    defences: ["line-lock"],
    needs: TIMED,
    run: (options = {}) => primeProbe(options),
  },
  {
    name: "hoard-locks",
    kind: "cache",
    about: "a neighbour keeps what can be locked, and times a table that the enclave would lock",
    defences: ["flush-locked-lines", "line-lock"],
    needs: TIMED,
    run: (options = {}) => hoardLocks(options),
  },
];

/** @returns undefined if there is no attack of that name */
export const attackByName = (name: string): CatalogueEntry | undefined => ATTACKS.find((entry) => entry.name === name);
