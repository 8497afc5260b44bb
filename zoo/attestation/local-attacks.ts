/** Messages between two enclaves of one machine that must be refused. Bob hears; he believes Alice. */
import {
  encodeLocalReport,
  type LocalCheckName,
  type LocalPolicy,
  type LocalReport,
  type LocalStatement,
  localDigest,
} from "../../attest/local-report.ts";
import type { Attack } from "./attack.ts";
import { named, SimulatedMachine } from "./machines.ts";

export const [ALICE, BOB, CAROL] = [named("alice"), named("bob"), named("carol")];
export const [FROM_ALICE, FROM_BOB] = [0, 1];
export const nonce = named("drawn by bob");
export const payload = new TextEncoder().encode("hello");
export const statement: LocalStatement = { direction: FROM_ALICE, to: BOB, nonce, payload };

/** The enclave of that measurement says something. */
export const says = (machine: SimulatedMachine, from: Uint8Array, said: LocalStatement): LocalReport => ({
  ...said,
  from,
  mac: machine.attest(from, localDigest(said)),
});

const machine = new SimulatedMachine(1n);
export const genuine = says(machine, ALICE, statement);
export const policy: LocalPolicy = { direction: FROM_ALICE, self: BOB, nonce, peers: [ALICE], verify: machine.verify };

export const LOCAL_ATTACKS: readonly Attack<LocalCheckName, Uint8Array, LocalPolicy>[] = [
  [
    "replayed from an earlier session",
    encodeLocalReport(says(machine, ALICE, { ...statement, nonce: named("earlier") })),
    {},
    ["nonce-fresh"],
  ],
  [
    "reflected: bob's own words",
    encodeLocalReport(says(machine, BOB, { ...statement, direction: FROM_BOB, to: ALICE })),
    {},
    ["direction", "addressed-to-me", "measurement-expected"],
  ],
  [
    "reflected between two of the same program",
    encodeLocalReport(says(machine, BOB, { ...statement, direction: FROM_BOB })),
    {},
    ["direction", "measurement-expected"],
  ],
  ["for somebody else", encodeLocalReport(says(machine, ALICE, { ...statement, to: CAROL })), {}, ["addressed-to-me"]],
  [
    "from an enclave that nobody expects",
    encodeLocalReport(says(machine, CAROL, statement)),
    {},
    ["measurement-expected"],
  ],
  [
    "with a speaker written into it",
    encodeLocalReport({ ...says(machine, CAROL, statement), from: ALICE }),
    {},
    ["mac-valid"],
  ],
  ["with another payload", encodeLocalReport({ ...genuine, payload: payload.subarray(1) }), {}, ["mac-valid"]],
  [
    "with the nonce rewritten",
    encodeLocalReport({ ...says(machine, ALICE, { ...statement, nonce: named("earlier") }), nonce }),
    {},
    ["mac-valid"],
  ],
  [
    "with the addressee rewritten",
    encodeLocalReport({ ...says(machine, ALICE, { ...statement, to: CAROL }), to: BOB }),
    {},
    ["mac-valid"],
  ],
  [
    "with the direction rewritten",
    encodeLocalReport({ ...says(machine, ALICE, { ...statement, direction: FROM_BOB }), direction: FROM_ALICE }),
    {},
    ["mac-valid"],
  ],
  ["from another machine", encodeLocalReport(says(new SimulatedMachine(2n), ALICE, statement)), {}, ["mac-valid"]],
  [
    "from an earlier boot",
    encodeLocalReport(says(new SimulatedMachine(1n, undefined, 1), ALICE, statement)),
    {},
    ["mac-valid"],
  ],
  [
    "from a debugging monitor on this device",
    encodeLocalReport(says(new SimulatedMachine(1n, { ...machine.monitor, debug: true }), ALICE, statement)),
    {},
    ["mac-valid"],
  ],
  [
    "reflected, to an enclave that believes its own program",
    encodeLocalReport(says(machine, BOB, { ...statement, direction: FROM_BOB })),
    { peers: [BOB] },
    ["direction"],
  ],
];
