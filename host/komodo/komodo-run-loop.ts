/**
 * How the operating system keeps Komodo enclaves running: Enter, Resume after an interrupt, and the requests that a thread leaves with
 * (guest/komodo/README.md, "How a thread runs"). Threads of all enclaves take turns; a turn ends with a request, an
 * interrupt or the end of the thread.
 *
 * What lies in a request page is read once, and no more of it than the page has.
 */
import { PAGE_SIZE } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { FAULTED, INTERRUPTED, type KomodoPort, LEFT } from "./komodo-abi.ts";
import type { KomodoEnclave, KomodoLoader, KomodoThread } from "./komodo-loader.ts";

const REQUEST = 1n << 31n;
const WRITE = REQUEST | 1n;
const YIELD = REQUEST | 2n;
const SPARE = REQUEST | 3n;
const PAYLOAD_OFFSET = 8;
const STRINGS_OFFSET = 48;
/** What start.c of the guest library takes; it would cut the rest off without a word. */
const MAX_ARGUMENTS = 31;
const MAX_STRING_BYTES = 2047;

/** Why an enclave runs no more. */
export type KomodoEnd =
  | { readonly kind: "exited"; readonly value: number }
  | { readonly kind: "faulted"; readonly thread: number }
  /** It left with a word that says nothing, or the monitor refused to enter it. */
  | { readonly kind: "stopped"; readonly why: string };

interface ThreadState extends KomodoThread {
  readonly number: number;
  /** R0 of the next Enter; undefined: it was interrupted and is resumed. */
  answer: bigint | undefined;
  isOver: boolean;
}

/** One enclave of a run. */
export interface KomodoRun {
  readonly enclave: KomodoEnclave;
  readonly console: (text: Uint8Array) => void;
  readonly threads: readonly ThreadState[];
  end: KomodoEnd | undefined;
  readonly statistics: { enters: number; interrupts: number };
}

/**
 * Puts the start block where thread 0 finds it.
 * @param args program arguments @param place which enclave of the run it is, and of how many
 * @throws UserError for arguments that an enclave does not take
 */
export function beginRun(
  loader: KomodoLoader,
  enclave: KomodoEnclave,
  args: readonly string[],
  place: { readonly index: number; readonly count: number },
  console: (text: Uint8Array) => void,
): KomodoRun {
  loader.port.store(enclave.threads[0]!.requestPage, 0, startBlock(enclave, args, place));
  const threads = enclave.threads.map((thread, number) => ({ ...thread, number, answer: 0n, isOver: false }));
  return { enclave, console, threads, end: undefined, statistics: { enters: 0, interrupts: 0 } };
}

/** Lets all of them run in turns until every one has ended. */
export function runAll(loader: KomodoLoader, runs: readonly KomodoRun[]): void {
  for (const _ of turns(loader, runs));
}

/** The same, with a pause after each turn. @returns the run whose turn it was */
export function* turns(loader: KomodoLoader, runs: readonly KomodoRun[]): Generator<KomodoRun, void> {
  while (runs.some(({ end }) => end === undefined)) {
    for (const run of runs) {
      for (const thread of run.threads) {
        if (run.end !== undefined || thread.isOver) continue;
        turn(loader, run, thread);
        yield run;
      }
    }
  }
}

/** One stay of a thread in its enclave. */
function turn(loader: KomodoLoader, run: KomodoRun, thread: ThreadState): void {
  const { error, value } = enterOrResume(loader.port, run, thread);
  if (error === INTERRUPTED) {
    run.statistics.interrupts++;
    thread.answer = undefined;
  } else if (error === FAULTED) {
    run.end = { kind: "faulted", thread: thread.number };
  } else if (error !== LEFT) {
    run.end = { kind: "stopped", why: loader.port.lastExplanation ?? `Enter was refused with error ${error}` };
  } else if (value < REQUEST) {
    thread.isOver = true;
    if (thread.number === 0) run.end = { kind: "exited", value: Number(value) };
  } else {
    thread.answer = serve(loader, run, thread, value);
    if (thread.answer === undefined)
      run.end = { kind: "stopped", why: `it left with 0x${value.toString(16)}, which asks for nothing` };
  }
}

function enterOrResume(port: KomodoPort, { statistics }: KomodoRun, { dispatcher, answer }: ThreadState) {
  statistics.enters++;
  return answer === undefined ? port.call("RESUME", dispatcher) : port.call("ENTER", dispatcher, answer, 0, 0);
}

/** @returns the answer, or undefined for a request that there is not */
function serve(loader: KomodoLoader, run: KomodoRun, thread: ThreadState, request: bigint): bigint | undefined {
  const { port } = loader;
  const page = port.load(thread.requestPage, 0, PAGE_SIZE);
  const count = new DataView(page.buffer, page.byteOffset).getUint32(0, true);
  switch (request) {
    case YIELD:
      return 0n;
    case WRITE:
      run.console(page.slice(PAYLOAD_OFFSET, Math.min(PAGE_SIZE, PAYLOAD_OFFSET + count)));
      return 0n;
    case SPARE: {
      const pages = loader.spare(run.enclave, Math.min(count, (PAGE_SIZE - PAYLOAD_OFFSET) / 4));
      port.store(thread.requestPage, PAYLOAD_OFFSET, new Uint8Array(Uint32Array.from(pages).buffer));
      return BigInt(pages.length);
    }
    default:
      return undefined;
  }
}

/** 0 argc | 4 bytes of strings | 8 measurement | 40 index | 44 enclaves | 48 strings */
function startBlock(
  { measurement }: KomodoEnclave,
  args: readonly string[],
  { index, count }: { readonly index: number; readonly count: number },
): Uint8Array {
  const strings = new TextEncoder().encode(args.map((arg) => `${arg}\0`).join(""));
  if (args.length > MAX_ARGUMENTS || strings.length > MAX_STRING_BYTES || args.some((arg) => arg.includes("\0")))
    throw new UserError(
      `${args.length} arguments of ${strings.length} bytes are not what an enclave takes`,
      `pass at most ${MAX_ARGUMENTS} arguments without NUL, of ${MAX_STRING_BYTES} bytes with their closing NULs`,
    );
  const block = new Uint8Array(PAGE_SIZE);
  const view = new DataView(block.buffer);
  view.setUint32(0, args.length, true);
  view.setUint32(4, strings.length, true);
  for (const [i, word] of measurement.entries()) view.setUint32(8 + 4 * i, word, true);
  view.setUint32(40, index, true);
  view.setUint32(44, count, true);
  block.set(strings, STRINGS_OFFSET);
  return block;
}
