/**
 * The personality `komodo`: ARM-Komodo's interface and semantics on RISC-V. Komodo reference §1, to the register, with
 * measurement and MAC of §1.9. How its registers and tables map to RISC-V: komodo/abi.ts, komodo/hardware-tables.ts.
 */
import { MCOUNTEREN } from "../assembly/csr.gen.ts";
import { KOMODO_MAC_FORMS, type KomodoMacForm } from "../attest/komodo-mac.ts";
import { checkChoice } from "../core/argument.ts";
import { type Platform, S_MODE } from "../core/platform.ts";
import { COUNTERS, SEI, SSI, STI } from "../core/registers.ts";
import { PAGE_SIZE, type PageNo, pageNoOf } from "../core/units.ts";
import { type MonitorOptions, PersonalMonitor } from "./kernel/personal-monitor.ts";
import type { Boot, MachineFacts, Personality } from "./kernel/personality.ts";
import { DEFAULT_SECURE_PAGES } from "./komodo/abi.ts";
import type { DefectId } from "./komodo/defects.ts";
import { MEDELEG } from "./komodo/delegation.ts";
import { explain } from "./komodo/explain.ts";
import { KOMODO_INVARIANTS } from "./komodo/invariants.ts";
import { attestKeyOf, randomOf } from "./komodo/keys.ts";
import { describeOwner } from "./komodo/owner.ts";
import { bootEntries } from "./komodo/pmp-plan.ts";
import { dispatcherOf, initialState, type KomodoConfig, type KomodoState } from "./komodo/state.ts";
import { callName, hostMemoryUsedUp, integrityFailure, step } from "./komodo/step.ts";
import { runningOn } from "./komodo/world-switch.ts";

/** The monitor at reset. What is absent has the default that it names. */
export interface KomodoOptions extends MonitorOptions {
  /** What GetPhysPages answers, 4 to 65,536. Default 256. */
  readonly securePages?: number;
  /** u64: the same seed is the same device, with the same attestation key and random words. Default 0. */
  readonly seed?: bigint;
  /** Instead of the key that the seed gives: eight words. */
  readonly attestKey?: Uint32Array;
  /** The MAC of Attest and Verify: as published (`komodo`, default), or HMAC-SHA-256 with a tag (`hmac`). */
  readonly macForm?: KomodoMacForm;
  /** This is a debugging monitor, which has another attestation key. Default false. */
  readonly debug?: boolean;
  /** Switches of the bug zoo. Default none. */
  readonly defects?: Iterable<DefectId>;
}

export type KomodoMonitor = PersonalMonitor<KomodoState>;

/**
 * @param platform the machine, in monitor mode
 * @throws RangeError if RAM has no room for the secure pages and as many again; TypeError for an option that is none
 */
export const createKomodo = (platform: Platform, options: KomodoOptions = {}): KomodoMonitor =>
  new PersonalMonitor(platform, komodo(platform, options), options);

/** The personality for a machine, without one. @throws RangeError as `createKomodo` */
const komodo = (machine: MachineFacts, options: KomodoOptions = {}): Personality<KomodoState> => ({
  name: "komodo",
  initial: initialState(configOf(machine, options)),
  boot,
  step,
  callName,
  worldOf: (state, hartId) => {
    const running = runningOn(state, hartId);
    return running === undefined
      ? { kind: "host" }
      : { kind: "enclave", eid: dispatcherOf(state, running.dispatcher).owner };
  },
  ownership: ({ config, owners }) => ({ first: config.ram.from, owners }),
  describeOwner,
  explain,
  invariants: KOMODO_INVARIANTS,
  integrityFailure,
  hostMemoryUsedUp,
});

const MIN_SECURE_PAGES = 4;
const MAX_SECURE_PAGES = 65_536;

/**
 * The isolated region at the top of RAM, four parts of a power of two each:
 *
 *     | machine's tables, 2 parts | secure pages, 1 part | the monitor, 1 part |
 */
function configOf({ ramBase, ramSize }: MachineFacts, options: KomodoOptions): KomodoConfig {
  const { securePages = DEFAULT_SECURE_PAGES, seed = 0n, defects = [], macForm = "komodo", debug = false } = options;
  checkChoice("macForm", macForm, KOMODO_MAC_FORMS);
  if (!Number.isInteger(securePages) || securePages < MIN_SECURE_PAGES || securePages > MAX_SECURE_PAGES)
    throw new RangeError(`securePages ${securePages} is not ${MIN_SECURE_PAGES} to ${MAX_SECURE_PAGES}`);
  const from = pageNoOf(ramBase);
  const end = Math.floor((ramBase + ramSize) / PAGE_SIZE);
  const part = 2 ** Math.ceil(Math.log2(securePages));
  const first = Math.floor((end - 4 * part) / (4 * part)) * 4 * part;
  if (first <= from)
    throw new RangeError(`RAM of ${ramSize} bytes has no room for ${securePages} secure pages and their tables`);
  const range = (begin: number, pages: number) => ({ from: begin as PageNo, to: (begin + pages) as PageNo });
  const chosen = new Set(defects);
  return {
    ram: range(from, end - from),
    isolated: range(first, 4 * part),
    tables: range(first, 2 * part),
    opened: range(first + 2 * part, part),
    secure: range(first + 2 * part, securePages),
    attestKey: chosen.has("M12") ? new Uint32Array(8) : (options.attestKey ?? attestKeyOf(seed, debug)),
    macForm,
    random: randomOf(seed),
    defects: chosen,
  };
}

const boot = ({ config }: KomodoState): Boot => ({
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
