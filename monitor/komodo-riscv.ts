/**
 * The personality `komodo-riscv`: the ABI and semantics of Komodo's RISC-V retrofit. Komodo reference §3.1: three-level
 * tables in secure pages, enclaves in S-mode, TOR entries 2 to 5, no measurement. What differs from the published code says
 * komodo/riscv/world-switch.ts.
 */
import { MCOUNTEREN } from "../assembly/csr.gen.ts";
import { type Platform, S_MODE } from "../core/platform.ts";
import { COUNTERS, SEI, SSI, STI } from "../core/registers.ts";
import { PAGE_SIZE, type PageNo, pageNoOf } from "../core/units.ts";
import { type MonitorOptions, PersonalMonitor } from "./kernel/personal-monitor.ts";
import type { Boot, MachineFacts, Personality } from "./kernel/personality.ts";
import { RISCV_INSECURE_PAGES, RISCV_SECURE_PAGES } from "./komodo/abi.ts";
import { MEDELEG } from "./komodo/delegation.ts";
import { explainPage } from "./komodo/explain.ts";
import { describeOwner } from "./komodo/owner.ts";
import type { RiscvDefectId } from "./komodo/riscv/defects.ts";
import { KOMODO_RISCV_INVARIANTS } from "./komodo/riscv/invariants.ts";
import { bootEntries } from "./komodo/riscv/pmp-plan.ts";
import { initialRiscvState, type RiscvConfig, type RiscvState, threadOf } from "./komodo/riscv/state.ts";
import { callName, hostMemoryUsedUp, integrityFailure, step } from "./komodo/riscv/step.ts";
import { runningOn } from "./komodo/riscv/world-switch.ts";

/** The monitor at reset. What is absent has the default that it names. */
export interface KomodoRiscvOptions extends MonitorOptions {
  /** What GetPhysPages answers, 2 to 65,536. Default 1024. */
  readonly securePages?: number;
  /** Pages of insecure memory from the beginning of RAM on: all that the OS has. Default 256. */
  readonly insecurePages?: number;
  /** Switches of the bug zoo. Default none. */
  readonly defects?: Iterable<RiscvDefectId>;
}

export type KomodoRiscvMonitor = PersonalMonitor<RiscvState>;

/**
 * @param platform the machine, in monitor mode
 * @throws RangeError if RAM has no room for secure and insecure pages; TypeError for an option that is none
 */
export const createKomodoRiscv = (platform: Platform, options: KomodoRiscvOptions = {}): KomodoRiscvMonitor =>
  new PersonalMonitor(platform, komodoRiscv(platform, options), options);

const komodoRiscv = (machine: MachineFacts, options: KomodoRiscvOptions): Personality<RiscvState> => ({
  name: "komodo-riscv",
  initial: initialRiscvState(configOf(machine, options)),
  boot,
  step,
  callName,
  worldOf: (state, hartId) => {
    const running = runningOn(state, hartId);
    return running === undefined
      ? { kind: "host" }
      : { kind: "enclave", eid: threadOf(state, running.dispatcher).owner };
  },
  ownership: ({ config, owners }) => ({ first: config.ram.from, owners }),
  describeOwner,
  // tables lie in memory, which explaining does not read
  explain: (state, address) => explainPage(state, address, false),
  invariants: KOMODO_RISCV_INVARIANTS,
  integrityFailure,
  hostMemoryUsedUp,
});

function configOf({ ramBase, ramSize }: MachineFacts, options: KomodoRiscvOptions): RiscvConfig {
  const { securePages = RISCV_SECURE_PAGES, insecurePages = RISCV_INSECURE_PAGES, defects = [] } = options;
  const from = pageNoOf(ramBase);
  const end = Math.floor((ramBase + ramSize) / PAGE_SIZE);
  for (const [name, pages] of Object.entries({ securePages, insecurePages }))
    if (!Number.isInteger(pages) || pages < 2 || pages > 65_536)
      throw new RangeError(`${name} ${pages} is not 2 to 65536`);
  if (securePages + insecurePages > end - from)
    throw new RangeError(
      `RAM of ${ramSize} bytes has no room for ${securePages} secure and ${insecurePages} insecure pages`,
    );
  const range = (first: number, pages: number) => ({ from: first as PageNo, to: (first + pages) as PageNo });
  return {
    ram: range(from, end - from),
    insecure: range(from, insecurePages),
    secure: range(end - securePages, securePages),
    defects: new Set(defects),
  };
}

const boot = ({ config }: RiscvState): Boot => ({
  effects: [
    { kind: "setPmp", entries: bootEntries(config), everyHart: true },
    { kind: "writeCsr", csr: MCOUNTEREN, value: COUNTERS },
    { kind: "flushTlb" },
  ],
  hart: (reset) => ({
    ...reset,
    privilege: S_MODE,
    csrs: { ...reset.csrs, medeleg: MEDELEG, mideleg: SSI | STI | SEI },
  }),
});
