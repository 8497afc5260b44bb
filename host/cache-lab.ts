/**
 * The cache laboratory: prime+probe by one enclave against another on the same hart, on the timed machine.
 *
 *     host:    resume probe -> resume victim -> resume probe -> …        a round is a stay of each
 *     probe:   fills all sets of the L1D, yields; then times each set
 *     victim:  looks up one of 16 lines of a table, by a nibble of its secret; yields
 *
 * Both are real programs (guest/src/probe.c, guest/src/victim.c) and the cycles are the ones `rdcycle` shows them. The
 * attacker has both programs and not the secret. At home he runs them with secrets of his own, which shows how long each
 * set takes in each round if the look-up is elsewhere (stack, kbuffer and cold caches cost time, too). Then he takes, in
 * each round, the table's set that exceeds this most, and guesses where several are alike. Penglai reference §5, §11
 * (side channel row).
 *
 * The machine has no noise, so one round shows one nibble; no real cache is as quiet. Not modelled: other harts, the
 * instruction cache, a prefetcher.
 */
import { digestOf, SHA256 } from "../attest/hash.ts";
import type { HostedEnclave } from "./hosted.ts";
import { sampleGuest, withSecret } from "./sample-guests.ts";
import { System } from "./system.ts";

/** `unprotected`; `lock`: BINDING around each look-up; `try`: BINDING where it is granted. */
type VictimMode = "unprotected" | "lock" | "try";
/** `hold`: the probe takes all locks of set 0, which the victim's table needs too. */
type ProbeMode = "measure" | "hold";

export interface CacheLabOptions {
  readonly victim: VictimMode;
  readonly probe?: ProbeMode;
  /** Defences to switch off, by the names of defence-names.ts. */
  readonly without?: readonly string[];
}

/** By round, then by set. */
type Cycles = readonly (readonly number[])[];

/** What the probe saw of one secret. */
export interface Observation {
  /** Of sets 0 to 63 in each of the 64 rounds. */
  readonly cycles: Cycles;
  /** Instructions that both enclaves retired. */
  readonly retired: number;
}

export interface Score {
  /** Nibbles that were asked for. */
  readonly rounds: number;
  /** Nibbles that came out right. */
  readonly correct: number;
  /** The share that guessing gets right: 1/16. */
  readonly chanceLevel: number;
  /** How likely guessing is to do at least as well, 0 to 1. */
  readonly likelihoodOfGuessing: number;
  readonly retired: number;
}

export const SECRET_BYTE_LEN = 32;
export const ROUNDS = 2 * SECRET_BYTE_LEN;
const TABLE_LINES = 16;
const CHANCE = 1 / TABLE_LINES;
const MEMORY = 64 * 2 ** 20;

/** Runs victim and probe in turn on a machine of their own. @param secret `SECRET_BYTE_LEN` bytes */
export async function observe(secret: Uint8Array, options: CacheLabOptions): Promise<Observation> {
  const { victim: mode, probe: probeMode = "measure", without = [] } = options;
  const system = await System.create({ memory: MEMORY, flavour: "timed", without });
  const { host } = system;
  const probe = host.createEnclave(await sampleGuest("probe"), {
    args: [`${ROUNDS}`, ...(probeMode === "hold" ? ["hold"] : [])],
  });
  const victim = host.createEnclave(withSecret(await sampleGuest("victim"), secret), {
    args: mode === "unprotected" ? [] : [mode],
  });
  if (!probe.ok || !victim.ok) throw new Error("the monitor refused an enclave of the cache laboratory");
  toNextYield(probe.value);
  for (let round = 0; round < ROUNDS; round++) {
    toNextYield(victim.value);
    toNextYield(probe.value);
  }
  const { exitCode, output } = probe.value.outcome;
  if (exitCode !== 0) throw new Error(`the probe ended with ${exitCode}`);
  const cycles = output
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  return { cycles, retired: host.driver.kernel.hart.retired };
}

/** @param rounds a multiple of `ROUNDS`: each of these runs has a secret of its own, from the seed */
export async function primeAndProbe(seed: bigint, rounds: number, options: CacheLabOptions): Promise<Score> {
  if (!(rounds > 0 && rounds % ROUNDS === 0)) throw new RangeError(`rounds ${rounds} is not a multiple of ${ROUNDS}`);
  const elsewhere = await calibrate(options);
  let correct = 0;
  let retired = 0;
  for (let run = 0; run < rounds / ROUNDS; run++) {
    const secret = draw(`secret ${seed} ${run}`);
    const observation = await observe(secret, options);
    const guesses = recoverNibbles(observation.cycles, elsewhere, nibblesOf(draw(`guesses ${seed} ${run}`)));
    const truth = nibblesOf(secret);
    correct += guesses.filter((guess, round) => guess === truth[round]).length;
    retired += observation.retired;
  }
  const likelihoodOfGuessing = binomialTail(rounds, correct, CHANCE);
  return { rounds, correct, chanceLevel: CHANCE, likelihoodOfGuessing, retired };
}

/** Of two secrets that agree in no nibble, one leaves each set alone. */
async function calibrate(options: CacheLabOptions): Promise<Cycles> {
  const zeros = await observe(new Uint8Array(SECRET_BYTE_LEN), options);
  const ones = await observe(new Uint8Array(SECRET_BYTE_LEN).fill(0xff), options);
  return zeros.cycles.map((sets, round) => sets.map((cycles, set) => Math.min(cycles, ones.cycles[round]![set]!)));
}

/**
 * @param elsewhere what each set takes in each round if the look-up is in another
 * @param choices of each round which of several sets that are alike is taken, modulo their number
 */
export function recoverNibbles(cycles: Cycles, elsewhere: Cycles, choices: readonly number[]): number[] {
  return cycles.map((sets, round) => {
    const excess = sets.slice(0, TABLE_LINES).map((taken, set) => taken - elsewhere[round]![set]!);
    const most = Math.max(...excess);
    const slowest = excess.flatMap((value, set) => (value === most ? [set] : []));
    return slowest[choices[round]! % slowest.length]!;
  });
}

/** P(X >= successes) for X ~ Binomial(trials, chance), with logarithms: the single terms underflow. */
export function binomialTail(trials: number, successes: number, chance: number): number {
  let tail = 0;
  let logTerm = trials * Math.log(1 - chance);
  for (let k = 0; k <= trials; k++) {
    if (k >= successes) tail += Math.exp(logTerm);
    logTerm += Math.log(((trials - k) / (k + 1)) * (chance / (1 - chance)));
  }
  return Math.min(1, tail);
}

/** The timer may take the hart in the middle of a round: that is no end of it. */
function toNextYield(enclave: HostedEnclave): void {
  while (enclave.runSlice() === "timer");
}

/** In the victim's order: the low nibble of a byte first. */
export const nibblesOf = (bytes: Uint8Array): number[] => Array.from(bytes).flatMap((byte) => [byte & 15, byte >> 4]);

const draw = (label: string): Uint8Array =>
  digestOf(SHA256, new TextEncoder().encode(`atoll cache laboratory: ${label}`));
