/**
 * An enclave that runs: Enter, Resume after an interrupt, and the requests that a thread leaves with (guest/komodo/README.md,
 * "How a thread runs"). A slice is one thread's, with the requests that it makes meanwhile; they do not lengthen it. The threads of an
 * enclave take turns.
 *
 * What lies in a request page is read once, and no more of it than the page has. When the enclave has ended its pages go back.
 */
import { PAGE_SIZE } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import type { EnclaveEnd, Refusal } from "../enclave.ts";
import { eidIn, type NoResult } from "../hart.ts";
import type { RunOutcome } from "../hosted.ts";
import type { HostedProgram } from "../hosting.ts";
import type { SliceEnd, SlicePause } from "../run-loop.ts";
import { FAULTED, INTERRUPTED, type KomodoResult, LEFT } from "./komodo-abi.ts";
import type { KomodoEnclave, KomodoLoader, KomodoThread } from "./komodo-loader.ts";

/** A word up to this one asks for nothing: the thread is over, or has had its turn. */
const YIELD = 1n << 31n;
const WRITE = YIELD | 1n;
const SPARE = YIELD | 2n;
const PAYLOAD_OFFSET = 8;
const STRINGS_OFFSET = 48;
/** What start.c of the guest library takes; it would cut the rest off without a word. */
const MAX_ARGUMENTS = 31;
const MAX_STRING_BYTES = 2047;

interface ThreadState extends KomodoThread {
  /** R0 of the next Enter; undefined: it was interrupted and is resumed. */
  answer: bigint | undefined;
}

export interface KomodoProgramOptions {
  readonly args?: readonly string[];
  /** Which enclave of the run it is, from 0. */
  readonly index?: number;
  /** How many enclaves the run has, asked when it starts. */
  readonly count?: () => number;
  readonly onOutput?: (bytes: Uint8Array) => void;
}

export class KomodoProgram implements HostedProgram {
  readonly enclave: KomodoEnclave;
  readonly #loader: KomodoLoader;
  readonly #options: KomodoProgramOptions;
  readonly #first: ThreadState;
  /** Threads that are not over, the next one first. */
  readonly #queue: ThreadState[];
  readonly #statistics = { timer: 0, yield: 0, ocall: 0, instructions: 0 };
  readonly #decoder = new TextDecoder();
  #hasStarted = false;
  #output = "";
  #end: EnclaveEnd | undefined;

  /** @throws UserError for arguments that an enclave does not take */
  constructor(loader: KomodoLoader, enclave: KomodoEnclave, options: KomodoProgramOptions = {}) {
    checkArguments(options.args ?? []);
    this.#loader = loader;
    this.enclave = enclave;
    this.#options = options;
    this.#queue = enclave.threads.map((thread) => ({ ...thread, answer: 0n }));
    this.#first = this.#queue[0]!;
  }

  get outcome(): RunOutcome {
    const end = this.#end ?? { kind: "stopped" as const };
    const exitCode = end.kind === "exited" ? Number(BigInt.asUintN(8, end.value)) : undefined;
    return { end, exitCode, output: this.#output, statistics: { ...this.#statistics } };
  }

  *sliceInSteps(): Generator<SlicePause, SliceEnd> {
    const thread = this.#queue.shift();
    if (thread === undefined || this.#end) return "not-runnable";
    const { port } = this.#loader;
    if (!this.#hasStarted) port.store(this.#first.requestPage, 0, this.#startBlock());
    this.#hasStarted = true;
    port.beginSlice();
    while (true) {
      const before = port.retired;
      let result = this.#enter(thread);
      while (!result.ok && "pausedIn" in result) {
        yield "paused";
        result = port.goOn();
      }
      this.#statistics.instructions += port.retired - before;
      if (!result.ok) return this.#finish({ kind: "out-of-fuel", eid: eidIn(result) });
      if (result.error !== LEFT || result.value <= YIELD) return this.#left(thread, result);
      this.#statistics.ocall++;
      thread.answer = this.#serve(thread, result.value);
      if (thread.answer === undefined) {
        const explanation = `a thread left with 0x${result.value.toString(16)}, which asks for nothing`;
        return this.#kill({ call: "EXIT", value: result.value, explanation });
      }
      yield "ocall";
    }
  }

  #enter({ answer, dispatcher }: ThreadState): KomodoResult | NoResult {
    const { port } = this.#loader;
    return answer === undefined ? port.enter("RESUME", dispatcher) : port.enter("ENTER", dispatcher, answer, 0n, 0n);
  }

  /** The thread is outside and asks for nothing but its next turn. */
  #left(thread: ThreadState, { error, value }: KomodoResult): SliceEnd {
    if (error === INTERRUPTED) {
      this.#statistics.timer++;
      return this.#goesOn(thread, undefined, "timer");
    }
    if (error !== LEFT) {
      const { lastRefusal } = this.#loader.port;
      const explanation = lastRefusal?.explanation ?? (error === FAULTED ? "a thread faulted" : "a thread was refused");
      return this.#kill({ ...lastRefusal, call: "ENTER", value: error, explanation });
    }
    this.#statistics.yield++;
    if (value === YIELD) return this.#goesOn(thread, 0n, "yield");
    return thread === this.#first ? this.#finish({ kind: "exited", value }) : "yield";
  }

  #goesOn(thread: ThreadState, answer: bigint | undefined, end: SliceEnd): SliceEnd {
    thread.answer = answer;
    this.#queue.push(thread);
    return end;
  }

  /** @returns the answer, or undefined for a request that there is not */
  #serve({ requestPage }: ThreadState, request: bigint): bigint | undefined {
    const { port } = this.#loader;
    const page = port.load(requestPage, 0, PAGE_SIZE);
    const count = new DataView(page.buffer, page.byteOffset).getUint32(0, true);
    switch (request) {
      case WRITE:
        this.#write(page.slice(PAYLOAD_OFFSET, Math.min(PAGE_SIZE, PAYLOAD_OFFSET + count)));
        return 0n;
      case SPARE: {
        const pages = this.#loader.spare(this.enclave, Math.min(count, (PAGE_SIZE - PAYLOAD_OFFSET) / 4));
        port.store(requestPage, PAYLOAD_OFFSET, new Uint8Array(Uint32Array.from(pages).buffer));
        return BigInt(pages.length);
      }
      default:
        return undefined;
    }
  }

  #write(text: Uint8Array): void {
    this.#output += this.#decoder.decode(text, { stream: true });
    this.#options.onOutput?.(text);
  }

  #kill(refusal: Refusal): SliceEnd {
    return this.#finish({ kind: "killed", refusal });
  }

  /** One that ran out of fuel still has the hart: no call goes through. */
  #finish(end: EnclaveEnd): SliceEnd {
    this.#end = end;
    if (end.kind !== "out-of-fuel") this.#loader.destroy(this.enclave);
    return "ended";
  }

  /** 0 argc | 4 bytes of strings | 8 measurement | 40 index | 44 enclaves | 48 strings */
  #startBlock(): Uint8Array {
    const { args = [], index = 0, count = () => 1 } = this.#options;
    const strings = encoded(args);
    const block = new Uint8Array(PAGE_SIZE);
    const view = new DataView(block.buffer);
    view.setUint32(0, args.length, true);
    view.setUint32(4, strings.length, true);
    for (const [i, word] of this.enclave.measurement.entries()) view.setUint32(8 + 4 * i, word, true);
    view.setUint32(40, index, true);
    view.setUint32(44, count(), true);
    block.set(strings, STRINGS_OFFSET);
    return block;
  }
}

/** A slice for each in turn, until all have ended. @throws Error if the machine pauses for a debugger */
export function runAll(programs: readonly KomodoProgram[]): void {
  for (const _ of slices(programs));
}

/** The same with a pause behind each slice. */
export function* slices(programs: readonly KomodoProgram[]): Generator<KomodoProgram, void> {
  for (let queue = [...programs]; queue.length > 0; ) {
    const alive: KomodoProgram[] = [];
    for (const program of queue) {
      const steps = program.sliceInSteps();
      let step = steps.next();
      for (; !step.done; step = steps.next())
        if (step.value === "paused") throw new Error("the machine paused in an enclave, and nobody looks around here");
      if (step.value !== "ended" && step.value !== "not-runnable") alive.push(program);
      yield program;
    }
    queue = alive;
  }
}

const encoded = (args: readonly string[]): Uint8Array =>
  new TextEncoder().encode(args.map((arg) => `${arg}\0`).join(""));

function checkArguments(args: readonly string[]): void {
  const { length } = encoded(args);
  if (args.length <= MAX_ARGUMENTS && length <= MAX_STRING_BYTES && !args.some((arg) => arg.includes("\0"))) return;
  throw new UserError(
    `${args.length} arguments of ${length} bytes are not what an enclave takes`,
    `pass at most ${MAX_ARGUMENTS} arguments without NUL, of ${MAX_STRING_BYTES} bytes with their closing NULs`,
  );
}
